from __future__ import annotations

import json
import re

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import mindzie as mz
from mindzie.core.errors import SettingError, UnknownNameError
from mindzie.core.operation import REGISTRY
from mindzie.pictures.measures import MEASURES
from mindzie.widgets import ProcessMapWidget
from mindzie.widgets.map_actions import ACTIONS

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def shown(graph):
    return ProcessMapWidget(graph)


def click(widget, action, selection, at=1):
    """What the browser sends."""
    widget.set_state({"choice": {"action": action, "selection": selection, "at": at}})


def test_the_browser_gets_places_and_figures_in_a_few_kilobytes(shown):
    assert len(json.dumps(shown.view)) < 7000
    assert [node["name"] for node in shown.view["nodes"]][:3] == ["Order", "Check", "Ship"]
    edge = shown.view["edges"][3]
    assert (edge["from"], edge["to"]) == (1, 2)
    assert edge["values"]["mean"] == 273_600
    assert shown.view["kept"]["activities"] == [4, 4]


def test_sliders_choose_what_is_shown(shown):
    shown.set_state({"activity_share": 0, "path_share": 0})
    assert {node["name"] for node in shown.view["nodes"]} == {"Order", "Check"} | {
        node["name"] for node in shown.view["nodes"] if node["name"] == "Ship"
    }
    assert shown.view["kept"]["events"] < 1
    assert shown.view["kept"]["path_cases"] is None


def test_variants_tell_the_share_of_cases(graph):
    variants = pl.DataFrame(
        {
            "activities": [["Order", "Check", "Ship"], ["Order", "Check", "Elsewhere"]],
            "cases": [3, 1],
        }
    )
    kept = ProcessMapWidget(graph, variants=variants).view["kept"]
    assert kept["path_cases"] == kept["activity_cases"] == 0.75


def test_a_click_becomes_a_filter(shown):
    got = []
    shown.on_filter(got.append)
    click(shown, "remove_cases", {"activity": "Ship"})
    settings = {"activities": ["Ship"], "keep": False}
    assert got == [{"kind": "filter", "op": "cases_with_activity", "settings": settings}]
    assert shown.chosen == got[0]
    click(shown, "remove_cases", {"activity": "Ship"}, at=2)
    assert len(got) == 2


def test_a_click_on_a_path_names_start_and_end(shown):
    click(shown, "keep_path", {"from": "Ship", "to": None})
    assert shown.chosen["op"] == "path"
    assert shown.chosen["settings"] == {"from_activity": "Ship", "to_activity": None, "keep": True}


def test_every_action_is_an_operation_of_the_catalogue(shown):
    import mindzie.operations.filters  # noqa: F401 - enters them

    for action in ACTIONS.values():
        selection = (
            {"activity": "Ship"} if action.on == "activity" else {"from": "Check", "to": "Ship"}
        )
        operation = action.operation(selection)
        made = REGISTRY["filter"][operation["op"]].from_settings(operation["settings"])
        assert made.to_json()["op"] == operation["op"]


@pytest.mark.parametrize(
    "message",
    [
        {"activity_share": 2},
        {"path_share": float("nan")},
        {"activity_share": "much"},
        {"measure": "medain"},
        {"selection": {"activity": "Elsewhere"}},
        {"selection": {"from": "Ship", "to": "Order"}},
        {"selection": {"code": "import os"}},
        {"choice": {"action": "delete_all", "selection": {"activity": "Ship"}}},
        {"choice": {"action": "keep_path", "selection": {"activity": "Ship"}}},
        {"choice": {"action": "keep_cases", "selection": {"activity": "Elsewhere"}}},
        {"selection": [1]},
        {"selection": 7},
        {"selection": {"activity": ["Ship"]}},
        {"selection": {"activity": None}},
        {"selection": {1: 2}},
        {"activity_share": 10**400},
        {"path_share": True},
        {"activity_share": [1]},
        {"measure": ["events"]},
        {"measure": 10**400},
        {"choice": [1]},
        {"choice": {"action": ["x"]}},
        {"choice": {"action": "keep_cases", "selection": [1]}},
    ],
)
def test_a_message_that_does_not_fit_is_refused_and_said(shown, message):
    before = (
        dict(shown.view),
        shown.measure,
        shown.activity_share,
        shown.path_share,
        shown.selection,
    )
    got = []
    shown.on_filter(got.append)
    shown.set_state(message)
    assert shown.error
    # a name of Python's own errors tells a reader nothing
    assert not re.search(r"[A-Z]\w*Error", shown.error)
    assert len(shown.error) < 500
    after = dict(shown.view), shown.measure, shown.activity_share, shown.path_share, shown.selection
    assert after == before
    assert got == []
    shown.set_state({"measure": "cases"})
    assert shown.error == ""


