"""Working calendars: the hours in which work is done, as a value."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from mindzie.core.calendar_holidays import country_code, region_code
from mindzie.core.calendar_hours import intervals, week, week_said
from mindzie.core.date_texts import iso_date
from mindzie.core.errors import SettingError, nearest
from mindzie.core.limits import refuse_excess, shortened
from mindzie.core.refusals import spoken
from mindzie.core.settings import as_tuple
from mindzie.core.zones import zone_named

_MOST_DATES: Final = 5_000
_HOUR: Final = 60
_OFFICE: Final = week("9-17")


def _days(value: Any) -> Any:
    if isinstance(value, date):
        value = (value,)
    return tuple(day.isoformat() if isinstance(day, date) else day for day in as_tuple(value))


def _dates(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({_day(text) for text in texts}))


def _day(text: str) -> str:
    day = iso_date(text)
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        message = f"{shortened(text)} is no day: write one such as '2025-12-24'"
        raise ValueError(message) from None


def _zone(name: str | None) -> str | None:
    return None if name is None else zone_named(name)


Dates = Annotated[
    tuple[str, ...],
    BeforeValidator(_days),
    AfterValidator(_dates),
    Field(max_length=_MOST_DATES),
]
"""Days, as ISO 8601 texts or dates; kept in order, each once."""


class WorkingCalendar(BaseModel):
    """The hours in which work is done; a duration with a calendar counts these alone.

    Figures of working time are marked: ``3 wd 4 wh`` is three working days and four hours. A working day is as long as each of the
    calendar's is; where they differ, hours alone are said, such as ``28 wh``. In settings a unit keeps its length with a calendar:
    ``"1 d"`` is 24 hours, which are three working days of 8 hours.

    Raises
    ------
    SettingError
        Where a setting is unknown, or no day has hours.

    Examples
    --------
    >>> office = WorkingCalendar(hours={"mon-thu": "8-12, 13-17", "fri": "8-14:30"}, country="DE", region="Bayern")
    >>> print(office)
    Mon-Thu 8-12, 13-17; Fri 8-14:30; holidays of DE-BY
    >>> WorkingCalendar(hours="17-9")
    Traceback (most recent call last):
    mindzie.core.errors.SettingError: working calendar: hours: '17-9' ends before it begins: write such as '9-17', a night shift as '17-24' and, on the next day, '0-9'
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_extra={"x-mindzie": {"pick": "calendar", "hours": list(_OFFICE)}},
    )

    hours: Annotated[tuple[str, ...], BeforeValidator(week)] = _OFFICE
    """Local hours of each weekday, Monday first, such as ``"8-12, 13-17:30"``; an empty text is a free day. May be given as one text
    for Monday to Friday, or by weekday: ``{"mon-thu": "8-17", "fri": "8-14"}``."""
    country: str | None = None
    """Whose public holidays are free: an ISO 3166 code such as ``"DE"``; none means no holidays."""
    region: str | None = None
    """Part of the country with holidays of its own: its code such as ``"BY"``, or its name."""
    closures: Dates = ()
    """More days that are free."""
    extra_days: Dates = ()
    """Days on which work is done though they would be free, holidays too; where their weekday has no hours, those of the first
    weekday that has some."""
    time_zone: str | None = None
    """IANA name of the zone of the hours; none means the log's."""

    def __init__(self, **settings: Any) -> None:
        try:
            refuse_excess(settings)
            super().__init__(**settings)
        except ValidationError as error:
            raise SettingError(_explain(error)) from None
        except ValueError as error:
            message = f"working calendar: {error}"
            raise SettingError(message) from None

    @model_validator(mode="before")
    @classmethod
    def _known(cls, settings: Any) -> Any:
        """Write country and region by their codes."""
        if not isinstance(settings, dict) or not isinstance(settings.get("country"), str):
            return settings
        country = country_code(settings["country"])
        region = settings.get("region")
        known = region_code(country, region) if isinstance(region, str) else region
        return {**settings, "country": country, "region": known}

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.region is not None and self.country is None:
            message = f"region {self.region!r} needs a country"
            raise ValueError(message)
        both = sorted({*self.closures} & {*self.extra_days})
        if both:
            message = f"{both[0]} is in closures and in extra_days: take it out of one"
            raise ValueError(message)
        _zone(self.time_zone)
        return self

    @property
    def unit(self) -> str:
        """Unit of durations in seconds of working time: ``"ws/28800"`` where all working days have so many, else ``"ws"``."""
        lengths = {sum(end - begin for begin, end in intervals(day)) for day in self.hours if day}
        [minutes, *others] = lengths
        return "ws" if others or minutes < _HOUR else f"ws/{minutes * _HOUR}"

    def zone(self, log_zone: str) -> str:
        """Return the time zone of the hours.

        Parameters
        ----------
        log_zone : str
            That of the log, where the calendar has none.

        Returns
        -------
        str
            IANA name.
        """
        return self.time_zone or log_zone

    def __str__(self) -> str:
        """Say it in one line."""
        parts = [
            "; ".join(f"{days.title()} {hours}" for days, hours in week_said(self.hours).items())
        ]
        if self.country:
            place = f"{self.country}-{self.region}" if self.region else self.country
            parts.append(f"holidays of {place}")
        counted = (("closed", self.closures), ("extra", self.extra_days))
        parts += [
            f"{len(days)} {word} day{'s' * (len(days) > 1)}" for word, days in counted if days
        ]
        return "; ".join([*parts, *([self.time_zone] if self.time_zone else [])])

    def __repr__(self) -> str:
        """Return Python that makes an equal value."""
        shown = {
            name: getattr(self, name)
            for name, field in type(self).model_fields.items()
            if getattr(self, name) != field.default
        }
        if "hours" in shown:
            said = week_said(self.hours)
            shown["hours"] = said["mon-fri"] if [*said] == ["mon-fri"] else said
        settings = ", ".join(f"{name}={value!r}" for name, value in shown.items())
        return f"mz.WorkingCalendar({settings})"


def _explain(error: ValidationError) -> str:
    lines = []
    for item in error.errors(include_url=False):
        where = ".".join(str(part) for part in item["loc"])
        if item["type"] == "extra_forbidden":
            fields = WorkingCalendar.model_fields
            close = nearest(where, fields)
            hint = f"Did you mean {close[0]!r}?" if close else f"It has: {', '.join(fields)}."
            lines.append(f"A working calendar has no setting {shortened(where)}. {hint}")
        else:
            lines.append(f"working calendar: {spoken(item)}")
    return "\n".join(lines)
