"""Times in every writing, and what the readiness report says about them."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mindzie.core.errors import SettingError, SourceError
from mindzie.core.readiness import Finding, Readiness
from mindzie.ingest import source_table
from mindzie.ingest.raw import Hints
from mindzie.ingest.times import read_times

EPOCH, LAST = datetime.fromisoformat("1970-01-01"), datetime.fromisoformat("2100-01-01")


def log(times, **columns) -> pl.DataFrame:
    count = len(times)
    base = {"case": ["1"] * count, "activity": [f"a{i}" for i in range(count)], "time": times}
    return pl.DataFrame(base | columns, strict=False)


def read(times, **settings) -> list[str]:
    frame = source_table(log(times), timestamp="time", **settings).frame
    return frame["time"].cast(pl.Datetime("us")).dt.to_string("%Y-%m-%dT%H:%M:%S%.f").to_list()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2020-03-04T10:00:00.5+02:00", "2020-03-04T08:00:00.500"),
        ("2020-03-04 10:00Z", "2020-03-04T10:00:00"),
        ("2020-03-04 10:00:00 UTC", "2020-03-04T10:00:00"),
        ("25-03-2020 10:00:59", "2020-03-25T10:00:59"),
        ("29/2/2016 1:16", "2016-02-29T01:16:00"),
        ("3/14/2016 1:30 PM", "2016-03-14T13:30:00"),
        ("12/31/2016 23:59", "2016-12-31T23:59:00"),
        ("2016/03/04", "2016-03-04T00:00:00"),
        ("14.3.16 9:05", "2016-03-14T09:05:00"),
        ("14-Mar-2016 13:05", "2016-03-14T13:05:00"),
        ("Mar 14, 2016 1:05:06 PM", "2016-03-14T13:05:06"),
        ("20160314T101112Z", "2016-03-14T10:11:12"),
        ("20160314", "2016-03-14T00:00:00"),
        ("2016-03-14 10:11:12,345", "2016-03-14T10:11:12.345"),
        ("2016-03-14 10:11:12.345678901", "2016-03-14T10:11:12.345678"),
        ("2016-03-14 10:11:12.3456", "2016-03-14T10:11:12.345600"),
        (" 2016-03-14 10:11 ", "2016-03-14T10:11:00"),
        ("1600000000", "2020-09-13T12:26:40"),
        ("1600000000123", "2020-09-13T12:26:40.123"),
        ("1600000000123456", "2020-09-13T12:26:40.123456"),
        ("1600000000.5", "2020-09-13T12:26:40.500"),
        ("43831.25", "2020-01-01T06:00:00"),
        (1600000000123456789, "2020-09-13T12:26:40.123456"),
        (43832.5, "2020-01-02T12:00:00"),
    ],
)
def test_a_way_of_writing_times(written, meant) -> None:
    assert read([written]) == [meant]


def test_ways_may_be_mixed_in_one_column() -> None:
    times = ["2020-01-01T10:00:00+02:00", "2020-01-01T10:00:00Z", "2020-01-01 10:00", "1.2.2020"]
    assert read(times) == [
        "2020-01-01T08:00:00",
        "2020-01-01T10:00:00",
        "2020-01-01T10:00:00",
        "2020-02-01T00:00:00",
    ]
    found = source_table(log(times)).readiness.find("mixed_time_zones")
    assert (found.count, found.severity) == (2, "warning")
    assert [row["row"] for row in found.sample] == [3, 4]


@given(
    st.lists(
        st.datetimes(EPOCH, LAST),
        min_size=1,
        max_size=20,
    )
)
def test_any_times_survive_any_common_format(moments) -> None:
    for form in ("%Y-%m-%dT%H:%M:%S.%f", "%d.%m.%Y %H:%M:%S.%f", "%Y/%m/%d %H:%M:%S.%f+00:00"):
        texts = [moment.strftime(form) for moment in moments]
        table = source_table(log(texts), day_first=True)
        expected = [(moment - EPOCH) // timedelta(microseconds=1) for moment in moments]
        assert table.frame["time"].to_list() == expected


@given(
    st.lists(st.datetimes(EPOCH, LAST), min_size=1, max_size=8),
    st.sampled_from(["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%d.%m.%Y %H:%M "]),
    st.sampled_from(["Z", "+00:00", "+05:30", "-0330", "+02", "-11", "+23:59", "+24:00", "+01:75"]),
    st.lists(st.sampled_from(["", "soon", "2016-13-01T10:00:00", "2016-01-01", "10:00"])),
)
def test_an_offset_that_all_share_is_read_as_among_others(moments, form, offset, spoiled) -> None:
    texts = [moment.strftime(form) + offset for moment in moments] + [
        text + offset for text in spoiled
    ]
    alone, hints = pl.Series(texts), Hints(zone="UTC", day_first=True)
    among = pl.Series([*texts, moments[0].strftime(form) + "+01:00"])
    assert read_times(alone, hints).values.equals(read_times(among, hints).values.head(len(texts)))


@pytest.mark.parametrize("date_format", [None, "%Y-%m-%d %H:%M:%S,%f", "%Y-%m-%d %H:%M:%S,%f%z"])
def test_fractions_after_a_comma_are_fractions(date_format: str | None) -> None:
    tail = "+01:00" if date_format and "z" in date_format else ""
    texts = [f"2024-05-06 07:08:09,{digits}{tail}" for digits in ("5", "25", "1234", "000001")]
    times = source_table(log(texts), date_format=date_format).frame["time"]
    assert (times % 1_000_000).to_list() == [500_000, 250_000, 123_400, 1]


def test_the_whole_column_decides_about_day_first() -> None:
    early = ["1/2/2016 10:00"] * 4000
    assert source_table(log([*early, "13/2/2016 10:00"])).source["day_first"] is True
    assert source_table(log([*early, "2/13/2016 10:00"])).source["day_first"] is False


def test_an_open_question_is_decided_by_another_column_or_said() -> None:
    times = ["1/2/2016 10:00", "3/4/2016 10:00"]
    table = source_table(log(times))
    found = table.readiness.find("ambiguous_day_first")
    assert table.source["day_first"] is True
    assert "day_first=False" in found.change
    assert source_table(log(times), day_first=False).readiness.find("ambiguous_day_first") is None
    other = source_table(log(times, due=["2/28/2016", None]))
    assert other.source["day_first"] is False
    assert other.readiness.find("ambiguous_day_first") is None


def test_clock_changes_are_decided_and_said() -> None:
    times = ["2021-03-28 02:30", "2021-10-31 02:30", "2021-06-01 12:00"]
    table = source_table(log(times), timezone="Europe/Berlin")
    assert read(times, timezone="Europe/Berlin") == [
        "2021-03-28T01:30:00",
        "2021-10-31T00:30:00",
        "2021-06-01T10:00:00",
    ]
    assert table.time_zone == "Europe/Berlin"
    assert table.readiness.find("clock_gaps").count == 1
    assert table.readiness.find("clock_gaps").sample[0]["written"] == "2021-03-28 02:30"
    assert table.readiness.find("clock_overlaps").count == 1


def test_a_given_format_is_taken_and_a_wrong_one_refused() -> None:
    assert read(["2020-05-04"], date_format="%Y-%d-%m") == ["2020-04-05T00:00:00"]
    with pytest.raises(
        SettingError, match="date_format='%Q' is not a date format: %Q means nothing"
    ):
        read(["2020-05-04"], date_format="%Q")


def test_rows_that_cannot_be_used_are_kept_aside() -> None:
    frame = pl.DataFrame(
        {
            "case": ["1", None, "1", "1", "1", ""],
            "activity": ["a", "b", "", "d", "e", "f"],
            "time": ["2020-01-01", "2020-01-02", "2020-01-03", None, "soon", "later"],
        }
    )
    table = source_table(frame)
    assert table.frame["row"].to_list() == [1]
    assert table.rejected["row"].to_list() == [2, 3, 4, 5, 6]
    assert table.rejected["reason"].to_list() == [
        "no case id",
        "no activity",
        "no timestamp",
        "timestamp cannot be read",
        "no case id; timestamp cannot be read",
    ]
    assert table.rejected.columns == ["row", "reason", "case", "activity", "time"]
    report = table.readiness
    assert (report.rows_read, report.rows_used, report.rows_rejected) == (6, 1, 5)
    counts = {
        finding.id: finding.count for finding in report.findings if finding.severity == "error"
    }
    assert counts == {
        "null_case_ids": 2,
        "null_activities": 1,
        "missing_timestamps": 1,
        "unparsable_timestamps": 2,
    }
    assert report.find("unparsable_timestamps").sample[0] == {
        "row": 5,
        "case": "1",
        "activity": "e",
        "time": "soon",
    }
    assert report.score < 60


def test_ties_are_those_that_nothing_orders() -> None:
    times = ["2020-01-01 10:00"] * 3 + ["2020-01-01 11:00"]
    frame = log(times, n=[1, 2, 2, 1])
    assert source_table(frame).readiness.find("ties").count == 3
    assert source_table(frame, order="n").readiness.find("ties").count == 2
    order = ("a2", "a0")
    assert source_table(frame, expected_order=order).readiness.find("ties") is None
    assert source_table(frame, expected_order=order).expected_order == order
    assert source_table(frame).readiness.find("duplicate_rows") is None
    slip = source_table(frame, expected_order=["a00"]).readiness.find("unknown_expected_activities")
    assert slip.sample[0]["nearest"][0] == "a0"


def test_ties_cost_as_many_cases_as_they_leave_in_doubt() -> None:
    def ties(activities: list[str]) -> Finding:
        cases = [str(place // 2) for place in range(len(activities))]
        frame = pl.DataFrame({"case": cases, "activity": activities})
        report = source_table(frame.with_columns(time=pl.lit("2020-01-01 10:00"))).readiness
        assert report.score == round(100 - sum(f.cost(frame.height) for f in report.findings))
        return report.find("ties")

    doubtful = ties(["A", "B", "A", "B", "A", "B", "A", "B"])
    assert (doubtful.count, doubtful.share, doubtful.cost(8)) == (8, 1, 50)
    half = ties(["A", "B", "A", "B", "A", "A", "B", "B"])
    assert (half.count, half.share, half.cost(8)) == (8, 0.5, 26)
    assert "what came first in 2 cases" in half.done
    same = ties(["A", "A", "B", "B"])
    assert (same.count, same.share, same.cost(4)) == (4, 0, 2)


def test_starts_are_checked_and_filled() -> None:
    frame = log(["2020-01-01 10:00", "2020-01-01 11:00"], start=["2020-01-01 10:30", None])
    table = source_table(frame)
    assert table.roles["start"] == "start"
    assert table.frame["start_time"][1] == table.frame["time"][1]
    assert table.readiness.find("end_before_start").count == 1
    assert table.readiness.find("missing_starts").count == 1


def test_the_score_is_what_its_formula_says() -> None:
    findings = (
        Finding(id="a", title="", count=10, severity="error"),
        Finding(id="b", title="", count=50, severity="warning"),
        Finding(id="c", title="", count=100),
        Finding(id="d", title="", count=0, severity="error"),
    )
    report = Readiness.of(findings, rows_read=100, rows_used=90)
    assert report.score == 100 - (10 + 7) - (2 + 24)
    assert [finding.id for finding in report.findings] == ["a", "b", "c"]
    assert Readiness.model_validate_json(report.model_dump_json()) == report
    assert "57/100" in str(report)
    assert "<table>" in report._repr_html_()


def test_one_bad_date_among_iso_dates_raises_no_question_of_day_and_month(tmp_path) -> None:
    path = tmp_path / "iso.csv"
    path.write_text("case,activity,time\n1,A,2024-01-02\n1,B,2024-01-05\n1,C,13/45/2024\n")
    log = source_table(path)
    assert log.rejected.height == 1
    assert log.readiness.find("ambiguous_day_first") is None


def test_a_wrong_order_of_day_and_month_that_loses_most_rows_is_refused(tmp_path) -> None:
    path = tmp_path / "days.csv"
    rows = "".join(f"1,A,{day}/2/2024 10:00\n" for day in range(1, 29))
    path.write_text("case,activity,time\n" + rows)
    assert source_table(path).frame.height == 28
    with pytest.raises(SourceError, match="Leave day_first=False out"):
        source_table(path, day_first=False)


@pytest.mark.parametrize("said", [None, True])
def test_days_and_months_in_both_orders_are_told(said: bool | None) -> None:
    times = ["13/02/2024", "02/13/2024", "14/02/2024", "02/03/2024"]
    frame = pl.DataFrame({"case": ["1"] * 4, "activity": ["a"] * 4, "time": times})
    table = source_table(frame, day_first=said)
    found = {each.id: each for each in table.readiness.findings}
    assert "ambiguous_day_first" not in found
    assert found["both_day_first"].title == (
        "Day and month stand in both orders: 1 date can only have the month first, others only the day"
    )
    assert found["both_day_first"].sample == ({"written": "02/13/2024"},)
    assert table.rejected["row"].to_list() == [2]
    assert "the source itself tells" not in found["unparsable_timestamps"].change


def test_as_many_dates_of_either_order_are_no_open_question() -> None:
    frame = pl.DataFrame({"case": ["1"] * 2, "activity": ["a"] * 2, "time": ["13/02/2024", "02/13/2024"]})  # fmt: skip
    found = {each.id for each in source_table(frame).readiness.findings}
    assert "both_day_first" in found
    assert "ambiguous_day_first" not in found


def test_a_format_alone_finds_the_column_written_so() -> None:
    frame = pl.DataFrame(
        {"case": ["1"], "activity": ["a"], "created": ["2024-02-01"], "moment": ["2024|02|13"]}
    )
    assert source_table(frame, date_format="%Y|%m|%d").roles["timestamp"] == "moment"
    with pytest.raises(SourceError, match="Candidates for timestamp") as refused:
        source_table(
            frame.drop("created").rename({"moment": "time"}), date_format="%d|%m|%Y", case="case"
        )
    assert "'time'; its values are not written as date_format='%d|%m|%Y' says" in str(refused.value)
