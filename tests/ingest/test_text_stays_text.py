"""What an analyst wrote is what is read."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from mindzie.ingest import source_table

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), min_size=1, max_size=12)
MOMENT = st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2050-01-01"))
WHOLE = st.one_of(st.none(), st.integers(-(10**14), 10**14))
REAL = st.one_of(st.none(), st.floats(-1e12, 1e12).map(lambda value: round(value, 4)))
ROW = st.tuples(TEXT, TEXT, MOMENT, TEXT, WHOLE, REAL, st.booleans(), MOMENT)
SCHEMA = {
    "case": pl.String,
    "activity": pl.String,
    "timestamp": pl.Datetime("us"),
    "resource": pl.String,
    "whole": pl.Int64,
    "real": pl.Float64,
    "truth": pl.Boolean,
    "due": pl.Datetime("us"),
}
ROLES = {"case": "case", "activity": "activity", "timestamp": "timestamp", "resource": "resource"}


@given(st.lists(ROW, min_size=1, max_size=30))
def test_csv_parquet_and_frames_say_the_same(tmp_path_factory, rows) -> None:
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    folder = tmp_path_factory.mktemp("same")
    frame.write_csv(folder / "log.csv")
    frame.write_parquet(folder / "log.parquet")
    tables = [
        source_table(source, **ROLES)
        for source in (
            folder / "log.csv",
            folder / "log.parquet",
            frame,
            frame.lazy(),
            frame.to_arrow(),
        )
    ]
    first = tables[0]
    assert first.frame["case_id"].to_list() == [row[0] for row in rows]
    assert first.frame["activity"].to_list() == [row[1] for row in rows]
    for other in tables[1:]:
        assert_frame_equal(first.frame, other.frame)
        assert first.attributes == other.attributes


@given(st.lists(st.one_of(TEXT, st.from_regex(r"\A0\d{1,20}\Z"), st.just("NA")), min_size=1))
def test_ids_keep_every_character(tmp_path_factory, ids) -> None:
    frame = pl.DataFrame({"case": ids, "activity": ids, "time": ["2020-01-01"] * len(ids)})
    path = tmp_path_factory.mktemp("ids") / "log.csv"
    frame.write_csv(path)
    table = source_table(path, case="case", activity="activity", timestamp="time")
    assert table.frame["case_id"].to_list() == ids


@pytest.mark.parametrize(
    ("values", "kind", "read"),
    [
        (["1", "-2", ""], "number", [1, -2, None]),
        (["0012", "7", ""], "text", ["0012", "7", None]),
        (["1.5", "2", "1e-7"], "number", [1.5, 2.0, 1e-7]),
        (["1e5", "2e3", "3e1"], "text", ["1e5", "2e3", "3e1"]),
        (["1234567890123456", "1", "2"], "text", ["1234567890123456", "1", "2"]),
        (["1,5", "2", "1.234,25"], "number", [1.5, 2.0, 1234.25]),
        (["1,234", "2", "3"], "text", ["1,234", "2", "3"]),
        (["true", "False", ""], "boolean", [True, False, None]),
        (["?", "2", "3"], "text", ["?", "2", "3"]),
        (["NaN", "2", "3"], "text", ["NaN", "2", "3"]),
        (["NA", "N/A", "null"], "text", ["NA", "N/A", "null"]),
        (["2020-01-02", "2020-01-03", ""], "date", [1577923200000000, 1578009600000000, None]),
        (["1.2", "1.2.3", "4"], "text", ["1.2", "1.2.3", "4"]),
        (["", "", ""], "text", [None, None, None]),
    ],
)
def test_types_come_from_the_whole_column(values, kind, read) -> None:
    frame = pl.DataFrame(
        {"case": ["a"] * 3, "activity": ["b"] * 3, "time": ["2020-01-01"] * 3, "x": values}
    )
    table = source_table(frame)
    assert table.attributes[0][:3] == ("x", "attribute_0", kind)
    assert table.frame["attribute_0"].to_list() == read


def test_one_odd_value_at_the_end_decides() -> None:
    count = 50_000
    frame = pl.DataFrame(
        {
            "case": ["a"] * count,
            "activity": ["b"] * count,
            "time": ["2020-01-01"] * count,
            "x": ["1"] * (count - 1) + ["one"],
        }
    )
    assert source_table(frame).attributes[0].type == "text"


@pytest.mark.parametrize("ids", [[7, 7], [7.0, 7.0], ["7", "7"]])
def test_ids_given_as_numbers_become_their_text(ids) -> None:
    frame = pl.DataFrame({"case": ids, "activity": [1, 2], "time": ["2020-01-01", "2020-01-02"]})
    table = source_table(frame)
    assert table.frame["case_id"].to_list() == ["7", "7"]
    assert table.frame["activity"].to_list() == ["1", "2"]


def test_pandas_frames_keep_their_types() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {
            "case": ["NA", "NA"],
            "activity": pandas.Categorical(["a", "b"]),
            "time": pandas.to_datetime(["2020-01-01 10:00+02:00", "2020-01-01 11:00+02:00"]),
            "rating": [float("nan"), 3.0],
        }
    )
    table = source_table(frame, name="tiny")
    assert table.name == "tiny"
    assert table.frame["case_id"].to_list() == ["NA", "NA"]
    assert table.frame["time"][0] == 1577865600000000
    assert table.frame["attribute_0"].to_list() == [None, 3.0]


def test_types_and_columns_can_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("case;activity;time;id;amount;note\na;b;2020-01-01;7;1.234;x\n")
    table = source_table(
        path, types={"id": "text", "amount": "number"}, decimal=",", attributes=["id", "amount"]
    )
    assert [attribute.name for attribute in table.attributes] == ["id", "amount"]
    assert table.frame.row(0)[-2:] == ("7", 1234)


def test_a_case_prefix_is_left_out_unless_it_is_needed() -> None:
    frame = pl.DataFrame(
        {"case:concept:name": ["1"], "concept:name": ["a"], "time:timestamp": ["2020-01-01"]}
        | {"case:amount": [1], "amount": [2], "case:region": ["N"]}
    )
    names = [attribute.name for attribute in source_table(frame).attributes]
    assert names == ["case:amount", "amount", "region"]


def test_every_type_of_a_frame_keeps_its_meaning() -> None:
    frame = pl.DataFrame(
        {
            "case": [1, None],
            "activity": ["a", "b"],
            "time": [date.fromisoformat("2020-01-01")] * 2,
            "span": [timedelta(seconds=3)] * 2,
            "clock": [time(3)] * 2,
            "exact": [Decimal("1.5")] * 2,
            "nothing": [None] * 2,
            "long": [10**16] * 2,
            "truth": [True] * 2,
        },
        schema_overrides={"nothing": pl.Null},
    )
    table = source_table(frame)
    assert [attribute.type for attribute in table.attributes] == [
        "duration",
        "text",
        "number",
        "text",
        "text",
        "boolean",
    ]
    values = [table.frame[attribute.column][0] for attribute in table.attributes]
    assert values == [3_000_000, "03:00:00", 1.5, None, "10000000000000000", True]
    assert table.rejected["span"].to_list() == ["PT3S"]
