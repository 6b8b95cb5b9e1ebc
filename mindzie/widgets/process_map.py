"""The interactive process map: layout and choices in Python, drawing in the browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import polars as pl
import traitlets as t

from mindzie.core.errors import MindzieError, SettingError
from mindzie.core.limits import shortened
from mindzie.core.results import Graph
from mindzie.mining.coverage import Coverage
from mindzie.mining.legible import legible
from mindzie.mining.simplify import Simplified, Simplifier
from mindzie.pictures.layout import Layout, layout
from mindzie.pictures.map_svg import map_svg
from mindzie.pictures.map_view import map_view
from mindzie.pictures.measures import measure
from mindzie.pictures.order import flow_order
from mindzie.widgets.bundle import bundle
from mindzie.widgets.map_actions import ACTIONS, kind_of, menu
from mindzie.widgets.map_facts import (
    checked_choice,
    checked_selection,
    checked_share,
    is_shown,
    kept,
    offered,
)
from mindzie.widgets.page import page

Json = dict[str, Any]
FilterCallback = Callable[[Json], object]


@dataclass(frozen=True, slots=True)
class _Shown:
    """One state of the map: what is shown and where it lies."""

    part: Simplified
    placed: Layout

    def of(self, whole: tuple[pl.DataFrame, pl.DataFrame]) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the rows of a whole map that are shown."""
        nodes, edges = whole
        return nodes.filter(self.part.node_mask), edges.filter(self.part.edge_mask)


