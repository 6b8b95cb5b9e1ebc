"""Filters in the address of a published dashboard."""

from __future__ import annotations

import json

import pytest

import mindzie as mz
from mindzie import filters
from mindzie.widgets.dashboard.address import VARIABLE, stored
from mindzie.widgets.dashboard.filter_bar import FilterBar

SHIPPED = filters.CasesWithActivity(activities=("Ship goods",))
PAID = filters.CasesWithActivity(activities=("Clear invoice",))


@pytest.fixture(scope="module")
def log() -> mz.EventLog:
    return mz.demo("order-to-cash", cases=30)


def test_filters_of_the_address_go_before_those_of_the_author(
    log: mz.EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert mz.Dashboard(log, [PAID]).filters == (PAID,)
    monkeypatch.setenv(VARIABLE, stored([SHIPPED]))
    assert mz.Dashboard(log, [PAID]).filters == (SHIPPED,)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "[]",
        "{",
        "1",
        "null",
        '["x"]',
        '[{"op": "nothing_like_it"}]',
        "[" * 5_000,
        stored([filters.CasesWithActivity(activities=("Nowhere",))]),
        json.dumps([{"op": "cases_with_activity", "settings": {"strange": 1}}]),
    ],
)
def test_an_address_that_does_not_fit_changes_nothing(
    log: mz.EventLog, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setenv(VARIABLE, said)
    assert mz.Dashboard(log, [PAID]).filters == (PAID,)


def test_the_bar_tells_the_page_what_is_chosen(log: mz.EventLog) -> None:
    board = mz.Dashboard(log)
    assert 'data-filters="[]"' in board.controls.html(live=True)
    board.add(SHIPPED)
    assert "cases_with_activity" in board.controls.html(live=True)
    assert "data-filters" not in FilterBar(board).html(live=False)
