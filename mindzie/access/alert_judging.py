"""Whether a rule holds for the figures of a run: plain calculation, without a database."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from mindzie.access.alert_rules import (
    Change,
    Drift,
    Rule,
    Threshold,
    Trend,
    Variant,
    Way,
    seconds_of,
)
from mindzie.access.alert_statistics import cumulative_sums, mann_kendall
from mindzie.core.errors import NotFoundError, SettingError, nearest
from mindzie.core.words import cell, changed_by, count, counted, is_duration, share

Figures = Mapping[str, Any]
"""Of one run, by result."""
_SURE: Final = {"any": 1.96, "up": 1.645, "down": 1.645}
"""Standard deviations beyond which one sum in twenty lies by chance, on both sides or on one."""
_BOUND: Final = 5.0
"""Of cumulative sums, in standard deviations: a shift by one is found after ten runs, a false one comes once in 930 (Montgomery, 9.1)."""
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Past:
    """What a run is judged by.

    Parameters
    ----------
    earlier : sequence of mapping
        Figures of the runs before it, the oldest first.
    accepted : mapping, optional
        Those of the run accepted last.
    """

    earlier: Sequence[Figures] = ()
    accepted: Figures | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says.

    Parameters
    ----------
    raised : bool
        Whether it holds.
    text : str
        In a sentence.
    figure : str
        The figure it is about, in words.
    before : str
        What it was in the run accepted last.
    values : tuple of float
        The figure in the runs so far, the oldest first.
    unit : str
        Of these.
    """

    raised: bool
    text: str
    figure: str = ""
    before: str = ""
    values: tuple[float, ...] = ()
    unit: str = ""


def judge(rule: Rule, now: Figures, past: Past = Past()) -> Finding:
    """Judge a run by a rule on its results.

    Parameters
    ----------
    rule : Rule
        Of any kind but those that look at the data, or at whether there was a run.
    now : mapping
        The run's figures.
    past : Past
        What it is judged by.

    Returns
    -------
    Finding
        What it came to.

    Raises
    ------
    NotFoundError
        Where the run has no such result or figure, or nothing was accepted that it could be compared with.
    """
    if isinstance(rule, Variant):
        return _variant(rule, now, past)
    if not isinstance(rule, Threshold | Change | Trend | Drift):
        raise TypeError(f"A rule of kind {rule.kind!r} looks at no result.")
    value, unit = _figure(now, rule.result, rule.figure)
    values = (*_history(past.earlier, rule.result, rule.figure), value)
    subject = f"{rule.figure.replace('_', ' ')} of {rule.result}" if rule.figure else rule.result
    raised, said = _JUDGES[type(rule)](rule, values, unit, past)
    before = _accepted(rule, past)
    return Finding(
        raised,
        f"{subject} {said}",
        cell(value, unit),
        "" if before is None else cell(before, unit),
        values,
        unit,
    )


def _figure(figures: Figures, result: str, figure: str) -> tuple[float, str]:
    if result not in figures:
        raise _absent("result", result, figures, "the run")
    known = figures[result].get("figures", {})
    name = next(iter(known)) if not figure and "" not in known and len(known) == 1 else figure
    if name not in known:
        raise _absent("figure", figure, known, f"the result {result!r} of the run")
    value, unit = known[name]
    return float(value), str(unit)


def _absent(what: str, name: str, known: Mapping[str, Any], where: str) -> NotFoundError:
    close = nearest(name, list(known)) or list(known)[:_SHOWN]
    there = f" There is {' and '.join(map(repr, close))}." if close else ""
    return NotFoundError(f"There is no {what} {name!r} in {where}, or it was not computed.{there}")


def _history(earlier: Sequence[Figures], result: str, figure: str) -> list[float]:
    found = []
    for one in earlier:
        try:
            found.append(_figure(one, result, figure)[0])
        except NotFoundError:
            continue
    return found


def _accepted(rule: Any, past: Past) -> float | None:
    if past.accepted is None:
        return None
    return next(iter(_history([past.accepted], rule.result, rule.figure)), None)


