"""Groups of cases by values of attributes, and figures of each group: what tables and series of categories share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import narwhals as nw
import polars as pl

from mindzie.core.aggregate import Measure, aggregate, aggregated_type, aggregated_unit
from mindzie.core.limits import too_large
from mindzie.core.results import Column
from mindzie.core.tables import said
from mindzie.core.words import aggregated

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.families import Filter
    from mindzie.core.log import EventLog
    from mindzie.core.settings import Aggregation, AttributeType


_LARGEST = 9.2e18
"""Microseconds that 64 bits hold."""


class Figure(NamedTuple):
    """An aggregate of an attribute, as a column of a result."""

    name: str
    aggregation: Aggregation
    attribute: str

    def column(self, log: EventLog) -> Column:
        """Describe the column of the answer."""
        attribute = log.attribute(self.attribute)
        return Column(
            name=self.name,
            type=aggregated_type(attribute, self.aggregation),
            unit=aggregated_unit(attribute, self.aggregation),
        )


def wanted_figures(aggregation: Aggregation, of: str | None) -> tuple[Figure, ...]:
    """Return the column ``value`` of an aggregated attribute; counting cases needs none."""
    return () if of is None else (Figure("value", aggregation, of),)


def figure_title(aggregation: Aggregation, of: str | None) -> str:
    """Say what is computed of an attribute, or that cases are counted."""
    return "cases" if of is None else aggregated(aggregation, of)


def checked_figure(aggregation: Aggregation, of: str | None, hint: str = "") -> None:
    """Refuse an aggregation of nothing; ``hint`` says what to do."""
    if of is None and aggregation != "count":
        message = f"{aggregation!r} needs an attribute{hint}"
        raise ValueError(message)


def key_column(log: EventLog, name: str, attribute: str) -> Column:
    """Describe a column of an attribute's values."""
    known = log.attribute(attribute)
    return Column(name=name, type=known.type, unit=known.unit)


def grouped(
    log: EventLog,
    by: Mapping[str, str],
    figures: Sequence[Figure] = (),
    *,
    prepare: Callable[[Frame], Frame] | None = None,
    keys: Sequence[str] | None = None,
) -> pl.DataFrame:
    """Count the cases of each group and compute figures.

    A case belongs to each group that one of its events belongs to. A figure of a case attribute takes each case of the
    group once; a figure of an event attribute takes the group's events.

    Parameters
    ----------
    log : EventLog
        Any log.
    by : mapping of str to str
        Columns that make a group, and their attributes; none makes one group of all.
    figures : sequence of Figure
        What to compute besides.
    prepare : callable, optional
        Changes the relation of values before it is grouped.
    keys : sequence of str, optional
        What to group by then, instead of the names of ``by``.

    Returns
    -------
    polars.DataFrame
        The keys, ``cases``, then a column a figure; dates and durations in microseconds.
    """
    for figure in figures:
        figure.column(log)  # refuses what has no meaning
    keys = tuple(by) if keys is None else tuple(keys)
    of_case = [f for f in figures if log.attribute(f.attribute).level == "case"]
    of_event = [f for f in figures if f not in of_case]
    by_event = any(log.attribute(name).level == "event" for name in by.values())
    if by_event and not of_case:
        frame = log.event_values(**by)
        frame = prepare(frame) if prepare else frame
        made = log.collect(frame.group_by(*keys).agg(cases=nw.col("case").n_unique()))
    else:
        measures = [Measure("cases", "count"), *(_measure(f) for f in of_case)]
        frame = _cases(log, by, of_case, prepare, keys, by_event=by_event)
        made = log.collect(aggregate(frame, keys, measures, ("begun", "case")))
    if of_event:
        wanted = {**by, **_wanted(of_event)}
        events = log.event_values(**wanted)
        events = prepare(events) if prepare else events
        order = ("time", "case", "position")
        more = log.collect(aggregate(events, keys, [_measure(f) for f in of_event], order))
        made = (
            made.join(more, on=list(keys), how="left", nulls_equal=True)
            if keys
            else pl.concat([made, more], how="horizontal")
        )
    return made.select(*keys, "cases", *(f.name for f in figures))


def _measure(figure: Figure) -> Measure:
    return Measure(figure.name, figure.aggregation, f"{figure.name}_of")


def _wanted(figures: Sequence[Figure]) -> dict[str, str]:
    return {f"{f.name}_of": f.attribute for f in figures}


def _cases(
    log: EventLog,
    by: Mapping[str, str],
    figures: Sequence[Figure],
    prepare: Callable[[Frame], Frame] | None,
    keys: Sequence[str],
    *,
    by_event: bool,
) -> Frame:
    """Return one row a case and group."""
    wanted = {**by, **_wanted(figures)}
    if any(f.aggregation in ("first", "last") for f in figures):
        wanted["begun"] = "case_start"
    frame = log.event_values(**wanted) if by_event else log.case_values(**wanted)
    frame = prepare(frame) if prepare else frame
    if not by_event:
        return frame
    return frame.select("case", *keys, *(name for name in wanted if name not in by)).unique()


