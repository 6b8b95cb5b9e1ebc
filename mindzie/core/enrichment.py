"""Enrichments that add one attribute: naming, level and ``where`` are handled once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

import narwhals as nw
from pydantic import Field

from mindzie.core.attributes import BUILT_IN
from mindzie.core.enriched import Enriched
from mindzie.core.errors import SettingError
from mindzie.core.families import Enrichment, Filter, Stored
from mindzie.core.manifest import Attribute
from mindzie.core.names import column_for

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog
    from mindzie.core.settings import AttributeType, Level

# Column names of attributes never begin with an underscore, so that these are free.
_CHOSEN = "_chosen"


class AttributeEnrichment(Enrichment):
    """Adds one attribute to each case or each event.

    A subclass says ``type_of`` and ``level_of`` the new attribute and gives its ``values``.
    """

    attribute_kind: ClassVar[str] = "enrichment"

    name: str = Field(min_length=1, max_length=200, description="Name of the new attribute.")
    where: Stored[Filter] | None = Field(
        default=None, description="Only in the cases this filter leaves; all others get no value."
    )

    def type_of(self, log: EventLog) -> AttributeType:
        """Return the type of the new attribute."""
        raise NotImplementedError

    def unit_of(self, log: EventLog) -> str:
        """Return the unit of the new attribute, where it is working time."""
        del log
        return ""

    def level_of(self, log: EventLog) -> Level:
        """Return the level of the new attribute: ``case`` unless a subclass says otherwise."""
        del log
        return "case"

    def values(self, log: EventLog) -> nw.Expr | Frame | Callable[[Frame, str], Frame]:
        """Return the new values.

        Returns
        -------
        narwhals.Expr, Frame or callable
            An expression on ``log.rel.cases`` (level case) or ``log.rel.events`` (level event) that
            keeps the number of rows; or a relation with ``value`` and the key: ``case``, or
            ``variant``, or ``case`` and ``position``, where keys that are missing get no value; or
            a function that takes the cases or events and a column's name, and adds that column.
        """
        raise NotImplementedError

    def described(self, log: EventLog, column: str) -> Attribute:
        """Return the new attribute, given its column."""
        return Attribute(
            name=self.name,
            column=column,
            type=self.type_of(log),
            level=self.level_of(log),
            kind=self.attribute_kind,
            unit=self.unit_of(log),
        )

    def check(self, log: EventLog) -> None:
        """Refuse names the log does not have, and a new name that it has already."""
        super().check(log)
        if self.name in {a.name for a in (*BUILT_IN, *log.attribute_list)}:
            message = f"The log has an attribute {self.name!r} already: choose another name."
            raise SettingError(message)

    def apply(self, log: EventLog) -> EventLog:
        """Return a log with the new attribute."""
        self.check(log)
        attribute = self.described(log, new_column(log, self.name))
        add = _Adder(log, self.values(log), attribute.column, self.where)
        of_case = attribute.level == "case"
        relations = Enriched(log.rel, cases=add) if of_case else Enriched(log.rel, events=add)
        return log.derived(self, relations, attributes=(*log.own_attributes, attribute))


class ComputedEnrichment(AttributeEnrichment):
    """Adds an attribute computed row by row from others: of each event where one of them is."""

    def inputs(self) -> tuple[str, ...]:
        """Return the names of the attributes it is computed from."""
        raise NotImplementedError

    def computed(self, log: EventLog, frame: Frame, inputs: tuple[str, ...], column: str) -> Frame:
        """Add the new column.

        Parameters
        ----------
        log : EventLog
            The input.
        frame : Frame
            Its cases or events.
        inputs : tuple of str
            Columns of the frame that hold the values of ``inputs()``.
        column : str
            The column to add.

        Returns
        -------
        Frame
            Same rows in the same order.
        """
        raise NotImplementedError

    def level_of(self, log: EventLog) -> Level:
        """Return ``event`` where one of the inputs is an attribute of events."""
        levels = {log.attribute(name).level for name in self.inputs()}
        return "event" if "event" in levels else "case"

    def values(self, log: EventLog) -> Callable[[Frame, str], Frame]:
        """Return what adds the column."""
        level = self.level_of(log)

        def add(frame: Frame, column: str) -> Frame:
            frame, columns = with_inputs(log, frame, level, self.inputs())
            return self.computed(log, frame, columns, column).drop(*columns)

        return add


def new_column(log: EventLog, name: str) -> str:
    """Return a column name that the log's cases and events do not have."""
    relations = (log.rel.cases, log.rel.events)
    return column_for(name, [c for frame in relations for c in frame.collect_schema().names()])


def with_inputs(
    log: EventLog, frame: Frame, level: Level, names: tuple[str, ...]
) -> tuple[Frame, tuple[str, ...]]:
    """Add the values of attributes to cases or events, under free column names.

    Parameters
    ----------
    log : EventLog
        The log.
    frame : Frame
        Its cases or events.
    level : {"case", "event"}
        Which of them.
    names : tuple of str
        The attributes.

    Returns
    -------
    tuple of Frame and tuple of str
        The frame, and the columns added.
    """
    aliases = {f"_{number}": log.attribute(name) for number, name in enumerate(names)}
    of_case: dict[str, str] = {}
    for alias, attribute in aliases.items():
        stored = level == "event" or log.case_column(attribute.name) is not None
        if attribute.level != level or not stored:
            of_case[alias] = attribute.name
        elif attribute.column == "activity_name":
            frame = log.rel.engine.attach(
                frame, log.activity_names("activity", alias), ("activity",)
            )
        else:
            frame = frame.with_columns(nw.col(attribute.column).alias(alias))
    if of_case:
        frame = log.rel.engine.attach(frame, log.case_values(**of_case), ("case",))
    return frame, tuple(aliases)


class _Adder:
    """Adds a column to a relation; what it joins is computed once."""

    def __init__(
        self,
        log: EventLog,
        values: nw.Expr | Frame | Callable[[Frame, str], Frame],
        column: str,
        where: Stored[Filter] | None,
    ) -> None:
        self._engine = log.rel.engine
        self._column = column
        self._values = values
        self._where = where.apply(log).rel if where else None
        self._joined: Frame | None = None

    def __call__(self, frame: Frame) -> Frame:
        """Return the relation with the column added."""
        frame = self._added(frame)
        if self._where is None:
            return frame
        cases = self._where.index.select("case").with_columns(nw.lit(value=True).alias(_CHOSEN))
        frame = self._engine.attach(frame, cases, ("case",))
        chosen = nw.when(nw.col(_CHOSEN)).then(nw.col(self._column))
        return frame.with_columns(chosen.alias(self._column)).drop(_CHOSEN)

    def _added(self, frame: Frame) -> Frame:
        if isinstance(self._values, nw.Expr):
            return frame.with_columns(self._values.alias(self._column))
        if not isinstance(self._values, nw.LazyFrame):
            return self._values(frame, self._column)
        if self._joined is None:
            self._joined = self._engine.persist(self._values.rename({"value": self._column}))
        keys = [n for n in self._joined.collect_schema().names() if n != self._column]
        return self._engine.attach(frame, self._joined, tuple(keys))
