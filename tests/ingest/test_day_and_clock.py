"""Dates and times of day in two columns: found out, told, and joined when that is said."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import mindzie as mz
from mindzie.core.errors import SettingError, SourceError
from mindzie.ingest.day_and_clock import clocks_of, joined

BASE = {"case": ["1", "1", "2"], "activity": ["Ask", "Pay", "Ask"]}
TEXTS = {"Date": ["13.02.2024", "13.02.2024", "14.02.2024"], "Time": ["9:30", "08:15:30", "23:59"]}
DAYS = pl.Series([date(2024, 2, 13), date(2024, 2, 13), date(2024, 2, 14)])
READ = ["2024-02-13 09:30:00", "2024-02-13 08:15:30", "2024-02-14 23:59:00"]


def times(log: mz.EventLog) -> list[str]:
    return sorted(
        str(each) for each in log.events.to_polars()["timestamp"].dt.replace_time_zone(None)
    )


@pytest.mark.parametrize(
    ("day", "clock"),
    [
        (TEXTS["Date"], TEXTS["Time"]),
        (["13.02.2024 00:00", "13.02.2024 00:00", "14.02.2024 00:00"], TEXTS["Time"]),
        (["20240213", "20240213", "20240214"], ["093000", "081530", "235900"]),
        (["20240213", "20240213", "20240214"], [93000, 81530, 235900]),
        (["2/13/2024 12:00:00 AM"] * 2 + ["2/14/2024 12:00:00 AM"], ["9:30 AM", "8:15:30 AM", "11:59 pm"]),
        (DAYS, ["1899-12-31 9:30", "1899-12-31 08:15:30", "1899-12-31 23:59:00"]),
        (DAYS, [datetime(1899, 12, 31, 9, 30, tzinfo=UTC), datetime(1899, 12, 31, 8, 15, 30, tzinfo=UTC), datetime(1899, 12, 31, 23, 59, tzinfo=UTC)]),
        (DAYS, [time(9, 30), time(8, 15, 30), time(23, 59)]),
        (DAYS, [timedelta(hours=9, minutes=30), timedelta(hours=8, minutes=15, seconds=30), timedelta(hours=23, minutes=59)]),
        (DAYS.cast(pl.Datetime("us")), TEXTS["Time"]),
    ],
)  # fmt: skip
def test_two_columns_are_one_time(day: list[Any], clock: list[Any]) -> None:
    frame = pl.DataFrame({**BASE, "Date": day, "Time": clock})
    log = mz.read(frame, timestamp=["Date", "Time"])
    assert times(log) == sorted(READ)
    assert log.roles["timestamp"] == "Date Time"
    assert [each.name for each in log.manifest.attributes if each.kind == "attribute"] == []
    assert mz.read(frame, mapping=log.manifest.source["mapping"], timestamp="Date Time").fingerprint == log.fingerprint  # fmt: skip


def test_a_date_alone_is_told_and_says_how_to_have_both() -> None:
    frame = pl.DataFrame({**BASE, **TEXTS})
    (found,) = (each for each in mz.read(frame).readiness.findings if "day" in each.title)
    assert found.id == "separate_time_of_day"
    assert found.change == "Give timestamp=['Date', 'Time'] to read both together."
    said = eval(found.change.split("timestamp=")[1].split(" to ")[0])
    whole = mz.read(frame, timestamp=said)
    assert not {"separate_time_of_day", "midnight_timestamps"} & {
        f.id for f in whole.readiness.findings
    }
    suggested = mz.suggest(frame)
    assert suggested.clocks == {"timestamp": "Time"}
    assert "Time the time of day: both are the timestamp" in str(suggested)
    assert mz.read(frame, mapping=suggested.mapping).fingerprint == whole.fingerprint


def test_spans_that_are_called_times_are_times_of_day() -> None:
    spans = [timedelta(hours=9, minutes=30), None, timedelta(hours=23)]
    frame = pl.DataFrame({**BASE, "Date": DAYS, "Time": spans, "Effort": spans})
    assert mz.suggest(frame).clocks == {"timestamp": "Time"}
    (told,) = (f for f in mz.read(frame).readiness.findings if f.id == "separate_time_of_day")
    assert told.sample[0]["Time"] == "09:30:00"
    beyond = frame.with_columns(pl.col("Time") + pl.duration(days=1))
    assert mz.suggest(beyond).clocks == {}


def test_where_nothing_tells_the_time_the_question_names_both_columns() -> None:
    frame = pl.DataFrame({**BASE, "BUDAT": ["20240213"] * 3, "Uhrzeit": ["093000"] * 3})
    with pytest.raises(SourceError, match=r"timestamp=\['BUDAT', 'Uhrzeit'\]\)"):
        mz.read(frame)


def test_start_and_end_of_one_day_share_its_column(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("case,activity,Day,From,To\n1,Ask,2024-02-13,8:00,9:10\n")
    log = mz.read(tmp_path / "log.csv", start=["Day", "From"], timestamp=["Day", "To"])
    assert times(log) == ["2024-02-13 09:10:00"]
    assert log.roles["start"] == "Day From"


def test_a_row_without_either_is_kept_aside_as_the_source_has_it() -> None:
    frame = pl.DataFrame({**BASE, "Date": TEXTS["Date"], "Time": ["9:30", None, " "]})
    log = mz.read(frame, timestamp=["Date", "Time"])
    assert log.rejected["reason"].to_list() == ["no timestamp", "no timestamp"]
    assert log.rejected["Date"].to_list() == TEXTS["Date"][1:]


def test_moments_beyond_the_calendar_are_no_days_and_no_clocks() -> None:
    far = pl.Series([10**18, 10**18 + 5, None]).cast(pl.Datetime("us"))
    frame = pl.DataFrame({**BASE, "when": DAYS.cast(pl.Datetime("us", "Asia/Tokyo")), "far": far})
    assert mz.suggest(frame).clocks == {}
    for days in (far, pl.Series([2**31 - 1, -(2**31), None]).cast(pl.Int32).cast(pl.Date)):
        with pytest.raises(SourceError, match="No row of the frame can be used"):
            mz.read(frame.with_columns(far=days), timestamp=["far", "when"])


@pytest.mark.parametrize(
    "odd",
    [
        pl.Series([8, 9, 10]),
        pl.Series([None, None, None]),
        pl.Series(["", "x", "08:61"]),
        pl.Series([0.1, 0.2, float("nan")]),
        pl.Series([True, False, None]),
        pl.Series(["a", "b", "c"], dtype=pl.Categorical),
    ],
)
def test_what_is_no_time_of_day_is_kept_aside(odd: pl.Series) -> None:
    frame = pl.DataFrame({**BASE, "Date": DAYS, "Time": odd})
    assert mz.suggest(frame).clocks == {}
    with pytest.raises(SourceError, match="No row of the frame can be used"):
        mz.read(frame, timestamp=["Date", "Time"])


@pytest.mark.parametrize("said", [["Date"], ["Date", "Date"], ["Date", "Time", "Zone"], [1, 2]])
def test_other_than_two_columns_is_refused(said: list[Any]) -> None:
    with pytest.raises(SettingError, match="must be one column, or two"):
        mz.read(pl.DataFrame({**BASE, **TEXTS}), timestamp=said)


def test_each_date_gets_the_clock_that_is_called_like_it() -> None:
    head = pl.DataFrame(
        {"End time": ["9:00"], "Start time": ["8:00"], "Start date": ["2024-02-13"], "End date": ["2024-02-13"]}
    )  # fmt: skip
    assert clocks_of(head, {"timestamp": "End date", "start": "Start date"}) == {
        "timestamp": "End time",
        "start": "Start time",
    }
    assert joined(head["Start date"], head["Start time"]).to_list() == ["2024-02-13 8:00"]


def test_the_clock_of_a_spreadsheet_is_no_time_of_its_own() -> None:
    clocks = ["1899-12-31 09:30:00", "1899-12-31 08:15:30", "1899-12-31 23:59:00"]
    frame = pl.DataFrame({**BASE, "Time": clocks, "Date": TEXTS["Date"]})
    log = mz.read(frame)
    assert log.roles["timestamp"] == "Date"
    assert "separate_time_of_day" in {each.id for each in log.readiness.findings}
    none = frame.with_columns(Time=pl.lit("1900-01-01 00:00:00"))
    assert mz.suggest(none, timestamp="Date").clocks == {}
