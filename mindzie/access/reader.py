"""What reads sources, found by name: it lies above, and a workspace without it keeps and shows jobs all the same."""

from __future__ import annotations

from functools import cache
from pkgutil import resolve_name
from typing import Any, Final

READER: Final = "mindzie.ingest.jobs.worker"


@cache
def reader() -> Any:
    """Return the module that knows what can be read: ``checked_source``, ``checked_mapping``, ``run``, ``mended``."""
    return resolve_name(READER)