def told(frame: pl.DataFrame, types: Mapping[str, AttributeType], zone: str) -> pl.DataFrame:
    """Turn microseconds into dates and durations; fractions of them are rounded.

    Means of dates are rounded to milliseconds: beyond that the engines' arithmetic differs.
    """
    rounded = []
    for name, kind in types.items():
        if kind in ("date", "duration") and frame.schema[name].is_float():
            if (frame[name].abs() > _LARGEST).any():
                raise too_large()
            unit = 1000 if kind == "date" else 1
            rounded.append((pl.col(name) / unit).round().cast(pl.Int64) * unit)
    return said(frame.with_columns(rounded), dict(types), zone)


def plain_value(value: Any, kind: AttributeType, zone: str) -> Any:
    """Return one value of microseconds as a date or duration; others as they are."""
    frame = pl.DataFrame({"value": [value]}, strict=False)
    return told(frame, {"value": kind}, zone).item()


def share_of(part: str, whole: float) -> pl.Expr:
    """Return a column as a share of a total; of nothing it is null."""
    return pl.col(part) / whole if whole else pl.when(pl.lit(value=False)).then(0.0)


def equals(attribute: str, value: Any) -> Filter:
    """Return the filter of the cases that have a value, or none where it is null."""
    from mindzie.operations.filters.attributes import CasesWithAttribute

    if value is None:
        return CasesWithAttribute(attribute=attribute, comparison="is_null")
    return CasesWithAttribute(attribute=attribute, comparison="equals", values=(value,))


class Having(NamedTuple):
    """Values of an attribute, a null among them where wanted; or, as ``rest``, all others."""

    attribute: str
    values: tuple[Any, ...]
    rest: bool = False

    def filters(self, make: Callable[..., Filter]) -> list[Filter]:
        """Return the filters that together say it."""
        known = tuple(value for value in self.values if value is not None)
        keep = not self.rest
        made = []
        if known:
            comparison = "equals" if len(known) == 1 else "one_of"
            made.append(
                make(attribute=self.attribute, comparison=comparison, values=known, keep=keep)
            )
        if len(known) < len(self.values):
            made.append(make(attribute=self.attribute, comparison="is_null", keep=keep))
        return made


def having(log: EventLog, wanted: Sequence[Having]) -> tuple[Filter, ...]:
    """Return the filters of the cases that have some values: of attributes of events, in one and the same event.

    Parameters
    ----------
    log : EventLog
        Knows which attributes are of events.
    wanted : sequence of Having
        What is to be had together.

    Returns
    -------
    tuple of Filter
        To be applied one after another.
    """
    from mindzie.operations.filters.attributes import CasesWithAttribute, EventsWithAttribute
    from mindzie.operations.filters.combined import CasesWithEvents

    if len(wanted) == 1 and not wanted[0].rest:
        return tuple(wanted[0].filters(CasesWithAttribute))
    # those of cases first: how long a case is, or how it starts, changes where events are taken away
    of_cases = [one for one in wanted if log.attribute(one.attribute).level == "case"]
    of_events = [one for one in wanted if one not in of_cases]
    cases = tuple(made for one in of_cases for made in one.filters(CasesWithAttribute))
    events = tuple(made for one in of_events for made in one.filters(EventsWithAttribute))
    return (*cases, CasesWithEvents(filters=events)) if events else cases


def shown_values(frame: pl.DataFrame, name: str, flag: str) -> tuple[Any, ...]:
    """Return the values of a category that have rows of their own."""
    return tuple(frame.filter(~pl.col(flag))[name].unique(maintain_order=True).to_list())


class Top:
    """The values of a category to show by themselves; all others are one more.

    Parameters
    ----------
    log : EventLog
        Whose engine is asked.
    name : str
        Column of the category.
    ranked : polars.Series
        Its values, the most important first, a null among them where there are any.
    limit : int, optional
        How many to show; none means all.
    """

    def __init__(self, log: EventLog, name: str, ranked: pl.Series, limit: int | None) -> None:
        kept = ranked.alias(name) if limit is None else ranked.alias(name).head(limit)
        self.name, self.rank = name, f"{name}_rank"
        self.table = kept.to_frame().with_columns(
            pl.int_range(pl.len(), dtype=pl.Int64).alias(self.rank)
        )
        self.more = len(ranked) > len(kept)
        self._engine = log.rel.engine

    def ranks(self, frame: Frame) -> Frame:
        """Add the rank of each row's value; all values not shown share the last one."""
        known = self.table.filter(pl.col(self.name).is_not_null())
        none = self.table.filter(pl.col(self.name).is_null())
        last = nw.lit(self.table.height)
        of_null = nw.lit(none[self.rank].item()) if none.height else last
        frame = self._engine.attach(frame, self._engine.frame(known), (self.name,))
        rank = nw.coalesce(nw.col(self.rank), last)
        made = nw.when(nw.col(self.name).is_null()).then(of_null).otherwise(rank)
        return frame.with_columns(made.cast(nw.Int64).alias(self.rank))

    def told(self, rows: pl.DataFrame, flag: str) -> pl.DataFrame:
        """Replace ranks by values, with a flag for the row of all others."""
        made = rows.join(self.table, on=self.rank, how="left")
        return made.with_columns((pl.col(self.rank) == self.table.height).alias(flag))
