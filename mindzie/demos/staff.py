"""Who does the work: rosters sized for the demand, and the backlog of each team over the weeks.

A trial run without queues shows how much work reaches each team in each week. From that demand and the declared load
follow how many people it needs and how its backlog grows when demand is above capacity (a fluid queue): the waiting is
the same whatever the number of cases, as the people grow with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np

from mindzie.demos.calendar import (
    AXIS_DAYS,
    LAST_DAY,
    Calendar,
    Ints,
    local_time,
    month_start,
    seconds_at,
)
from mindzie.demos.draws import WHOLE, Draws
from mindzie.demos.plan import Floats, Plan
from mindzie.demos.process import DAY, Team

WEEK = 7 * DAY
WEEKS = AXIS_DAYS // 7
ABSENCE = {1: 0.97, 7: 0.92, 8: 0.88, 10: 0.96, 12: 0.93}
PRESENT = 0.45  # of the opening hours; the rest is other work, meetings, leave and illness
OVERTIME = 0.15  # of a team's capacity, added for each week of backlog
STEADY = slice(10, (seconds_at(LAST_DAY) // WEEK) - 1)  # weeks after the log has filled


@dataclass(frozen=True, slots=True)
class Crew:
    """A team at work: its users' codes by draw, its calendar and its backlog in working seconds by day."""

    users: Ints
    calendar: Calendar | None
    backlog: Ints | None


class Staff:
    """The users of all teams with their pace (percent of the usual working time) and shift."""

    def __init__(self, plan: Plan, cases: int, demand: Floats | None) -> None:
        self.names: list[str] = []
        self.teams: list[int] = []
        self.crews: list[Crew] = []
        draws = Draws(plan.seed, 3)
        for number, team in enumerate(plan.process.teams):
            weekly = None if demand is None else demand[number]
            self.crews.append(self._crew(number, team, cases, weekly, draws))
        self.pace = 80 + draws.bits(len(self.names)).astype(np.int64) * 45 // WHOLE
        self.shift = np.arange(len(self.names), dtype=np.int64)

    def _crew(
        self, number: int, team: Team, cases: int, weekly: Floats | None, draws: Draws
    ) -> Crew:
        calendar = Calendar(team.shifts) if team.shifts else None
        first = len(self.names)
        queue = calendar is not None and not team.automatic
        size = len(team.users) or (people(team, calendar, cases, weekly) if calendar else 1)
        width = max(2, len(str(size)))
        self.names += team.users or [f"{team.code}-{i:0{width}d}" for i in range(1, size + 1)]
        self.teams += [number] * size
        shares = 60 + draws.bits(size).astype(np.int64) * 80 // WHOLE  # some do more than others
        place = (np.arange(WHOLE) + 0.5) / WHOLE
        total = np.cumsum(shares)
        users = first + np.searchsorted(total / total[-1], place, side="right")
        sick = draws.bits(WEEKS).astype(np.int64)
        waits = (
            backlog(team, calendar, weekly, sick)
            if queue and calendar and weekly is not None
            else None
        )
        return Crew(users, calendar, waits)


def people(team: Team, calendar: Calendar, cases: int, weekly: Floats | None) -> int:
    """Return how many people a team needs for its demand (working seconds a case, by week) at its load."""
    if weekly is None:
        return 12
    hours = float(calendar.weekly[STEADY].sum()) * PRESENT
    return max(4, ceil(cases * float(weekly.sum()) / (hours * team.load)))


def backlog(team: Team, calendar: Calendar, weekly: Floats, sick: Ints) -> Ints:
    """Return a team's backlog as working seconds to wait, by day."""
    opened = calendar.weekly / calendar.weekly.mean()
    month = local_time().month[:: 7 * 96][:WEEKS]
    present = np.array([ABSENCE.get(int(item), 1.0) for item in month]) - sick / WHOLE * 0.08
    capacity = opened * present * _trend(weekly) / team.load
    if team.since:
        capacity[month_start(team.since) // WEEK :] *= team.then
    waiting = np.zeros(WEEKS)
    for week in range(1, WEEKS):
        late = waiting[week - 1] / max(capacity[week - 1], 1e-9)
        done = capacity[week - 1] * (1 + OVERTIME * min(late, 2.0))
        waiting[week] = max(0.0, waiting[week - 1] + weekly[week - 1] - done)
    seconds = (
        np.minimum(waiting / np.maximum(capacity, 1e-9), 5.0) * calendar.weekly.mean() * opened
    )
    by_day = np.interp(np.arange(AXIS_DAYS), np.arange(WEEKS) * 7.0, seconds)
    waits: Ints = np.rint(by_day).astype(np.int64)
    return waits


def _trend(weekly: Floats) -> Floats:
    """Return the demand to which a team is staffed: its mean over the half year around a week."""
    half = 13
    known = np.zeros(WEEKS)
    known[STEADY] = 1.0
    window = np.ones(2 * half + 1)
    total = np.convolve(weekly * known, window, mode="same")
    share = np.convolve(known, window, mode="same")
    trend: Floats = np.divide(
        total, share, out=np.full(WEEKS, weekly[STEADY].mean()), where=share > 0
    )
    return trend
