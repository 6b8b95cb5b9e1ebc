"""Taking turns: some engines answer one question at a time, and refuse a second thread instead of letting it wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar

Turn = AbstractContextManager[object]
"""A lock that the same thread may take again, or nothing where no turns are needed."""

NO_TURN: Turn = nullcontext()
CURRENT: ContextVar[Turn] = ContextVar("turn", default=NO_TURN)
"""What work of this thread is done under; a table made now computes its rows under it later."""


@contextmanager
def taking(turn: Turn) -> Iterator[None]:
    """Work on an engine alone.

    Parameters
    ----------
    turn : context manager
        The engine's.
    """
    with turn:
        token = CURRENT.set(turn)
        try:
            yield
        finally:
            CURRENT.reset(token)
