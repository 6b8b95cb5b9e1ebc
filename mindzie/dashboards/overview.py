"""The process overview as a Panel page: the figures of the notebook, with Bokeh plots that go on from there."""

from __future__ import annotations

from typing import Any

import panel as pn

from mindzie.core.results import Series
from mindzie.dashboards.bridge import bridge
from mindzie.dashboards.template import page
from mindzie.pictures.plots import series as draw


def overview(board: Any, panels: Any, title: str) -> Any:
    """Return the page.

    Parameters
    ----------
    board : Dashboard
        With its filter bar.
    panels : iterable of iterables of Panel
        Rows of figures; of a series the plot is Bokeh's.
    title : str
        Heading of the page.

    Returns
    -------
    panel.Template
        To be made ``.servable()``.
    """
    rows = [
        pn.Row(
            *(_shown(board, panel) for panel in row),
            sizing_mode="stretch_width",
            styles={"column-gap": "24px", "margin-bottom": "20px"},
        )
        for row in panels
    ]
    return page(title, bridge(board.controls.sheet, sizing_mode="stretch_width"), *rows)


def _shown(board: Any, panel: Any) -> Any:
    if not isinstance(panel.result, Series):
        return pn.Column(
            *(bridge(widget, sizing_mode="stretch_width") for widget in panel.widgets),
            sizing_mode="stretch_width",
        )
    panel.headed_only()
    plot = pn.pane.HoloViews(_plot(panel.result), sizing_mode="stretch_width", height=270)
    board.follow(lambda: setattr(plot, "object", None if panel.failed else _plot(panel.result)))
    return pn.Column(
        bridge(panel.sheet, sizing_mode="stretch_width"), plot, sizing_mode="stretch_width"
    )


def _plot(series: Series) -> Any:
    return draw(series).opts(
        width=None,
        height=None,
        min_height=260,
        responsive=True,
        toolbar=None,
        title="",
        ylim=(0, None),
    )
