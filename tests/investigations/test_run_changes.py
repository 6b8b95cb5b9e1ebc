"""Runs are compared with the one accepted last, and keep what changed; on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

import mindzie as mz
from mindzie.access import run_queue
from mindzie.access.investigating import Investigation
from mindzie.core.errors import NotFoundError
from mindzie.investigations.differing import figures
from tests.access.installing import keys, place, place_on
from tests.investigations.done_runs import done, number, why

__all__ = ["keys", "place", "place_on", "why"]


def test_a_run_is_compared_with_the_one_accepted_last(why: Investigation) -> None:
    first = done(why.request_run(), number("open", 200), number("gone", None))
    assert (first.changes, first.changes_page, first.changed) == (None, None, None)
    first.accept()
    second = done(why.request_run(again=True), number("open", 300))
    assert (second.compared_with, second.changed) == (first.id, 2)
    said = second.changes
    assert said is not None
    assert "open: 200 → 300 (+50 %)" in said["text"]
    assert (said["same"], said["went"]) == (False, ["gone"])
    assert "Content-Security-Policy" in str(second.changes_page)
    third = done(why.request_run(again=True), number("open", 201))
    assert third.changed == 1  # half a percent is within the tolerance, what went is not
    second.accept("they were right")
    fourth = done(why.request_run(again=True), number("open", 300))
    assert (fourth.compared_with, fourth.changed) == (second.id, 0)
    assert fourth.changes is not None
    assert fourth.changes["same"]


def test_other_parameters_are_another_matter(why: Investigation) -> None:
    done(why.request_run({"region": "North"}), number("open", 1)).accept()
    south = done(why.request_run({"region": "South"}), number("open", 9))
    assert south.compared_with is None
    north = done(why.request_run({"region": "North"}, again=True), number("open", 9))
    assert north.changed == 1


def test_what_is_known_is_compared_with_what_is_accepted_now(why: Investigation) -> None:
    before = done(why.request_run(), number("open", 200))
    one = why.request_run(again=True)
    two = why.request_run()
    first = done(one, number("open", 300))
    before.accept()
    assert run_queue.take(why._door, run=two.id) is None  # has the results of the first
    two = two.refresh()
    assert (two.same_as, two.compared_with, two.changed) == (first.id, before.id, None)
    assert two.changes is not None
    assert "200 → 300" in two.changes["text"]
    three = why.request_run(again=True)
    done(three, number("open", 300)).accept()
    assert "200 → 300" in two.changes["text"]  # what it was compared with is what it was
    before.delete()
    with pytest.raises(NotFoundError, match="is gone"):
        assert two.changes


def test_an_accepted_run_that_is_damaged_hinders_nothing(why: Investigation) -> None:
    first = done(why.request_run(), number("open", 200))
    first.accept()
    (file,) = Path(why._door.folder).rglob(f"{first.id}/**/results.json")
    file.chmod(0o600)
    file.write_text("{}")
    second = done(why.request_run(again=True), number("open", 300))
    assert (second.state, second.compared_with) == ("done", None)
    assert "Not compared with the accepted run" in second.log


def test_figures_and_shares_of_variants_are_kept() -> None:
    log = mz.demo("order-to-cash", cases=30)
    made = [
        {"name": "durations", **log.calculate(mz.calculators.CaseDuration()).to_json()},
        {"name": "variants", **log.calculate(mz.calculators.Variants()).to_json()},
        number("none", None),
    ]
    found = figures({"results": made})
    assert set(found) == {"durations", "variants"}
    seconds, unit = found["durations"]["figures"]["median"]
    assert unit == "s"
    durations = log.cases.to_polars()["case_duration"]
    assert seconds == pytest.approx(durations.dt.total_seconds(fractional=True).median())
    shares = found["variants"]["variants"]
    assert sum(shares.values()) == pytest.approx(1)
    assert max(shares, key=shares.__getitem__).startswith("Receive order → Check credit")
