"""What a studio shows, published as a dashboard: readers begin with its filters, and see its figures and no code."""

from __future__ import annotations

import json

import pytest

import mindzie as mz
from mindzie import calculators, filters
from mindzie.core.errors import NotFoundError, SettingError
from tests.widgets.studio.test_messages import Browser

LATE = filters.CasesWithActivity(activities="Send reminder")


def cells(board):
    notebook = json.loads(board.versions[board.current].source)
    return [cell["source"] for cell in notebook["cells"]]


def test_readers_begin_with_its_filters_and_find_its_figures_and_cases(ws, log):
    ws.publish(log, "orders kept")
    monthly = calculators.CasesOverTime(period="month")
    studio = mz.Studio(log, [LATE], [monthly])
    studio.show_tab("map")
    board = studio.publish("Late orders", description="What is late.")
    title, opening, *figures = cells(board)
    assert title == "# Late orders\n\nWhat is late."
    assert opening.endswith("board.controls")
    shown = {}
    exec(opening, shown)
    assert shown["board"].filters == (LATE,)
    assert shown["board"].log.case_count == studio.log.case_count
    kinds = [eval(cell, shown).result.kind for cell in figures]
    assert kinds == ["graph", "series", "table"]
    (card,) = ws.gallery()
    assert (card["name"], card["description"]) == ("Late orders", "What is late.")
    assert card["picture"] == "image/svg+xml"
    assert card["data_at"] is not None


def test_a_figure_that_holds_a_filter_is_shown(ws, log):
    share_of_late = calculators.Rate(outcome=(LATE,))
    board = mz.Studio(log, results=[share_of_late]).publish("How many are late")
    _, opening, *figures = cells(board)
    shown = {}
    exec(opening, shown)
    (rate,) = [cell for cell in figures if "Rate" in cell]
    found = eval(rate, shown).result.to_polars()
    assert found.equals(log.calculate(share_of_late).to_polars())


def test_the_same_name_gets_another_version_in_the_project_of_its_data(ws, log):
    data = ws.projects.create("Desk").datasets.create("orders")
    data.publish(log)
    studio = mz.Studio(data.log().filter(LATE))
    assert studio.publish("Late").current == 1
    studio.add(filters.Rework())
    board = studio.publish("Late")
    assert (board.current, board.project_id) == (2, data.project_id)
    assert f"log = log.filter({LATE!r})" in cells(board)[1]


def test_people_and_groups_are_found_before_anybody_may_see_it(ws, log):
    ws.groups.create("Sales")
    studio = mz.Studio(log)
    with pytest.raises(SettingError, match="no person and no group 'Nobody'"):
        studio.publish("Orders", share_with=["Sales", "Nobody"])
    assert ws.dashboards.names() == []
    board = studio.publish("Orders", share_with="Sales")
    assert [one["name"] for one in board.shares] == ["Sales"]


def test_nothing_is_made_where_it_is_not_possible(ws, log):
    studio = mz.Studio(log)
    for name in ("", "  ", 3):
        with pytest.raises(SettingError):
            studio.publish(name)
    with pytest.raises(NotFoundError):
        studio.publish("Orders", "Nowhere")
    assert ws.dashboards.names() == []
    assert ws.datasets.names() == []


@pytest.mark.usefixtures("analyst")
def test_the_page_of_a_notebook_publishes_and_says_where(ws, log, monkeypatch):
    ws.groups.create("Sales")
    browser = Browser(mz.Studio(log, [LATE]))
    assert browser.ask(do="audience")["result"]["value"] == {"people": [], "groups": ["Sales"]}
    told = browser.ask(do="publish", name="Late orders", groups=["Sales"])["result"]
    assert told["link"] is None
    assert (told["name"], told["number"], told["project"]) == ("Late orders", 1, "My work")
    board = ws.dashboards["Late orders"]
    assert [one["name"] for one in board.shares] == ["Sales"]
    monkeypatch.setenv("JUPYTERHUB_BASE_URL", "/")
    stranger = "00000000-0000-4000-8000-000000000000"
    told = browser.ask(do="publish", name="Late orders", people=[stranger])["result"]
    assert told["link"] == f"/services/dashboards/open/{board.id}"
    assert stranger in told["unshared"]


def test_a_published_page_publishes_nothing_and_tells_no_names(ws, log, monkeypatch):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    ws.groups.create("Secret team")
    browser = Browser(mz.Studio(log))
    assert "only shows" in browser.ask(do="publish", name="Late orders")["error"]
    assert browser.ask(do="audience")["result"]["value"] == {"people": [], "groups": []}
    assert ws.dashboards.names() == []
