"""The filter bar takes what it offers, whatever a browser sends."""

from __future__ import annotations

import pytest

import mindzie as mz


@pytest.mark.parametrize(
    "value",
    [
        '["attribute", -1, 0]',
        '["attribute", 0, -1]',
        '["with", 0, -1]',
        '["other", 0, 0]',
        '["with", 0, {}]',
        "[" * 5000,
        "x",
        5,
    ],
)
def test_what_is_not_offered_is_refused_and_changes_nothing(value):
    board = mz.Dashboard(mz.demo("order-to-cash", cases=20))
    sheet = board.controls.sheet
    sheet.set_state({"event": {"do": "choose", "value": value}})
    assert sheet.error.startswith("The filter bar does not offer ")
    assert board.filters == ()
    sheet.set_state({"event": {"do": "choose", "value": '["with", 0, 0]'}})
    assert (sheet.error, len(board.filters)) == ("", 1)
