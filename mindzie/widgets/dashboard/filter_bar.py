"""The filter bar of a dashboard: chips of what is chosen, choosers of what may be."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any, Final

import narwhals as nw

from mindzie.core.errors import SettingError
from mindzie.core.families import Filter
from mindzie.core.lazy import lazy
from mindzie.core.words import count, counted, share
from mindzie.pictures.still import page_part
from mindzie.widgets.dashboard.address import stored
from mindzie.widgets.sheet import Sheet

if TYPE_CHECKING:
    from mindzie.widgets.dashboard.board import Dashboard

_MOST_CHOOSERS: Final = 4
_MOST_VALUES: Final = 60


class FilterBar:
    """Chips and choosers that set a dashboard's filters.

    Parameters
    ----------
    board : Dashboard
        Whose filters they are.
    """

    def __init__(self, board: Dashboard) -> None:
        self.board = board
        self.sheet = Sheet(self.html(live=True))
        self.sheet.on_event(self._heard)
        board.follow(self._write)

    @lazy
    def offers(self) -> dict[str, list[Any]]:
        """Case attributes offered, each with its values, the most frequent first."""
        log = self.board.source
        asked = self.board.attributes
        few = {
            row["name"]
            for row in log.attributes.to_polars().iter_rows(named=True)
            if 1 < row["distinct"] <= _MOST_VALUES
        }
        own = [
            a
            for a in log.own_attributes
            if a.level == "case" and a.type in ("text", "boolean") and a.name in few
        ]
        names = asked if asked is not None else tuple(a.name for a in own[:_MOST_CHOOSERS])
        return {name: self._values(name) for name in names}

    def _values(self, name: str) -> list[Any]:
        log = self.board.source
        counted = log.case_values(value=name).group_by("value").agg(cases=nw.len())
        rows = (
            log.collect(counted)
            .drop_nulls("value")
            .sort(["cases", "value"], descending=[True, False])
        )
        return rows["value"].head(_MOST_VALUES).to_list()

    def html(self, *, live: bool) -> str:
        """Return the bar; still ones say the filters and offer nothing."""
        board = self.board
        chips = "".join(_chip(place, item, live=live) for place, item in enumerate(board.filters))
        left = board.log.case_count
        everything = board.source.case_count
        part = f" ({share(left / everything)})" if board.filters and everything else ""
        size = f"<b>{count(left)}</b> of {counted(everything, 'case')}{part}"
        none = '<span class="mz-muted">No filter: all cases</span>'
        clear = (
            '<button type="button" data-do="clear" data-key="clear">Clear all</button>'
            if live and len(board.filters) > 1
            else ""
        )
        choosers = f'<div class="mz-choosers">{self._choosers()}</div>' if live else ""
        told = escape(stored(board.filters)) if live else ""
        kept = f' data-filters="{told}"' if live else ""
        return page_part(
            f'<div class="mz-bar-filters" role="group" aria-label="Filters"{kept}>{choosers}<div class="mz-chips">{chips or none}{clear}<span class="mz-size" role="status">{size}</span></div></div>'
        )

    def _choosers(self) -> str:
        made = [
            _chooser(name, ("attribute", place), values)
            for place, (name, values) in enumerate(self.offers.items())
        ]
        made.append(
            _chooser(
                "With activity", ("with", 0), list(self.board.source.activities[:_MOST_VALUES])
            )
        )
        made.append(
            _chooser(
                "Without activity",
                ("without", 0),
                list(self.board.source.activities[:_MOST_VALUES]),
            )
        )
        dates = "".join(
            f'<label>{words}<input type="date" data-do="{name}" data-key="{name}"></label>'
            for words, name in (("From", "from"), ("Until", "until"))
        )
        return "".join(made) + dates

    def _write(self) -> None:
        self.sheet.html = self.html(live=True)

    def _heard(self, name: str, value: Any) -> None:
        if name == "clear":
            self.board.clear()
        elif name == "remove" and isinstance(value, int):
            self.board.remove(value)
        elif name == "choose" and value:
            self.board.add(self._chosen(value))
        elif name in ("from", "until") and value:
            self.board.add(_period(name, str(value)))

    def _chosen(self, value: Any) -> Filter:
        from mindzie.operations import filters

        try:
            kind, place, number = json.loads(str(value))
            if min(place, number) < 0:
                raise IndexError
            if kind == "attribute":
                attribute, values = list(self.offers.items())[place]
                return filters.CasesWithAttribute(attribute=attribute, values=(values[number],))
            keep = {"with": True, "without": False}[kind]
            return filters.CasesWithActivity(
                activities=(self.board.source.activities[number],), keep=keep
            )
        except (ValueError, TypeError, LookupError, RecursionError):
            raise SettingError(f"The filter bar does not offer {value!r:.80}.") from None

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        made: Any = self.sheet._repr_mimebundle_(include=include, exclude=exclude)
        data, metadata = made if isinstance(made, tuple) else (made, {})
        return {**data, "text/plain": "Filters", "text/html": self.html(live=False)}, metadata


def _period(name: str, day: str) -> Filter:
    from mindzie.operations import filters

    return (
        filters.TimePeriod(start=day, mode="started")
        if name == "from"
        else filters.TimePeriod(end=day, mode="started")
    )


def _chip(place: int, item: Filter, *, live: bool) -> str:
    title = escape(item.title)
    close = (
        f'<button type="button" data-do="remove" data-value="{place}" data-key="chip-{place}" aria-label="Remove: {title}">\u00d7</button>'
        if live
        else ""
    )
    return f'<span class="mz-chip">{title}{close}</span>'


def _chooser(name: str, key: tuple[str, int], values: list[Any]) -> str:
    options = "".join(
        f'<option value="{escape(json.dumps([*key, number]))}">{escape(str(value))}</option>'
        for number, value in enumerate(values)
    )
    field = escape("-".join(map(str, key)))
    return f'<label>{escape(name)}<select data-do="choose" data-key="{field}"><option value="">any</option>{options}</select></label>'
