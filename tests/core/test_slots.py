"""Slots of schedules: days on which clocks change, what was missed, and what comes next."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mindzie.core.errors import SettingError
from mindzie.core.slots import LATE, MOST, Cron, Missed

BERLIN = "Europe/Berlin"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FIELDS = (
    st.sampled_from(["*", "*/7", "0", "30", "15,45", "10-20/5"]),
    st.sampled_from(["*", "*/2", "0", "1", "2", "1,2,3", "0-5", "0-23"]),
    st.sampled_from(["*", "1", "L", "29-31"]),
    st.sampled_from(["*", "3,10"]),
    st.sampled_from(["*", "SUN", "MON-FRI", "7#1"]),
)
CHANGES = [
    ("UTC", datetime(2026, 1, 1, tzinfo=UTC)),
    (BERLIN, datetime(2026, 3, 29, 1, tzinfo=UTC)),
    (BERLIN, datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC)),
    ("America/Santiago", datetime(2026, 9, 6, 4, tzinfo=UTC)),
    ("Asia/Beirut", datetime(2026, 3, 28, 22, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 6, 1, tzinfo=UTC)),
]
"""Zones, and moments at which clocks change in most."""
around_changes = st.tuples(
    st.sampled_from(CHANGES), st.integers(-36 * 3600, 36 * 3600), st.integers(0, 48 * 60)
)
crons = st.tuples(*FIELDS).map(" ".join)


def _local(slots: list[datetime], zone: str) -> list[str]:
    return [f"{slot.astimezone(ZoneInfo(zone)):%d %H:%M%z}" for slot in slots]


def test_a_time_that_does_not_exist_happens_when_the_clock_has_jumped() -> None:
    before = datetime(2026, 3, 27, 12, tzinfo=UTC)
    assert _local(Cron("30 2 * * *", BERLIN).upcoming(3, before), BERLIN) == [
        *("28 02:30+0100", "29 03:00+0200", "30 02:30+0200")
    ]
    both = Cron("0,30 2 * * *", BERLIN).upcoming(4, before)
    assert _local(both, BERLIN)[2:] == ["29 03:00+0200", "30 02:00+0200"]


def test_a_time_that_exists_twice_happens_once() -> None:
    before = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert _local(Cron("30 2 * * *", BERLIN).upcoming(2, before), BERLIN) == [
        *("25 02:30+0200", "26 02:30+0100")
    ]
    between = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 2:10 for the second time
    assert _local(Cron("30 2 * * *", BERLIN).upcoming(1, between), BERLIN) == ["26 02:30+0100"]


@pytest.mark.parametrize(("moment", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25)])
def test_every_hour_is_every_hour_that_passes(moment: tuple[int, int, int], hours: int) -> None:
    begin = datetime(*moment, tzinfo=ZoneInfo(BERLIN)).astimezone(UTC)
    found = Cron("0 * * * *", BERLIN).latest(begin, begin + hours * HOUR)
    assert found == [begin + number * HOUR for number in range(1, hours + 1)]


def _reference(minutes: set[int], hours: set[int], zone: str, begin: datetime) -> list[datetime]:
    """Return what a plain reading of cron gives for times of the day, in the three days around a moment."""
    found = set()
    day = begin.astimezone(ZoneInfo(zone)).date() - DAY
    for ahead, hour, minute in itertools.product(range(4), sorted(hours), sorted(minutes)):
        at = datetime.combine(day + ahead * DAY, datetime.min.time())
        at += hour * HOUR + minute * MINUTE
        while (there := at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC).astimezone(
            ZoneInfo(zone)
        ).replace(tzinfo=None) != at:
            at += MINUTE
        found.add(there.astimezone(UTC))
    return sorted(found)


@given(
    st.sets(st.integers(0, 59), min_size=1, max_size=3),
    st.sets(st.integers(0, 23), min_size=1, max_size=4),
    around_changes,
)
@settings(max_examples=60)
def test_times_of_the_day_are_what_a_plain_reading_gives(
    minutes: set[int], hours: set[int], around: tuple[tuple[str, datetime], int, int]
) -> None:
    (zone, change), seconds, length = around
    begin = change + timedelta(seconds=seconds)
    until = begin + length * MINUTE
    text = f"{','.join(map(str, minutes))} {','.join(map(str, hours))} * * *"
    wanted = [slot for slot in _reference(minutes, hours, zone, begin) if begin < slot <= until]
    assert Cron(text, zone).latest(begin, until, 1000) == wanted


@given(crons, around_changes, st.integers(0, 10_000))
@settings(max_examples=60)
def test_where_one_begins_to_look_makes_no_difference(
    text: str, around: tuple[tuple[str, datetime], int, int], earlier: int
) -> None:
    (zone, change), seconds, length = around
    begin = change + timedelta(seconds=seconds)
    until, cron = begin + length * MINUTE, Cron(text, zone)
    found = cron.latest(begin, until, 3000)
    assert found == sorted(set(found))
    assert all(begin < slot <= until for slot in found)
    longer = cron.latest(begin - earlier * MINUTE, until, 20_000)
    assert [slot for slot in longer if slot > begin] == found
    assert cron.latest(begin, until, 3) == found[-3:]
    cut = begin + (until - begin) / 3
    assert cron.latest(begin, cut, 3000) + cron.latest(cut, until, 3000) == found
    if found:
        assert next(cron.after(begin)) == found[0]


@given(
    st.sampled_from(["* * * * *", "*/5 * * * *", "0 6 * * *"]),
    st.lists(st.integers(1, 900), min_size=1, max_size=20),
)
@settings(max_examples=40)
def test_all_slots_are_due_once_however_often_one_looks(text: str, looks: list[int]) -> None:
    cron, begin = Cron(text), datetime(2026, 5, 1, 0, 0, 30, tzinfo=UTC)
    now, first = begin, next(cron.after(begin))
    found = []
    for minutes in looks:
        now += min(minutes, MOST) * MINUTE
        if now >= first:
            found += cron.due(first, now, "all")
            first = next(cron.after(now))
    assert found == cron.latest(begin, now, 10_000)


@pytest.mark.parametrize(
    ("missed", "late", "wanted"),
    [
        ("all", timedelta(), ["08", "09", "10"]),
        ("last", timedelta(), ["10"]),
        ("last", 30 * MINUTE, ["10"]),
        ("skip", LATE, ["10"]),
        ("skip", LATE + timedelta(seconds=1), []),
    ],
)
def test_missed_slots_by_policy(missed: Missed, late: timedelta, wanted: list[str]) -> None:
    first = datetime(2026, 5, 1, 8, tzinfo=UTC)
    found = Cron("0 * * * *").due(first, first + 2 * HOUR + late, missed)
    assert [f"{slot:%H}" for slot in found] == wanted


def test_of_very_many_missed_slots_the_latest_are_caught_up_with() -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC)
    found = Cron("* * * * *").due(now - 900 * DAY, now, "all")
    assert found == [now - number * MINUTE for number in range(MOST - 1, -1, -1)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0 6 * * MOM", "day of the week 'MOM'.*Did you mean 'MON'"),
        ("0 6 * JUNE *", "month 'JUNE'.*Did you mean 'JUN'"),
        ("61 * * * *", "minute '61'.*0 to 59"),
        ("0 5-1 * * *", "hour '5-1'"),
        ("@daily", r"five fields.*has 1\. Did you mean '0 0 \* \* \*'"),
        ("0 0 0 6 * *", "has 6"),
        ("", "has 0"),
        ("0 0 30 2 *", "never comes"),
    ],
)
def test_what_is_no_cron_is_refused(text: str, said: str) -> None:
    with pytest.raises(SettingError, match=said):
        Cron(text)


def test_a_zone_that_is_none_is_refused() -> None:
    with pytest.raises(SettingError, match="Did you mean 'Europe/Berlin'"):
        Cron("0 6 * * *", "Europe/Berln")


def test_it_says_what_it_is() -> None:
    assert Cron("0 6 * * MON-FRI", BERLIN).words == "At 06:00 on Monday through Friday"
