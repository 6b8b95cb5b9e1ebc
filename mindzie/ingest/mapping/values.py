"""A mapping as a value: roles of columns, and steps before them; checked as a whole, kept as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import polars as pl
from pydantic import BaseModel, ConfigDict, ValidationError

from mindzie.core.errors import MindzieError, SettingError, unknown
from mindzie.core.refusals import spoken
from mindzie.core.words import counted
from mindzie.ingest.mapping.steps import ROW, AnyStep

if TYPE_CHECKING:
    from mindzie.ingest.mapping.checking import Check, Preview

REASON = "\x00reason"
"""Column of what is wrong with a row put aside."""
_SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a mapping and a source do not agree on.

    Parameters
    ----------
    where : str
        The step by number and kind, or the role.
    what : str
        What is wrong.
    rows : tuple of int
        Numbers of some of the source's records it is about; empty where it is about the mapping itself.
    samples : tuple of str
        Their values.
    count : int
        How many records.
    """

    where: str
    what: str
    rows: tuple[int, ...] = ()
    samples: tuple[str, ...] = ()
    count: int = 0

    def __str__(self) -> str:
        """Say it in a line."""
        if not self.count:
            return f"{self.where}: {self.what}"
        rows = ", ".join(map(str, self.rows))
        such = f", such as {', '.join(map(repr, self.samples))}" if self.samples else ""
        number = "row" if len(self.rows) == 1 else "rows"
        return f"{self.where}: {self.what} in {counted(self.count, 'row')}{such} ({number} {rows})"


@dataclass(frozen=True, slots=True)
class Mapped:
    """What the steps made of a source.

    Parameters
    ----------
    frame : polars.DataFrame
        With the column ``ROW``.
    aside : polars.DataFrame
        ``row``, ``reason`` and the source's columns of rows put aside.
    problems : tuple of Problem
        All that was found.
    """

    frame: pl.DataFrame
    aside: pl.DataFrame
    problems: tuple[Problem, ...]

    @property
    def faults(self) -> tuple[Problem, ...]:
        """Those that the mapping itself has, because of which nothing can be read."""
        return tuple(problem for problem in self.problems if not problem.count)


