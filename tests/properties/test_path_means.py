"""Mean times of paths come from variants where they can: they are what a look at every event finds."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mindzie import enrichments, filters
from mindzie.core.log import EventLog
from mindzie.operations.calculators.maps import mean_seconds, path_counts
from tests.properties.logs import ENGINES, Event, built, logs
from tests.properties.test_filters import FEW, case_filters, event_filters, left

PAIR = ["from_activity", "to_activity"]
of_variants = st.builds(filters.CaseSize, min=st.integers(1, 4), keep=st.booleans())
chains = st.lists(event_filters | event_filters | of_variants | case_filters, max_size=4)


def from_events(log: EventLog) -> pl.DataFrame:
    """Count and average by a look at every pair of events."""
    rows = log.collect(log.rel.events.select("case", "position", "activity", "start_time", "time"))
    rows = rows.sort("case", "position")
    following = pl.col("activity", "start_time").shift(-1).over("case").name.prefix("next_")
    steps = rows.with_columns(following).drop_nulls("next_activity")
    spent = pl.col("next_start_time") - pl.col("time")
    return (
        steps.group_by("activity", "next_activity")
        .agg(
            events=pl.len().cast(pl.Int64), total=spent.sum() / 1e6, cases=pl.col("case").n_unique()
        )
        .rename({"activity": "from_activity", "next_activity": "to_activity"})
        .with_columns(mean=pl.col("total") / pl.col("events"), cases=pl.col("cases").cast(pl.Int64))
        .sort(PAIR)
    )


def assert_same_means(log: EventLog) -> None:
    found = mean_seconds(log, path_counts(log)).drop_nulls(PAIR).sort(PAIR)
    expected = from_events(log).select(found.columns)
    assert found.rows() == expected.rows()


@pytest.mark.parametrize("engine", ENGINES)
@FEW
@given(rows=logs, chain=chains)
def test_means_after_any_chain(engine: str, rows: list[Event], chain: list[Any]) -> None:
    assert_same_means(left(built(rows, engine), chain))


@pytest.mark.parametrize("engine", ENGINES)
@FEW
@given(rows=logs, event_filter=event_filters)
def test_means_after_renaming(engine: str, rows: list[Event], event_filter: Any) -> None:
    log = built(rows, engine)
    joined = enrichments.RenameActivities(pattern="[AB]", replacement="X")
    assert_same_means(log.enrich(joined))
    assert_same_means(left(log, [event_filter]).enrich(joined))


@pytest.mark.parametrize("engine", ENGINES)
def test_times_beyond_64_bits_are_added_up_as_fractions(engine: str) -> None:
    year = 365 * 86_400
    rows = [
        Event(str(case), name, -60_000 * year + at * year, -60_000 * year + at * year, None)
        for case in range(8)
        for name, at in (("A", 0), ("B", 1), ("C", 90_000))
    ]
    log = built(rows, engine).filter(filters.Activities(activities=("B",), keep=False))
    [(seconds,)] = mean_seconds(log, path_counts(log)).drop_nulls(PAIR).select("mean").rows()
    assert seconds == pytest.approx(90_000 * year)
