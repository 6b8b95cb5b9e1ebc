"""Rejected rows that people mended, put to the rows that were good from the beginning."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, cast

import polars as pl

from mindzie.core.errors import NotFoundError, SettingError, SourceError
from mindzie.core.log import EventLog
from mindzie.engine.build import build
from mindzie.engine.moving import as_source
from mindzie.engine.source_table import SourceTable
from mindzie.ingest.connectors.merging import alike, columns_of, rebuilt
from mindzie.ingest.files import read_file
from mindzie.ingest.jobs.kept import mends, plan_of
from mindzie.ingest.jobs.plan import ImportPlan
from mindzie.ingest.jobs.progress import Meter
from mindzie.ingest.mapping.steps import EventsFromColumns
from mindzie.ingest.mapping.values import Mapping
from mindzie.ingest.raw import Raw
from mindzie.ingest.reading import ReadSettings, options_of
from mindzie.ingest.table import table_of

if TYPE_CHECKING:
    from mindzie.access.datasets import Dataset
    from mindzie.access.importing import ImportJob

_OF_THE_FILE: Final = (
    *("delimiter", "encoding", "sheet", "header_row", "member", "object_type", "max_bytes"),
    *("name", "attributes", "types", "order"),
)
_HARMLESS: Final = r"^'([=+\-@\t\r\n])"


def with_mended(job: ImportJob, dataset: Dataset, meter: Meter) -> EventLog:
    """Return the log of the import that a job mends, with the mended rows.

    Parameters
    ----------
    job : ImportJob
        Whose source is a file of mended rows.
    dataset : Dataset
        Of both.
    meter : Meter
        Is told.

    Returns
    -------
    EventLog
        With what is still rejected.

    Raises
    ------
    SettingError
        Where another version came since.
    SourceError
        Where the file is not one of the rejected rows, or none of them can be used.
    """
    of = dataset.imports.get(str(mends(job)))
    refuse_unmendable(of, dataset)
    log = dataset.log(enriched=False)
    file = job.source["file"]
    meter.step("read")
    frame = read_file(file, options_of({})).frame
    meter.rows(frame.height)
    row = _numbers(frame, log, file)
    meter.step("map")
    while mends(of) is not None:
        of = dataset.imports.get(str(mends(of)))
    return _with(log, _source_columns(frame, log), row, plan_of(of), file)


def refuse_unmendable(of: ImportJob, dataset: Dataset) -> None:
    """Refuse to mend rows that are not those of the current version.

    Raises
    ------
    NotFoundError
        Where the import has no rejected rows.
    SettingError
        Where another version came since, with the import that made it.
    """
    if of.version_number is None:
        raise NotFoundError("The import made no version, so it has no rejected rows.")
    if of.version_number == dataset.current:
        return
    made = [str(job.id) for job in dataset.imports if job.version_number == dataset.current]
    hint = f"mend those of the import {made[0]}" if made else "no import made that one"
    raise SettingError(
        f"The rejected rows are of version {of.version_number}, and {dataset.current} is the current one: {hint}."
    )


def _with(
    log: EventLog, frame: pl.DataFrame, row: pl.Series, plan: ImportPlan, file: str
) -> EventLog:
    settings = _settings(log, plan)
    new = table_of(Raw(frame, log.name), options_of(settings), file, may_be_empty=True)
    if new.frame.is_empty():
        reasons = ", ".join(new.rejected["reason"].unique().sort())
        raise SourceError(f"No row of {file} can be used yet: {reasons}.")
    still = new.rejected.with_columns(row.gather(new.rejected["row"] - 1).alias("row"))
    others = log.rejected.filter(~pl.col("row").is_in(row.implode()))
    rejected = pl.concat([others, still], how="diagonal_relaxed").sort("row", maintain_order=True)
    old_rows, new_rows = _columns(log, new)
    if _may_split(settings):
        # of a wide row some events were good already
        new_rows = new_rows.join(
            old_rows, on=new_rows.columns, how="anti", nulls_equal=True, maintain_order="left"
        )
    source = {**log.manifest.source, "mended": new_rows.height}
    return build(rebuilt(log, pl.concat([old_rows, new_rows]), rejected, settings, source))


def _may_split(settings: ReadSettings) -> bool:
    """Return whether a row of the source may be several events."""
    steps = Mapping.load(settings.get("mapping") or {}).steps
    return any(isinstance(step, EventsFromColumns) for step in steps)


def _columns(log: EventLog, new: SourceTable) -> tuple[pl.DataFrame, pl.DataFrame]:
    return alike(columns_of(as_source(log), log.roles), columns_of(new, log.roles))


def _numbers(frame: pl.DataFrame, log: EventLog, file: str) -> pl.Series:
    """Return the numbers of the source's rows that were mended."""
    if log.rejected.is_empty():
        raise SettingError("The import rejected no row, so there is nothing to mend.")
    missing = [name for name in log.rejected.columns if name not in _plain_names(frame)]
    if missing:
        raise SourceError(
            f"{file} has no column {missing[0]!r}: take the file that job.save_rejected() writes, and change its cells alone."
        )
    row = frame.rename(_plain_names(frame, back=True))["row"].cast(pl.Int64, strict=False)
    wrong = ~row.is_in(log.rejected["row"].implode()) | row.is_duplicated() | row.is_null()
    if wrong.any():
        place = wrong.arg_true()[0] + 2
        raise SourceError(
            f"Line {place} of {file}: its row is none of the rejected ones, or is there twice. Leave the column 'row' as it was."
        )
    return row


def _plain_names(frame: pl.DataFrame, *, back: bool = False) -> dict[str, str]:
    """Return columns by name, without what keeps a spreadsheet from running them."""
    names = {re.sub(_HARMLESS, r"\1", name): name for name in frame.columns}
    return {old: new for new, old in names.items()} if back else names


def _source_columns(frame: pl.DataFrame, log: EventLog) -> pl.DataFrame:
    named = frame.rename(_plain_names(frame, back=True))
    kept = named.select(log.rejected.columns).drop("row", "reason")
    kept = kept.with_columns(pl.col(pl.String).str.replace(_HARMLESS, "$1"))
    return kept.rename(
        {f"source {name}": name for name in ("row", "reason") if f"source {name}" in kept.columns}
    )


def _settings(log: EventLog, plan: ImportPlan) -> ReadSettings:
    """Return how mended rows are read: as the source was, with the roles and types of the log."""
    own = {
        a.name.removesuffix(" (source)"): a.type
        for a in log.manifest.attributes
        if a.kind == "attribute"
    }
    said: dict[str, Any] = {
        name: value for name, value in plan.settings().items() if name not in _OF_THE_FILE
    }
    found = log.manifest.source.get("day_first")
    if said.get("date_format") is None and said.get("day_first") is None and found is not None:
        said["day_first"] = found
    roles = {name: column for name, column in log.roles.items() if name != "order"}
    said |= {
        **roles, "start": roles.get("start", False), "resource": roles.get("resource", False),
        "timezone": log.time_zone, "name": log.name, "attributes": [*own], "types": own,
    }  # fmt: skip
    if (mapping := log.manifest.source.get("mapping")) is not None:
        said["mapping"] = mapping
    return cast(ReadSettings, said)