class Roles(BaseModel):
    """Which columns, after the steps, are what; where nothing is said it is found out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    case: str | None = None
    activity: str | None = None
    timestamp: str | None = None
    start: str | None = None
    resource: str | None = None
    order: str | None = None


class Mapping(BaseModel):
    """How a source's columns become an event log.

    Parameters
    ----------
    roles : Roles
        Columns of the case, the activity, the time and so on.
    steps : tuple of step
        Applied in their order, before.
    timezone : str, optional
        Of times without offset.

    Raises
    ------
    SettingError
        For unknown or bad settings.

    Examples
    --------
    >>> mapping = Mapping(roles={"case": "Order"}, steps=[{"step": "lookup", "column": "s", "values": {"1": "Open"}}])
    >>> Mapping.load(mapping.to_json()) == mapping
    True
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    roles: Roles = Roles()
    steps: tuple[AnyStep, ...] = ()
    timezone: str | None = None

    def __init__(self, **settings: Any) -> None:
        try:
            super().__init__(**settings)
        except ValidationError as error:
            lines = [spoken(item) for item in error.errors(include_url=False, include_input=False)]
            raise SettingError("The mapping is not right:\n" + "\n".join(lines)) from None

    @classmethod
    def load(cls, stored: Any) -> Self:
        """Make a mapping from JSON."""
        if isinstance(stored, cls):
            return stored
        # a mapping of a workspace says what it is
        stored = getattr(stored, "definition", stored)
        if not isinstance(stored, dict):
            raise SettingError("A mapping is an object with roles and steps.")
        return cls(**stored)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON, with all settings."""
        return self.model_dump(mode="json")

    def applied(self, frame: pl.DataFrame) -> Mapped:
        """Apply the steps to a source.

        Parameters
        ----------
        frame : polars.DataFrame
            As read.

        Returns
        -------
        Mapped
            A step that cannot be applied is left out and named, so that all problems are told at once.
        """
        source = frame.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW))
        made, problems, aside = source, list[Problem](), list[pl.DataFrame]()
        for number, step in enumerate(self.steps, 1):
            where = f"step {number} ({step.step})"
            try:
                made, bad = step.applied(made)
            except MindzieError as error:
                problems.append(Problem(where, str(error)))
                continue
            if bad is not None:
                rows = made[ROW].filter(bad).unique(maintain_order=True)
                column: str = getattr(step, "column", "")
                problems.append(_about(where, column, source, rows))
                reason = f"{column} cannot be read as {getattr(step, 'type', 'date')}"
                aside.append(_aside(source, rows, reason))
                made = made.filter(~made[ROW].is_in(rows.implode()))
        problems += self._roles(made)
        return Mapped(made, _together(aside, source), tuple(problems))

    def preview(self, source: Any, rows: int = 20, **settings: Any) -> Preview:
        """Show the first rows of a source, before and after the steps.

        Parameters
        ----------
        source : path or frame
            As for `mindzie.read`.
        rows : int
            How many, up to 10,000.
        **settings
            As for `mindzie.read`, such as ``delimiter``.

        Returns
        -------
        Preview
            ``before``, ``after``, and the ``problems`` of these rows.

        Raises
        ------
        SourceError
            A source that cannot be read.
        SettingError
            A setting outside what is allowed.

        Examples
        --------
        >>> mapping = Mapping(steps=[{"step": "map_field", "column": "s", "to": "status"}])
        >>> mapping.preview(pl.DataFrame({"s": ["Open"]})).after.columns
        ['row', 'status']
        """
        from mindzie.ingest.mapping.checking import preview
        from mindzie.ingest.reading import options_of

        return preview(self, source, rows, options_of(settings))  # type: ignore[arg-type]

    def check(self, source: Any, **settings: Any) -> Check:
        """Say everything that is wrong with a mapping for a source, without reading a log of it.

        Parameters
        ----------
        source : path or frame
            As for `mindzie.read`.
        **settings
            As for `mindzie.read`, such as ``delimiter``; roles said here come first.

        Returns
        -------
        Check
            All ``problems`` with row numbers and samples, and the rows that are ``rejected``.

        Raises
        ------
        SourceError
            A source that cannot be read.
        SettingError
            A setting outside what is allowed.

        Examples
        --------
        >>> mapping = Mapping(steps=[{"step": "convert_type", "column": "sum", "type": "number"}])
        >>> frame = pl.DataFrame({"case": ["1"], "activity": ["Pay"], "time": ["2024-05-06"], "sum": ["much"]})
        >>> print(mapping.check(frame).problems[0])
        step 1 (convert_type): sum does not fit in 1 row, such as 'much' (row 1)
        """
        from mindzie.ingest.mapping.checking import check
        from mindzie.ingest.reading import options_of

        return check(self, source, options_of(settings))  # type: ignore[arg-type]

    def _roles(self, frame: pl.DataFrame) -> list[Problem]:
        known = [name for name in frame.columns if name != ROW]
        return [
            Problem(
                f"role {role}", str(unknown("column", name, known, "the source after the steps"))
            )
            for role, name in self.roles
            if name is not None and name not in known
        ]


def _about(where: str, column: str, source: pl.DataFrame, rows: pl.Series) -> Problem:
    some = source.filter(source[ROW].is_in(rows.implode())).head(_SAMPLES)
    values = some[column].cast(pl.String).to_list() if column in some.columns else []
    samples = tuple(str(value)[:60] for value in values)
    return Problem(where, f"{column} does not fit", tuple(some[ROW].to_list()), samples, len(rows))


def _aside(source: pl.DataFrame, rows: pl.Series, reason: str) -> pl.DataFrame:
    kept = source.filter(source[ROW].is_in(rows.implode()))
    return kept.with_columns(pl.lit(reason).alias(REASON))


def _together(aside: list[pl.DataFrame], source: pl.DataFrame) -> pl.DataFrame:
    empty = source.clear().with_columns(pl.lit("").alias(REASON))
    return pl.concat([empty, *aside])
