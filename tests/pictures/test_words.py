from __future__ import annotations

import json
from pathlib import Path

import pytest

from mindzie.pictures import words

SAID = json.loads(Path(__file__).with_name("words.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("seconds", "said"), SAID["duration"])
def test_durations_are_said_in_their_two_largest_units(seconds, said):
    assert words.duration(seconds) == said


@pytest.mark.parametrize(("value", "said"), SAID["short"])
def test_short_counts_have_three_figures(value, said):
    assert words.count(value, short=True) == said


@pytest.mark.parametrize(("value", "said"), SAID["share"])
def test_shares_never_overstate(value, said):
    assert words.share(value) == said


def test_exact_counts_are_grouped():
    assert words.count(1_234_567) == "1\u202f234\u202f567"
    assert words.count(-12.5) == words.MINUS + "12.5"


def test_unknown_is_not_zero():
    assert {words.count(None), words.duration(None), words.share(float("nan"))} == {words.UNKNOWN}


def test_working_time_is_marked():
    assert words.duration(273_600, working=True) == "3 wd 4 wh"
