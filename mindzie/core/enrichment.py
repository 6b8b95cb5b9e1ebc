"""Enrichments that add one attribute: naming, level and ``where`` are handled once."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import narwhals as nw
from pydantic import Field

from mindzie.core.enriched import Enriched
from mindzie.core.errors import SettingError
from mindzie.core.families import Enrichment, StoredFilter
from mindzie.core.manifest import Attribute
from mindzie.core.names import column_for

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog
    from mindzie.core.settings import AttributeType, Level


class AttributeEnrichment(Enrichment):
    """Adds one attribute to each case or each event.

    A subclass says ``type_of`` and ``level_of`` the new attribute and gives its ``values``.
    """

    attribute_kind: ClassVar[str] = "enrichment"

    name: str = Field(min_length=1, max_length=200, description="Name of the new attribute.")
    where: StoredFilter | None = Field(default=None, description="Only in the cases this filter leaves; all others get no value.")

    def type_of(self, log: EventLog) -> AttributeType:
        """Return the type of the new attribute."""
        raise NotImplementedError

    def level_of(self, log: EventLog) -> Level:  # noqa: ARG002 - for subclasses
        """Return the level of the new attribute: ``case`` unless a subclass says otherwise."""
        return "case"

    def values(self, log: EventLog) -> nw.Expr | Frame:
        """Return the new values.

        Returns
        -------
        narwhals.Expr or Frame
            An expression on ``log.rel.cases`` (level case) or ``log.rel.events`` (level event) that keeps the number of rows;
            or a relation with ``value`` and the key: ``case``, or ``variant``, or ``case`` and ``position``. Keys that are
            missing get no value.
        """
        raise NotImplementedError

    def apply(self, log: EventLog) -> EventLog:
        """Return a log with the new attribute."""
        self.check(log)
        if self.name in {a.name for a in log.attribute_list}:
            message = f"The log has an attribute {self.name!r} already: choose another name."
            raise SettingError(message)
        level = self.level_of(log)
        taken = [*log.rel.cases.collect_schema().names(), *log.rel.events.collect_schema().names()]
        column = column_for(self.name, taken)
        attribute = Attribute(name=self.name, column=column, type=self.type_of(log), level=level, kind=self.attribute_kind)
        add = _adder(log, self.values(log), column, self.where)
        relations = Enriched(log.rel, cases=add) if level == "case" else Enriched(log.rel, events=add)
        return log.derived(self, relations, attributes=(*log.own_attributes, attribute))


class _adder:  # noqa: N801 - used as a function
    """Adds a column to a relation; what it joins is computed once."""

    def __init__(self, log: EventLog, values: nw.Expr | Frame, column: str, where: StoredFilter | None) -> None:
        self._engine = log.rel.engine
        self._column = column
        self._values = values
        self._cases = where.apply(log).rel.index.select("case").with_columns(chosen=nw.lit(value=True)) if where else None
        self._joined: Frame | None = None

    def __call__(self, frame: Frame) -> Frame:
        """Return the relation with the column added."""
        if isinstance(self._values, nw.Expr):
            frame = frame.with_columns(self._values.alias(self._column))
        else:
            if self._joined is None:
                self._joined = self._engine.persist(self._values.rename({"value": self._column}))
            keys = tuple(name for name in self._joined.collect_schema().names() if name != self._column)
            frame = self._engine.attach(frame, self._joined, keys)
        if self._cases is None:
            return frame
        frame = self._engine.attach(frame, self._cases, ("case",))
        return frame.with_columns(nw.when(nw.col("chosen")).then(nw.col(self._column)).alias(self._column)).drop("chosen")
