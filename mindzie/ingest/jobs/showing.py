"""Progress for people: a line in a notebook."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import Any, Final

from mindzie.ingest.jobs.progress import Progress, Tell

_SECONDS: Final = 0.25


@contextmanager
def shown(tell: Tell | None) -> Iterator[Tell | None]:
    """Show progress in a notebook, where nobody else is told of it.

    Parameters
    ----------
    tell : callable, optional
        Somebody else.

    Yields
    ------
    callable or None
        What is to be told.
    """
    shell = _notebook()
    if tell is not None or shell is None:
        yield tell
        return
    from IPython.display import HTML, display

    handle = display(HTML("<p>Importing</p>"), display_id=True)
    shown_at = 0.0
    last = "nothing read"

    def show(progress: Progress) -> None:
        nonlocal shown_at, last
        last = str(progress)
        if time.monotonic() - shown_at > _SECONDS:
            shown_at = time.monotonic()
            handle.update(HTML(f"<p>{escape(last)}</p>"))

    try:
        yield show
    finally:
        handle.update(HTML(f"<p>{escape(last)}</p>"))


def _notebook() -> Any:
    found = sys.modules.get("IPython")
    shell = None if found is None else found.get_ipython()
    return shell if hasattr(shell, "kernel") else None
