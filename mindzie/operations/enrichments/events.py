"""Enrichments that rename events, and set the log's clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

import narwhals as nw
import polars as pl
from pydantic import BeforeValidator, Field, model_validator

from mindzie.core.errors import SettingError
from mindzie.core.families import Enrichment
from mindzie.core.moments import bound_words, span
from mindzie.core.patterns import replaced
from mindzie.core.renamed import Renamed
from mindzie.core.settings import Date

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog


def _pairs(value: Any) -> Any:
    return tuple(value.items()) if isinstance(value, Mapping) else value


NewName = Annotated[str, Field(min_length=1)]
Renaming = Annotated[
    tuple[tuple[str, NewName], ...],
    BeforeValidator(_pairs),
    Field(json_schema_extra={"x-mindzie": {"pick": "activity", "map": "text"}}),
]
"""Pairs of old and new name; a mapping is taken as well."""


class RenameActivities(Enrichment):
    """Rename activities by a list of names or by a pattern; those that get the same name become one.

    All names change at once, so two may be swapped. Order and times of events stay as they are.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> renamed = log.enrich(RenameActivities(pattern="^(Pick|Pack) goods$", replacement="Prepare goods"))
    >>> set(log.activities) - set(renamed.activities) == {"Pick goods", "Pack goods"}
    True
    """

    mapping: Renaming = ()
    """Old and new names; activities that are not listed keep theirs."""
    pattern: str | None = Field(default=None, min_length=1)
    """A regular expression (no look-around); what it matches in a name is replaced, instead of a list."""
    replacement: str = ""
    """What replaces a match; ``\\1`` is its first group."""

    example: ClassVar[Mapping[str, Any]] = {"mapping": {"Refund": "Return"}}
    sentence = "activities renamed: {renaming}"

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.mapping) == (self.pattern is not None):
            message = "give either a mapping of names or a pattern with its replacement"
            raise ValueError(message)
        if len(dict(self.mapping)) < len(self.mapping):
            message = "mapping names an activity twice"
            raise ValueError(message)
        if self.pattern is not None:
            replaced(self.pattern, self.replacement, [])
        return self

    def words(self) -> dict[str, str]:
        """Say what becomes what."""
        pairs = self.mapping or ((self.pattern or "", self.replacement),)
        return {"renaming": ", ".join(f"{old} to {new or 'nothing'}" for old, new in pairs)}

    def check(self, log: EventLog) -> None:
        """Refuse activities that the log does not have."""
        super().check(log)
        log.codes(old for old, _ in self.mapping)

    def renamed(self, names: tuple[str, ...]) -> list[str]:
        """Return the new name of each activity."""
        if self.pattern is None:
            new = dict(self.mapping)
            return [new.get(name, name) for name in names]
        made = replaced(self.pattern, self.replacement, names)
        if "" in made:
            message = (
                f"The pattern {self.pattern!r} leaves nothing of {names[made.index('')]!r}: "
                "an activity needs a name."
            )
            raise SettingError(message)
        return made

    def apply(self, log: EventLog) -> EventLog:
        """Return the log with its new activities, and the variants that follow from them."""
        self.check(log)
        new = self.renamed(log.rel.activities)
        names = tuple(sorted(set(new)))
        codes = pl.DataFrame(
            {"activity": range(len(new)), "_new": [names.index(name) for name in new]},
            schema={"activity": pl.Int64, "_new": pl.Int64},
        )
        mapping = log.rel.engine.frame(codes)

        def reshape(events: Frame) -> Frame:
            kind = events.collect_schema()["activity"]
            events = log.rel.engine.attach(events, mapping, ("activity",))
            return events.with_columns(nw.col("_new").cast(kind).alias("activity")).drop("_new")

        return log.derived(self, Renamed(log.rel, reshape, by_activity=True, activities=names))


class FreezeLogTime(Enrichment):
    """Set what "now" means for the log: everything relative reads it.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100).enrich(FreezeLogTime(time="2025-06-30 18:00"))
    >>> log.now
    1751299200000000
    """

    time: Date | None = None
    """A date (its first moment) or point in time; none takes the last completion in the log."""

    example: ClassVar[Mapping[str, Any]] = {"time": "2025-06-30"}
    sentence = "now is {moment}"

    def words(self) -> dict[str, str]:
        """Say the time."""
        return {"moment": bound_words(self.time) if self.time else "the last time in the log"}

    def apply(self, log: EventLog) -> EventLog:
        """Return the log with its clock set; one without events keeps its own."""
        self.check(log)
        if self.time is None:
            now = log.collect(log.rel.index.select(last=nw.col("end").max())).item()
        else:
            now = span(self.time, log.time_zone)[0]
        return log.derived(self, log.rel, now=now)
