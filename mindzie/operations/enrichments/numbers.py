"""Enrichments that calculate."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import narwhals as nw
from pydantic import BeforeValidator, Field, StrictInt

from mindzie.core.enrichment import ComputedEnrichment
from mindzie.core.errors import SettingError, WrongTypeError
from mindzie.core.settings import Duration, Pick, as_tuple, microseconds

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


class Add(ComputedEnrichment):
    """Add up attributes, and a constant where one is given.

    Numbers are added to numbers and durations to durations. One attribute of events among them makes it an attribute of each
    event.

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
        constant = () if self.constant is None else (str(self.constant),)
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
        if self.constant is None:
            return
        constant = "duration" if isinstance(self.constant, str) else "number"
        if constant != self.type_of(log):
            message = (
                f"The constant {self.constant!r} is a {constant}, but the attributes are {self.type_of(log)}s: "
                + ("give a number." if constant == "duration" else "give a duration such as '2 h'.")
            )
            raise SettingError(message)

    def type_of(self, log: EventLog) -> AttributeType:
        """Return the type of the attributes."""
        return log.attribute(self.attributes[0]).type

    def computed(self, log: EventLog, frame: Frame, inputs: tuple[str, ...], column: str) -> Frame:
        """Add up."""
        del log
        values = [nw.col(name) for name in inputs]
        if self.nulls == "zero":
            values = [value.fill_null(0) for value in values]
        if self.constant is not None:
            constant = (
                microseconds(self.constant) if isinstance(self.constant, str) else self.constant
            )
            values.append(nw.lit(constant))
        return frame.with_columns(reduce(add, values).alias(column))
