"""What a studio is set to: filters, results and the open tab, as values; and the way back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from mindzie.core.errors import SettingError
from mindzie.core.families import Calculator, Filter

TABS: Final = ("overview", "map", "variants", "cases", "durations")
MOST_FILTERS: Final = 100
_MOST_STEPS_BACK: Final = 200


@dataclass(frozen=True, slots=True)
class Step:
    """A filter in its place; switched off it is kept but not applied."""

    filter: Filter
    on: bool = True


@dataclass(frozen=True, slots=True)
class State:
    """All that decides what a studio shows of a log.

    Attributes
    ----------
    steps : tuple of Step
        Filters in the order they are applied.
    results : tuple of Calculator
        What is calculated from the log that the filters leave.
    tab : str
        One of ``TABS``, or ``"result:N"`` for the result at place N.
    """

    steps: tuple[Step, ...] = ()
    results: tuple[Calculator, ...] = ()
    tab: str = "overview"

    @property
    def filters(self) -> tuple[Filter, ...]:
        """The filters that are switched on."""
        return tuple(step.filter for step in self.steps if step.on)

    def before(self, place: int) -> tuple[Filter, ...]:
        """Return the filters applied before a place in the list."""
        return tuple(step.filter for step in self.steps[:place] if step.on)

    @property
    def shown(self) -> Calculator | None:
        """The result whose tab is open."""
        return self.results[int(self.tab[7:])] if self.tab.startswith("result:") else None

    def with_filter(self, new: Filter, place: int | None = None) -> State:
        """Return the state with one more filter, last if no place is given."""
        if len(self.steps) >= MOST_FILTERS:
            message = f"A studio holds {MOST_FILTERS} filters: remove one, choose several values in one, or save the log that is left (studio.log.save) and open it."
            raise SettingError(message)
        at = len(self.steps) if place is None else _place(place, len(self.steps) + 1, "filter")
        return replace(self, steps=(*self.steps[:at], Step(new), *self.steps[at:]))

    def with_edited(self, place: int, new: Filter) -> State:
        """Return the state with another filter at a place."""
        at = _place(place, len(self.steps), "filter")
        return self._with_step(at, replace(self.steps[at], filter=new))

    def without_filter(self, place: int) -> State:
        """Return the state without the filter at a place."""
        at = _place(place, len(self.steps), "filter")
        return replace(self, steps=self.steps[:at] + self.steps[at + 1 :])

    def moved(self, place: int, to: int) -> State:
        """Return the state with a filter moved to another place."""
        at, goal = (_place(p, len(self.steps), "filter") for p in (place, to))
        rest = self.steps[:at] + self.steps[at + 1 :]
        return replace(self, steps=(*rest[:goal], self.steps[at], *rest[goal:]))

    def switched(self, place: int, *, on: bool) -> State:
        """Return the state with a filter switched on or off."""
        at = _place(place, len(self.steps), "filter")
        return self._with_step(at, replace(self.steps[at], on=on))

    def with_result(self, new: Calculator, place: int | None = None) -> State:
        """Return the state with a result added, or put at the place of another; it is shown."""
        at = len(self.results) if place is None else _place(place, len(self.results), "result")
        return replace(
            self, results=(*self.results[:at], new, *self.results[at + 1 :]), tab=f"result:{at}"
        )

    def without_result(self, place: int) -> State:
        """Return the state without a result; what was shown stays shown where it can."""
        at = _place(place, len(self.results), "result")
        tab = self.tab
        if tab.startswith("result:"):
            shown = int(tab[7:])
            tab = "overview" if shown == at else f"result:{shown - (shown > at)}"
        return replace(self, results=self.results[:at] + self.results[at + 1 :], tab=tab)

    def at_tab(self, tab: str) -> State:
        """Return the state with another tab open."""
        known = (*TABS, *(f"result:{place}" for place in range(len(self.results))))
        if tab not in known:
            message = f"The studio has no tab {tab!r:.80}. It has: {', '.join(known)}."
            raise SettingError(message)
        return replace(self, tab=tab)

    def _with_step(self, at: int, step: Step) -> State:
        return replace(self, steps=(*self.steps[:at], step, *self.steps[at + 1 :]))


def _place(place: int, count: int, what: str) -> int:
    if not 0 <= place < count:
        message = f"There is no {what} at place {place}: the studio has {count}, counted from 0."
        raise SettingError(message)
    return place


class History:
    """States to go back to and forward to."""

    def __init__(self) -> None:
        self._past: list[State] = []
        self._future: list[State] = []

    @property
    def can(self) -> dict[str, bool]:
        """Whether there is something to undo and to redo."""
        return {"undo": bool(self._past), "redo": bool(self._future)}

    def keep(self, state: State) -> None:
        """Remember a state that is about to be left by a change."""
        self._past = [*self._past, state][-_MOST_STEPS_BACK:]
        self._future = []

    def back(self, now: State) -> State:
        """Return the state before the last change; the present one where there is none."""
        return self._go(now, self._past, self._future)

    def forward(self, now: State) -> State:
        """Return the state that was left by going back."""
        return self._go(now, self._future, self._past)

    @staticmethod
    def _go(now: State, take: list[State], give: list[State]) -> State:
        if not take:
            return now
        give.append(now)
        return take.pop()


def as_json(state: State) -> dict[str, Any]:
    """Return a state as JSON values."""
    return {
        "filters": [
            {"operation": s.filter.to_json(), "title": s.filter.title, "on": s.on}
            for s in state.steps
        ],
        "results": [{"operation": c.to_json(), "title": c.title} for c in state.results],
        "tab": state.tab,
    }
