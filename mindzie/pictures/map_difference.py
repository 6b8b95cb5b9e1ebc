"""What changed between two process maps, as one still picture."""

from __future__ import annotations

from typing import Final

import polars as pl

from mindzie.core.words import MINUS, changed_by, count
from mindzie.pictures.layout import Layout, layout
from mindzie.pictures.map_svg import Picture, framed
from mindzie.pictures.map_view import plate_width
from mindzie.pictures.measures import MEASURES
from mindzie.pictures.scales import Scale, ScaleName, shade
from mindzie.pictures.tokens import color

# A change by half or more has the strongest colour.
_STRONGEST: Final = 0.5
# What changed less is not worth a figure.
_LEAST: Final = 0.001
_MOST_PATHS: Final = 120
Frames = tuple[pl.DataFrame, pl.DataFrame]


def map_difference(
    before: Frames, after: Frames, *, shown: str = "events", title: str = "What changed"
) -> tuple[str, int]:
    """Draw a process map with what changed in it.

    Activities and paths of both maps are drawn: blue where there are fewer events than before, brick where there are
    more, grey where there are as many; what is new or gone says so.

    Parameters
    ----------
    before, after : tuple of polars.DataFrame
        Nodes and edges, as process map results have them.
    shown : {"events", "cases"}
        What is compared.
    title : str
        What the picture is, for those who cannot see it.

    Returns
    -------
    tuple of (str, int)
        A whole SVG element, and how many of the rarest paths are left out so that it can be read.

    Raises
    ------
    LayoutError
        If the layout takes too long.

    Examples
    --------
    >>> import polars as pl
    >>> nodes = pl.DataFrame({"activity": ["Ship"], "events": [3], "mean_position": [1.0]})
    >>> edges = pl.DataFrame({"from_activity": [None, "Ship"], "to_activity": ["Ship", None], "events": [3, 3]})
    >>> more = pl.DataFrame({"activity": ["Ship"], "events": [6], "mean_position": [1.0]})
    >>> "3 → 6" in map_difference((nodes, edges), (more, edges))[0]
    True
    """
    nodes = _joined(before[0], after[0], ("activity",), shown)
    nodes = nodes.with_columns(mean_position=_position(before[0], after[0], nodes))
    edges = _joined(before[1], after[1], ("from_activity", "to_activity"), shown)
    kept = edges.head(_MOST_PATHS)
    ends = pl.concat([kept["from_activity"], kept["to_activity"]])
    nodes = nodes.filter(pl.col("activity").is_in(ends.drop_nulls().implode()))
    placed = layout(nodes, kept)
    return framed(_Difference(placed, nodes, kept), title), edges.height - kept.height


def _joined(
    before: pl.DataFrame, after: pl.DataFrame, by: tuple[str, ...], shown: str
) -> pl.DataFrame:
    one, other = (
        frame.select(*by, pl.col(shown).alias(name))
        for frame, name in ((before, "before"), (after, "after"))
    )
    both = one.join(other, on=by, how="full", coalesce=True, nulls_equal=True)
    known = both.with_columns(pl.col("before", "after").fill_null(0))
    more = pl.max_horizontal("before", "after")
    change = (pl.col("after") - pl.col("before")) / pl.when(pl.col("before") > 0).then(
        pl.col("before")
    )
    made = known.with_columns(events=more, change=change)
    return made.sort("events", *by, descending=[True, *(False for _ in by)], nulls_last=True)


def _position(before: pl.DataFrame, after: pl.DataFrame, nodes: pl.DataFrame) -> pl.Series:
    places = (
        pl.concat([after, before], how="diagonal")
        .unique("activity", keep="first", maintain_order=True)
        .select("activity", "mean_position")
    )
    return nodes.join(places, on="activity", how="left", maintain_order="left")["mean_position"]


class _Difference(Picture):
    """Colours say what changed, widths how much passes."""

    def __init__(self, where: Layout, nodes: pl.DataFrame, edges: pl.DataFrame) -> None:
        largest = max([1, *edges["events"].to_list()])
        super().__init__(
            MEASURES["events"], where, "light", Scale(1.0, float(largest)), (nodes, edges)
        )
        said = [self.edge_said(row, short=True) for row in range(len(self.edges))]
        widths = [plate_width(text) if text else None for text in said]
        self.plates = where.places.choose(widths, edges["events"].to_list())

    @property
    def colours(self) -> ScaleName:
        return "difference"

    def edge_look(self, row: int) -> tuple[str, float, float]:
        edge = self.edges[row]
        place = _place(edge)
        width = self.scale.width(edge["events"])
        if place == 0.5:  # noqa: PLR2004 - the grey in the middle of the scale is too light for a line
            return color("muted", self.theme), width, 0.0
        return shade(self.colours, place, self.theme), width, 1.0

    def edge_said(self, row: int, *, short: bool = False) -> str:
        edge = self.edges[row]
        return _change(edge) if short else f"{_both(edge)} {_change(edge)}".strip()

    def node_look(self, row: int) -> str:
        return shade(self.colours, _place(self.nodes[row]), self.theme)

    def node_said(self, row: int) -> str:
        return _both(self.nodes[row])

    def legend(self) -> tuple[str, str]:
        return "Change in events", f"{MINUS}50 % – +50 %"  # noqa: RUF001


def _place(row: dict[str, float | None]) -> float:
    """Return a row's place on the scale of differences, 0.5 where nothing changed."""
    change = row["change"]
    if change is None:
        return 1.0
    return 0.5 + min(max(change / _STRONGEST, -1.0), 1.0) / 2 if abs(change) >= _LEAST else 0.5


def _both(row: dict[str, float]) -> str:
    # short, so that both stand in a box
    one, other = (count(row[name], short=True) for name in ("before", "after"))
    return one if row["before"] == row["after"] else f"{one} → {other}"


def _change(row: dict[str, float]) -> str:
    if not row["before"]:
        return "new"
    if not row["after"]:
        return "gone"
    if abs(row["change"]) < _LEAST:
        return ""
    return changed_by(row["change"])
