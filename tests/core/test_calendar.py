"""A working calendar is a value: read from what people write, refused where it makes no sense."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import mindzie as mz
from mindzie.core.calendar_time import working_days
from mindzie.core.errors import MindzieError, SettingError
from mindzie.operations import filters, load

WEEK = {"mon-thu": "8-12, 13-17:30", "fri": "8-14"}
CALENDARS = [
    mz.WorkingCalendar(),
    mz.WorkingCalendar(hours="8-12,13-17"),
    mz.WorkingCalendar(hours=WEEK, country="DE", region="BY", time_zone="Europe/Berlin"),
    mz.WorkingCalendar(hours={"sun": "0-24"}, closures=["2025-12-24"], extra_days=["2025-12-25"]),
]


@pytest.mark.parametrize("calendar", CALENDARS, ids=str)
def test_round_trips(calendar: mz.WorkingCalendar) -> None:
    again = mz.WorkingCalendar(**json.loads(calendar.model_dump_json()))
    assert again == calendar
    assert hash(again) == hash(calendar)
    assert eval(repr(calendar), {"mz": mz}) == calendar
    step = filters.CaseDuration(min="2 h", calendar=calendar)
    assert load(json.loads(json.dumps(step.to_json()))) == step
    assert eval(repr(step), {"mz": mz, "filters": filters}) == step
    with pytest.raises(ValueError, match="frozen"):
        calendar.country = "FR"


def test_says_itself() -> None:
    assert str(CALENDARS[2]) == (
        "Mon-Thu 8-12, 13-17:30; Fri 8-14; holidays of DE-BY; Europe/Berlin"
    )
    assert str(CALENDARS[3]) == "Sun 0-24; 1 closed day; 1 extra day"
    assert repr(CALENDARS[1]) == "mz.WorkingCalendar(hours='8-12, 13-17')"
    assert repr(CALENDARS[0]) == "mz.WorkingCalendar()"


@pytest.mark.parametrize(
    "hours",
    ["9-17", "09:00-17:00", "13-17, 9-13", {"Monday-friday": "9\u201317"}, ["9-17"] * 5 + ["", ""]],
    ids=str,
)
def test_hours_are_written_in_many_ways(hours: Any) -> None:
    made = mz.WorkingCalendar(hours=hours)
    expected = mz.WorkingCalendar()
    assert made == expected or made.hours == ("9-13, 13-17",) * 5 + ("", "")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"hours": "17-9"}, "'17-9' ends before it begins: write such as '9-17', a night shift"),
        ({"hours": "9-13, 12-17"}, "counts 12 to 13 twice"),
        ({"hours": "9-25"}, "'9-25' is not within a day"),
        ({"hours": "9:75-10"}, "is not within a day"),
        ({"hours": "nine to five"}, "'nine to five' is no interval of hours"),
        ({"hours": ", ".join(["9-10"] * 13)}, "at most 12"),
        ({"hours": {}}, "no weekday has hours"),
        ({"hours": ["", "", "", "", "", "", ""]}, "no weekday has hours"),
        ({"hours": ["9-17"]}, "seven texts"),
        ({"hours": {"mon": 9}}, "9 is no text of hours"),
        ({"hours": {"mon-tue": "9-17", "tue": "9-12"}}, "tue is given twice"),
        ({"hours": {"fri-mon": "9-17"}}, "goes back in the week"),
        ({"hours": {"mom": "9-17"}}, "'mom' is no weekday: did you mean 'mon'"),
        ({"country": "Germny"}, "no country 'Germny'.*Did you mean 'DE' \\(Germany\\)"),
        ({"country": "DE", "region": "Bayer"}, "no region 'Bayer' in Germany.*'BY' \\(Bayern\\)"),
        ({"country": "DE", "region": "qqqq"}, "There are: 'Augsburg', 'BB'"),
        ({"region": "BY"}, "region 'BY' needs a country"),
        ({"closures": ["2025-02-30"]}, "'2025-02-30' is no date"),
        ({"closures": "2025-01-01", "extra_days": "2025-01-01"}, "is in closures and in extra_days"),
        ({"time_zone": "Europe/Berln"}, "no time zone 'Europe/Berln'.*'Europe/Berlin'"),
        ({"time_zone": "../etc/passwd"}, "no time zone"),
        ({"hour": "9-17"}, "no setting 'hour'.*Did you mean 'hours'"),
    ],
)  # fmt: skip
def test_refuses_what_makes_no_sense(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingError, match=said):
        mz.WorkingCalendar(**settings)
    with pytest.raises(SettingError, match=f"(?s)^case_duration: calendar: .*{said}"):
        filters.CaseDuration(calendar=settings)


@pytest.mark.parametrize("given", [3, "9-17", ["9-17"], True])
def test_a_calendar_is_no_text_or_number(given: Any) -> None:
    with pytest.raises(MindzieError, match="case_duration: calendar"):
        filters.CaseDuration(calendar=given)


def done(calendar: mz.WorkingCalendar, begin: str, end: str, zone: str = "UTC") -> float:
    """Return working hours by the table of days alone."""
    micro = [
        int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()) * 10**6
        for text in (begin, end)
    ]
    days = working_days(calendar, zone, *(moment // 86_400_000_000 for moment in micro))
    parts = zip(*(days[name] for name in days.columns if name != "_done"), strict=True)
    return sum(
        max(0, min(part[at + 1], micro[1]) - max(part[at], micro[0]))
        for part in parts
        for at in range(0, len(part), 2)
    ) / 3.6e9  # fmt: skip


OFFICE = mz.WorkingCalendar()


def test_examples_of_the_catalogue() -> None:
    assert done(OFFICE, "2025-01-10 17:00", "2025-01-13 09:00") == 0
    assert done(OFFICE, "2025-01-13 16:00", "2025-01-14 10:00") == 2


def test_clocks_that_change_make_nights_shorter_and_longer() -> None:
    night = mz.WorkingCalendar(hours={"mon-sun": "0-6"})
    assert done(night, "2025-03-30", "2025-03-31", "Europe/Berlin") == 5
    assert done(night, "2025-10-26", "2025-10-27", "Europe/Berlin") == 7
    assert done(night, "2025-10-27", "2025-10-28", "Europe/Berlin") == 6


def test_holidays_closures_and_extra_days() -> None:
    week = ("2025-12-22", "2025-12-29")  # Christmas on Thursday and Friday
    assert done(OFFICE, *week) == 5 * 8
    german = mz.WorkingCalendar(country="Germany")
    assert german.country == "DE"
    assert done(german, *week) == 3 * 8
    closed = mz.WorkingCalendar(country="DE", closures=date(2025, 12, 24))
    assert done(closed, *week) == 2 * 8
    extra = mz.WorkingCalendar(
        hours={"mon-thu": "9-17", "fri": "9-12"},
        country="DE",
        extra_days=[
            "2025-12-26",
            "2025-12-27",
        ],  # a holiday has its weekday's hours, Saturday those of Monday
    )
    assert done(extra, *week) == 3 * 8 + 3 + 8
    assert done(mz.WorkingCalendar(country="DE", region="Bayern"), "2025-01-06", "2025-01-07") == 0
    assert done(german, "2025-01-06", "2025-01-07") == 8


def test_hours_are_of_the_calendars_own_zone() -> None:
    tokyo = mz.WorkingCalendar(time_zone="Asia/Tokyo")
    assert tokyo.zone("Europe/Berlin") == "Asia/Tokyo"
    assert OFFICE.zone("Europe/Berlin") == "Europe/Berlin"
