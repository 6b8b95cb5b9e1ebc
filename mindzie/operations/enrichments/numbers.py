"""Enrichments that calculate."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import narwhals as nw
from pydantic import BeforeValidator, Field, StrictInt

from mindzie.core.enrichment import ComputedEnrichment, with_inputs
from mindzie.core.errors import SettingError, WrongTypeError
from mindzie.core.limits import too_large
from mindzie.core.settings import Duration, Pick, as_tuple, as_typed, microseconds
from mindzie.core.words import is_duration

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog
    from mindzie.core.settings import AttributeType

Summands = Annotated[
    tuple[str, ...],
    Pick("attribute", types=("number", "duration")),
    BeforeValidator(as_tuple),
    Field(min_length=1),
]
StrictFloat = Annotated[float, Field(strict=True, allow_inf_nan=False)]
_BEYOND = 2.0**63


class Add(ComputedEnrichment):
    """Add up attributes, and a constant where one is given.

    Numbers are added to numbers and durations to durations. One attribute of events among them makes it an attribute of each
    event. Whole numbers stay whole; where their sum could be beyond 9.2e18, which 64 bits do not hold, they are refused.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log = log.enrich(Add(name="Events and one", attributes="event_count", constant=1))
    >>> log.cases["Events and one"].to_list() == [count + 1 for count in log.cases["event_count"]]
    True
    """

    attributes: Summands
    """Numbers, or durations."""
    constant: StrictInt | StrictFloat | Duration | None = None
    """Added to each sum: a number to numbers, a duration such as "2 h" to durations."""
    nulls: Literal["null", "zero"] = "null"
    """Whether a missing value makes the sum missing, or counts as nothing."""

    example: ClassVar[Mapping[str, Any]] = {
        "name": "Value and items",
        "attributes": ["Value", "Items"],
    }
    sentence = "{name}: {summands} added up"

    def words(self) -> dict[str, str]:
        """Say all that is added."""
        said = as_typed(self.constant) if isinstance(self.constant, str) else str(self.constant)
        constant = () if self.constant is None else (said,)
        return {**super().words(), "summands": " + ".join((*self.attributes, *constant))}

    def inputs(self) -> tuple[str, ...]:
        """Return the attributes."""
        return self.attributes

    def check(self, log: EventLog) -> None:
        """Refuse numbers among durations, and a constant of the other type."""
        super().check(log)
        types = {name: log.attribute(name).type for name in self.attributes}
        if len(set(types.values())) > 1:
            said = ", ".join(f"{name!r} is a {kind}" for name, kind in types.items())
            message = (
                f"Numbers and durations cannot be added up: {said}. Choose attributes of one type."
            )
            raise WrongTypeError(message)
        if self.constant is not None:
            self._check_constant(log)
        self._check_sum(log)

    def _check_constant(self, log: EventLog) -> None:
        constant = "duration" if isinstance(self.constant, str) else "number"
        if constant != self.type_of(log):
            message = (
                f"The constant {self.constant!r} is a {constant}, but the attributes are {self.type_of(log)}s: "
                + ("give a number." if constant == "duration" else "give a duration such as '2 h'.")
            )
            raise SettingError(message)

    def _check_sum(self, log: EventLog) -> None:
        """Refuse what would wrap around on one engine and fail on another."""
        relation = log.rel.events if self.level_of(log) == "event" else log.rel.cases
        frame, columns = with_inputs(log, relation, self.level_of(log), self.attributes)
        if not self._whole(frame, columns):
            return
        largest = [nw.col(name).cast(nw.Float64).abs().max() for name in columns]
        bounds = log.collect(frame.select(*largest)).row(0)
        if sum(bound or 0 for bound in bounds) + abs(self._constant or 0) >= _BEYOND:
            raise too_large()

    def _whole(self, frame: Frame, columns: tuple[str, ...]) -> bool:
        schema = frame.collect_schema()
        return not isinstance(self._constant, float) and all(
            schema[c].is_integer() for c in columns
        )

    @property
    def _constant(self) -> float | None:
        return microseconds(self.constant) if isinstance(self.constant, str) else self.constant

    def type_of(self, log: EventLog) -> AttributeType:
        """Return the type of the attributes."""
        return log.attribute(self.attributes[0]).type

    def unit_of(self, log: EventLog) -> str:
        """Return the attributes' common unit; working time of unlike days is in hours."""
        [unit, *others] = {log.attribute(name).unit for name in self.attributes}
        working = all(is_duration(one) for one in (unit, *others))
        return unit if not others else "ws" if working else ""

    def computed(self, log: EventLog, frame: Frame, inputs: tuple[str, ...], column: str) -> Frame:
        """Add up."""
        del log
        values = [nw.col(name) for name in inputs]
        if not self._whole(frame, inputs):
            # before they are added: whole ones among them could wrap around
            values = [value.cast(nw.Float64) for value in values]
        if self.nulls == "zero":
            values = [value.fill_null(0) for value in values]
        if self._constant is not None:
            values.append(nw.lit(self._constant))
        return frame.with_columns(reduce(add, values).alias(column))
