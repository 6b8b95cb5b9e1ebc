"""Figures in words: browsers are held to the same examples by ``extensions/widgets/test.mjs``."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mindzie.core import words

EXAMPLES = json.loads(Path(__file__).with_name("words.json").read_text(encoding="utf-8"))
SAY: dict[str, Callable[[Any], str]] = {
    "count": words.count,
    "short": lambda value: words.count(value, short=True),
    "duration": words.duration,
    "working": lambda pair: words.duration(*pair),
    "share": words.share,
    "date": lambda iso: words.date(
        dt.datetime.fromisoformat(iso) if "T" in iso else dt.date.fromisoformat(iso)
    ),
    "counted": lambda pair: words.counted(*pair),
}


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [(kind, *pair) for kind, pairs in EXAMPLES.items() for pair in pairs],
)
def test_figures_are_said_as_in_browsers(kind: str, value: Any, said: str) -> None:
    assert SAY[kind](value) == said


def test_unknown_is_not_zero() -> None:
    said = {words.count(None), words.duration(None), words.share(float("nan"))}
    assert said == {words.UNKNOWN}


def test_a_cell_is_said_by_its_value_and_unit() -> None:
    assert words.cell(0.62, "share") == "62 %"
    assert words.cell(5400.0, "s") == words.cell(dt.timedelta(minutes=90)) == "1 h 30 min"
    assert words.cell(9119) == "9\u202f119"
    assert words.cell(None) == "\u2013"
    assert words.cell(("Order", "Ship")) == "Order \u2192 Ship"
    assert words.cell(True) == "yes"


@pytest.mark.parametrize(
    "microseconds", [0, 1, 5_400_000_000, -93_600_000_000, 2**62, 86_400_000_001]
)
def test_what_is_typed_is_read_as_the_same(microseconds: int) -> None:
    from mindzie.core.settings import microseconds as read

    assert read(words.typed(microseconds)) == microseconds
