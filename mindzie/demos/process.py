"""The words a generated process is declared in: one value of ``Process`` is all the engine needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MINUTE = 60
HOUR = 3_600
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Spread:
    """A log-normal duration: `shift` + `median` x e^(`sigma` x normal), in seconds."""

    median: float
    sigma: float = 0.6
    shift: float = 0.0


NONE = Spread(0.0)


@dataclass(frozen=True, slots=True)
class Shift:
    """Opening hours in local time: weekdays (Monday is 0) and (from, to) hours in quarters, off on holidays."""

    hours: tuple[tuple[float, float], ...]
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    holidays_off: bool = True


@dataclass(frozen=True, slots=True)
class Team:
    """People who share one queue, or the technical users of a system.

    `load` is demand over capacity: above about 0.95 a backlog builds in busy weeks. From month `since` on (counted
    from the first), capacity is `then` times as large. A team without shifts works round the clock.
    """

    name: str
    code: str
    shifts: tuple[Shift, ...] = ()
    load: float = 0.75
    since: int = 0
    then: float = 1.0
    users: tuple[str, ...] = ()

    @property
    def automatic(self) -> bool:
        """Whether systems, not people, do the work."""
        return bool(self.users)


@dataclass(frozen=True, slots=True)
class Route:
    """One way on. A step's routes are tried in order; the first that happens is taken, none ends the case.

    `more` multiplies the chance by the value of a case attribute; `over` asks for an amount above; `seen` and
    `unseen` look at the case's earlier steps; `since` and `until` are months counted from the first.
    """

    to: str
    chance: float = 1.0
    more: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    over: float | None = None
    seen: str | None = None
    unseen: str | None = None
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One activity done by one team.

    Before it starts comes `delay` (elapsed time: customers, carriers, suppliers), then `wait` (the team's working
    time), then the team's backlog; `work` is the team's working time on it. `slower` multiplies delay and wait by
    the value of a case attribute. A step that is `from_due` counts its delay from the invoice's due date, one that
    `sets_due` fixes that date. `same_as` names a step whose user does this one too, with a chance.
    """

    id: str
    activity: str
    team: str
    work: Spread
    routes: tuple[Route, ...] = ()
    wait: Spread = NONE
    delay: Spread = NONE
    slower: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    from_due: bool = False
    sets_due: bool = False
    same_as: tuple[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A case attribute drawn by weight; with `given`, the weights are those of another attribute's value."""

    name: str
    weights: Mapping[str, int] | Mapping[str, Mapping[str, int]]
    given: str | None = None
    number: bool = False

    def rows(self) -> dict[str, Mapping[str, int]]:
        """Return the weights by value of the given attribute, by no text where there is none."""
        nested = {key: row for key, row in self.weights.items() if isinstance(row, Mapping)}
        return nested or {
            "": {key: int(row) for key, row in self.weights.items() if not isinstance(row, Mapping)}
        }


@dataclass(frozen=True, slots=True)
class Master:
    """Master data (customers, products): the few make most of the business, each with attributes of its own."""

    name: str
    prefix: str
    first: int
    size: int
    skew: float
    attributes: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Amount:
    """A log-normal amount of money that is multiplied by the value of a case attribute."""

    name: str
    spread: Spread
    by: str
    factors: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Arrivals:
    """When cases begin: percentages by month, weekday and hour of the day, on holidays, and growth a month."""

    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    hours: tuple[int, ...]
    holiday: int
    growth: float


@dataclass(frozen=True, eq=False)
class Process:
    """A process to generate; steps are listed in the order in which they usually happen."""

    name: str
    story: str
    case_name: str
    first_case: int
    arrivals: Arrivals
    masters: tuple[Master, ...]
    choices: tuple[Choice, ...]
    amount: Amount
    due_name: str
    terms: str
    teams: tuple[Team, ...]
    entry: tuple[Route, ...]
    steps: tuple[Step, ...]