def _threshold(rule: Threshold, values: Sequence[float], unit: str, _: Past) -> tuple[bool, str]:
    value = values[-1]
    for bound, beyond, word in (
        (rule.above, value.__gt__, "above"),
        (rule.below, value.__lt__, "below"),
    ):
        if isinstance(bound, str) and not is_duration(unit):
            raise SettingError(
                f"{rule.result!r} counts no time, it is {cell(value, unit)}: give {word!r} as a number."
            )
        if bound is not None and beyond(seconds_of(bound)):
            said, most = cell(value, unit), cell(seconds_of(bound), unit)
            return True, f"is {said}, {'just ' if said == most else ''}{word} {most}"
    return False, f"is {cell(value, unit)}, within its bounds"


def _change(rule: Change, values: Sequence[float], unit: str, past: Past) -> tuple[bool, str]:
    before = _accepted(rule, past)
    if before is None:
        raise NotFoundError(
            f"No accepted run with these parameters has {rule.result!r}: accept one, so that later ones are compared with it."
        )
    value = values[-1]
    moved = value - before
    if moved:
        moved = moved / abs(before) if before else math.copysign(math.inf, moved)
    raised = abs(moved) > rule.by and _goes(moved, rule.way)
    return raised, f"was {cell(before, unit)} and is {cell(value, unit)}{_percent(moved)}"


def _percent(moved: float) -> str:
    if not (moved and math.isfinite(moved)):
        return ""
    return f" ({changed_by(moved)})"


def _trend(rule: Trend, values: Sequence[float], unit: str, _: Past) -> tuple[bool, str]:
    if len(values) < rule.runs:
        return False, f"is {cell(values[-1], unit)}; {_more(rule.runs - len(values))}"
    recent = np.asarray(values[-rule.runs :])
    z = mann_kendall(recent)
    is_sure = abs(z) > _SURE[rule.way]
    way = "grows" if z > 0 else "falls"
    said = f"{way if is_sure else 'shows no trend'} over {rule.runs} runs"
    return is_sure and _goes(
        z, rule.way
    ), f"{said}, from {cell(float(recent[0]), unit)} to {cell(float(recent[-1]), unit)}"


def _drift(rule: Drift, values: Sequence[float], unit: str, _: Past) -> tuple[bool, str]:
    if len(values) < rule.runs:
        return False, f"is {cell(values[-1], unit)}; {_more(rule.runs - len(values))}"
    recent = np.asarray(values[-rule.runs :])
    up, down, level = cumulative_sums(recent)
    raised = max(up if rule.way != "down" else 0, down if rule.way != "up" else 0) > _BOUND
    said = "shifted from" if max(up, down) > _BOUND else "stays about"
    return raised, f"{said} {cell(level, unit)}; it is {cell(float(recent[-1]), unit)} now"


def _more(runs: int) -> str:
    return f"{counted(runs, 'more run')} until it can be judged"


def _goes(moved: float, way: Way) -> bool:
    return way == "any" or (moved > 0) == (way == "up")


_JUDGES: Final[dict[type, Callable[..., tuple[bool, str]]]] = {
    Threshold: _threshold,
    Change: _change,
    Trend: _trend,
    Drift: _drift,
}


def _variant(rule: Variant, now: Figures, past: Past) -> Finding:
    if rule.result not in now:
        raise _absent("result", rule.result, now, "the run")
    if past.accepted is None or rule.result not in past.accepted:
        raise NotFoundError(
            f"No accepted run with these parameters has {rule.result!r}: accept one, so that new variants are known."
        )
    known = past.accepted[rule.result].get("variants", {})
    found = now[rule.result].get("variants", {})
    if not found:
        raise NotFoundError(f"The result {rule.result!r} has no variants with their shares.")
    new = {name: part for name, part in found.items() if part >= rule.share and name not in known}
    if not new:
        return Finding(
            False, f"{rule.result} has no new variant with {share(rule.share)} of the cases"
        )
    ordered = sorted(new, key=lambda name: -new[name])
    told = ((" ".join(name.splitlines()), share(new[name])) for name in ordered[:_SHOWN])
    said = "; ".join(f"{name} ({part})" for name, part in told)
    more = f"; and {count(len(new) - _SHOWN)} more" if len(new) > _SHOWN else ""
    text = f"{rule.result} has {counted(len(new), 'new variant')}: {said}{more}"
    return Finding(True, text, share(new[ordered[0]]))
