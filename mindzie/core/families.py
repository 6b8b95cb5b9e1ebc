"""The three families of operations: what is common to each, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeVar, get_origin

import narwhals as nw
from pydantic import Field
from pydantic_core import core_schema

from mindzie.core.errors import MindzieError, SettingError
from mindzie.core.operation import Operation, load
from mindzie.core.reshaped import Reshaped
from mindzie.core.selected import Selected

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog
    from mindzie.core.results import Result


class Filter(Operation):
    """Chooses cases or events of a log."""

    kind: ClassVar[str] = "filter"
    removed: ClassVar[str] = ""
    """The sentence where what matches is removed; without one it is made from ``sentence``."""

    @property
    def title(self) -> str:
        """What is kept, or that the rest is."""
        if getattr(self, "keep", True):
            return super().title
        return self.say(self.removed or "not: " + self.sentence)

    def apply(self, log: EventLog) -> EventLog:
        """Return the log that is left, with this filter in its recipe."""
        raise NotImplementedError


class CaseFilter(Filter):
    """Keeps or removes whole cases."""

    keep: bool = Field(default=True, description="Keep the cases that match; off: remove them.")

    def matching(self, log: EventLog) -> nw.Expr | Frame:
        """Say which cases match.

        Parameters
        ----------
        log : EventLog
            The input, already checked against the settings.

        Returns
        -------
        narwhals.Expr or Frame
            A condition on the columns of ``log.rel.cases`` (null counts as no match), or a relation with the column
            ``case``, or, where activities and their order alone decide, ``variant``.
        """
        raise NotImplementedError

    def apply(self, log: EventLog) -> EventLog:
        """Return the log of the cases left."""
        self.check(log)
        return log.derived(self, Selected(log.rel, self.matching(log), keep=self.keep))


class EventFilter(Filter):
    """Keeps or removes events; those left become neighbours, and cases without events go."""

    by_activity: ClassVar[bool] = False
    """Whether activities and their order alone decide: then variants answer for all events."""

    def kept(self, log: EventLog, events: Frame) -> Frame:
        """Return the events to keep, in the order they come in.

        Parameters
        ----------
        log : EventLog
            The input.
        events : Frame
            Its events; where ``by_activity`` is set also its variants in the shape of events, with ``case``,
            ``position``, ``activity`` and ``next_activity`` alone to be relied on.
        """
        raise NotImplementedError

    def apply(self, log: EventLog) -> EventLog:
        """Return the log of the events left."""
        self.check(log)
        return log.derived(
            self,
            Reshaped(
                log.rel,
                lambda events: self.kept(log, events),
                by_activity=self.decided_by_activity(),
            ),
        )

    def decided_by_activity(self) -> bool:
        """Whether ``by_activity`` holds with these settings."""
        return self.by_activity


class Calculator(Operation):
    """Turns a log into a result."""

    kind: ClassVar[str] = "calculator"

    def compute(self, log: EventLog) -> Result:
        """Return the figures of a log already checked against the settings."""
        raise NotImplementedError

    def drill(self, row: Mapping[str, Any]) -> tuple[Filter, ...]:  # noqa: ARG002 - for subclasses
        """Return the filters that leave the cases behind one row of the result; none means all cases."""
        return ()

    def behind(self, result: Result, row: Mapping[str, Any]) -> tuple[Filter, ...]:  # noqa: ARG002 - for subclasses
        """Return the same for a row that only the whole result explains, such as the one of all other values."""
        return self.drill(row)

    def left_out(self, result: Result) -> dict[str, str]:  # noqa: ARG002 - for subclasses
        """Return what the result does not show, in words by name; ``{"left_out": name}`` is a row as well."""
        return {}

    def for_people(self, result: Result) -> Result:
        """Return the result as people read it in a table."""
        return result

    def apply(self, log: EventLog) -> Result:
        """Check the settings and return the result, stamped with its provenance."""
        self.check(log)
        return self.compute(log).stamped(log, self)


class Enrichment(Operation):
    """Adds attributes to a log, or reshapes its events."""

    kind: ClassVar[str] = "enrichment"

    def apply(self, log: EventLog) -> EventLog:
        """Return a new log; the one given stays as it is."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class _AsStored:
    """Lets pydantic read an operation from its stored form and write it so."""

    def __get_pydantic_core_schema__(self, source: Any, _handler: Any) -> core_schema.CoreSchema:
        family = get_origin(source) or source
        return core_schema.no_info_plain_validator_function(
            partial(_loaded, family.kind),
            serialization=core_schema.plain_serializer_function_ser_schema(Operation.to_json),
        )

    def __get_pydantic_json_schema__(self, schema: Any, _handler: Any) -> dict[str, Any]:
        kind = schema["function"]["function"].args[0]
        return {"type": "object", "x-mindzie": {"pick": "operation", "kind": kind}}


def _loaded(kind: str, value: Any) -> Operation:
    try:
        return load(value, kind)
    except SettingError:
        raise
    except MindzieError as error:
        raise SettingError(str(error)) from None


F = TypeVar("F", bound=Operation)
Stored = Annotated[F, _AsStored()]
"""``Stored[Filter]`` embeds an operation in any other model, kept in its stored form."""
