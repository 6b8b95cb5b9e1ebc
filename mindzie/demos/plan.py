"""A declared process made ready to run: names become numbers, chances thresholds, spreads tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mindzie.demos.calendar import LAST_DAY, Flags, Ints, month_start, seconds_at
from mindzie.demos.cases import Catalog, Codes
from mindzie.demos.draws import WHOLE, Draws, quantiles
from mindzie.demos.process import DAY, NONE, Process, Route, Spread, Step

Floats = npt.NDArray[np.float64]
Factors = tuple[tuple[str, Floats], ...]


def _factors(declared: Mapping[str, Mapping[str, float]], catalog: Catalog) -> Factors:
    return tuple(
        (name, np.array([by_value.get(label, 1.0) for label in catalog.labels[name]]))
        for name, by_value in declared.items()
    )


def scaled(base: float | Ints, factors: Factors, codes: Codes, who: Ints) -> Floats | float | Ints:
    """Return a number for each case, multiplied by the factors of its attributes."""
    result: float | Ints | Floats = base
    for name, table in factors:
        result = result * table[codes[name][who]]
    return result


@dataclass(frozen=True, slots=True)
class RoutePlan:
    """A route in numbers."""

    to: int
    chance: float
    more: Factors
    over: int | None
    seen: np.uint64
    unseen: np.uint64
    since: int | None
    until: int | None

    def allowed(self, clock: Ints, seen: npt.NDArray[np.uint64], cents: Ints) -> Flags | None:
        """Return which cases may take the route at all, None for every one."""
        tests: list[Flags] = []
        if self.over is not None:
            tests.append(cents > self.over)
        if self.seen:
            tests.append((seen & self.seen) != 0)
        if self.unseen:
            tests.append((seen & self.unseen) == 0)
        if self.since is not None:
            tests.append(clock >= self.since)
        if self.until is not None:
            tests.append(clock < self.until)
        return np.logical_and.reduce(tests) if tests else None

    def taken(self, draws: Draws, codes: Codes, who: Ints) -> Flags | None:
        """Return which cases chance sends along the route, None for every one."""
        if self.chance >= 1 and not self.more:
            return None
        taken: Flags = draws.bits(len(who)) < scaled(self.chance * WHOLE, self.more, codes, who)
        return taken


@dataclass(frozen=True, slots=True)
class StepPlan:
    """A step in numbers."""

    team: int
    wait: Ints | None
    delay: Ints | None
    work: Ints
    slower: Factors
    from_due: bool
    sets_due: bool
    same_as: tuple[int, int] | None
    bit: np.uint64
    routes: tuple[RoutePlan, ...]


class Plan:
    """Everything about a process and a seed that does not depend on the number of cases."""

    def __init__(self, process: Process, seed: int) -> None:
        self.process = process
        self.seed = seed
        self.catalog = Catalog(process, seed)
        self.cut = seconds_at(LAST_DAY) + DAY
        self._numbers = {step.id: number for number, step in enumerate(process.steps)}
        self._teams = {team.name: number for number, team in enumerate(process.teams)}
        self.entry = self._routes(process.entry)
        self.steps = tuple(map(self._step, process.steps))
        self.remembered = tuple({step.same_as[0] for step in self.steps if step.same_as})
        terms = self.catalog.labels[process.terms]
        self.terms = np.array([int(days) * DAY for days in terms], dtype=np.int64)

    def _bit(self, step: str | None) -> np.uint64:
        return np.uint64(0 if step is None else 1 << self._numbers[step])

    def _routes(self, routes: Iterable[Route]) -> tuple[RoutePlan, ...]:
        return tuple(
            RoutePlan(
                to=self._numbers[route.to],
                chance=route.chance,
                more=_factors(route.more, self.catalog),
                over=None if route.over is None else round(route.over * 100),
                seen=self._bit(route.seen),
                unseen=self._bit(route.unseen),
                since=None if route.since is None else month_start(route.since),
                until=None if route.until is None else month_start(route.until),
            )
            for route in routes
        )

    def _step(self, step: Step) -> StepPlan:
        def table(spread: Spread) -> Ints | None:
            return None if spread == NONE else quantiles(spread)

        same = step.same_as
        return StepPlan(
            team=self._teams[step.team],
            wait=table(step.wait),
            delay=table(step.delay),
            work=np.maximum(quantiles(step.work), 1),
            slower=_factors(step.slower, self.catalog),
            from_due=step.from_due,
            sets_due=step.sets_due,
            same_as=None if same is None else (self._numbers[same[0]], round(same[1] * WHOLE)),
            bit=self._bit(step.id),
            routes=self._routes(step.routes),
        )
