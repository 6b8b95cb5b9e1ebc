"""The log is a value: it remembers what was done to it and refuses what it does not know."""

from __future__ import annotations

import json
from typing import Any

import pytest

import mindzie as mz
from mindzie.core.errors import SettingError, UnknownNameError, WrongTypeError
from mindzie.core.log import EventLog
from mindzie.core.words import counted


@pytest.fixture(scope="module")
def log() -> EventLog:
    return mz.demo("order-to-cash", cases=50)


def test_a_recipe_is_remembered_and_can_be_applied_again(log: EventLog) -> None:
    steps = [
        mz.filters.CasesWithActivity(activities=(log.activities[0],)),
        mz.filters.Activities(activities=log.activities[:3]),
    ]
    left = log.filter(*steps).enrich(
        mz.enrichments.CountActivities(name="n", activities=log.activities[0])
    )
    assert left.recipe[:2] == tuple(steps)
    assert (log.recipe, left.fingerprint) == ((), log.fingerprint)
    stored = json.dumps([step.to_json() for step in left.recipe])
    again = log
    for step in mz.load(stored):
        again = step.apply(again)
    assert again.recipe == left.recipe
    assert again.cases.to_polars().equals(left.cases.to_polars())
    made = left.calculate(mz.calculators.ProcessMap()).provenance
    assert made is not None
    assert list(made.recipe) == json.loads(stored)


def test_stored_forms_are_as_good_as_objects(log: EventLog) -> None:
    step = mz.filters.Activities(activities=log.activities[:1])
    stored: Any = step.to_json()
    assert log.filter(stored).recipe == (step,)
    assert log.filter().recipe == ()
    with pytest.raises(SettingError, match="is a filter, but a calculator is needed"):
        log.calculate(step)


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        ({"op": "activitys"}, "Did you mean 'activities'"),
        ({"op": "activities", "settings": {"activities": []}}, "activities"),
        ({"op": "activities", "settings": []}, "."),
        ({"op": "activities", "settings": {}, "when": 1}, "not when"),
        ({"op": 1}, "An operation is an object"),
        ("ship", "An operation is an object"),
        (None, "An operation is an object"),
        ({"op": "activities", "kind": "recipe"}, "no kind of operation 'recipe'"),
    ],
)
def test_what_is_no_filter_is_refused(log: EventLog, stored: Any, message: str) -> None:
    with pytest.raises((SettingError, UnknownNameError), match=message):
        log.filter(stored)


def test_text_that_is_not_json_is_refused() -> None:
    with pytest.raises(SettingError, match="not JSON"):
        mz.load("{ship}")


def test_names_and_types_are_checked_with_the_nearest(log: EventLog) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'Order amount'"):
        log.attribute("Order amuont")
    with pytest.raises(WrongTypeError, match="is a text, but a number is needed"):
        log.attribute("Channel", types=("number",))
    with pytest.raises(WrongTypeError, match="attribute of each event"):
        log.attribute("Team", level="case")
    with pytest.raises(UnknownNameError, match="There is no engine 'spark'"):
        log.on("spark")


def test_figures_of_a_log_follow_from_its_tables(log: EventLog) -> None:
    assert log.case_count == len(log.cases) == 50
    assert log.event_count == len(log.events) == len(log) == log.cases["event_count"].sum()
    assert log.variant_count == len(log.variants)
    assert log.variants["cases"].sum() == 50
    assert log.variants["share"].sum() == pytest.approx(1)
    counts = dict(log.events["activity"].value_counts().rows())
    assert set(log.activities) == set(counts)
    frequencies = [counts[name] for name in log.activities]
    assert frequencies == sorted(frequencies, reverse=True)
    assert (
        log.events.to_pandas().shape == log.events.to_arrow().shape == log.events.to_polars().shape
    )
    assert counted(log.event_count, "event") in repr(log)
