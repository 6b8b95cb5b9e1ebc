"""Where a widget is shown."""

from __future__ import annotations

import os


def own_notebook() -> bool:
    """Return whether the page is a notebook whose reader may run code anyway, not a published one."""
    # Jupyter names the notebook of a session; a published page has no session, but may have been started from one.
    published = any(name.startswith("VOILA_") for name in os.environ)
    published |= os.environ.get("SERVER_SOFTWARE", "").startswith("voila")
    return "JPY_SESSION_NAME" in os.environ and not published
