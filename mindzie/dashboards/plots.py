"""Series by HoloViews and Bokeh: for notebooks and Panel pages that go on with a plot."""

from __future__ import annotations

from typing import Any

import holoviews as hv

from mindzie.core.results import Series
from mindzie.pictures.tokens import tokens

_HOUR, _DAY = 3600, 86_400


def plot_series(series: Series) -> Any:
    """Return a series as a HoloViews plot: bars of a histogram, a line over time, bars of categories.

    Parameters
    ----------
    series : Series
        Its measures become curves or bars; a split becomes one curve a category.

    Returns
    -------
    holoviews object
        With hover; durations in days, or hours where they are short.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=50)
    >>> type(plot_series(log.calculate(mz.calculators.CasesOverTime()))).__name__
    'Curve'
    """
    hv.extension("bokeh", logo=False)
    kinds = {column.name: column for column in series.columns}
    frame = series.to_polars()
    accent = tokens()["scales"]["frequency"][3]
    options: dict[str, Any] = {
        "responsive": True,
        "height": 260,
        "tools": ["hover"],
        "toolbar": None,
        "title": "",
        "ylabel": kinds[series.measures[0]].unit or series.measures[0],
    }
    axis = frame[series.axis]
    if kinds[series.axis].type == "duration":
        seconds, high = (
            axis.dt.total_microseconds() / 1e6,
            frame["high"].dt.total_microseconds() / 1e6,
        )
        unit, name = (_DAY, "days") if (high.max() or 0) > 2 * _DAY else (_HOUR, "hours")  # type: ignore[operator]
        edges = [*(seconds / unit).to_list(), *(high.tail(1) / unit).to_list()]
        made = hv.Histogram(
            (edges, frame[series.measures[0]].to_list()), kdims=[name], vdims=[series.measures[0]]
        )
        return made.opts(fill_color=accent, line_color="white", **options)
    pairs = [hv.Dimension(name) for name in (series.axis, *series.measures)]
    if kinds[series.axis].type != "date":
        return hv.Bars(
            list(zip(axis.to_list(), frame[series.measures[0]].to_list(), strict=True)), *pairs[:2]
        ).opts(color=accent, **options)
    if series.split is None:
        curves = [
            hv.Curve((axis.to_numpy(), frame[name].to_numpy()), pairs[0], hv.Dimension(name))
            for name in series.measures
        ]
        return (curves[0] if len(curves) == 1 else hv.Overlay(curves)).opts(
            hv.opts.Curve(color=accent, line_width=2, **options)
        )
    parts = {str(key[0]): part for key, part in frame.group_by(series.split, maintain_order=True)}
    return hv.NdOverlay(
        {
            key: hv.Curve(
                (part[series.axis].to_numpy(), part[series.measures[0]].to_numpy()), *pairs[:2]
            )
            for key, part in parts.items()
        },
        kdims=[series.split],
    ).opts(hv.opts.Curve(line_width=2, **options))
