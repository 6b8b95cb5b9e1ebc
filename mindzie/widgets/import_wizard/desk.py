"""What a wizard computes of its source; runs on one thread at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mindzie.core.errors import ChoiceError, MindzieError, SettingError, unknown
from mindzie.core.log import EventLog
from mindzie.core.spreadsheets import csv_text
from mindzie.core.words import counted
from mindzie.engine.build import build
from mindzie.ingest.day_and_clock import clock_columns
from mindzie.ingest.jobs.progress import Meter
from mindzie.ingest.raw import Options, Raw
from mindzie.ingest.reading import ReadSettings, options_of
from mindzie.ingest.suggestions import Suggestion, of_frame
from mindzie.ingest.table import table_of, tidied
from mindzie.widgets.import_wizard.advice import readiness_json
from mindzie.widgets.import_wizard.columns import HEAD, described, first_rows, marks, plain_marks
from mindzie.widgets.import_wizard.gauge import Gauge
from mindzie.widgets.import_wizard.plan import Plan
from mindzie.widgets.import_wizard.preview import figures, preview
from mindzie.widgets.import_wizard.quality import quality
from mindzie.widgets.import_wizard.source import ABOUT_FILES, Source
from mindzie.widgets.rows import Pages
from mindzie.widgets.studio.work import Job

Json = dict[str, Any]
_REJECTED_SHOWN = 10_000


@dataclass(frozen=True, slots=True)
class Looked:
    """A source as it was read, and what was found in it.

    Parameters
    ----------
    raw : Raw
        All rows.
    facts : dict
        For the page: ``rows``, ``format``, ``found`` settings, ``columns``, ``marks``, ``guesses`` and ``clocks``,
        the columns of times of day.
    pages : Pages
        The first rows as they stand there.
    suggestion : Suggestion
        What the columns seem to be.
    missing : tuple of str
        Texts that cannot but mean missing.
    """

    raw: Raw
    facts: Json
    pages: Pages
    suggestion: Suggestion
    missing: tuple[str, ...]

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return self.raw.frame.columns


@dataclass(frozen=True, slots=True)
class Checked:
    """The log that a plan makes, and its size."""

    plan: Plan
    log: EventLog
    figures: Json


class Desk:
    """Reads a source, shows what a log of it would be, and makes it.

    Parameters
    ----------
    source : Source
        What is imported.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.members = source.members()
        self.looked: Looked | None = None
        self.checked: Checked | None = None
        self._read_by: Json | None = None
        self._readings = 0
        self._gauge: Gauge | None = None
        self._types: list[str] = []

    def look(self, plan: Plan, job: Job) -> Looked:
        """Read the rows, where they were not read so before."""
        said = {key: value for key, value in plan.settings.items() if key in ABOUT_FILES}
        if self.looked is None or said != self._read_by:
            job.step(f"Reading {self.source.label}", 0.1)
            self.looked = self.checked = None
            gauge = Gauge(job)
            raw = self._rows(said, gauge.meter)
            gauge.meter.rows(raw.frame.height)
            job.step("Looking at the columns", 0.5)
            self._readings += 1
            self.looked, self._read_by, self._gauge = self._found(raw), said, gauge
        return self.looked

    @property
    def known(self) -> Looked:
        """What was found in the source.

        Raises
        ------
        SettingError
            Where it is not read yet.
        """
        if self.looked is None:
            message = "The source is not read yet."
            raise SettingError(message)
        return self.looked

    def reading(self) -> Json:
        """Return the settings that mean something for the source, what was found of them, and what there is to choose."""
        raw = None if self.looked is None else self.looked.raw
        source = {"object_types": self._types} if raw is None else raw.source
        return {
            "settings": ["object_type"] if self._types else self.source.settings(raw, self.members),
            "found": {key: source[key] for key in ABOUT_FILES if key in source},
            "choices": {
                "member": self.members,
                "object_type": list(source.get("object_types", ())),
            },
        }

    def has(self, *columns: str | None) -> None:
        """Refuse columns that the source does not have.

        Raises
        ------
        UnknownNameError
            Naming the nearest ones.
        """
        for column in columns:
            if column is not None and column not in self.known.columns:
                raise unknown("column", column, self.known.columns, self.source.where)

    def _rows(self, said: Json, meter: Meter) -> Raw:
        try:
            return self.source.read(said, meter)
        except ChoiceError as error:
            self._types = list(error.choices) if error.setting == "object_type" else []
            raise

    def _found(self, raw: Raw) -> Looked:
        raw = tidied(raw, Options())
        frame = raw.frame
        facts: Json = {
            "name": raw.name,
            "rows": frame.height,
            "format": raw.source.get("format", "frame"),
            "reading": self._readings,
            "columns": described(frame),
            "marks": marks(frame),
        }
        missing = plain_marks(facts["marks"])
        options = Options(null_values=missing)
        found = of_frame(tidied(raw, options).frame, options, self.source.where)
        told = found.to_json()
        facts |= {"guesses": told["roles"], "wide": told["wide"]}
        facts["clocks"] = clock_columns(frame.head(HEAD))
        return Looked(raw, facts, Pages(first_rows(frame)), found, missing)

    def preview(self, plan: Plan, job: Job) -> Json:
        """Return what the first rows become."""
        looked = self.look(plan, job)
        job.step("Reading the first rows", 0.7)
        settings = ReadSettings(**plan.reading(looked.columns))  # type: ignore[typeddict-item]
        return preview(
            looked.raw, options_of(settings), plan.roles["case"] or "", self.source.where
        )

    def check(self, plan: Plan, job: Job) -> Json:
        """Read all rows as events, and return what is to be known of them."""
        made = self._made(plan, job)
        job.step("Looking for what may mislead", 0.8)
        return {
            "readiness": readiness_json(made.log.readiness),
            "quality": quality(made.log),
            "figures": made.figures,
            "roles": dict(made.log.roles),
        }

    def _made(self, plan: Plan, job: Job) -> Checked:
        if self.checked is None or self.checked.plan != plan:
            looked = self.look(plan, job)
            gauge = self._gauge = (self._gauge or Gauge(job)).handed_to(job)
            rows = looked.raw.frame.height
            job.step(f"Reading {counted(rows, 'row')} as events", 0.3)
            gauge.meter.step("map")
            settings = ReadSettings(**plan.reading(looked.columns))  # type: ignore[typeddict-item]
            table = table_of(looked.raw, options_of(settings), self.source.where)
            job.step("Putting events in order", 0.6)
            aside = table.rejected["row"].n_unique()
            gauge.meter.step("check", loaded=table.frame.height, rejected=aside)
            self.checked = Checked(plan, build(table), figures(table))
            job.check()
        return self.checked

    def run(self, plan: Plan, job: Job) -> EventLog:
        """Return the log."""
        return self._made(plan, job).log

    def rejected(self) -> str:
        """Return the rows that cannot be used as CSV, the first of very many."""
        if self.checked is None:
            message = "The rows were not checked yet."
            raise SettingError(message)
        return csv_text(self.checked.log.rejected.head(_REJECTED_SHOWN))


def trouble(error: Exception) -> Json:
    """Return an error with the place it belongs to, as far as its words tell."""
    text = str(error) if isinstance(error, MindzieError) else f"{type(error).__name__}: {error}"
    if isinstance(error, ChoiceError):
        return {"at": error.setting, "message": text}
    place = next((setting for setting in ABOUT_FILES if f"{setting}=" in text), "")
    about_time = any(word in text for word in ("timestamp", "day_first", "date_format"))
    return {"at": place or ("timestamp" if about_time else ""), "message": text}
