"""Enrichments that give cases an attribute taken from their events or from filters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import narwhals as nw
from pydantic import Field

from mindzie.core.aggregate import Measure, aggregate, aggregated_type, aggregated_unit
from mindzie.core.enrichment import AttributeEnrichment
from mindzie.core.errors import SettingError
from mindzie.core.families import Filter, Stored
from mindzie.core.moments import span
from mindzie.core.settings import Activities, AttributeName, Scalar, microseconds

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog
    from mindzie.core.settings import AttributeType

Choice = Literal["first", "last", "sum", "mean", "min", "max", "mode"]


def _stored(value: Scalar, kind: AttributeType, zone: str) -> Scalar | None:
    """Return a setting's value as columns hold it; none where it is of another type."""
    try:
        if kind == "date" and isinstance(value, str):
            return span(value, zone)[0]
        if kind == "duration" and isinstance(value, str):
            return microseconds(value)
    except ValueError:
        return None
    fitting: dict[str, type | tuple[type, ...]] = {
        "text": str,
        "boolean": bool,
        "number": (int, float),
    }
    fits = isinstance(value, fitting.get(kind, ())) and (kind == "boolean") == isinstance(
        value, bool
    )
    return value if fits else None


class RepresentativeValue(AttributeEnrichment):
    """Choose one value of an event attribute for each case.

    First and last go by the order of events, missing values left out; of several commonest values the mode is the smallest.
    The sum of booleans counts those that are true, their mean is the share.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log = log.enrich(RepresentativeValue(name="Opened by", attribute="resource", choose="first"))
    >>> log.cases["Opened by"].to_list() == log.cases["first_resource"].to_list()
    True
    """

    attribute: AttributeName
    """The attribute of events; one that happens to be the same in all events of each case is taken from each of them."""
    choose: Choice = "last"
    """How one value is chosen, or made of all."""
    activities: Activities | None = None
    """Only events of these activities; none means all."""
    fallback: Scalar | None = None
    """The value of cases that have none: a date as ISO 8601 text, a duration such as "2 h"."""

    example: ClassVar[Mapping[str, Any]] = {
        "name": "Last team",
        "attribute": "Team",
        "choose": "last",
    }
    sentence = "{name}: {choose} {attribute} {at}"

    def words(self) -> dict[str, str]:
        """Say the activities where there are any."""
        words = super().words()
        return {**words, "at": f"at {words['activities']}" if self.activities else ""}

    def check(self, log: EventLog) -> None:
        """Refuse what cannot be aggregated, and a fallback of another type."""
        super().check(log)
        kind = self.type_of(log)
        if self.fallback is not None and _stored(self.fallback, kind, log.time_zone) is None:
            message = f"The fallback {self.fallback!r} must be a {kind}, as {self.name!r} will be."
            raise SettingError(message)

    def type_of(self, log: EventLog) -> AttributeType:
        """Return the attribute's type, or number for figures of booleans."""
        return aggregated_type(log.attribute(self.attribute), self.choose)

    def unit_of(self, log: EventLog) -> str:
        """Return the attribute's unit, none for counts."""
        return aggregated_unit(log.attribute(self.attribute), self.choose)

    def values(self, log: EventLog) -> Frame:
        """Aggregate the events of each case."""
        rows = log.event_values(value=self.attribute).filter(~nw.col("value").is_null())
        if self.activities is not None:
            rows = rows.filter(nw.col("activity").is_in(log.codes(self.activities)))
        rows = rows.select("case", "position", "value")
        whole = rows.collect_schema()["value"].is_integer() and self.choose != "mean"
        measure = Measure("chosen", self.choose, "value")
        made = aggregate(rows, ("case",), (measure,), order=("position",)).select(
            "case", value="chosen"
        )
        if whole:  # sums of integers may come as another type
            made = made.with_columns(nw.col("value").cast(nw.Int64))
        elif self.type_of(log) in ("duration", "date") or self._counts(log):
            made = made.with_columns((nw.col("value") + 0.5).floor().cast(nw.Int64))
        if self.fallback is None:
            return made
        fallback = _stored(self.fallback, self.type_of(log), log.time_zone)
        every = log.rel.index.select("case").join(made, on="case", how="left")
        return every.with_columns(nw.col("value").fill_null(fallback))

    def _counts(self, log: EventLog) -> bool:
        return self.choose == "sum" and log.attribute(self.attribute).type == "boolean"


class CaseGroup(AttributeEnrichment):
    """Mark the cases that filters leave: by true and false, or by a label.

    Filters are applied one after another to the whole log; event filters mark the cases that still have events.

    Examples
    --------
    >>> import mindzie as mz
    >>> from mindzie import filters
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> shipped = filters.CasesWithActivity(activities="Ship goods")
    >>> marked = log.enrich(CaseGroup(name="Shipped", filters=[shipped]))
    >>> marked.cases["Shipped"].sum() == log.filter(shipped).case_count
    True
    """

    filters: tuple[Stored[Filter], ...] = Field(min_length=1)
    """What a case must pass."""
    label: str | None = Field(default=None, min_length=1)
    """The text for cases that pass; none makes the attribute true or false."""
    other_label: str | None = Field(default=None, min_length=1)
    """The text for all other cases, where there is a label; none leaves them without a value."""

    example: ClassVar[Mapping[str, Any]] = {
        "name": "Shipped",
        "filters": [{"op": "cases_with_activity", "settings": {"activities": ["Ship"]}}],
    }
    sentence = "{name}: {filters}"

    def words(self) -> dict[str, str]:
        """Say the filters one after another."""
        return {
            **super().words(),
            "filters": ", then ".join(
                item.title[:1].lower() + item.title[1:] for item in self.filters
            ),
        }

    def check(self, log: EventLog) -> None:
        """Refuse a label for the others where there is none for those that pass."""
        super().check(log)
        if self.other_label is not None and self.label is None:
            message = (
                "other_label needs a label for the cases that pass: give one, or leave both out."
            )
            raise SettingError(message)

    def type_of(self, log: EventLog) -> AttributeType:
        """Return text where there is a label, else boolean."""
        del log
        return "boolean" if self.label is None else "text"

    def values(self, log: EventLog) -> Frame:
        """Apply the filters and see who is left."""
        passed: bool | str = True if self.label is None else self.label
        other: bool | str | None = False if self.label is None else self.other_label
        left = log.filter(*self.filters).rel.index.select("case").with_columns(value=nw.lit(passed))
        if other is None:
            return left
        every = log.rel.index.select("case").join(left, on="case", how="left")
        return every.with_columns(nw.col("value").fill_null(other))
