"""Figures stand on their own lines, away from others, and the largest are never left out."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import mindzie as mz
from mindzie.mining.legible import legible
from mindzie.mining.simplify import Simplifier
from mindzie.pictures.layout import layout
from mindzie.pictures.map_view import figures
from mindzie.pictures.order import flow_order
from mindzie.pictures.plates import PLATE_HEIGHT, Places, sample

REAL = [
    "ConsultaDataMining201618.csv.gz", "LoanApp_simplified.csv.gz", "PurchasingExample.csv.gz",
    "bpic2019_1t_per_variant.xes.gz", "helpdesk_mendeley.csv", "ibm_onboard_client.zip", "patients.csv",
    "running-example.xes", "uci_incident_event_log.zip",
]  # fmt: skip


def map_of(steps):
    edges = pl.DataFrame(
        steps,
        {"from_activity": pl.String, "to_activity": pl.String, "events": pl.Int64},
        orient="row",
    )
    names = list(dict.fromkeys(n for row in steps for n in row[:2] if n is not None))
    nodes = pl.DataFrame({"activity": names}, {"activity": pl.String})
    return nodes.with_columns(mean_position=pl.int_range(pl.len()).cast(pl.Float64)), edges


def away(line, plate, half=(0.0, 0.0)):
    """Pixels from a line to a plate's middle, or to the plate where half its size is given."""
    beyond = np.maximum(np.abs(line - (plate.x, plate.y)) - half, 0)
    return np.hypot(*beyond.T).min()


def mistakable(placed, plates):
    """Rows whose figure is nearer to another line than to its own."""
    lines = [sample(curve.points) for curve in placed.curves]
    found = []
    for row, plate in enumerate(plates):
        if plate is None:
            continue
        half = (plate.width / 2, PLATE_HEIGHT / 2)
        # Of lines that a plate touches, the one that runs nearest to its middle is taken for its own.
        far = [(away(line, plate, half), away(line, plate)) for line in lines]
        if min(range(len(lines)), key=far.__getitem__) != row:
            found.append(row)
    return found


def largest(edges, measure, count):
    known = edges.with_row_index().filter(pl.col(measure).is_not_null())
    return known.sort(measure, descending=True, maintain_order=True).head(count)["index"].to_list()


def test_opposite_paths_keep_their_own_figures():
    nodes, edges = map_of(
        [(None, "A", 900), ("A", "B", 519), ("B", "A", 851), ("B", "B", 12_345), ("B", None, 900)]
    )
    placed = layout(nodes, edges)
    plates = figures(edges, placed, "events")
    assert None not in plates
    assert mistakable(placed, plates) == []


def test_where_room_is_short_the_largest_figure_is_shown():
    lines = [[(x, 0.0), (x, 10.0), (x, 20.0), (x, 30.0)] for x in (30.0, 40.0)]
    places = Places(lines, [], (70, 30))
    assert [plate is None for plate in places.choose([40, 40], [1, 2])] == [True, False]
    assert [plate is None for plate in places.choose([40, 40], [2, 1])] == [False, True]
    assert places.choose([None, 40], [None, 1])[0] is None


def test_figures_cover_neither_boxes_nor_each_other_nor_leave_the_picture():
    nodes, edges = map_of(
        [(None, "A", 9), ("A", "B", 9), ("B", "C", 8), ("A", "C", 4), ("B", "B", 3), ("C", None, 9)]
    )
    placed = layout(nodes, edges)
    plates = figures(edges, placed, "events")
    assert None not in plates
    for row, plate in enumerate(plates):
        assert plate.width / 2 <= plate.x <= placed.width - plate.width / 2
        others = [(box.x, box.y, box.width, box.height) for box in placed.boxes]
        others += [(other.x, other.y, other.width, PLATE_HEIGHT) for other in plates[:row]]
        for x, y, width, height in others:
            apart = abs(plate.x - x), abs(plate.y - y)
            assert apart[0] >= (plate.width + width) / 2 or apart[1] >= (PLATE_HEIGHT + height) / 2


@pytest.mark.parametrize("name", REAL)
def test_figures_of_real_maps_stand_nearest_to_their_own_lines(logs, name):
    graph = mz.read(logs / name).calculate(mz.calculators.ProcessMap()).showing("events", "median")
    nodes, edges = graph.nodes.to_polars(), graph.edges.to_polars()
    nodes = nodes.with_columns(flow_order(nodes, edges))
    simplifier = Simplifier(nodes, edges)
    for at in {legible(simplifier, 30, 40), (1.0, 1.0)}:
        part = simplifier.at(*at)
        placed = layout(part.nodes, part.edges, timeout=120)
        for measure in ("events", "median"):
            plates = figures(part.edges, placed, measure)
            # Among hundreds of lines, one of the very largest may have no place of its own.
            many = part.edges.height > 200
            assert len(mistakable(placed, plates)) <= many
            if not many:
                assert None not in [plates[row] for row in largest(part.edges, measure, 8)]
