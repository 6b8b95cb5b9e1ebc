"""Rules of alerts: what they ask for, and when they hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from mindzie.access.alert_judging import Finding, Past, judge
from mindzie.access.alert_rules import checked_quiet, quiet_until, rule_of
from mindzie.access.alert_statistics import cumulative_sums, mann_kendall
from mindzie.core.errors import NotFoundError, SettingError


def figures(value: float, unit: str = "cases") -> dict[str, Any]:
    return {"open": {"figures": {"": [value, unit]}}}


def judged(
    rule: dict[str, Any], *values: float, accepted: float | None = None, unit: str = "cases"
) -> Finding:
    earlier = [figures(value, unit) for value in values[:-1]]
    past = Past(earlier, None if accepted is None else figures(accepted, unit))
    return judge(rule_of({"result": "open", **rule}), figures(values[-1], unit), past)


def test_a_threshold() -> None:
    rule = {"kind": "threshold", "above": 10}
    assert judged(rule, 10).raised is False
    found = judged(rule, 12, accepted=8)
    assert (found.raised, found.figure, found.before) == (True, "12", "8")
    assert found.text == "open is 12, above 10"
    long = judged({"kind": "threshold", "below": "2 d"}, 3600, unit="s")
    assert (long.raised, long.text) == (True, "open is 1 h, below 2 d")
    near = judged({"kind": "threshold", "above": "10 d"}, 864_060, unit="s")
    assert (near.raised, near.text) == (True, "open is 10 d, just above 10 d")
    assert judged({"kind": "threshold", "above": 1}, 1e306, unit="s").raised
    with pytest.raises(SettingError, match="'open' counts no time, it is 12: give 'below'"):
        judged({"kind": "threshold", "below": "2 d"}, 12)


def test_a_change_against_what_was_accepted() -> None:
    rule = {"kind": "change", "by": 0.1}
    assert judged(rule, 110, accepted=100).raised is False
    found = judged(rule, 111, accepted=100)
    assert (found.raised, found.text) == (True, "open was 100 and is 111 (+11 %)")
    assert judged({**rule, "way": "down"}, 111, accepted=100).raised is False
    assert judged(rule, 1, accepted=0).raised
    assert judged(rule, 0, accepted=0).text == "open was 0 and is 0"
    assert judged({**rule, "way": "up"}, -1, accepted=0).raised is False
    with pytest.raises(NotFoundError, match="accept one"):
        judged(rule, 111)


def test_a_trend() -> None:
    rule = {"kind": "trend", "runs": 6}
    assert judged(rule, 1, 2, 3, 4, 5).raised is False
    assert "1 more run until" in judged(rule, 1, 2, 3, 4, 5).text
    grows = judged(rule, 9, 1, 2, 3, 4, 5, 6)
    assert (grows.raised, grows.text) == (True, "open grows over 6 runs, from 1 to 6")
    other = judged({**rule, "way": "down"}, 1, 2, 3, 4, 5, 6)
    assert (other.raised, other.text) == (False, "open grows over 6 runs, from 1 to 6")
    assert judged(rule, 3, 1, 4, 1, 5, 2).raised is False
    assert judged(rule, 6, 5, 4, 3, 2, 1).raised


def test_the_test_of_mann_and_kendall_is_that_of_the_textbook() -> None:
    """With ties the variance is smaller; the figures were worked out by hand."""
    assert mann_kendall([1, 2, 2, 3, 4, 5]) == pytest.approx(
        (14 - 1) / np.sqrt((6 * 5 * 17 - 18) / 18)
    )
    assert mann_kendall([5, 5, 5]) == 0


def test_a_drift() -> None:
    rule = {"kind": "drift", "runs": 20}
    calm = [10, 11, 9, 10, 10, 11, 9, 10, 9, 11]
    assert judged(rule, *calm, *calm).raised is False
    found = judged(rule, *calm, *(value + 2 for value in calm))
    assert found.raised
    assert "open shifted from 10" in found.text
    other = judged({**rule, "way": "down"}, *calm, *(value + 2 for value in calm))
    assert (other.raised, other.text) == (False, found.text)
    up, down, level = cumulative_sums([*calm, *(value - 3 for value in calm)])
    assert (up, level) == (0, 10)
    assert down == pytest.approx(10 * (3 / np.std(calm, ddof=1) - 0.5))


def test_a_new_variant() -> None:
    rule = rule_of({"kind": "variant", "result": "ways", "share": 0.1})
    before = {"ways": {"variants": {"A → B": 0.9}}}
    now = {"ways": {"variants": {"A → B": 0.7, "A → C": 0.2, "A": 0.05}}}
    found = judge(rule, now, Past(accepted=before))
    assert (found.raised, found.figure) == (True, "20 %")
    assert found.text == "ways has 1 new variant: A → C (20 %)"
    odd = judge(rule, {"ways": {"variants": {"A\nFigure: 0": 1.0}}}, Past(accepted=before))
    assert odd.text == "ways has 1 new variant: A Figure: 0 (100 %)"
    assert not judge(rule, before, Past(accepted=now)).raised
    with pytest.raises(NotFoundError, match="no variants"):
        judge(rule, {"ways": {}}, Past(accepted=before))


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(NotFoundError, match=r"no result 'opne' .* 'open'"):
        judge(rule_of({"kind": "threshold", "result": "opne", "above": 1}), figures(1))
    rule = rule_of({"kind": "threshold", "result": "open", "figure": "medain", "above": 1})
    with pytest.raises(NotFoundError, match="'median'"):
        judge(rule, {"open": {"figures": {"median": [1, "s"], "mean": [2, "s"]}}})
    only = rule_of({"kind": "threshold", "result": "open", "above": 1})
    assert judge(only, {"open": {"figures": {"share": [2, ""]}}}).raised


@pytest.mark.parametrize(
    ("said", "match"),
    [
        ({}, "kinds are threshold, change"),
        ({"kind": "threshold", "result": "x"}, "needs a bound"),
        ({"kind": "threshold", "above": 1}, "result"),
        ({"kind": "trend", "result": "x", "runs": 2}, "5"),
        ({"kind": "late", "after": "soon"}, "no duration"),
        ({"kind": "late", "after": "1 s"}, "a minute or more"),
        ({"kind": "change", "result": "x", "way": "sideways"}, "way"),
        ({"kind": "missing", "whatever": 1}, "whatever"),
    ],
)
def test_a_rule_that_is_none_is_refused(said: dict[str, Any], match: str) -> None:
    with pytest.raises(SettingError, match=match):
        rule_of(said)


def test_quiet_hours() -> None:
    def until(text: str, zone: str = "Europe/Berlin") -> str:
        found = quiet_until(datetime.fromisoformat(text).replace(tzinfo=UTC), "22:00-06:30", zone)
        return "" if found is None else found.astimezone(UTC).strftime("%d %H:%M")

    assert until("2025-01-10T20:59") == ""  # 21:59 there
    assert until("2025-01-10T21:00") == "11 05:30"
    assert until("2025-01-11T05:29") == "11 05:30"
    assert until("2025-01-11T05:30") == ""
    # clocks go forward in the night: the morning comes an hour earlier
    assert until("2025-03-29T21:00") == "30 04:30"
    assert quiet_until(datetime(2025, 1, 1, 12, tzinfo=UTC), "", "UTC") is None
    at_noon = quiet_until(datetime(2025, 1, 1, 12, tzinfo=UTC), "11:00-13:00", "UTC")
    assert at_noon == datetime(2025, 1, 1, 13, tzinfo=UTC)
    for wrong in ("22-6", "24:00-06:00", "06:00-06:00"):
        with pytest.raises(SettingError, match="20:00-07:00"):
            checked_quiet(wrong, "UTC")
    with pytest.raises(SettingError, match="Berlin"):
        checked_quiet("", "Europe/Berlyn")


def test_quiet_hours_that_end_in_an_hour_that_comes_twice() -> None:
    def until(text: str) -> str:
        found = quiet_until(
            datetime.fromisoformat(text).replace(tzinfo=UTC), "20:00-02:30", "Europe/Berlin"
        )
        return "" if found is None else found.astimezone(UTC).strftime("%d %H:%M")

    assert until("2025-10-25T20:00") == "26 00:30"
    assert until("2025-10-26T00:15") == "26 00:30"
    assert until("2025-10-26T00:45") == ""
    assert until("2025-10-26T01:15") == "26 01:30"  # 2:15 for the second time
