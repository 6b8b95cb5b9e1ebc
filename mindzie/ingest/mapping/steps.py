"""The steps of a mapping: each a small value that turns the source's columns into better ones.

A step works on a frame with the column ``ROW``, the number of the source's record. What a step cannot use it names: a fault
of the mapping itself (an unknown column), or rows with values that do not fit.
"""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from typing import Annotated, Any, ClassVar, Final, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from mindzie.core.errors import SettingError, unknown
from mindzie.core.settings import AttributeType
from mindzie.ingest.day_and_clock import joined
from mindzie.ingest.forced import TRUTHS, numbers
from mindzie.ingest.mapping.expressions import parse
from mindzie.ingest.raw import Hints
from mindzie.ingest.texts import as_text
from mindzie.ingest.time_formats import known_format, pointed
from mindzie.ingest.times import read_times

ROW: Final = "\x00row"
"""Number of the source's record, from 1; no column of a source has this name."""
Name = Annotated[str, Field(min_length=1, max_length=200)]
OnError = Literal["reject", "missing"]


class Step(BaseModel):
    """Base of the steps."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)
    reason: ClassVar[str] = "it does not fit"

    def applied(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series | None]:
        """Return the new frame, and which of its rows are to be put aside (None: none)."""
        raise NotImplementedError

    def _column(self, frame: pl.DataFrame, name: str) -> pl.Series:
        if name not in frame.columns or name == ROW:
            raise unknown(
                "column", name, [each for each in frame.columns if each != ROW], "the source"
            )
        return frame[name]


class MapField(Step):
    """Give a column another name, or a copy of it."""

    step: Literal["map_field"] = "map_field"
    column: Name
    """The source's column."""
    to: Name
    """Its new name."""
    keep: bool = False
    """Keep the old one beside it."""

    def applied(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series | None]:
        """Rename or copy; a column that has the name already is replaced."""
        found = self._column(frame, self.column).alias(self.to)
        rest = frame if self.keep else frame.drop(self.column)
        return rest.with_columns(found), None


class ConvertType(Step):
    """Read a column's values as another type."""

    step: Literal["convert_type"] = "convert_type"
    column: Name
    type: AttributeType
    decimal: Literal[".", ","] = "."
    """What stands before the fraction of a number."""
    on_error: OnError = "reject"
    """What becomes of a row whose value does not fit: ``reject`` puts it aside, ``missing`` leaves the value out."""

    def applied(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series | None]:
        """Convert as reading does."""
        old = self._column(frame, self.column)
        if self.type == "text":
            return frame.with_columns(old.cast(pl.String)), None
        new = _converted(old, self.type, self.decimal).alias(self.column)
        return frame.with_columns(new), _bad(old, new, self.on_error)


class FormatDate(Step):
    """Read a column of texts as dates of one form."""

    step: Literal["format_date"] = "format_date"
    column: Name
    form: Name
    """As in Python's strptime, such as ``%d.%m.%Y %H:%M``."""
    on_error: OnError = "reject"
    """As for ``convert_type``."""

    def applied(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series | None]:
        """Parse; times stay in the clock they were written in."""
        old = self._column(frame, self.column)
        texts, form = pointed(old.cast(pl.String), known_format(self.form))
        try:
            new = texts.str.strptime(pl.Datetime("us"), form, strict=False)
        except pl.exceptions.PolarsError as error:
            raise SettingError(
                f"The form {self.form!r} is not understood: {str(error).splitlines()[0]}."
            ) from None
        return frame.with_columns(new), _bad(old, new, self.on_error)


class DateAndTime(Step):
    """Join a date and a time of day that stand in two columns."""

    step: Literal["date_and_time"] = "date_and_time"
    date: Name
    """The column of the date."""
    time: Name
    """The column of the time of day."""
    to: Name | None = None
    """The new column, in place of both; called after them where not given."""
    keep_date: bool = False
    """Keep the date beside it, such as where another time is of the same day."""

    @property
    def name(self) -> str:
        """Return what the new column is called."""
        return self.to or f"{self.date} {self.time}"

    def applied(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series | None]:
        """Join; where either is missing, so is the time."""
        made = joined(self._column(frame, self.date), self._column(frame, self.time))
        rest = frame.drop(self.time, *(() if self.keep_date else (self.date,)))
        if self.name in rest.columns:
            raise SettingError(f"There is a column {self.name!r} already: give to= another name.")
        return rest.with_columns(made.alias(self.name)), None


class ComputedField(Step):
    """Add a column that an expression computes."""

    step: Literal["computed_field"] = "computed_field"
    name: Name
    """Of the new column."""
    expression: Annotated[str, Field(min_length=1, max_length=4_000)]
    """SQL's grammar of expressions over the source's columns."""

    def applied(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series | None]:
        """Compute; a column that has the name already is replaced."""
        found = parse(self.expression, _schema(frame))
        return frame.with_columns(
            _computed(frame, found.expression, self.expression).alias(self.name)
        ), None


