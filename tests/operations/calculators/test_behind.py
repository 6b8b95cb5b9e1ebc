"""The cases behind what results show, and behind what they leave out, on both engines."""

from __future__ import annotations

import polars as pl
import pytest

import mindzie as mz
from mindzie import calculators as c
from mindzie.core.errors import MindzieError
from mindzie.core.log import EventLog


@pytest.fixture(scope="module")
def source() -> EventLog:
    return mz.demo("order-to-cash", cases=150, seed=4)


@pytest.fixture(params=["polars", "duckdb"])
def log(request, source) -> EventLog:
    return source.on(request.param)


def behind(result, row):
    return set(result.cases(**row)["case_id"].to_list())


def test_every_cell_of_weekdays_and_hours_has_its_cases(log):
    events = log.events.to_polars().with_columns(
        weekday=pl.col("timestamp").dt.weekday().cast(pl.Int64),
        hour=pl.col("timestamp").dt.hour().cast(pl.Int64),
    )
    made = log.calculate(c.WeekdayHour(measure="cases"))
    top = made.to_polars().sort("value", descending=True).head(4)
    for row in [*top.to_dicts(), {"weekday": 7, "hour": 3, "value": 0}]:
        found = events.filter(weekday=row["weekday"], hour=row["hour"])["case_id"].n_unique()
        assert len(behind(made, row)) == found == row["value"] or row["value"] == 0 == found
    assert len(behind(made, {"weekday": 1})) == events.filter(weekday=1)["case_id"].n_unique()


@pytest.mark.parametrize("measure", ["starts", "ends"])
def test_starts_and_ends_by_hour_have_as_many_cases_as_counted(log, measure):
    made = log.calculate(c.WeekdayHour(measure=measure))
    for row in made.to_polars().sort("value", descending=True).head(3).to_dicts():
        assert len(behind(made, row)) == row["value"] > 0


BREAKDOWNS = [
    c.Breakdown(attributes="Region", top=2), c.Breakdown(attributes="Team", top=3), c.Breakdown(attributes="activity", top=4),
    c.Breakdown(attributes=("Region", "Channel"), top=1), c.Breakdown(attributes=("Region", "Team"), top=2),
    c.Breakdown(attributes=("activity", "Team"), top=2), c.Breakdown(attributes=("activity", "end_activity"), top=2),
    c.Breakdown(attributes=("Team", "event_count"), top=2), c.Breakdown(attributes="Order amount", top=1),
    c.CasesOverTime(by="Region", top=2, period="month"), c.CasesOverTime(by="Customer segment", top=1, period="year"),
]  # fmt: skip


@pytest.mark.parametrize("calculator", BREAKDOWNS, ids=lambda made: made.title)
def test_all_rows_have_as_many_cases_as_they_say_also_the_others(log, calculator):
    made = log.calculate(calculator)
    rows = [row for row in made.to_polars().to_dicts() if row["cases"]]
    assert any(row["other"] for row in rows)
    for row in rows:
        assert len(behind(made, row)) == row["cases"], row


def test_others_of_a_category_that_is_sometimes_missing(log):
    made = log.calculate(c.Breakdown(attributes="Invoice due date", top=1))
    dates = log.cases["Invoice due date"]
    assert dates.null_count() > 0
    counts = {row["other"]: row for row in made.to_polars().to_dicts()}
    for row in counts.values():
        assert len(behind(made, row)) == row["cases"]
    assert counts[False]["category"] is None  # the commonest is that there is none


def test_without_the_result_nobody_knows_the_others(source):
    with pytest.raises(MindzieError, match="result"):
        c.Breakdown(attributes="Region").drill({"other": True})


@pytest.mark.parametrize(
    ("calculator", "column"),
    [
        (c.Histogram(attribute="Order amount", range="manual", min=500, max=900, bins=4), "Order amount"),
        (c.Histogram(attribute="case_duration", range="manual", min="5 d", max="20 d", bins=3), "case_duration"),
        (c.CaseDuration(range="manual", min="5 d", max="20 d", bins=3), "case_duration"),
    ],
)  # fmt: skip
def test_values_outside_of_a_histogram_have_their_cases(log, calculator, column):
    made = log.calculate(calculator)
    rows = made.to_polars()
    low, high = rows["low"][0], rows["high"][-1]
    values = log.cases[column]
    assert made.left_out.keys() == {"below", "above"}
    assert made.left_out["above"] == f"{made.facts['above']} cases above the range"
    found = {name: behind(made, {"left_out": name}) for name in made.left_out}
    assert {name: len(ids) for name, ids in found.items()} == {
        "below": (values < low).sum(),
        "above": (values > high).sum(),
    }
    bins = [behind(made, row) for row in rows.to_dicts()]
    assert [len(ids) for ids in bins] == rows["count"].to_list()
    assert sum(map(len, bins)) + sum(map(len, found.values())) == log.case_count


def test_a_bin_of_an_attribute_of_events_is_of_one_event(log):
    made = log.calculate(
        c.Histogram(attribute="timestamp", bins=30, range="full", aggregation="count")
    )
    events = log.events.to_polars()
    for row in made.to_polars().to_dicts()[::9]:
        end = pl.col("timestamp")
        inside = (end >= row["low"]) & (end <= row["high"] if row["closed"] else end < row["high"])
        assert behind(made, row) == set(events.filter(inside)["case_id"])


def test_rarer_variants_have_their_cases(log):
    made = log.calculate(c.Variants(top=3))
    rest = behind(made, {"left_out": "rest"})
    assert len(rest) == log.case_count - made["cases"].sum() > 0
    assert made.left_out["rest"] == f"{len(rest)} cases of rarer variants"
    assert log.calculate(c.Variants()).left_out == {}


@pytest.mark.parametrize(
    "rows",
    ["Region", "Team", ("Region", "Channel"), ("Region", "activity"), ("Team", "event_count")],
)
def test_rows_and_columns_beyond_the_limits_of_a_pivot_table(log, rows):
    made = log.calculate(
        c.Pivot(rows=rows, columns="Payment terms (days)", limit=2, column_limit=1)
    )
    whole = log.calculate(c.Pivot(rows=rows, columns="Payment terms (days)")).to_polars()
    shown = [behind(made, row) for row in made.to_polars().to_dicts()]
    assert [len(ids) for ids in shown] == made["Total"].to_list()
    everything = log.calculate(c.Pivot(rows=rows))
    hidden = [behind(everything, row) for row in everything.to_polars().to_dicts()[2:]]
    assert behind(made, {"left_out": "rows"}) == set().union(*hidden)
    commonest = next(cell["value"] for cell in made.facts["cells"] if not cell["total"])
    terms = log.cases["Payment terms (days)"]
    assert len(behind(made, {"left_out": "columns"})) == (terms != commonest).sum()
    assert whole.height > 2


def test_what_is_not_left_out_cannot_be_asked_for(log):
    made = log.calculate(c.Variants(top=3))
    with pytest.raises(MindzieError, match="rest"):
        made.drill(left_out="above")
