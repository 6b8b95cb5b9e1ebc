"""A log with more attributes: the events and their order stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mindzie.core.lazy import lazy
from mindzie.core.relations import Derived, Relations

if TYPE_CHECKING:
    from mindzie.core.engine import Frame


class Enriched(Derived):
    """Relations with columns added.

    Parameters
    ----------
    parent : Relations
        What they are added to.
    cases, events : callable, optional
        Take the parent's relation and return it with the columns added, rows and order unchanged.
    """

    def __init__(
        self,
        parent: Relations,
        *,
        cases: Callable[[Frame], Frame] | None = None,
        events: Callable[[Frame], Frame] | None = None,
    ) -> None:
        super().__init__(parent)
        self._cases = cases
        self._events = events

    @lazy
    def cases(self) -> Frame:
        """The parent's with the new columns."""
        return self._cases(self.parent.cases) if self._cases else self.parent.cases

    @lazy
    def events(self) -> Frame:
        """The parent's with the new columns."""
        return self._events(self.parent.events) if self._events else self.parent.events
