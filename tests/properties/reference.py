"""A slow, plain second opinion: event logs as lists of tuples, figures by loops over them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean, median
from typing import Any, NamedTuple

Pair = tuple[str | None, str | None]


class Event(NamedTuple):
    """One event as a source has it; times are whole seconds."""

    case: str
    activity: str
    start: int
    time: int
    amount: int | None


@dataclass(frozen=True)
class Reference:
    """Events by case, each case in canonical order."""

    cases: dict[str, list[Event]]

    @classmethod
    def of(cls, events: list[Event]) -> Reference:
        """Order by start, completion and place in the source."""
        cases: dict[str, list[Event]] = defaultdict(list)
        for event in events:
            cases[event.case].append(event)
        return cls({c: sorted(of, key=lambda e: (e.start, e.time)) for c, of in cases.items()})

    def keeping(self, wanted: Any) -> Reference:
        """Keep some events; cases without any go."""
        left = {case: [event for event in of if wanted(event)] for case, of in self.cases.items()}
        return Reference({case: of for case, of in left.items() if of})

    def of_cases(self, wanted: Any) -> Reference:
        """Keep some cases."""
        return Reference({case: of for case, of in self.cases.items() if wanted(of)})

    @property
    def variants(self) -> Counter[tuple[str, ...]]:
        return Counter(tuple(event.activity for event in of) for of in self.cases.values())

    @property
    def durations(self) -> dict[str, int]:
        return {
            c: max(e.time for e in of) - min(e.start for e in of) for c, of in self.cases.items()
        }

    @property
    def paths(self) -> dict[Pair, tuple[int, int]]:
        """Events and cases of each directly-follows pair."""
        events: Counter[Pair] = Counter()
        cases: Counter[Pair] = Counter()
        for of in self.cases.values():
            names = [None, *(event.activity for event in of), None]
            pairs = list(pairwise(names))
            events.update(pairs)
            cases.update(set(pairs))
        return {pair: (events[pair], cases[pair]) for pair in events}

    @property
    def seconds(self) -> dict[Pair, tuple[float, float, float]]:
        """Mean, median and total of the times between the events of each pair."""
        found: dict[Pair, list[int]] = defaultdict(list)
        for of in self.cases.values():
            for one, other in pairwise(of):
                found[one.activity, other.activity].append(other.start - one.time)
        return {pair: (mean(of), median(of), sum(of)) for pair, of in found.items()}

    @property
    def nodes(self) -> dict[str, dict[str, int]]:
        """Events, cases, starts, ends and cases with rework of each activity."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for of in self.cases.values():
            counts = Counter(event.activity for event in of)
            for activity, count in counts.items():
                found[activity].update(events=count, cases=1, rework_cases=int(count > 1))
            found[of[0].activity]["starts"] += 1
            found[of[-1].activity]["ends"] += 1
        columns = ("events", "cases", "starts", "ends", "rework_cases")
        return {activity: {name: of[name] for name in columns} for activity, of in found.items()}
