"""Split series as still charts: each category has its colour, and what adds up is stacked."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

import mindzie as mz
from mindzie.pictures.still import still
from mindzie.pictures.tokens import tokens

RECT = re.compile(
    r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" fill="(#\w+)"[^>]*><title>(.*?)</title>'
)


@pytest.fixture(scope="module")
def log():
    return mz.demo("order-to-cash", cases=300, seed=2)


def bars(drawn):
    return [(*map(float, found[:4]), *found[4:]) for found in RECT.findall(drawn)]


def test_cases_over_time_are_stacked_to_their_total(log):
    series = log.calculate(mz.calculators.CasesOverTime(by="has_rework"))
    drawn = still(series)
    found = bars(drawn)
    rows = series.to_polars()
    assert len(found) == (rows["cases"] > 0).sum()
    assert {bar[4] for bar in found} == {*tokens()["categories"][:2]}
    assert drawn.count("<i style=") == 2
    # bars of one month stand on each other
    months = {}
    for x, y, _, height, _, tip in found:
        months.setdefault(x, []).append((y, y + height, tip))
    for stack in months.values():
        ends = sorted(stack)
        assert all(one[1] == pytest.approx(two[0], abs=0.02) for one, two in pairwise(ends))


def test_figures_that_do_not_add_up_stand_beside_each_other(log):
    settings = {"aggregation": "median", "of": "case_duration"}
    series = log.calculate(mz.calculators.CasesOverTime(by="has_rework", **settings))
    found = bars(still(series))
    floors = {round(y + height, 1) for _, y, _, height, _, _ in found}
    assert len(floors) == 1
    assert all(re.search(r"\d (y|d|h|min)", tip) for *_, tip in found)


def test_categories_in_two_dimensions_keep_the_others_apart(log):
    series = log.calculate(mz.calculators.Breakdown(attributes=("Product", "has_rework"), top=3))
    drawn = still(series)
    assert re.findall(r'text-anchor="end">(\w+)', drawn)[-1] == "others"
    rows = series.to_polars()
    assert len(bars(drawn)) == (rows["cases"] > 0).sum()


def test_all_others_are_called_so_and_durations_are_said(log):
    settings = {"aggregation": "median", "of": "case_duration"}
    drawn = still(
        log.calculate(mz.calculators.Breakdown(attributes=("Product",), top=3, **settings))
    )
    assert ">others</text>" in drawn
    assert re.search(r">\d+ d( \d+ h)?</text>", drawn)


def test_names_that_have_no_room_are_cut(log):
    named = log.enrich(
        mz.enrichments.Concatenate(
            name="Long", attributes=["Region", "Customer segment", "Channel"], joiner=" and then "
        )
    )
    drawn = still(named.calculate(mz.calculators.Breakdown(attributes=("Long",))))
    names = re.findall(r'text-anchor="end">([^<]+)</text>', drawn)
    assert any(name.endswith("\N{HORIZONTAL ELLIPSIS}") for name in names)
    assert max(map(len, names)) < 30