def test_the_browser_changes_nothing_else(shown):
    shown.set_state({"view": {}, "actions": [], "title": "x", "error": "y", "room": 1})
    assert shown.view["nodes"]
    assert (shown.title, shown.error, shown.room) == ("Orders", "", 560)


def test_what_a_callback_raises_is_shown(shown):
    def fail(_operation):
        raise ValueError("no such log")

    shown.on_filter(fail)
    click(shown, "keep_cases", {"activity": "Ship"})
    assert shown.error == "ValueError: no such log"


def test_python_gets_an_error_at_once(shown, graph):
    with pytest.raises(SettingError, match="between 0 and 1"):
        shown.activity_share = 1.5
    with pytest.raises(UnknownNameError, match="Ship"):
        shown.selection = {"activity": "Shp"}
    with pytest.raises(SettingError, match="'median'"):
        ProcessMapWidget(graph, measure="medain")


def test_a_selection_that_a_new_map_lacks_goes(shown, graph):
    shown.selection = {"activity": "Ship"}
    shown.update(graph)
    assert shown.selection == {"activity": "Ship"}
    shown.set_state({"activity_share": 0})
    names = {node["name"] for node in shown.view["nodes"]}
    assert (shown.selection == {}) == ("Ship" not in names)


def test_a_still_picture_stands_beside_the_live_one(shown):
    data, _ = shown._repr_mimebundle_()
    assert data["image/svg+xml"].startswith("<svg ")
    assert data[WIDGET]["model_id"]
    assert "<img" not in data["image/svg+xml"]


def test_a_map_without_activities_shows(graph):
    empty = type(graph)(
        *(type(t)(t.to_polars().clear(), t.columns) for t in (graph.nodes, graph.edges))
    )
    shown = ProcessMapWidget(empty)
    assert shown.view["nodes"] == []
    assert shown.view["kept"]["events"] is None


def test_a_large_map_opens_legible(graph):
    names = [f"Activity {i:02}" for i in range(45)]
    nodes = pl.DataFrame(
        {"activity": names, "events": range(45, 0, -1), "mean_position": range(45)}
    )
    ways = [(None, name) for name in names] + [(name, None) for name in names]
    ways += [(one, other) for one in names for other in names]
    edges = pl.DataFrame(ways, ["from_activity", "to_activity"], orient="row").with_columns(
        events=1
    )
    tables = (
        type(graph.nodes)(
            frame, tuple(type(graph.nodes.columns[0])(name=n, type="text") for n in frame.columns)
        )
        for frame in (nodes, edges)
    )
    shown = ProcessMapWidget(type(graph)(*tables))
    assert 0 < len(shown.view["nodes"]) <= 30
    assert len(shown.view["edges"]) <= 40


def test_durations_are_computed_when_they_are_looked_at():
    log = mz.demo("order-to-cash", cases=100)
    graph = log.calculate(mz.calculators.ProcessMap())
    shown = ProcessMapWidget(graph)
    assert [m["name"] for m in shown.measures] == list(MEASURES)
    assert shown.view["known"] == ["events", "cases"]
    places = [edge["points"] for edge in shown.view["edges"]]
    shown.set_state({"measure": "mean"})
    assert shown.view["known"] == ["events", "cases", "mean", "total"]
    assert shown.view["ranges"]["mean"] is not None
    shown.set_state({"measure": "events", "detailed": True})
    assert shown.view["known"] == list(MEASURES)
    assert [edge["points"] for edge in shown.view["edges"]] == places
    shown.update(log.calculate(mz.calculators.ProcessMap()))
    assert not shown.detailed
    assert shown.view["known"] == ["events", "cases"]


def test_means_are_those_of_the_whole_graph():
    graph = mz.demo("order-to-cash", cases=100).calculate(mz.calculators.ProcessMap())
    names = ["from_activity", "to_activity", "mean", "total"]
    quick, whole = (form.edges.to_polars().select(names) for form in (graph.means, graph))
    assert_frame_equal(quick, whole)
    assert graph.means.provenance == graph.provenance


def test_pictures_and_pages_have_all_their_figures(tmp_path):
    graph = mz.demo("order-to-cash", cases=100).calculate(mz.calculators.ProcessMap())
    shown = ProcessMapWidget(graph, measure="p90")
    assert "90th percentile" in shown.svg()
    assert shown.view["ranges"]["p90"] is not None
    shown.export_html(tmp_path / "map.html")
    assert shown.view["known"] == list(MEASURES)
