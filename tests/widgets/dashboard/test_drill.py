"""The cases behind a row of a figure: all pages, the events of one, and files."""

from __future__ import annotations

import io
import re
from itertools import count

import polars as pl
import pytest

import mindzie as mz
from mindzie.widgets.dashboard.panel import Panel

CLICKS = count()


@pytest.fixture
def panel() -> Panel:
    board = mz.Dashboard(mz.demo("order-to-cash", cases=200))
    return board.show(mz.calculators.Bottlenecks())


def told(panel: Panel, do: str, value: object = None) -> str:
    panel.sheet.set_state({"event": {"do": do, "value": value, "at": next(CLICKS)}})
    assert panel.sheet.error == ""
    return panel.sheet.html


def ids(html: str) -> list[str]:
    cases = html.partition('aria-label="Cases"')[2].partition("mz-pager")[0]
    rows = re.findall(r'data-do="case" data-value="\d+">(?:<td[^>]*>)([^<]+)</td>', cases)
    assert rows
    return rows


def test_every_case_is_on_one_page(panel: Panel) -> None:
    behind = panel.result.drill(**panel.result.to_polars().row(0, named=True))
    html, found = told(panel, "open", 0), []
    while True:
        found += ids(html)
        place = re.search(r'data-value="(\d+)">Next', html)
        if place is None:
            break
        html = told(panel, "page", int(place[1]))
    assert found == behind.cases["case_id"].to_list()
    assert f"of {len(found)}" in html
    assert "Previous" in html
    for odd in (-8, len(found), "8", 2**70, None):
        assert told(panel, "page", odd) == html


def test_a_case_tells_its_events_and_closes(panel: Panel) -> None:
    first = ids(told(panel, "open", 0))[1]
    html = told(panel, "case", 1)
    log = panel.board.log
    events = log.events.to_polars().filter(pl.col("case_id") == first)
    shown = html.partition('aria-label="Events"')[2]
    assert f"<b>Case {first}</b> · {events.height} events" in shown
    assert re.findall(r"<tr><td>([^<]+)</td>", shown) == events["activity"].to_list()
    assert 'aria-label="Events"' not in told(panel, "case", 1)
    assert 'aria-label="Events"' in told(panel, "case", 1)
    assert 'aria-label="Events"' not in told(panel, "case", None)


def test_figures_and_cases_are_saved(panel: Panel) -> None:
    told(panel, "csv")
    file = panel.sheet.file
    assert file["name"] == f"{panel.result.title}.csv"
    rows = pl.read_csv(io.StringIO(file["text"]))
    assert rows.columns == panel.result.to_polars().columns
    assert rows.height == len(panel.result)
    told(panel, "open", 0)
    assert panel.sheet.file == {}
    told(panel, "csv_cases")
    behind = panel.result.drill(**panel.result.to_polars().row(0, named=True))
    rows = pl.read_csv(io.StringIO(panel.sheet.file["text"]), infer_schema=False)
    assert rows["case_id"].to_list() == behind.cases["case_id"].to_list()
    assert "Region" in rows.columns


def test_nothing_is_offered_where_nothing_listens(panel: Panel) -> None:
    assert "data-do=" not in panel.html()
