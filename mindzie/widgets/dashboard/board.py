"""A log, the filters chosen for it, and the panels that follow them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from mindzie.core.errors import SettingError
from mindzie.core.families import Calculator, Filter
from mindzie.core.log import EventLog
from mindzie.core.operation import load
from mindzie.core.results import Result
from mindzie.pictures.still_table import activity_colors
from mindzie.widgets.dashboard.address import asked
from mindzie.widgets.dashboard.filter_bar import FilterBar
from mindzie.widgets.dashboard.note import ReadinessNote
from mindzie.widgets.dashboard.panel import Panel

Draw = Callable[[EventLog], Result]


class Dashboard:
    """Figures of a log that follow its filters, live where a kernel runs and still where none does.

    Parameters
    ----------
    log : EventLog
        What to look at; it is never changed.
    filters : iterable of Filter or of their JSON
        To start with, where the address of a published page says no others.
    attributes : iterable of str, optional
        Case attributes that the filter bar offers; the first few with few values if not given.

    Attributes
    ----------
    filters : tuple of Filter
        Those chosen now, in their order.
    log : EventLog
        What they leave.

    Raises
    ------
    MindzieError
        Where a filter does not fit the log.

    Examples
    --------
    >>> import mindzie as mz
    >>> board = Dashboard(mz.demo("order-to-cash", cases=100))
    >>> variants = board.show(mz.calculators.CaseDuration())
    >>> board.add(mz.filters.CasesWithActivity(activities="Ship goods"))
    >>> board.log.case_count < 100
    True
    """

    def __init__(
        self,
        log: EventLog,
        filters: Iterable[Filter | dict[str, Any]] = (),
        *,
        attributes: Iterable[str] | None = None,
    ) -> None:
        self.source = log
        own = tuple(cast("Filter", load(item, "filter")) for item in filters)
        self.filters: tuple[Filter, ...] = asked(log) or own
        self.log = log.filter(*self.filters)
        self.colors = activity_colors(log.activities)
        self.attributes = None if attributes is None else tuple(attributes)
        self._followers: list[Callable[[], object]] = []
        self._bar: FilterBar | None = None

    @property
    def controls(self) -> FilterBar:
        """The filter bar: chips of the filters chosen, and what may be added."""
        if self._bar is None:
            self._bar = FilterBar(self)
        return self._bar

    def show(
        self,
        calculator: Calculator | Draw,
        title: str = "",
        *,
        rows: int = 10,
        columns: tuple[str, ...] = (),
        name: str = "",
    ) -> Panel:
        """Return a panel that shows a figure and follows the filters.

        Parameters
        ----------
        calculator : Calculator or callable
            Or a function from the log to a result.
        title : str
            Instead of the sentence that says what the figure shows.
        rows : int
            Rows shown of a table.
        columns : tuple of str
            Columns shown of a table; all if not given.
        name : str
            What it is called among the results of a run, the same whatever the data; the result's own title if not given.

        Returns
        -------
        Panel
            To be the last line of a cell.
        """
        draw: Draw = calculator.apply if isinstance(calculator, Calculator) else calculator
        return Panel(self, draw, title, rows, columns, name=name)

    def readiness(self) -> ReadinessNote:
        """Return what was found in the log's source, for the last line of a cell."""
        return ReadinessNote(self.source)

    def follow(self, follower: Callable[[], object]) -> None:
        """Call back after each change of the filters."""
        self._followers.append(follower)

    def set(self, filters: Iterable[Filter]) -> None:
        """Put filters in the place of those there were; where one does not fit, nothing changes."""
        chosen = tuple(filters)
        if chosen == self.filters:
            return
        log = self.source.filter(*chosen)
        log.case_count  # noqa: B018 - a filter that fails shall fail before anything changes
        self.filters, self.log = chosen, log
        for follower in self._followers:
            follower()

    def add(self, *filters: Filter) -> None:
        """Add filters after those there are."""
        self.set((*self.filters, *filters))

    def remove(self, place: int) -> None:
        """Take a filter away by its place, 0 for the first."""
        if not 0 <= place < len(self.filters):
            raise SettingError(
                f"There is no filter at place {place}: there are {len(self.filters)}."
            )
        self.set((*self.filters[:place], *self.filters[place + 1 :]))

    def clear(self) -> None:
        """Take all filters away."""
        self.set(())
