"""Data quality: each count by hand or by pandas, each deduction by the formula."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mindzie as mz
from mindzie import calculators
from mindzie.core.errors import SettingError
from mindzie.core.log import EventLog
from mindzie.core.results import Table

DIMENSIONS = ("completeness", "uniqueness", "validity", "consistency", "timeliness")
Row = dict[str, object]


def quality(log: EventLog, **said: object) -> tuple[Table, dict[tuple[str, str | None], Row]]:
    made = log.calculate(calculators.DataQuality(**said))
    rows = made.to_polars().to_dicts()
    return made, {(row["check"], row["attribute"]): row for row in rows}


def adds_up(made: Table) -> None:
    """Every deduction is weight times share, and the scores follow from the deductions."""
    lost = dict.fromkeys(DIMENSIONS, 0.0)
    for row in made.to_polars().to_dicts():
        assert row["deduction"] == pytest.approx(row["weight"] * row["share"], abs=1e-4)
        assert 0 <= row["share"] <= 1
        lost[row["dimension"]] += row["deduction"]
    expected = {name: max(0.0, 100 - points) for name, points in lost.items()}
    scores = {name: made.facts[name] for name in DIMENSIONS}
    assert scores == pytest.approx(expected, abs=0.06)
    assert made.facts["score"] == pytest.approx(sum(scores.values()) / 5, abs=0.06)


FRAME = pl.DataFrame(
    [
        ("1", "Order", "2024-01-01 08:00", "2024-01-01 09:00", "ann", "5"),
        ("1", "Order", "2024-01-01 08:00", "2024-01-01 09:00", "bob", None),
        ("1", "order ", "2024-01-02 08:00", "2024-01-02 07:00", None, "6"),
        ("1", "Ship", "2026-01-02 08:00", "2026-01-02 09:00", "ann", None),
        ("2", "Order", "1971-01-01 08:00", "1971-01-01 09:00", "ann", "7"),
        ("3", "Order", "2024-01-01 08:00", "2199-01-01 09:00", "ann", "7"),
        (None, "Order", "2024-01-01 08:00", "2024-01-01 09:00", "ann", "7"),
        ("4", "Order", "2024-01-01 08:00", "yesterday", "ann", "7"),
    ],
    schema=["case", "activity", "start", "end", "user", "amount"],
    orient="row",
)


@pytest.fixture
def broken(engine: str) -> EventLog:
    return mz.read(FRAME, engine=engine)


def test_each_check_counts_what_it_says(broken: EventLog) -> None:
    made, rows = quality(broken)
    found = {key: (row["count"], row["total"]) for key, row in rows.items() if row["count"]}
    assert found == {
        ("rows without a case id", None): (1, 8),
        ("events without a value", "resource"): (1, 6),
        ("events without a value", "amount"): (2, 6),
        ("cases of one event only", None): (2, 3),
        ("events that repeat another of their case at the same time", None): (1, 6),
        ("events at the same time as another of their case", None): (2, 8),
        ("timestamps that cannot be read", None): (1, 8),
        ("events before 1990", None): (1, 6),
        ("events that end before they start", None): (1, 6),
        ("long gaps between two events of a case", None): (1, 3),
        ("events whose activity is also written otherwise", None): (5, 6),
        ("events in the future", None): (1, 6),
    }
    adds_up(made)
    assert rows["events without a value", "amount"]["deduction"] == pytest.approx(25 / 3, abs=1e-3)
    assert made.facts["timeliness"] == pytest.approx(100 - 100 / 6, abs=0.06)
    assert "weight x share" in made.facts["formula"]


OF_SOURCE = {
    "rows without a case id",
    "timestamps that cannot be read",
    "events at the same time as another of their case",
}


def test_the_cases_behind_each_check(broken: EventLog) -> None:
    made, rows = quality(broken)
    behind = {}
    for key, row in rows.items():
        if row["count"] and key[0] in OF_SOURCE:
            with pytest.raises(SettingError, match=r"log\.rejected"):
                made.drill(**row)
        elif row["count"]:
            behind[key] = sorted(made.drill(**row).cases["case_id"].to_list())
    assert behind == {
        ("events without a value", "resource"): ["1"],
        ("events without a value", "amount"): ["1"],
        ("cases of one event only", None): ["2", "3"],
        ("events that repeat another of their case at the same time", None): ["1"],
        ("events before 1990", None): ["2"],
        ("events that end before they start", None): ["1"],
        ("long gaps between two events of a case", None): ["1"],
        ("events whose activity is also written otherwise", None): ["1", "2", "3"],
        ("events in the future", None): ["3"],
    }


def test_gap_and_age_are_settings(broken: EventLog) -> None:
    name = ("long gaps between two events of a case", None)
    assert quality(broken, max_gap="10 h")[1][name]["count"] == 2
    log = mz.read(FRAME.filter(pl.col("case") == "2"))
    assert ("days that the last event is too old", None) not in quality(log)[1]
    made, rows = quality(log, max_age="30 d")
    old = rows["days that the last event is too old", None]
    assert (old["share"], old["deduction"], made.facts["timeliness"]) == (1.0, 100.0, 0.0)  # fmt: skip
    assert quality(log, max_age="99999 d")[1]["days that the last event is too old", None]["count"] == 0  # fmt: skip


def test_people_read_the_worst_first(broken: EventLog) -> None:
    made, _ = quality(broken)
    shown = made.for_people()
    rows = shown.to_polars()
    assert rows["deduction"].is_sorted(descending=True)
    assert rows.row(0)[:2] == ("Consistency", "events whose activity is also written otherwise")
    assert rows["deduction"][0] == 25.0
    assert "weight x share" in shown.title
    # what is shown leads to the same cases
    assert made.drill(**rows.row(0, named=True)).case_count == 3


def test_nothing_is_wrong_with_nothing(broken: EventLog) -> None:
    from mindzie import filters

    empty = broken.filter(filters.CaseSize(min=100))
    made, rows = quality(empty)
    adds_up(made)
    assert rows["events before 1990", None]["count"] == 0


@pytest.mark.parametrize(
    ("file", "named", "options"),
    [
        ("helpdesk_mendeley.csv", ("CaseID", "ActivityID", None, "CompleteTimestamp"), {}),
        ("PurchasingExample.csv.gz", ("case_id", "activity", "start_time", "end_time"), {"utc": True}),
    ],
)  # fmt: skip
def test_real_logs_are_counted_as_pandas_counts(
    file: str, named: tuple[str, str, str | None, str], options: dict[str, bool], logs: Path
) -> None:
    case, activity, start, end = named
    frame = pd.read_csv(logs / file)
    times = [column for column in (start, end) if column]
    frame[times] = frame[times].apply(lambda column: pd.to_datetime(column, **options))
    ordered = frame.sort_values([case, *times], kind="stable")
    first = ordered.groupby(case)[start or end].shift(-1)
    gaps = (first - ordered[end]) > pd.Timedelta(days=10)
    _, rows = quality(mz.read(logs / file), max_gap="10 d")
    assert rows["long gaps between two events of a case", None]["count"] == int(gaps.sum()) > 0
    repeats = frame.duplicated([case, activity, *times]).sum()
    same = rows["events that repeat another of their case at the same time", None]
    assert same["count"] == int(repeats)
    lonely = (frame.groupby(case).size() == 1).sum()
    assert rows["cases of one event only", None]["count"] == int(lonely)
    if start:
        backward = (frame[end] < frame[start]).sum()
        assert rows["events that end before they start", None]["count"] == int(backward)


def test_the_missing_values_of_a_real_log(logs: Path) -> None:
    path = logs / "uci_incident_event_log.zip"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    made, rows = quality(mz.read(path, null_values="?"))
    adds_up(made)
    missing = (frame == "?").sum()
    for (check, attribute), row in rows.items():
        if check == "events without a value":
            column = "assigned_to" if attribute == "resource" else attribute
            assert row["count"] == missing[column], attribute
    of_cases = (frame[frame["caller_id"] == "?"]).shape[0]
    assert missing["caller_id"] == of_cases > 0


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from("123"),
            st.sampled_from(["A", "B", "a"]),
            st.integers(0, 3),
            st.integers(-1, 2),
            st.sampled_from(["x", None]),
        ),
        min_size=1,
        max_size=14,
    )
)
def test_any_log_is_counted_as_pandas_counts(
    engine: str, events: list[tuple[str, str, int, int, str | None]]
) -> None:
    names = ["case", "activity", "start", "length", "note"]
    frame = pd.DataFrame(events, columns=names)
    frame["start"] = pd.Timestamp("2024-01-01 10:00") + pd.to_timedelta(frame["start"], "h")
    frame["end"] = frame["start"] + pd.to_timedelta(frame.pop("length"), "h")
    source = pl.from_pandas(frame).with_columns(pl.col("note").cast(pl.String))
    log = mz.read(source, case="case", activity="activity", timestamp="end", start="start", engine=engine, attributes=["note"], types={"note": "text"})  # fmt: skip
    made, rows = quality(log)
    adds_up(made)
    repeats = frame.duplicated(["case", "activity", "start", "end"]).sum()
    assert rows["events that repeat another of their case at the same time", None]["count"] == int(repeats)  # fmt: skip
    backward = rows["events that end before they start", None]["count"]
    assert backward == int((frame["end"] < frame["start"]).sum())
    alike = {"A", "a"} <= set(frame["activity"])
    spelled = rows["events whose activity is also written otherwise", None]["count"]
    assert spelled == (int((frame["activity"] != "B").sum()) if alike else 0)