class ProcessMapWidget(anywidget.AnyWidget):
    """A process map to slide, hover, click and filter by.

    Parameters
    ----------
    graph : Graph
        Result of the process map calculator.
    measure : str, optional
        ``events``, ``cases``, ``mean``, ``median``, ``p90`` or ``total``; where not given, the graph's own.
    activity_share, path_share : float, optional
        Positions of the sliders, 0 to 1; where not given, everything, or as much as is legible.
    variants : polars.DataFrame, optional
        Columns ``activities`` and ``cases``; tells the share of cases that the sliders keep. Where not
        given, those of the graph's log.
    height : int
        Of the drawing, in pixels.

    Attributes
    ----------
    selection : dict
        ``{"activity": name}``, ``{"from": name, "to": name}`` (``None`` for START and END) or ``{}``; follows the
        reader and may be set.
    chosen : dict
        The last filter the reader chose, in its stored form.
    detailed : bool
        Whether all figures are there, not only those of the measure; true once the reader hovers or clicks.

    Raises
    ------
    SettingError
        If a share is not between 0 and 1 or there is no such measure.
    LayoutError
        If the layout takes too long.

    Examples
    --------
    >>> import polars as pl
    >>> from mindzie.core.results import Column, Graph, Table
    >>> nodes = pl.DataFrame({"activity": ["Ship"], "events": [3], "mean_position": [1.0]})
    >>> edges = pl.DataFrame({"from_activity": [None, "Ship"], "to_activity": ["Ship", None], "events": [3, 3]})
    >>> tables = [Table(f, tuple(Column(name=c, type="text") for c in f.columns)) for f in (nodes, edges)]
    >>> shown = ProcessMapWidget(Graph(*tables))
    >>> shown.selection = {"activity": "Ship"}
    """

    # Most activities and paths of a first look; more is shown when the reader asks for it.
    _first: ClassVar[tuple[int, int]] = (30, 40)

    view = t.Dict(read_only=True).tag(sync=True)
    measure = t.Unicode("events").tag(sync=True)
    measures: t.List[Json] = t.List(read_only=True).tag(sync=True)
    activity_share = t.Float(1.0).tag(sync=True)
    path_share = t.Float(1.0).tag(sync=True)
    selection = t.Dict().tag(sync=True)
    actions: t.List[Json] = t.List(read_only=True).tag(sync=True)
    choice = t.Dict().tag(sync=True)
    chosen = t.Dict(read_only=True)
    error = t.Unicode("").tag(sync=True)
    live = t.Bool(True, read_only=True).tag(sync=True)
    detailed = t.Bool(False).tag(sync=True)
    room = t.Int(560).tag(sync=True)
    title = t.Unicode("Process map").tag(sync=True)

    def __init__(
        self,
        graph: Graph,
        *,
        measure: str | None = None,
        activity_share: float | None = None,
        path_share: float | None = None,
        variants: pl.DataFrame | None = None,
        height: int = 560,
    ) -> None:
        self._callbacks: list[FilterCallback] = []
        self._ready = False
        self._load(graph, variants)
        first = self._first_position()
        super().__init__(
            measure=measure or graph.facts.get("measure") or "events",
            activity_share=first[0] if activity_share is None else activity_share,
            path_share=first[1] if path_share is None else path_share,
            room=height,
            title=graph.title or "Process map",
        )
        self.set_trait("measures", self._offered())
        self.set_trait("actions", menu())
        self._ready = True
        self._show()

    @property
    def _esm(self) -> str:
        return bundle("process_map")

    def update(self, graph: Graph, *, variants: pl.DataFrame | None = None) -> None:
        """Show another map, such as that of a filtered log; activities move to their new places.

        Parameters
        ----------
        graph : Graph
            The new map.
        variants : polars.DataFrame, optional
            As for the class.
        """
        self._replace(graph, variants)

    def on_filter(self, callback: FilterCallback) -> None:
        """Call back with the stored form of each filter that the reader chooses on the map.

        Parameters
        ----------
        callback : callable
            Takes ``{"kind": "filter", "op": ..., "settings": {...}}``. What it raises is shown under the map.
        """
        self._callbacks.append(callback)

    def svg(self) -> str:
        """Return the map, as it is now, as a still picture.

        Returns
        -------
        str
            An SVG element.
        """
        shown, whole = self._shown, self._whole()
        return map_svg(
            *shown.of(whole),
            shown=self.measure,
            placed=shown.placed,
            whole=whole,
            title=self.title,
        )

    def export_html(self, path: str | Path) -> Path:
        """Write the map as one HTML file that opens offline, with pan, zoom, hover and measures.

        Parameters
        ----------
        path : str or Path
            The file to write.

        Returns
        -------
        Path
            The file written.
        """
        self.detailed = True
        state = {
            name: getattr(self, name) for name in self.trait_names(sync=True) if name in _STATE
        }
        target = Path(path)
        text = page(
            {**state, "live": False, "selection": {}, "error": ""},
            bundle("process_map"),
            self.svg(),
        )
        target.write_text(text, encoding="utf-8")
        return target

    def set_state(self, sync_data: Json) -> None:
        """Take a message of the browser: what does not fit, or fails, is said under the map."""
        known = {name: sync_data[name] for name in _FROM_BROWSER & sync_data.keys()}
        before = {name: getattr(self, name) for name in known}
        if self.error:
            self.error = ""
        try:
            # All of it first: of a message that does not fit, nothing is taken.
            checked = {name: self._checked(name, value) for name, value in known.items()}
            super().set_state(checked)
        except Exception as error:  # noqa: BLE001 - the reader sees it; a kernel's log nobody sees
            said = (
                str(error)
                if isinstance(error, MindzieError)
                else f"{type(error).__name__}: {error}"
            )
            self._restore(before)
            self.error = said

    def _restore(self, values: Json) -> None:
        self._ready = False
        for name, value in values.items():
            setattr(self, name, value)
        self._ready = True
        self.send_state(list(values))

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[Json, Json] | None:
        made = super()._repr_mimebundle_(**kwargs)
        if made is None:
            return None
        data, metadata = made
        # Shown where there is no kernel and no widget manager: saved notebooks, reports.
        return {**data, "text/plain": self.title, "image/svg+xml": self.svg()}, metadata

    def _load(self, graph: Graph, variants: pl.DataFrame | None) -> None:
        self._graph = graph
        counts = graph.frequency
        nodes, edges = counts.nodes.to_polars(), counts.edges.to_polars()
        # Ranked once over the whole map: no activity changes its rank when a slider moves.
        nodes = nodes.with_columns(flow_order(nodes, edges))
        if variants is None and graph.log is not None:
            variants = graph.log.variants.to_polars()
        self._simplifier = Simplifier(nodes, edges)
        self._size = nodes.height, edges.height
        self._coverage = None if variants is None else Coverage(variants, nodes, edges)

    def _offered(self) -> list[Json]:
        return offered(column.name for column in self._graph.edges.columns)

    def _whole(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the whole map with the figures that are looked at: durations cost a look at events."""
        everything = (measure["name"] for measure in self._offered())
        graph = self._graph.showing(*(everything if self.detailed else (self.measure,)))
        return graph.nodes.to_polars(), graph.edges.to_polars()

    def _replace(self, graph: Graph, variants: pl.DataFrame | None) -> None:
        self._ready = False
        try:
            self._load(graph, variants)
            self.detailed = False
        finally:
            self._ready = True
        self._show()

    def _first_position(self) -> tuple[float, float]:
        return legible(self._simplifier, *self._first)

    def _show(self) -> None:
        part = self._simplifier.at(self.activity_share, self.path_share)
        self._shown = _Shown(part, layout(part.nodes, part.edges))
        if self.selection and not is_shown(self.selection, part):
            self.selection = {}
        self._tell()

    def _tell(self) -> None:
        shown, whole = self._shown, self._whole()
        part = shown.part
        view = map_view(*shown.of(whole), shown.placed, whole)
        known = [measure["name"] for measure in offered(whole[1].columns)]
        at = [self.activity_share, self.path_share]
        about = {"at": at, "known": known, "kept": kept(part, self._size, self._coverage)}
        self.set_trait("view", {**view, **about})

    @t.validate("activity_share", "path_share", "measure", "selection")
    def _validate(self, proposal: Json) -> Any:
        return self._checked(proposal["trait"].name, proposal["value"])

    def _checked(self, name: str, value: Any) -> Any:
        if name == "measure":
            return measure(value if isinstance(value, str) else shortened(value)).name
        if name == "detailed":
            return value is True
        if name == "selection":
            return checked_selection(value, self._shown.part)
        return checked_choice(value) if name == "choice" else checked_share(name, value)

    @t.observe("activity_share", "path_share")
    def _slide(self, _change: Json) -> None:
        if self._ready:
            self._show()

    @t.observe("measure", "detailed")
    def _look(self, _change: Json) -> None:
        if self._ready:
            self._tell()

    @t.observe("choice")
    def _choose(self, change: Json) -> None:
        choice = change["new"]
        if not choice or not self._ready:
            return
        action = ACTIONS.get(str(choice.get("action")))
        selection = checked_selection(choice.get("selection") or {}, self._shown.part)
        if action is None or action.on != kind_of(selection):
            raise SettingError(
                f"The map has no action {choice.get('action')!r:.80} for {selection!r:.200}."
            )
        operation = action.operation(selection)
        self.set_trait("chosen", operation)
        for callback in self._callbacks:
            callback(operation)


_FROM_BROWSER = {"measure", "activity_share", "path_share", "selection", "choice", "detailed"}
_STATE = {
    "view", "measure", "measures", "activity_share", "path_share", "actions", "room", "title", "choice",
}  # fmt: skip


def show(graph: Graph, include: Any = None, exclude: Any = None) -> Any:
    """Return what a notebook shows for a process map.

    Parameters
    ----------
    graph : Graph
        The result.
    include, exclude : iterable of str, optional
        MIME types asked for; not used.

    Returns
    -------
    tuple of dict
        The live widget with a still picture beside it, and metadata.
    """
    return ProcessMapWidget(graph)._repr_mimebundle_(include=include, exclude=exclude)
