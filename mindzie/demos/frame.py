"""Turns the walked parts into the frame that a source is read into."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl

from mindzie.core.settings import AttributeType
from mindzie.demos.calendar import ORIGIN
from mindzie.demos.plan import Floats, Plan
from mindzie.demos.process import Choice, Process
from mindzie.demos.staff import WEEK, WEEKS, Staff
from mindzie.demos.walk import Part, Walk
from mindzie.engine.source_table import SourceAttribute

PART = 1 << 16
TRIAL = 1 << 13
MICRO = 1_000_000
BEGAN = int(ORIGIN.timestamp()) * MICRO


def walked(plan: Plan, staff: Staff, cases: int) -> list[Part]:
    """Return the cases' events in parts, worked on side by side; the parts do not depend on how many are."""

    def walk(part: int) -> Part:
        first = part * PART
        size = min(PART, cases - first)
        return Walk(plan, staff, part=part, first=first, size=size, cases=cases).run()

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return list(pool.map(walk, range(-(-cases // PART))))


@lru_cache(maxsize=4)
def planned(process: Process, seed: int) -> tuple[Plan, Floats]:
    """Return the plan, and the working seconds a case that reach each team in each week."""
    plan = Plan(process, seed)
    (part,) = walked(plan, Staff(plan, TRIAL, None), TRIAL)
    team = np.array([step.team for step in plan.steps])[part.step]
    work = np.array([step.work.mean() for step in plan.steps])[part.step]
    place = team * WEEKS + part.start // WEEK
    teams = len(plan.process.teams)
    weekly = np.bincount(place, weights=work, minlength=teams * WEEKS).reshape(teams, WEEKS) / TRIAL
    smooth = np.apply_along_axis(
        lambda row: np.convolve(row, [0.25, 0.5, 0.25], mode="same"), 1, weekly
    )
    return plan, smooth


def columns(
    plan: Plan, staff: Staff, parts: Sequence[Part]
) -> Iterator[tuple[str, AttributeType, pl.Series]]:
    """Yield every attribute with its type and its value for each event."""
    counts = np.concatenate([part.counts for part in parts])

    def by_case(value: Callable[[Part], npt.NDArray[np.generic]]) -> npt.NDArray[np.generic]:
        return np.repeat(np.concatenate([value(part) for part in parts]), counts)

    numbers = {choice.name for choice in declared(plan.process) if choice.number}
    for name, labels in plan.catalog.labels.items():
        codes = by_case(lambda part, name=name: part.codes[name].astype(np.int32))  # type: ignore[misc]
        values = pl.Series([int(label) for label in labels] if name in numbers else labels)
        yield name, "number" if name in numbers else "text", values.gather(pl.Series(codes))
    yield plan.process.amount.name, "number", pl.Series(by_case(lambda part: part.cents / 100))
    due = pl.Series(by_case(lambda part: part.due))
    yield plan.process.due_name, "date", (due * MICRO + BEGAN).set(due < 0, None)
    users = pl.Series(np.concatenate([part.user for part in parts]))
    teams = plan.process.teams
    yield "Team", "text", pl.Series([teams[team].name for team in staff.teams]).gather(users)
    yield (
        "Automatic",
        "boolean",
        pl.Series([teams[team].automatic for team in staff.teams]).gather(users),
    )


def declared(process: Process) -> Iterator[Choice]:
    """Yield every choice of a process, its masters' included."""
    for master in process.masters:
        yield from master.attributes
    yield from process.choices


def events(
    process: Process, cases: int, seed: int
) -> tuple[pl.DataFrame, tuple[SourceAttribute, ...]]:
    """Return a process's events as a source's frame, sorted by case and time, and its attributes.

    Parameters
    ----------
    process : Process
        What happens.
    cases : int
        How many cases; 0 gives the columns without rows.
    seed : int
        Which of the possible logs.

    Returns
    -------
    polars.DataFrame, tuple of SourceAttribute
        As a ``SourceTable`` holds them.

    Examples
    --------
    >>> from mindzie.demos.order_to_cash import ORDER_TO_CASH
    >>> frame, attributes = events(ORDER_TO_CASH, cases=1, seed=0)
    >>> frame["activity"][0], attributes[0].name
    ('Receive order', 'Customer')
    """
    plan, demand = planned(process, seed)
    staff = Staff(plan, max(cases, 1), demand)
    parts = walked(plan, staff, cases) or [
        Walk(plan, staff, part=0, first=0, size=0, cases=1).run()
    ]
    counts = np.concatenate([part.counts for part in parts])
    case = np.repeat(np.arange(process.first_case, process.first_case + cases), counts)
    named = pl.Series([step.activity for step in process.steps])
    step = pl.Series(np.concatenate([part.step for part in parts]))
    data: dict[str, pl.Series] = {
        "case_id": pl.Series(case).cast(pl.String),
        "activity": named.gather(step),
        "start_time": _clock([part.start for part in parts]),
        "time": _clock([part.end for part in parts]),
        "resource": pl.Series(staff.names).gather(
            pl.Series(np.concatenate([p.user for p in parts]))
        ),
        "row": pl.int_range(1, len(case) + 1, eager=True),
    }
    attributes: list[SourceAttribute] = []
    for name, kind, values in columns(plan, staff, parts):
        attributes.append(SourceAttribute(name, f"attribute_{len(attributes)}", kind))
        data[attributes[-1].column] = values
    return pl.DataFrame(data), tuple(attributes)


def _clock(seconds: Sequence[npt.NDArray[np.int32]]) -> pl.Series:
    return pl.Series(np.concatenate(seconds)).cast(pl.Int64) * MICRO + BEGAN
