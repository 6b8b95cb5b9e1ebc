"""What reads sources and runs notebooks, found by name: it lies above, and a workspace without it keeps and shows tasks all the same."""

from __future__ import annotations

from functools import cache
from pkgutil import resolve_name
from typing import Any, Final

READER: Final = "mindzie.ingest.jobs.worker"
DOER: Final = "mindzie.investigations.worker"


@cache
def reader() -> Any:
    """Return the module that knows what can be read: ``checked_source``, ``checked_mapping``, ``run``, ``mended``."""
    return resolve_name(READER)


@cache
def doer() -> Any:
    """Return the module that runs notebooks: ``run_here``, ``difference``, ``report_pdf``."""
    return resolve_name(DOER)
