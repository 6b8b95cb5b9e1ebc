"""How Polars keeps memory that it no longer needs: in few places, and not for long.

As it comes, its allocator (jemalloc, on Linux) has four arenas a core and keeps what is free for a second and more. With these settings reading
a log takes a third less memory, and no more time; see docs/performance.md.
"""

from __future__ import annotations

import os
import sys
from typing import Final

VARIABLE: Final = "_RJEM_MALLOC_CONF"
"""Read once, when Polars is imported, which adds what it has itself in front: of two settings the last one holds."""
_ARENAS: Final = "narenas:"


def return_memory() -> None:
    """Say so, unless it is too late, or somebody has said how many arenas there are.

    Examples
    --------
    >>> return_memory()
    """
    said = os.environ.get(
        VARIABLE, ""
    )  # in a process that was started by one with Polars, what that has
    if "polars" in sys.modules or _ARENAS in said:
        return
    ours = f"{_ARENAS}{os.cpu_count() or 1},dirty_decay_ms:50,muzzy_decay_ms:0"
    os.environ[VARIABLE] = ",".join(filter(None, (said, ours)))
