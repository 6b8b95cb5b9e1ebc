"""Working time is what walking through the calendar gives, on both engines, whenever clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mindzie.core.calendar import WorkingCalendar
from mindzie.core.calendar_time import working_time
from mindzie.core.errors import SettingError
from mindzie.core.log import EventLog
from mindzie.core.moments import microseconds_of
from tests.properties.logs import ENGINES, START, Event, built
from tests.properties.working import QUARTER, Walker

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",  # clocks changed at midnight
    "Australia/Lord_Howe",  # by half an hour
    "Asia/Kathmandu",
    "Pacific/Apia",  # left out a day
    "Africa/Casablanca",
)
TURNS = (
    "2018-11-04", "2024-03-31", "2024-10-27", "2024-03-10", "2024-11-03", "2024-04-07", "2024-10-06", "2011-12-30", "2024-12-25",
    "2023-12-31", "2024-02-29",
)  # fmt: skip
LOGS = {engine: built([Event("1", "A", START, START, 1)], engine) for engine in ENGINES}


@st.composite
def hours(draw: Any) -> str:
    """Return up to three intervals of a day, at quarters of an hour."""
    marks = sorted(draw(st.sets(st.integers(0, 96), max_size=6)))
    pairs = zip(marks[::2], marks[1::2], strict=False)
    return ", ".join(
        f"{a // 4}:{a % 4 * 15:02}-{b // 4}:{b % 4 * 15:02}" for a, b in pairs if a < b
    )


days = st.sampled_from(TURNS).map(datetime.fromisoformat)
dates = st.builds(lambda day, on: (day + timedelta(days=on)).date(), days, st.integers(-3, 3))
places = st.sampled_from([(None, None), ("DE", "BY"), ("US", None), ("US", "CA"), ("WS", None)])
calendars = st.builds(
    lambda week, place, closed, extra, zone: WorkingCalendar(
        hours=week,
        country=place[0],
        region=place[1],
        closures=closed - extra,
        extra_days=extra,
        time_zone=zone,
    ),
    week=st.lists(hours(), min_size=7, max_size=7).filter(any),
    place=places,
    closed=st.sets(dates, max_size=3),
    extra=st.sets(dates, max_size=3),
    zone=st.sampled_from([None, *ZONES]),
)


@st.composite
def moments(draw: Any) -> list[tuple[int | None, int | None]]:
    """Return pairs of moments of some days, any microsecond or the quarters of an hour, in any order."""
    day = int(draw(days).replace(tzinfo=UTC).timestamp()) * 1_000_000
    anywhere = st.integers(-3 * 96 * QUARTER, 3 * 96 * QUARTER)
    quarters = st.integers(-3 * 96, 3 * 96).map(lambda place: place * QUARTER)
    moment = st.one_of(st.none(), anywhere, quarters)
    pairs = draw(st.lists(st.tuples(moment, moment), max_size=4))
    return [tuple(part if part is None else day + part for part in pair) for pair in pairs]


def worked(
    log: EventLog, calendar: WorkingCalendar, pairs: list[tuple[int | None, int | None]]
) -> list[int | None]:
    rows = pl.DataFrame(
        {"case": range(len(pairs)), "begin": [a for a, _ in pairs], "end": [b for _, b in pairs]},
        schema=dict.fromkeys(("case", "begin", "end"), pl.Int64),
    )
    frame = working_time(log, log.rel.engine.frame(rows), calendar, "begin", "end", name="worked")
    assert frame.collect_schema().names() == ["case", "begin", "end", "worked"]
    return log.collect(frame).sort("case")["worked"].to_list()


@settings(max_examples=100)
@given(calendar=calendars, pairs=moments())
def test_is_what_a_walk_finds(
    calendar: WorkingCalendar, pairs: list[tuple[int | None, int | None]]
) -> None:
    walker = Walker(calendar, "UTC")
    expected = [walker.between(*pair) for pair in pairs]
    for engine, log in LOGS.items():
        assert worked(log, calendar, pairs) == expected, engine


@pytest.mark.parametrize("zone", ZONES)
def test_a_year_of_work(zone: str) -> None:
    calendar = WorkingCalendar(
        hours={"mon-thu": "7-12, 12:30-16:15", "fri": "0-24", "sun": "1:30-3"},
        country="US",
        extra_days="2024-07-04",
        time_zone=zone,
    )
    begin = 1_672_614_000_000_123
    pairs = [(begin, begin + days * 86_400_000_000 + 77) for days in (0, 1, 90, 400)]
    walker = Walker(calendar, "UTC")
    expected = [walker.between(*pair) for pair in pairs]
    for engine, log in LOGS.items():
        assert worked(log, calendar, pairs) == expected, engine
        back = [(end, begin) for begin, end in pairs]
        assert worked(log, calendar, back) == [-time for time in expected], engine


@pytest.mark.parametrize("engine", ENGINES)
def test_the_whole_week_is_all_time(engine: str) -> None:
    always = WorkingCalendar(hours=["0-24"] * 7, time_zone="Australia/Lord_Howe")
    far = [datetime(year, 1, 1, tzinfo=UTC) for year in (1, 1850, 1969, 2024, 2300)]
    far = [microseconds_of(moment) for moment in [*far, datetime.max.replace(tzinfo=UTC)]]
    pairs = [(a, b) for a in far for b in far]
    assert worked(LOGS[engine], always, pairs) == [b - a for a, b in pairs]


def test_times_that_no_calendar_has_are_refused() -> None:
    with pytest.raises(SettingError, match="years 1 to 9999"):
        worked(LOGS["polars"], WorkingCalendar(), [(0, 10**18)])


@pytest.mark.parametrize("engine", ENGINES)
def test_holidays_of_all_years_count(engine: str) -> None:
    weekdays = WorkingCalendar(hours={"mon-sun": "9-17"}, country="DE")
    begin, end = (datetime(year, 1, 1, tzinfo=UTC).timestamp() * 10**6 for year in (1995, 2025))
    [done] = worked(LOGS[engine], weekdays, [(int(begin), int(end))])
    # nine a year, one less in 2008 (Ascension on 1 May), one more in 2017 (500 years of Reformation)
    free = 9 * 30
    assert done == (30 * 365 + 8 - free) * 8 * 3_600_000_000
