"""Enrichments of text, on attributes of cases and events alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import narwhals as nw
from pydantic import BeforeValidator, Field

from mindzie.core.enrichment import ComputedEnrichment
from mindzie.core.settings import Pick, TextAttributeName, as_tuple

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog
    from mindzie.core.settings import AttributeType

Sayable = Annotated[
    tuple[str, ...],
    Pick("attribute", types=("text", "number", "boolean")),
    BeforeValidator(as_tuple),
    Field(min_length=1),
]


class _TextEnrichment(ComputedEnrichment):
    """Adds a text."""

    def type_of(self, log: EventLog) -> AttributeType:
        """Return text."""
        del log
        return "text"


class Concatenate(_TextEnrichment):
    """Join the values of attributes into one text.

    One attribute of events among them makes it an attribute of each event. Numbers are written with a point and without
    separators of thousands, booleans as ``true`` and ``false``.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> joined = log.enrich(Concatenate(name="Key", attributes=["Region", "event_count"], joiner="/"))
    >>> joined.cases["Key"][0] == f"{log.cases['Region'][0]}/{log.cases['event_count'][0]}"
    True
    """

    attributes: Sayable
    """Attributes in the order of their values: texts, numbers or booleans."""
    joiner: str = " "
    """What stands between two values."""
    null_text: str | None = None
    """What stands for a missing value; none leaves it out together with its joiner."""

    example: ClassVar[Mapping[str, Any]] = {
        "name": "Region and items",
        "attributes": ["Region", "Items"],
        "joiner": " / ",
    }
    sentence = "{name}: {attributes} joined"

    def words(self) -> dict[str, str]:
        """Name the attributes with and, not or."""
        return {**super().words(), "attributes": " and ".join(self.attributes)}

    def inputs(self) -> tuple[str, ...]:
        """Return the attributes."""
        return self.attributes

    def computed(self, log: EventLog, frame: Frame, inputs: tuple[str, ...], column: str) -> Frame:
        """Write each value as text, then join those there are."""
        schema = frame.collect_schema()
        texts = [f"{name}_text" for name in inputs]
        for name, text in zip(inputs, texts, strict=True):
            if schema[name] == nw.String:
                frame = frame.with_columns(nw.col(name).alias(text))
            else:
                frame = log.rel.engine.as_text(frame, name, text)
        if self.null_text is not None:
            frame = frame.with_columns(nw.col(*texts).fill_null(self.null_text))
        joined = nw.concat_str([nw.col(t) for t in texts], separator=self.joiner, ignore_nulls=True)
        missing = nw.all_horizontal(*(nw.col(t).is_null() for t in texts), ignore_nulls=False)
        frame = frame.with_columns(joined.alias(column), _missing=missing)
        some = nw.when(~nw.col("_missing")).then(nw.col(column))
        return frame.with_columns(some.alias(column)).drop(*texts, "_missing")


class Upper(_TextEnrichment):
    """Write a text in capital letters.

    Letters of every alphabet follow Unicode: the German sharp s becomes SS.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100).enrich(Upper(name="REGION", attribute="Region"))
    >>> set(log.cases["REGION"]) == {region.upper() for region in log.cases["Region"]}
    True
    """

    attribute: TextAttributeName
    """The text, an attribute of cases or of events."""

    example: ClassVar[Mapping[str, Any]] = {"name": "Region in capitals", "attribute": "Region"}
    sentence = "{name}: {attribute} in capital letters"

    def inputs(self) -> tuple[str, ...]:
        """Return the attribute."""
        return (self.attribute,)

    def computed(self, log: EventLog, frame: Frame, inputs: tuple[str, ...], column: str) -> Frame:
        """Leave it to the engine."""
        return log.rel.engine.upper(frame, inputs[0], column)
