"""The studio inside another widget: its values under a prefix, so that one widget turns into it in every host."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from mindzie.core.log import EventLog
from mindzie.widgets.studio.widget import Studio

Json = dict[str, Any]
SHOWN: Final = ("shown", "map", "overview", "busy", "told", "height")
PREFIX: Final = "studio_"


def land(log: EventLog, tell: Callable[[str, Any], None]) -> Studio:
    """Open the studio on a log.

    Parameters
    ----------
    log : EventLog
        To be looked at.
    tell : callable
        Takes the name, with the prefix, and the value of what the studio shows, now and whenever it changes.

    Returns
    -------
    Studio
        Hand what the browser asks to its ``set_state``.
    """
    studio = Studio(log)
    for name in SHOWN:
        tell(PREFIX + name, getattr(studio, name))
    studio.observe(lambda change: tell(PREFIX + change["name"], change["new"]), list(SHOWN))
    return studio
