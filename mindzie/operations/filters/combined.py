"""Filters made of filters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import narwhals as nw
from pydantic import Field

from mindzie.core.enriched import Enriched
from mindzie.core.families import CaseFilter, Filter, Stored
from mindzie.core.reshaped import Reshaped
from mindzie.core.selected import Selected

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog
    from mindzie.core.relations import Relations


def _chooses_cases(operation: Filter) -> bool:
    if isinstance(operation, _Combined):
        return all(_chooses_cases(member) for member in operation.filters)
    return isinstance(operation, CaseFilter)


class _Combined(CaseFilter):
    """What combinations have in common.

    Where all members choose whole cases, so does the combination. Where one of them chooses events, events are what is
    kept or removed; a member that chooses cases then stands for all events of these cases.
    """

    filters: tuple[Stored[Filter], ...] = ()
    """The filters; none changes nothing."""

    main_settings: ClassVar[tuple[str, ...]] = ("filters",)
    joint: ClassVar[str] = "; or "

    def words(self) -> dict[str, str]:
        """Name the members."""
        titles = [member.title for member in self.filters]
        said = [title[:1].lower() + title[1:] for title in titles]
        return {"filters": self.joint.join(said) if said else "no filter"}

    def parts(self, log: EventLog) -> list[EventLog]:
        """Return the logs whose cases or events are united."""
        return [member.apply(log) for member in self.filters]

    def wanted(self) -> bool:
        """Whether what is united stays, or goes."""
        return self.keep

    def resolved(self, log: EventLog) -> dict[str, Any]:
        """Return what relative settings of the members came to."""
        found = {
            f"filters.{place}": member.resolved(log) for place, member in enumerate(self.filters)
        }
        return {name: bounds for name, bounds in found.items() if bounds}

    def matching(self, log: EventLog) -> Frame:
        """Unite the cases of the parts; their variants where these alone decide."""
        parts = self.parts(log)
        if log.rel.whole_variants and all(part.rel.whole_variants for part in parts):
            return nw.concat([part.rel.variants.select("variant") for part in parts]).unique()
        return nw.concat([part.rel.index.select("case") for part in parts]).unique()

    def apply(self, log: EventLog) -> EventLog:
        """Return what is left of the cases, or of the events where a member chooses events."""
        self.check(log)
        if not self.filters:
            return log.derived(self, log.rel)
        return log.derived(self, self._left(log))

    def _left(self, log: EventLog) -> Relations:
        if _chooses_cases(self):
            return Selected(log.rel, self.matching(log), keep=self.wanted())
        # an event's position in the input, while events are removed around it; combinations may lie in each other
        place = f"_place_{len(log.recipe)}"
        numbered = nw.col("position").alias(place)
        marked = log.derived(
            self, Enriched(log.rel, events=lambda events: events.with_columns(numbered))
        )
        parts = self.parts(marked)

        def reshape(events: Frame) -> Frame:
            kept = [
                part.rel.events.select("case", nw.col(place).alias("position")) for part in parts
            ]
            # computed once: each part reads the input again, and the input may be such a union itself
            united = log.rel.engine.persist(nw.concat(kept).unique())
            found = united.with_columns(nw.lit(value=True).alias(place))
            chosen = log.rel.engine.attach(events, found, ("case", "position"))
            return chosen.filter(nw.col(place).is_null() != self.wanted()).drop(place)

        return Reshaped(log.rel, reshape, by_activity=False)


class AllOf(_Combined):
    """Keep what all of several filters keep, one applied after another.

    An empty list changes nothing. Members may choose cases or events; with events, removing leaves the events that
    keeping would drop.

    Examples
    --------
    >>> import mindzie as mz
    >>> from mindzie import filters
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> both = AllOf(filters=[filters.CaseSize(min=3), filters.CaseDuration(min="1 d")])
    >>> log.filter(both).case_count == log.filter(*both.filters).case_count
    True
    """

    example: ClassVar[Mapping[str, Any]] = {
        "filters": (
            {"op": "cases_with_activity", "settings": {"activities": ["Ship"]}}, {"op": "case_size", "settings": {"min": 5}},
        )
    }  # fmt: skip
    sentence = "all of: {filters}"
    joint = "; and "

    def parts(self, log: EventLog) -> list[EventLog]:
        """Return what is left in the end."""
        for member in self.filters:
            log = member.apply(log)
        return [log]

    def _left(self, log: EventLog) -> Relations:
        return self.parts(log)[0].rel if self.keep else super()._left(log)


class AnyOf(_Combined):
    """Keep what at least one of several filters keeps.

    Each is judged on the input, and what they keep is united. An empty list changes nothing. Where a member chooses
    events, events are united, and a member that chooses cases stands for all of their events.

    Examples
    --------
    >>> import mindzie as mz
    >>> from mindzie import filters
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log.filter(AnyOf(filters=[filters.CaseSize(max=5), filters.CaseSize(min=6)])).case_count
    100
    """

    example: ClassVar[Mapping[str, Any]] = {
        "filters": (
            {"op": "cases_with_activity", "settings": {"activities": ["Cancel"]}}, {"op": "case_size", "settings": {"min": 8}},
        )
    }  # fmt: skip
    sentence = "any of: {filters}"
    removed = "all but: {filters}"


class NoneOf(_Combined):
    """Remove what at least one of several filters would keep.

    Each is judged on the input. An empty list changes nothing.

    Examples
    --------
    >>> import mindzie as mz
    >>> from mindzie import filters
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log.filter(NoneOf(filters=[filters.CaseSize(max=5), filters.CaseSize(min=6)])).case_count
    0
    """

    keep: bool = Field(default=True, description="Keep what no filter would keep; off: remove it.")

    example: ClassVar[Mapping[str, Any]] = {
        "filters": ({"op": "cases_with_activity", "settings": {"activities": ["Cancel"]}},)
    }
    sentence = "all but: {filters}"
    removed = "any of: {filters}"

    def wanted(self) -> bool:
        """Return the opposite of what is kept."""
        return not self.keep


class CasesWithEvents(CaseFilter):
    """Keep the cases that have an event which several filters of events keep together.

    The filters are applied one after another: what they say is true of one and the same event. The case keeps all of its
    events. An empty list means any event.

    Examples
    --------
    >>> import mindzie as mz
    >>> from mindzie import filters
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> shipped = filters.EventsWithAttribute(attribute="activity", values="Ship goods")
    >>> log.filter(CasesWithEvents(filters=[shipped])).case_count
    97
    """

    filters: tuple[Stored[Filter], ...] = ()
    """The filters of events."""

    main_settings: ClassVar[tuple[str, ...]] = ("filters",)
    example: ClassVar[Mapping[str, Any]] = {
        "filters": ({"op": "events_with_attribute", "settings": {"attribute": "Amount", "comparison": "at_least", "values": (100,)}},)
    }  # fmt: skip
    sentence = "cases with {filters}"
    removed = "cases except with {filters}"

    def words(self) -> dict[str, str]:
        """Name the filters."""
        titles = [member.title for member in self.filters]
        said = " that are also ".join(title[:1].lower() + title[1:] for title in titles)
        return {"filters": said or "any events"}

    def resolved(self, log: EventLog) -> dict[str, Any]:
        """Return what relative settings of the filters came to."""
        found = {f"filters.{n}": member.resolved(log) for n, member in enumerate(self.filters)}
        return {name: bounds for name, bounds in found.items() if bounds}

    def matching(self, log: EventLog) -> Frame:
        """Return the cases in which events are left."""
        return log.filter(*self.filters).rel.index.select("case")
