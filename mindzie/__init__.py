"""Mindzie: process mining, notebook first.

The front door: ``read``, ``open`` and ``demo`` give an event log, ``connect`` a database to read one from, and ``suggest`` tells which column is what; ``filters``, ``calculators`` and ``enrichments`` hold the
operations; ``load`` turns stored JSON into an operation; ``WorkingCalendar`` says when work is done; ``ImportWizard`` leads from a file to a log
by clicks, ``Studio`` is the interactive workbench and ``Dashboard`` shows figures that follow their filters; ``finding`` says a result in a sentence,
``record`` keeps it in a run.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mindzie.core.allocator import return_memory

if TYPE_CHECKING:
    from mindzie.access.installation import workspace as workspace
    from mindzie.core.calendar import WorkingCalendar as WorkingCalendar
    from mindzie.core.log import EventLog as EventLog
    from mindzie.demos import demo as demo
    from mindzie.engine.snapshot import open_snapshot as open  # noqa: A004, F401 - the front door's word
    from mindzie.ingest import read as read
    from mindzie.ingest.connectors import connect as connect
    from mindzie.ingest.mapping.values import Mapping as Mapping
    from mindzie.ingest.suggestions import suggest as suggest
    from mindzie.investigations.findings import finding as finding
    from mindzie.investigations.recording import record as record
    from mindzie.operations import calculators as calculators
    from mindzie.operations import enrichments as enrichments
    from mindzie.operations import filters as filters
    from mindzie.operations import load as load
    from mindzie.operations import operations as operations
    from mindzie.widgets.dashboard import Dashboard as Dashboard
    from mindzie.widgets.import_wizard import ImportWizard as ImportWizard
    from mindzie.widgets.studio import Studio as Studio

_FRONT_DOOR = {
    "Dashboard": "mindzie.widgets.dashboard:Dashboard",
    "EventLog": "mindzie.core.log:EventLog",
    "ImportWizard": "mindzie.widgets.import_wizard:ImportWizard",
    "Mapping": "mindzie.ingest.mapping.values:Mapping",
    "MindzieError": "mindzie.core.errors:MindzieError",
    "Studio": "mindzie.widgets.studio:Studio",
    "WorkingCalendar": "mindzie.core.calendar:WorkingCalendar",
    "calculators": "mindzie.operations.calculators",
    "connect": "mindzie.ingest.connectors:connect",
    "demo": "mindzie.demos:demo",
    "enrichments": "mindzie.operations.enrichments",
    "filters": "mindzie.operations.filters",
    "finding": "mindzie.investigations.findings:finding",
    "load": "mindzie.operations:load",
    "open": "mindzie.engine.snapshot:open_snapshot",
    "operations": "mindzie.operations:operations",
    "read": "mindzie.ingest:read",
    "record": "mindzie.investigations.recording:record",
    "suggest": "mindzie.ingest.suggestions:suggest",
    "workspace": "mindzie.access.installation:workspace",
}

__all__ = list(_FRONT_DOOR)

return_memory()


def __getattr__(name: str) -> Any:
    if name not in _FRONT_DOOR:
        message = f"module 'mindzie' has no attribute {name!r}"
        raise AttributeError(message)
    module, _, attribute = _FRONT_DOOR[name].partition(":")
    made = import_module(module)
    value = getattr(made, attribute) if attribute else made
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(_FRONT_DOOR)
