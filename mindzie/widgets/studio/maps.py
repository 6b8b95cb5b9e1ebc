"""The process map inside a studio: the map widget's choices without a connection of its own."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from mindzie.core.results import Graph
from mindzie.widgets.process_map import ProcessMapWidget

Json = dict[str, Any]
_SYNCED: Final = (
    "view", "measure", "measures", "activity_share", "path_share", "selection", "actions", "choice",
    "error", "live", "title", "detailed",
)  # fmt: skip


class StudioMap(ProcessMapWidget):
    """A process map that a studio carries: one widget, one connection.

    Parameters
    ----------
    graph : Graph
        Calculated from a log.
    """

    # Begin with what tells the story; the sliders tell the rest.
    _first: ClassVar = (14, 24)

    def open(self) -> None:
        """Open no connection: the studio's is used."""

    def show(self, graph: Graph) -> None:
        """Show the map of another log; the sliders stay where they are."""
        self.choice = {}
        self._replace(graph, None)
        self.set_trait("measures", self._offered())

    def take(self, changes: Json) -> list[Json]:
        """Take what a reader did; returns the filters that were chosen."""
        chosen: list[Json] = []
        self._callbacks = [chosen.append]
        self.set_state(changes)
        return chosen

    def as_json(self) -> Json:
        """Return what the browser draws."""
        return {name: getattr(self, name) for name in _SYNCED}

    @property
    def settings(self) -> Json:
        """Settings of the calculator that make this map, where they differ from its defaults."""
        made: Json = {} if self.measure == "events" else {"measure": self.measure}
        shares = {"activity_share": self.activity_share, "path_share": self.path_share}
        return made | {name: value for name, value in shares.items() if value < 1}
