"""Enrichments that check a rule in every case."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import narwhals as nw
from pydantic import Field

from mindzie.core.attributes import BUILT_IN
from mindzie.core.enriched import Enriched
from mindzie.core.enrichment import AttributeEnrichment, new_column
from mindzie.core.errors import SettingError
from mindzie.core.manifest import Attribute, Severity

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog
    from mindzie.core.settings import AttributeType

VIOLATIONS = "conformance_violations"
"""The case attribute that counts the rules a case breaks."""
ISSUE, COUNT = "conformance issue", "conformance count"
"""Kinds of the attributes: one boolean for each rule, and the count of them."""


class ConformanceEnrichment(AttributeEnrichment):
    """Adds a boolean attribute of cases that is true where a rule is broken, and counts it in ``conformance_violations``."""

    attribute_kind: ClassVar[str] = ISSUE
    rule_sentence: ClassVar[str] = ""
    """The rule in words, with names of settings in braces."""
    sentence = "{name}: {rule_name}"

    rule: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="Name of the rule; none says it by its settings.",
    )
    severity: Severity = Field(default="warning", description="How bad it is to break the rule.")

    @property
    def rule_name(self) -> str:
        """Name of the rule."""
        return self.rule or self.rule_sentence.format_map(super().words())

    def words(self) -> dict[str, str]:
        """Say the rule."""
        return {**super().words(), "rule_name": self.rule_name}

    def violations(self, log: EventLog) -> Frame:
        """Return the column ``variant`` (activities alone decide) or ``case`` of those that break the rule, each once."""
        raise NotImplementedError

    def type_of(self, log: EventLog) -> AttributeType:
        """Return boolean."""
        del log
        return "boolean"

    def described(self, log: EventLog, column: str) -> Attribute:
        """Return the new attribute with rule and severity."""
        made = super().described(log, column)
        return made.model_copy(update={"rule": self.rule_name, "severity": self.severity})

    def values(self, log: EventLog) -> Frame:
        """Return true for those that break the rule and false for all others."""
        found = self.violations(log)
        [key] = found.collect_schema().names()
        every = (log.rel.variants if key == "variant" else log.rel.index).select(key)
        found = found.with_columns(value=nw.lit(value=True))
        every = every.join(found, on=key, how="left")
        return every.with_columns(nw.col("value").fill_null(value=False))

    def check(self, log: EventLog) -> None:
        """Refuse an attribute of the source that has the name of the count."""
        super().check(log)
        taken = {a.name: a for a in (*BUILT_IN, *log.attribute_list)}.get(VIOLATIONS)
        if self.name == VIOLATIONS or (taken and taken.kind != COUNT):
            message = f"{VIOLATIONS!r} is where broken rules are counted: give the attribute of that name another name."
            raise SettingError(message)

    def apply(self, log: EventLog) -> EventLog:
        """Return a log with the new attribute, counted."""
        enriched = super().apply(log)
        [new] = [a for a in enriched.own_attributes if a.name == self.name]
        count = next((a for a in enriched.own_attributes if a.kind == COUNT), None)
        known = nw.lit(0) if count is None else nw.col(count.column)
        if count is None:
            column = new_column(enriched, VIOLATIONS)
            count = Attribute(
                name=VIOLATIONS, column=column, type="number", level="case", kind=COUNT
            )
        broken = nw.when(nw.col(new.column)).then(nw.lit(1)).otherwise(nw.lit(0))
        total = (known + broken).cast(nw.Int64).alias(count.column)
        others = tuple(a for a in enriched.own_attributes if a.kind != COUNT)
        relations = Enriched(enriched.rel, cases=lambda cases: cases.with_columns(total))
        return log.derived(self, relations, attributes=(*others, count))
