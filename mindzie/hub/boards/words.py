"""Times as readers say them."""

from __future__ import annotations

from datetime import datetime
from typing import Final

_STEPS: Final = (
    ("year", 31_536_000),
    ("month", 2_592_000),
    ("day", 86_400),
    ("hour", 3_600),
    ("minute", 60),
)


def ago(moment: datetime, now: datetime) -> str:
    """Return how long ago something was, in its largest unit.

    Examples
    --------
    >>> from datetime import UTC, timedelta
    >>> now = datetime(2026, 1, 2, tzinfo=UTC)
    >>> ago(now - timedelta(hours=3), now), ago(now, now)
    ('3 hours ago', 'just now')
    """
    seconds = (now - moment).total_seconds()
    for name, size in _STEPS:
        if seconds >= size:
            many = int(seconds // size)
            return f"{many} {name}{'' if many == 1 else 's'} ago"
    return "just now"
