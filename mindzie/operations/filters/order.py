"""Filters on the order of events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import narwhals as nw

from mindzie.core.compare import ComparedValue, condition
from mindzie.core.families import CaseFilter
from mindzie.core.settings import AttributeName

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog

_WORDS: Mapping[str, str] = {
    "directly_follows": "directly followed by", "eventually_follows": "followed by", "same_day": "on the same day as",
    "same_time": "at the same time as",
}  # fmt: skip


class EventOrder(CaseFilter):
    """Keep the cases in which two events stand in some order.

    Some pair of two different events of the case satisfies it: the second directly follows the first, follows it at any
    distance, or both were completed on the same day (in the log's time zone) or at the same moment, whichever came first.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> EventOrder(first="Ship", second="Pay").title
    'Cases with Ship followed by Pay'
    >>> log.filter(EventOrder(first=log.activities[0], second=log.activities[1])).case_count <= 100
    True
    """

    first: ComparedValue
    """Value of the first event."""
    second: ComparedValue
    """Value of the second event."""
    how: Literal["directly_follows", "eventually_follows", "same_day", "same_time"] = (
        "eventually_follows"
    )
    """How the second event stands to the first."""
    attribute: AttributeName = "activity"
    """Attribute whose values are named."""
    same_value_of: AttributeName | None = None
    """Attribute that must be equal on both events; events without a value never are."""

    main_settings: ClassVar[tuple[str, ...]] = ("first", "how", "second")
    example: ClassVar[Mapping[str, Any]] = {
        "first": "Ship",
        "second": "Pay",
        "how": "directly_follows",
    }
    sentence = "cases with {first} {how} {second} {same}"
    removed = "cases without {first} {how} {second} {same}"

    def words(self) -> dict[str, str]:
        """Say the order."""
        first = (
            str(self.first) if self.attribute == "activity" else f"{self.attribute} {self.first}"
        )
        same = f"with the same {self.same_value_of}" if self.same_value_of else ""
        return {"first": first, "second": str(self.second), "how": _WORDS[self.how], "same": same}

    def check(self, log: EventLog) -> None:
        """Refuse unknown names, and values that do not fit the attribute."""
        super().check(log)
        for value in (self.first, self.second):
            self._is(log, value)
            if self.attribute == "activity":
                log.codes((str(value),))

    def _is(self, log: EventLog, value: Any) -> nw.Expr:
        if self.attribute == "activity":
            condition(log.attribute("activity"), "equals", (value,), zone=log.time_zone)
            return nw.col("activity").is_in(log.codes((str(value),)))
        return condition(
            log.attribute(self.attribute), "equals", (value,), zone=log.time_zone, column="value"
        )

    def matching(self, log: EventLog) -> Frame:
        """Ask variants where activities alone decide, else the events that carry one of the values."""
        if (
            self.attribute == "activity"
            and self.same_value_of is None
            and self.how.endswith("follows")
        ):
            return _on_variants(
                log, str(self.first), str(self.second), directly=self.how == "directly_follows"
            )
        wanted = {} if self.attribute == "activity" else {"value": self.attribute}
        if self.same_value_of is not None:
            wanted["same"] = self.same_value_of
        events = log.event_values(**wanted).with_columns(
            is_first=self._is(log, self.first), is_second=self._is(log, self.second)
        )
        if self.how == "directly_follows":
            return self._direct(log, events)
        events = events.filter(nw.col("is_first") | nw.col("is_second"))
        keys = ["case"]
        if self.same_value_of is not None:
            events = events.filter(~nw.col("same").is_null())
            keys.append("same")
        if self.how == "eventually_follows":
            return _eventual(events, keys)
        if self.how == "same_day":
            events = log.rel.engine.local_time(events, "time", log.time_zone, "day", "day")
        return _together(events, [*keys, "day" if self.how == "same_day" else "time"])

    def _direct(self, log: EventLog, events: Frame) -> Frame:
        before = log.rel.engine.previous(events, "is_first", "after_first")
        found = nw.col("is_second") & nw.col("after_first")
        if self.same_value_of is not None:
            before = log.rel.engine.previous(before, "same", "same_before")
            found = found & (nw.col("same") == nw.col("same_before"))
        return before.filter(found).select("case")


def _on_variants(log: EventLog, first: str, second: str, *, directly: bool) -> Frame:
    begin, then = (log.codes((name,)) for name in (first, second))
    if directly:
        paths = log.rel.variant_paths.filter(
            nw.col("from_activity").is_in(begin), nw.col("to_activity").is_in(then)
        )
        return paths.select("variant").unique()
    counted = log.rel.variant_activities
    earliest = counted.filter(nw.col("activity").is_in(begin)).select("variant", "first_position")
    latest = counted.filter(nw.col("activity").is_in(then)).select("variant", "last_position")
    both = earliest.join(latest, on="variant", how="inner")
    return both.filter(nw.col("first_position") < nw.col("last_position")).select("variant")


def _eventual(events: Frame, keys: list[str]) -> Frame:
    """Compare the earliest first with the latest second event."""
    places = events.with_columns(
        begin=nw.when(nw.col("is_first")).then(nw.col("position")),
        then=nw.when(nw.col("is_second")).then(nw.col("position")),
    )
    ends = places.group_by(*keys).agg(begin=nw.col("begin").min(), then=nw.col("then").max())
    return ends.filter(nw.col("begin") < nw.col("then")).select("case").unique()


def _together(events: Frame, keys: list[str]) -> Frame:
    """Count the pairs of different events that share the keys: an event that is both is no pair with itself."""
    one, two = nw.col("is_first"), nw.col("is_second")
    flags = events.select(
        *keys, ones=one.cast(nw.Int64), twos=two.cast(nw.Int64), both=(one & two).cast(nw.Int64)
    )
    sums = flags.group_by(*keys).agg(
        ones=nw.col("ones").sum(), twos=nw.col("twos").sum(), both=nw.col("both").sum()
    )
    return sums.filter(nw.col("ones") * nw.col("twos") > nw.col("both")).select("case").unique()
