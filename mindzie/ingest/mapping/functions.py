"""What an expression may call: each function with the kinds it takes and gives, and its meaning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

import polars as pl

from mindzie.ingest.time_formats import known_format, pointed

Kind = Literal["text", "number", "boolean", "date", "duration", "nothing"]
_TRUE: Final = ["true", "yes", "1", "t", "y"]
_FALSE: Final = ["false", "no", "0", "f", "n"]


@dataclass(frozen=True, slots=True)
class Function:
    """A function of expressions.

    Parameters
    ----------
    takes : tuple of tuple of str
        The kinds that each argument may have; ``"any"`` for every kind, ``"same"`` for that of the first, ``"literal"``
        for a text in quotes.
    gives : str
        The kind of the result; ``"same"`` for that of the first argument.
    make : callable
        From expressions to an expression.
    says : str
        What it means.
    example : str
        A call.
    needs : int, optional
        Arguments needed, where the last ones may be left out.
    more : bool
        Whether the last argument may be repeated.
    """

    takes: tuple[tuple[str, ...], ...]
    gives: str
    make: Callable[..., pl.Expr]
    says: str
    example: str
    needs: int | None = None
    more: bool = False

    @property
    def least(self) -> int:
        """Arguments needed."""
        return len(self.takes) if self.needs is None else self.needs


_TEXT, _NUMBER, _DATE, _ANY, _SAME = ("text",), ("number",), ("date",), ("any",), ("same",)


def _part(text: pl.Expr, mark: pl.Expr, place: pl.Expr) -> pl.Expr:
    return text.str.split(mark).list.get(place.cast(pl.Int64) - 1, null_on_oob=True)


def _slice(text: pl.Expr, start: pl.Expr, length: pl.Expr | None = None) -> pl.Expr:
    begin = start.cast(pl.Int64) - 1
    return text.str.slice(begin, None if length is None else length.cast(pl.Int64))


def _rounded(value: pl.Expr, places: pl.Expr | None = None) -> pl.Expr:
    scale = pl.lit(1.0) if places is None else pl.lit(10.0) ** places
    return (value * scale).round() / scale


def _logical(text: pl.Expr) -> pl.Expr:
    word = text.str.strip_chars().str.to_lowercase()
    return pl.when(word.is_in(_TRUE)).then(True).when(word.is_in(_FALSE)).then(False)


def _as_date(text: pl.Expr, form: str | None = None) -> pl.Expr:
    if form is None:
        return text.str.to_datetime(time_unit="us", strict=False)
    text, known = pointed(text, known_format(form))
    return text.str.to_datetime(known, time_unit="us", strict=False)


def _whole(part: str) -> Callable[[pl.Expr], pl.Expr]:
    return lambda date: getattr(date.dt, part)().cast(pl.Int64)


FUNCTIONS: Final[dict[str, Function]] = {
    "upper": Function((_TEXT,), "text", lambda a: a.str.to_uppercase(), "The text in capitals.", "upper(status)"),
    "lower": Function((_TEXT,), "text", lambda a: a.str.to_lowercase(), "The text in small letters.", "lower(status)"),
    "trim": Function((_TEXT,), "text", lambda a: a.str.strip_chars(), "The text without blanks around it.", "trim(status)"),
    "length": Function((_TEXT,), "number", lambda a: a.str.len_chars().cast(pl.Int64), "Number of letters.", "length(status)"),
    "substring": Function((_TEXT, _NUMBER, _NUMBER), "text", _slice, "Letters from a place on (the first is 1), at most so many.", "substring(status, 1, 3)", needs=2),
    "replace": Function((_TEXT, _TEXT, _TEXT), "text", lambda a, b, c: a.str.replace_all(b, c, literal=True), "The text with one part replaced by another everywhere.", "replace(status, '-', ' ')"),
    "concat": Function((_ANY,), "text", lambda *a: pl.concat_str([each.cast(pl.String).fill_null("") for each in a]), "The texts one after another; a missing one is empty.", "concat(status, ' ', note)", more=True),
    "split_part": Function((_TEXT, _TEXT, _NUMBER), "text", _part, "The part of that number (from 1) between marks; missing where there are fewer.", "split_part(code, '-', 2)"),
    "contains": Function((_TEXT, _TEXT), "boolean", lambda a, b: a.str.contains(b, literal=True), "Whether a text is part of the text.", "contains(status, 'open')"),
    "starts_with": Function((_TEXT, _TEXT), "boolean", lambda a, b: a.str.starts_with(b), "Whether the text begins so.", "starts_with(code, 'A')"),
    "ends_with": Function((_TEXT, _TEXT), "boolean", lambda a, b: a.str.ends_with(b), "Whether the text ends so.", "ends_with(code, '9')"),
    "coalesce": Function((_ANY, _SAME), "same", lambda *a: pl.coalesce(a), "The first that is not missing.", "coalesce(note, status)", more=True),
    "nullif": Function((_ANY, _SAME), "same", lambda a, b: pl.when(a.ne_missing(b)).then(a), "Missing where both are equal, else the first.", "nullif(status, '?')"),
    "if": Function((("boolean",), _ANY, _ANY), "second", lambda a, b, c: pl.when(a).then(b).otherwise(c), "The second where the first holds, else the third.", "if(amount > 100, 'large', 'small')"),
    "abs": Function((_NUMBER,), "number", lambda a: a.abs(), "Without its sign.", "abs(amount)"),
    "round": Function((_NUMBER, _NUMBER), "number", _rounded, "Rounded, to so many places.", "round(amount, 1)", needs=1),
    "floor": Function((_NUMBER,), "number", lambda a: a.floor(), "Rounded down.", "floor(amount)"),
    "ceil": Function((_NUMBER,), "number", lambda a: a.ceil(), "Rounded up.", "ceil(amount)"),
    "least": Function((_ANY, _SAME), "same", lambda *a: pl.min_horizontal(a), "The lowest.", "least(amount, 100)", more=True),
    "greatest": Function((_ANY, _SAME), "same", lambda *a: pl.max_horizontal(a), "The highest.", "greatest(amount, 0)", more=True),
    "number": Function((("text", "number", "boolean"),), "number", lambda a: a.cast(pl.Float64, strict=False), "As a number; missing where it is none.", "number(code2)"),
    "text": Function((_ANY,), "text", lambda a: a.cast(pl.String), "As text.", "text(amount)"),
    "boolean": Function((_TEXT,), "boolean", _logical, "True for yes, true, 1, y, t; false for no, false, 0, n, f; else missing.", "boolean(flag)"),
    "date": Function((_TEXT, ("literal",)), "date", _as_date, "As a date with time; the form as in Python's strptime, or ISO 8601.", "date(day, '%d.%m.%Y')", needs=1),
    "year": Function((_DATE,), "number", _whole("year"), "The year.", "year(created)"),
    "month": Function((_DATE,), "number", _whole("month"), "The month, 1 to 12.", "month(created)"),
    "day": Function((_DATE,), "number", _whole("day"), "The day of the month.", "day(created)"),
    "hour": Function((_DATE,), "number", _whole("hour"), "The hour, 0 to 23.", "hour(created)"),
    "minute": Function((_DATE,), "number", _whole("minute"), "The minute.", "minute(created)"),
    "weekday": Function((_DATE,), "number", _whole("weekday"), "The day of the week, Monday is 1.", "weekday(created)"),
    "days_between": Function((_DATE, _DATE), "number", lambda a, b: (b - a).dt.total_microseconds() / 86_400e6, "Days from the first to the second, with fractions.", "days_between(created, closed)"),
    "hours_between": Function((_DATE, _DATE), "number", lambda a, b: (b - a).dt.total_microseconds() / 3_600e6, "Hours from the first to the second, with fractions.", "hours_between(created, closed)"),
    "add_days": Function((_DATE, _NUMBER), "date", lambda a, b: a + pl.duration(microseconds=(b * 86_400e6).cast(pl.Int64)), "So many days later.", "add_days(created, 3)"),
    "add_hours": Function((_DATE, _NUMBER), "date", lambda a, b: a + pl.duration(microseconds=(b * 3_600e6).cast(pl.Int64)), "So many hours later.", "add_hours(created, 12)"),
}  # fmt: skip
"""Functions by name."""


def kind_of(dtype: Any) -> Kind:
    """Return the kind of a column's values."""
    if dtype == pl.Boolean:
        return "boolean"
    if dtype.is_numeric():
        return "number"
    if isinstance(dtype, pl.Date | pl.Datetime):
        return "date"
    if dtype == pl.Null:
        return "nothing"
    return "duration" if isinstance(dtype, pl.Duration) else "text"
