"""Walks all cases of a part through the process at once, a step at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mindzie.demos.calendar import AXIS_DAYS, Ints
from mindzie.demos.cases import Codes
from mindzie.demos.draws import WHOLE, Draws
from mindzie.demos.plan import Plan, RoutePlan, StepPlan, scaled
from mindzie.demos.process import DAY
from mindzie.demos.staff import Crew, Staff

Counts = npt.NDArray[np.int32]

GOLDEN = (
    40_503  # 65,536 over the golden ratio: multiples of it spread evenly, so colleagues take turns
)
ROUNDS = 60  # a case that still turns round by then stays open


@dataclass(frozen=True, slots=True)
class Part:
    """The events of consecutive cases, sorted by case and position; times in seconds on the axis."""

    codes: Codes
    cents: Ints
    due: Ints
    counts: Counts
    step: npt.NDArray[np.uint8]
    user: npt.NDArray[np.int32]
    start: npt.NDArray[np.int32]
    end: npt.NDArray[np.int32]


class Walk:
    """One part of the cases on its way; the part's number decides its draws."""

    def __init__(
        self, plan: Plan, staff: Staff, *, part: int, first: int, size: int, cases: int
    ) -> None:
        self.plan, self.staff, self.size = plan, staff, size
        self.draws = Draws(plan.seed, 4, part)
        self.codes, self.cents = plan.catalog.draw(self.draws, size)
        self.clock = plan.catalog.begin(self.draws, first, size, cases)
        self.due = np.full(size, -1, dtype=np.int64)
        self.seen = np.zeros(size, dtype=np.uint64)
        self.counts = np.zeros(size, dtype=np.int32)
        self.did = {step: np.full(size, -1, dtype=np.int64) for step in plan.remembered}
        self.turn = self.draws.bits(len(staff.crews)).astype(np.int64)
        self.pending: list[list[Ints]] = [[] for _ in plan.steps]
        self.records: list[tuple[Ints, Counts, int, Ints, Ints, Ints]] = []

    def run(self) -> Part:
        """Walk until every case has ended or reached the end of the log."""
        self._send(np.arange(self.size), self.plan.entry)
        for _ in range(ROUNDS):
            if not any(self.pending):
                break
            for number, waiting in enumerate(self.pending):
                if waiting:
                    self.pending[number] = []
                    self._visit(number, np.concatenate(waiting))
        return self._part()

    def _visit(self, number: int, who: Ints) -> None:
        step = self.plan.steps[number]
        user = self._user(step, self.staff.crews[step.team], who)
        start, end = self._time(step, self.staff.crews[step.team], who, user)
        shown = (end <= self.plan.cut) | (self.counts[who] == 0)  # every case has a first event
        if not shown.all():
            who, user, start, end = who[shown], user[shown], start[shown], end[shown]
        position = self.counts[who]
        self.records.append((who, position, number, user, start, end))
        self.counts[who] = position + 1
        self.clock[who] = end
        self.seen[who] |= step.bit
        if number in self.did:
            self.did[number][who] = user
        if step.sets_due:
            self.due[who] = end + self.plan.terms[self.codes[self.plan.process.terms][who]]
        self._send(who, step.routes)

    def _user(self, step: StepPlan, crew: Crew, who: Ints) -> Ints:
        turn = self.turn[step.team]
        self.turn[step.team] += len(who)
        user: Ints = crew.users[(np.arange(turn, turn + len(who)) * GOLDEN) % WHOLE]
        if step.same_as:
            other, chance = step.same_as
            before = self.did[other][who]
            same = (self.draws.bits(len(who)) < chance) & (before >= 0)
            user = np.where(same, before, user)
        return user

    def _time(self, step: StepPlan, crew: Crew, who: Ints, user: Ints) -> tuple[Ints, Ints]:
        arrival = self.clock[who]
        if step.delay is not None:
            delay = self._slowed(step, self.draws.from_table(step.delay, len(who)), who)
            arrival = (
                np.maximum(arrival, self.due[who] + delay) if step.from_due else arrival + delay
            )
        wait = np.zeros(len(who), dtype=np.int64)
        if step.wait is not None:
            wait = self._slowed(step, self.draws.from_table(step.wait, len(who)), who)
            if crew.backlog is not None:
                wait = wait + crew.backlog[np.minimum(arrival // DAY, AXIS_DAYS - 1)]
        work = self.draws.from_table(step.work, len(who))
        if crew.calendar is None:
            return arrival + wait, arrival + wait + work
        work = np.maximum(work * self.staff.pace[user] // 100, 1)
        return crew.calendar.place(
            arrival, wait, work, self.staff.shift[user] % crew.calendar.shifts
        )

    def _slowed(self, step: StepPlan, seconds: Ints, who: Ints) -> Ints:
        if not step.slower:
            return seconds
        return np.asarray(scaled(seconds, step.slower, self.codes, who)).astype(np.int64)

    def _send(self, who: Ints, routes: tuple[RoutePlan, ...]) -> None:
        for route in routes:
            if not len(who):
                return
            allowed = route.allowed(self.clock[who], self.seen[who], self.cents[who])
            taken = route.taken(self.draws, self.codes, who)
            if allowed is not None and taken is not None:
                taken = taken & allowed
            elif taken is None:
                taken = allowed
            if taken is None:
                self.pending[route.to].append(who)
                return
            self.pending[route.to].append(who[taken])
            who = who[~taken]

    def _part(self) -> Part:
        ends = np.cumsum(self.counts, dtype=np.int64)
        first = ends - self.counts
        total = int(ends[-1]) if self.size else 0
        step = np.empty(total, dtype=np.uint8)
        user, start, end = (np.empty(total, dtype=np.int32) for _ in range(3))
        for who, position, number, users, starts, finishes in self.records:
            row = first[who] + position
            step[row], user[row], start[row], end[row] = number, users, starts, finishes
        return Part(self.codes, self.cents, self.due, self.counts, step, user, start, end)
