"""What an operation's answer is, as plain values, and when two answers are the same."""

from __future__ import annotations

import math
from typing import Any

from mindzie.core.log import EventLog
from mindzie.core.results import Result
from mindzie.operations import calculators


def plain(result: Result) -> dict[str, Any]:
    """Return a result as JSON has it, without where it was made."""
    made = result.to_json()
    made.pop("provenance")
    return made


def figures(log: EventLog) -> dict[str, Any]:
    """Return all that can be seen of a log."""
    tables = {name: plain(getattr(log, name)) for name in ("cases", "events", "variants")}
    counts = {
        name: getattr(log, name)
        for name in ("case_count", "event_count", "variant_count", "activities")
    }
    attributes = [[a.name, a.type, a.level, a.kind] for a in log.attribute_list]
    return {
        **tables,
        **counts,
        "attributes": attributes,
        "map": plain(log.calculate(calculators.ProcessMap())),
    }


def answer(operation: Any, log: EventLog) -> dict[str, Any]:
    """Return what an operation makes of a log."""
    made = operation.apply(log)
    return figures(made) if isinstance(made, EventLog) else plain(made)


def assert_same(left: Any, right: Any, where: str = "answer") -> None:
    """Compare plain values: numbers within 1e-9 of each other, all else exactly."""
    if isinstance(left, dict) and isinstance(right, dict):
        assert left.keys() == right.keys(), where
        for key in left:
            assert_same(left[key], right[key], f"{where}.{key}")
    elif isinstance(left, list | tuple) and isinstance(right, list | tuple):
        assert len(left) == len(right), f"{where}: {len(left)} and {len(right)} rows"
        for place, (one, other) in enumerate(zip(left, right, strict=True)):
            assert_same(one, other, f"{where}[{place}]")
    elif isinstance(left, float) or isinstance(right, float):
        both = left is not None and right is not None
        assert both, f"{where}: {left!r} and {right!r}"
        alike = math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9)
        assert alike or (math.isnan(left) and math.isnan(right)), f"{where}: {left!r} and {right!r}"
    else:
        assert left == right, f"{where}: {left!r} and {right!r}"
        assert type(left) is type(right), f"{where}: {left!r} and {right!r}"
