"""Marked field types: what a form offers, and what is checked against the log.

A field says what it is by its type, once. The marker travels in the JSON schema under
``x-mindzie``, where forms read it, and is used by the check of an operation's settings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import CoreSchema

from mindzie.core.date_texts import iso_date
from mindzie.core.words import count, typed

AttributeType = Literal["text", "number", "boolean", "date", "duration"]
Level = Literal["case", "event"]
Period = Literal["hour", "day", "week", "month", "quarter", "year"]
Occurrence = Literal["first", "last"]
Aggregation = Literal[
    "count",
    "distinct",
    "sum",
    "mean",
    "median",
    "min",
    "max",
    "std",
    "p10",
    "p25",
    "p75",
    "p90",
    "p95",
    "p99",
    "first",
    "last",
    "mode",
]
"""How many values become one. ``p90`` is the 90th percentile (linear interpolation)."""

ATTRIBUTE_TYPES: tuple[AttributeType, ...] = get_args(AttributeType)
MICROSECONDS = {
    "us": 1,
    "ms": 1_000,
    "s": 1_000_000,
    "min": 60_000_000,
    "h": 3_600_000_000,
    "d": 86_400_000_000,
    "w": 604_800_000_000,
}
DurationUnit = Literal["s", "min", "h", "d", "w"]


@dataclass(frozen=True)
class Pick:
    """Marks a setting that names something of the log.

    Parameters
    ----------
    what : str
        ``"activity"``, ``"attribute"``, ``"value"``, ``"variant"`` or ``"case"``.
    types : tuple of str
        For attributes: the types allowed, none meaning any.
    level : str, optional
        For attributes: ``"case"`` or ``"event"``.
    of : str, optional
        For values: the setting that names their attribute.
    """

    what: Literal["activity", "attribute", "value", "variant", "case"]
    types: tuple[AttributeType, ...] = ()
    level: Level | None = None
    of: str | None = None

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Write the marker into the JSON schema."""
        schema = handler(core_schema)
        mark: dict[str, Any] = {"pick": self.what}
        if self.types:
            mark["types"] = list(self.types)
        if self.level:
            mark["level"] = self.level
        if self.of:
            mark["of"] = self.of
        schema["x-mindzie"] = mark
        return schema


def as_tuple(value: Any) -> Any:
    """Return one value as a tuple of one, and any other sequence as a tuple."""
    if isinstance(value, str | int | float | bool):
        return (value,)
    if isinstance(value, Iterable) and not isinstance(value, tuple | list | dict):
        return tuple(value)
    return value


Activity = Annotated[str, Pick("activity")]
Activities = Annotated[
    tuple[str, ...], Pick("activity"), BeforeValidator(as_tuple), Field(min_length=1)
]
AttributeName = Annotated[str, Pick("attribute")]
AttributeNames = Annotated[tuple[str, ...], Pick("attribute"), BeforeValidator(as_tuple)]
CaseAttributeName = Annotated[str, Pick("attribute", level="case")]
EventAttributeName = Annotated[str, Pick("attribute", level="event")]
NumericAttributeName = Annotated[str, Pick("attribute", types=("number", "duration", "boolean"))]
TextAttributeName = Annotated[str, Pick("attribute", types=("text",))]
DateAttributeName = Annotated[str, Pick("attribute", types=("date",))]
DurationAttributeName = Annotated[str, Pick("attribute", types=("duration",))]
Scalar = bool | int | float | str
Values = Annotated[tuple[Scalar, ...], Pick("value", of="attribute"), BeforeValidator(as_tuple)]
Share = Annotated[float, Field(ge=0, le=1)]

