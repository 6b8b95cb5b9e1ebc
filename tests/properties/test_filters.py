"""Filters are sets of cases and events: they agree on every engine, commute and have complements."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from mindzie import filters
from mindzie.core.errors import UnknownNameError
from mindzie.core.log import EventLog
from tests.contract.comparing import assert_same, figures
from tests.properties.logs import ENGINES, Event, activities, built, logs

# chains are small already: shrinking them costs more than it tells
FEW = settings(max_examples=8, phases=[Phase.explicit, Phase.generate])
some = st.lists(activities, min_size=1, max_size=2, unique=True).map(tuple)
keep = st.booleans()
sizes = st.integers(1, 8)
hours = st.integers(0, 12).map(lambda number: f"{number} h")

case_filters = st.one_of(
    st.builds(
        filters.CasesWithActivity, activities=some, keep=keep, match=st.sampled_from(["any", "all"])
    ),
    st.builds(filters.CaseSize, min=sizes, keep=keep),
    st.builds(filters.CaseDuration, min=hours, keep=keep),
    st.builds(filters.CaseStart, values=some, keep=keep),
    st.builds(filters.CaseEnd, values=some, keep=keep),
    st.builds(filters.Path, from_activity=activities, to_activity=activities, keep=keep),
    st.builds(filters.Rework, keep=keep),
    st.builds(
        filters.CasesWithAttribute,
        attribute=st.just("amount"),
        comparison=st.sampled_from(["at_least", "at_most", "equals"]),
        values=st.integers(-2, 2).map(lambda number: (number,)),
        keep=keep,
    ),
)
event_filters = st.one_of(
    st.builds(filters.Activities, activities=some, keep=keep),
    st.builds(filters.CollapseRepeats, scope=st.sampled_from(["consecutive", "whole_case"])),
)
chains = st.lists(case_filters | event_filters, min_size=1, max_size=4)


def left(log: EventLog, chain: list[Any]) -> EventLog:
    """Apply filters; a name that a random log lacks makes another example."""
    try:
        return log.filter(*chain)
    except UnknownNameError:
        assume(condition=False)
        raise


@FEW
@given(rows=logs, chain=chains)
def test_engines_agree_on_any_chain(rows: list[Event], chain: list[Any]) -> None:
    polars, duckdb = (left(built(rows, engine), chain) for engine in ENGINES)
    assert_same(figures(polars), figures(duckdb))
    assert_same(figures(built(rows).on("duckdb").filter(*chain)), figures(duckdb))
    assert_same(figures(duckdb.on("polars")), figures(polars))


@pytest.mark.parametrize("engine", ENGINES)
@FEW
@given(rows=logs, one=case_filters, other=case_filters)
def test_case_filters_commute(rows: list[Event], engine: str, one: Any, other: Any) -> None:
    log = built(rows, engine)
    assert_same(figures(left(log, [one, other])), figures(left(log, [other, one])))


@pytest.mark.parametrize("engine", ENGINES)
@FEW
@given(rows=logs, chain=chains, last=case_filters)
def test_kept_and_removed_cases_are_the_whole(
    rows: list[Event], engine: str, chain: list[Any], last: Any
) -> None:
    log = left(built(rows, engine), chain)
    flipped = type(last)(**{**dict(last), "keep": not last.keep})
    kept, removed = (left(log, [each]) for each in (last, flipped))
    assert set(kept.cases["case_id"]).isdisjoint(removed.cases["case_id"])
    assert sorted([*kept.cases["case_id"], *removed.cases["case_id"]]) == sorted(
        log.cases["case_id"]
    )
    assert kept.event_count + removed.event_count == log.event_count
    assert left(kept, [last]).case_count == kept.case_count
    assert left(kept, [flipped]).case_count == 0


@FEW
@given(rows=logs, one=case_filters, other=case_filters, engine=st.sampled_from(ENGINES))
def test_all_any_none(rows: list[Event], one: Any, other: Any, engine: str) -> None:
    log = built(rows, engine)

    def of(*chain: Any) -> set[str]:
        return set(left(log, list(chain)).cases["case_id"])

    both = (one, other)
    assert of(filters.AllOf(filters=both)) == of(one) & of(other)
    assert of(filters.AnyOf(filters=both)) == of(one) | of(other)
    assert of(filters.NoneOf(filters=both)) == of() - of(one) - of(other)
    for empty in (filters.AllOf, filters.AnyOf, filters.NoneOf):
        assert of(empty(filters=())) == of()


@FEW
@given(rows=logs, size=st.integers(0, 7), engine=st.sampled_from(ENGINES))
def test_the_most_frequent_variants_are_the_first(
    rows: list[Event], size: int, engine: str
) -> None:
    log = built(rows, engine)
    counts = log.variants["cases"].to_list()
    if size:
        chosen = log.filter(filters.VariantsTop(mode="count", threshold=size))
        assert chosen.variants["cases"].to_list() == counts[:size]
        assert (
            chosen.variants["activities"].to_list() == log.variants["activities"].to_list()[:size]
        )


@FEW
@given(rows=logs, first=activities, second=activities, engine=st.sampled_from(ENGINES))
def test_removing_events_one_by_one_is_removing_them_at_once(
    rows: list[Event], first: str, second: str, engine: str
) -> None:
    log = built(rows, engine)
    steps = [filters.Activities(activities=(name,), keep=False) for name in (first, second)]
    once = filters.Activities(activities=(first, second), keep=False)
    assert_same(figures(left(log, steps)), figures(left(log, [once])))
