"""What lives in a project beside its data sets and investigations."""

from __future__ import annotations

from typing import Any

from mindzie.access import kinds
from mindzie.access.door import Visit
from mindzie.access.items import Item


class FilterPreset(Item):
    """Filters under a name: ``log.filter(*preset.filters)``."""

    kind = kinds.PRESET


class ProcessModel(Item):
    """How a process should run, as text of its format."""

    kind = kinds.MODEL


class ConformanceRule(Item):
    """A rule, as the enrichments that mark the cases that break it."""

    kind = kinds.RULE


class Pipeline(Item):
    """Enrichments that each new version of a data set gets."""

    kind = kinds.PIPELINE


class Connector(Item):
    """A source system."""

    kind = kinds.CONNECTOR

    @classmethod
    def check_facts(cls, visit: Visit, values: dict[str, Any]) -> None:
        """Refuse a secret from who may not keep one: sent to an address of one's choice, it is read."""
        if values.get("secret_id") is not None:
            visit.need(kinds.SECRET.change)

    def _before_change(self, visit: Visit, row: Any, values: dict[str, Any]) -> None:
        # that it goes elsewhere from now on is the same
        if values.get("secret_id", row.secret_id) is not None and any(
            name in values and values[name] != getattr(row, name) for name in ("kind", "settings")
        ):
            visit.need(kinds.SECRET.change)


class Panel(Item):
    """A figure, a table, a chart or a map on a dashboard."""

    kind = kinds.PANEL