class Lookup(Step):
    """Replace values by those of a list, such as codes by their names."""

    step: Literal["lookup"] = "lookup"
    column: Name
    values: AnyMapping[str, str]
    """From a value as text to what it becomes."""
    to: Name | None = None
    """The column to write; the same one where not given."""
    default: str | None = None
    """What a value becomes that is not in the list; where not given it stays as it is."""

    def applied(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series | None]:
        """Look up by exact text."""
        old = self._column(frame, self.column).cast(pl.String)
        rest = (
            pl.when(old.is_not_null()).then(pl.lit(self.default))
            if self.default is not None
            else old
        )
        found = frame.select(
            pl.lit(old).replace_strict(dict(self.values), default=rest, return_dtype=pl.String)
        ).to_series()
        return frame.with_columns(found.alias(self.to or self.column)), None


class KeepRows(Step):
    """Keep the rows for which a condition holds; the others are not part of the log."""

    step: Literal["filter"] = "filter"
    expression: Annotated[str, Field(min_length=1, max_length=4_000)]
    """A condition over the source's columns; rows where it is missing go."""

    def applied(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series | None]:
        """Filter."""
        found = parse(self.expression, _schema(frame))
        if found.kind not in {"boolean", "nothing"}:
            raise SettingError(
                f"The filter {self.expression!r} is no condition: compare something, as in amount > 100."
            )
        return frame.filter(_computed(frame, found.expression, self.expression)), None


class EventsFromColumns(Step):
    """Make several events of one wide row: one for each date column that has a value."""

    step: Literal["events_from_columns"] = "events_from_columns"
    columns: Annotated[AnyMapping[str, str], Field(min_length=1)]
    """From a date column to the activity that it tells of."""
    activity: Name = "activity"
    """The column made for the activity."""
    timestamp: Name = "timestamp"
    """The column made for its time."""

    def applied(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series | None]:
        """Put the columns under each other; other columns are repeated."""
        for name in self.columns:
            self._column(frame, name)
        rest = [name for name in frame.columns if name not in self.columns]
        taken = {self.activity, self.timestamp} & set(rest)
        if taken:
            raise SettingError(
                f"There is a column {min(taken)!r} already: give activity= and timestamp= other names."
            )
        kinds = {frame.schema[name] for name in self.columns}
        cast = [] if len(kinds) == 1 else [pl.col(list(self.columns)).cast(pl.String)]
        long = frame.with_columns(cast).unpivot(
            list(self.columns), index=rest, variable_name=self.activity, value_name=self.timestamp
        )
        present = pl.col(self.timestamp).is_not_null()
        if long.schema[self.timestamp] == pl.String:
            present &= pl.col(self.timestamp).str.strip_chars() != ""
        return (
            long.filter(present)
            .with_columns(
                pl.col(self.activity).replace_strict(dict(self.columns), return_dtype=pl.String)
            )
            .sort(ROW, maintain_order=True),
            None,
        )


AnyStep = Annotated[
    MapField
    | ConvertType
    | FormatDate
    | DateAndTime
    | ComputedField
    | Lookup
    | KeepRows
    | EventsFromColumns,
    Field(discriminator="step"),
]


def _converted(old: pl.Series, kind: AttributeType, decimal: str) -> pl.Series:
    text = as_text(old)
    if kind == "number":
        return numbers(text, decimal)
    if kind == "boolean":
        return text.str.to_lowercase().replace_strict(TRUTHS, default=None, return_dtype=pl.Boolean)
    if kind == "date":
        return pl.Series(old.name, read_times(old, Hints()).values).cast(pl.Datetime("us"))
    raise SettingError(
        "A column is not read as durations: use number, or compute it from two dates."
    )


def _bad(old: pl.Series, new: pl.Series, on_error: OnError) -> pl.Series | None:
    if on_error == "missing":
        return None
    lost = new.is_null() & old.is_not_null()
    if old.dtype == pl.String:
        lost &= old.str.strip_chars() != ""
    return lost if lost.any() else None


def _schema(frame: pl.DataFrame) -> dict[str, Any]:
    return {name: kind for name, kind in frame.schema.items() if name != ROW}


def _computed(frame: pl.DataFrame, expression: pl.Expr, text: str) -> pl.Series:
    try:
        return frame.select(
            pl.repeat(None, pl.len(), dtype=pl.Null).alias("\x00"), expression.alias("value")
        )["value"]
    except pl.exceptions.PolarsError as error:
        raise SettingError(
            f"The expression {text!r} cannot be computed: {str(error).splitlines()[0]}."
        ) from None