_UNITS = {
    "us": "us", "ms": "ms", "s": "s", "sec": "s", "second": "s", "seconds": "s", "min": "min", "minute": "min", "minutes": "min",
    "h": "h", "hour": "h", "hours": "h", "d": "d", "day": "d", "days": "d", "w": "w", "week": "w", "weeks": "w",
}  # fmt: skip
_PART = re.compile(r"(-?\d+(?:\.\d+)?)\s*([a-z]+)", re.IGNORECASE)
_LONGEST = 200
_MOST = 2**63 - 1
"""Microseconds that columns of durations hold."""
_MICROSECOND = timedelta(microseconds=1)
_timedelta: TypeAdapter[timedelta] = TypeAdapter(timedelta)


def _words_to_timedelta(text: str) -> timedelta | None:
    if len(text) > _LONGEST:
        message = (
            f"a duration of {count(len(text))} letters is too long: write one such as '3 d 4 h'"
        )
        raise ValueError(message)
    parts = _PART.findall(text)
    if not parts or _PART.sub("", text).strip(" ,"):
        return None
    total = Decimal()
    for number, unit in parts:
        if unit.lower() not in _UNITS:
            return None
        total += Decimal(number) * MICROSECONDS[_UNITS[unit.lower()]]
    if abs(total) > _MOST:
        raise _too_long(text)
    return timedelta(microseconds=round(total))


def _too_long(value: Any) -> ValueError:
    most = count(_MOST // MICROSECONDS["d"])
    message = f"{value!r:.80} is too long: a duration is at most {most} days"
    return ValueError(message)


_DURATION_HINT = "write one such as '3 d 4 h', '90 min' or 'PT2H'; units are s, min, h, d and w"


def _duration_text(value: Any) -> str:
    if isinstance(value, str):
        said = _words_to_timedelta(value)
        value = value if said is None else said
    if isinstance(value, bool | int | float):
        message = f"{value!r} has no unit: {_DURATION_HINT}"
        raise ValueError(message)  # noqa: TRY004 - pydantic gathers value errors
    try:
        length = _timedelta.validate_python(value)
    except ValidationError:
        message = f"{value!r:.80} is no duration: {_DURATION_HINT}"
        raise ValueError(message) from None
    if abs(length // _MICROSECOND) > _MOST:
        raise _too_long(value)
    return str(_timedelta.dump_python(length, mode="json"))


class Length:
    """Marks a setting that is a duration."""


Duration = Annotated[
    str,
    Length(),
    BeforeValidator(_duration_text),
    Field(json_schema_extra={"x-mindzie": {"pick": "duration"}}),
]
"""A length of time: ``"3 d 4 h"``, ISO 8601 ``"PT2H"`` or a timedelta; kept as ISO 8601 text."""


def as_typed(duration: str, longest: Literal["d", "h"] = "d") -> str:
    """Return the friendliest text that is read as the same duration.

    Parameters
    ----------
    duration : str
        A value of the type ``Duration``.
    longest : {"d", "h"}
        The longest unit to say.

    Returns
    -------
    str
        Such as ``"30 d"``; the value itself where words would not be exact.

    Examples
    --------
    >>> as_typed("P30D"), as_typed("PT1H30M")
    ('30 d', '1 h 30 min')
    """
    said = typed(microseconds(duration), longest=longest)
    return said if len(said) <= _LONGEST and _duration_text(said) == duration else duration


def microseconds(duration: str) -> int:
    """Return a duration setting in microseconds.

    Parameters
    ----------
    duration : str
        A value of the type ``Duration``.

    Returns
    -------
    int
        Microseconds.

    Examples
    --------
    >>> microseconds("PT2H")
    7200000000
    """
    return _timedelta.validate_python(_duration_text(duration)) // _MICROSECOND


def _date_text(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def _check_date(text: str) -> str:
    return iso_date(text)


Date = Annotated[
    str,
    BeforeValidator(_date_text),
    AfterValidator(_check_date),
    Field(json_schema_extra={"x-mindzie": {"pick": "date"}}),
]
"""A date or point in time, ISO 8601; without an offset it is in the log's time zone."""
