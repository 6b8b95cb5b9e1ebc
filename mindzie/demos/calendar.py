"""Working time in Germany: holidays, opening hours, and the way between clock time and working time.

The axis counts seconds since ``ORIGIN`` in UTC. Shifts open and close on quarters of an hour, so both ways are table
look-ups by quarter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from mindzie.demos.process import DAY, Shift

TIME_ZONE = "Europe/Berlin"
COUNTRY = "Germany"
ORIGIN = datetime(2023, 12, 31, tzinfo=UTC)
FIRST_DAY = date(2024, 1, 1)
LAST_DAY = date(2025, 6, 30)
AXIS_DAYS = 910  # beyond the last day, so that work which the log no longer shows still has a place
QUARTER = 900
SLOTS = AXIS_DAYS * DAY // QUARTER

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def easter(year: int) -> date:
    """Return Easter Sunday of a year (Gauss's rule as completed by Lichtenberg).

    Parameters
    ----------
    year : int
        From 1583 on.

    Returns
    -------
    date
        Easter Sunday in the Gregorian calendar.

    Examples
    --------
    >>> easter(2025)
    datetime.date(2025, 4, 20)
    """
    century = year // 100
    lunar = 15 + (3 * century + 3) // 4 - (8 * century + 13) // 25
    solar = 2 - (3 * century + 3) // 4
    golden = year % 19
    moon = (19 * golden + lunar) % 30
    full = 21 + moon - (moon + golden // 11) // 29
    sunday = 7 - (year + year // 4 + solar) % 7
    return date(year, 3, 1) + timedelta(days=full + 7 - (full - sunday) % 7 - 1)


def holidays(year: int) -> tuple[date, ...]:
    """Return the days off of a year: Germany's nationwide public holidays, 24 and 31 December.

    Parameters
    ----------
    year : int
        From 1990 on, the year since which 3 October is one.

    Returns
    -------
    tuple of date
        In order.

    Examples
    --------
    >>> len(holidays(2024))
    11
    """
    moving = tuple(easter(year) + timedelta(days=days) for days in (-2, 1, 39, 50))
    fixed = tuple(
        date(year, month, day)
        for month, day in ((1, 1), (5, 1), (10, 3), (12, 24), (12, 25), (12, 26), (12, 31))
    )
    return tuple(sorted(moving + fixed))


@dataclass(frozen=True, slots=True)
class LocalTime:
    """Local date and time of every quarter on the axis; a day's offset is the one at noon."""

    day: Ints
    quarter: Ints
    weekday: Ints
    month: Ints
    holiday: Flags


@cache
def local_time() -> LocalTime:
    """Return the local time of every quarter on the axis."""
    zone = ZoneInfo(TIME_ZONE)
    days = [ORIGIN.date() + timedelta(days=number) for number in range(AXIS_DAYS)]
    noon = [datetime.combine(day, time(12), zone).utcoffset() or timedelta() for day in days]
    offset = np.array([int(shift.total_seconds()) for shift in noon], dtype=np.int64) // QUARTER
    slots = np.arange(SLOTS, dtype=np.int64)
    local = slots + np.repeat(offset, DAY // QUARTER)
    day = np.minimum(local // (DAY // QUARTER), AXIS_DAYS - 1)
    off = {holiday for year in range(days[0].year, days[-1].year + 1) for holiday in holidays(year)}
    return LocalTime(
        day=day,
        quarter=local % (DAY // QUARTER),
        weekday=np.array([item.weekday() for item in days], dtype=np.int64)[day],
        month=np.array([item.month for item in days], dtype=np.int64)[day],
        holiday=np.array([item in off for item in days])[day],
    )


def seconds_at(day: date) -> int:
    """Return the place on the axis of a local day's beginning."""
    began = datetime.combine(day, time(), ZoneInfo(TIME_ZONE))
    return int((began - ORIGIN).total_seconds())


def month_start(number: int) -> int:
    """Return the place on the axis at which the month of that number (0 is the first) begins."""
    years, month = divmod(FIRST_DAY.month - 1 + number, 12)
    return seconds_at(date(FIRST_DAY.year + years, month + 1, 1))


@cache
def open_slots(shift: Shift) -> Flags:
    """Return which quarters of the axis a shift works in."""
    local = local_time()
    hours = np.zeros(DAY // QUARTER, dtype=np.bool_)
    for begin, end in shift.hours:
        hours[round(begin * 4) : round(end * 4)] = True
    works: Flags = hours[local.quarter] & np.isin(local.weekday, shift.weekdays)
    return works & ~local.holiday if shift.holidays_off else works


class Calendar:
    """The shifts of one team, as tables from clock time to working time and back."""

    def __init__(self, shifts: tuple[Shift, ...]) -> None:
        opened = [open_slots(shift) for shift in shifts]
        self.shifts = len(shifts)
        self._opened = np.concatenate(opened)
        self._before = np.concatenate([(np.cumsum(works) - works) * QUARTER for works in opened])
        found = [np.flatnonzero(works) for works in opened]
        self._size = min(map(len, found))
        self._slot = np.concatenate([slots[: self._size] for slots in found]) * QUARTER
        self.weekly = (
            np.mean(
                [works[: SLOTS // 672 * 672].reshape(-1, 672).sum(axis=1) for works in opened],
                axis=0,
            )
            * QUARTER
        )

    def place(self, arrival: Ints, wait: Ints, work: Ints, shift: Ints) -> tuple[Ints, Ints]:
        """Return start and completion on the clock of work that arrives, waits and is done in working seconds."""
        slot = np.minimum(arrival // QUARTER, SLOTS - 1)
        key = slot + shift * SLOTS
        begun = self._before[key] + (arrival - slot * QUARTER) * self._opened[key] + wait
        return self._clock(begun, shift), self._clock(begun + work - 1, shift) + 1

    def _clock(self, worked: Ints, shift: Ints) -> Ints:
        quarter = worked // QUARTER
        inside = np.minimum(quarter, self._size - 1)
        clock: Ints = self._slot[inside + shift * self._size] + (worked - quarter * QUARTER)
        return clock
