"""Panels of a dashboard that follow its filters."""

from __future__ import annotations

import mindzie as mz
from mindzie.core.errors import SettingError
from mindzie.core.log import EventLog
from mindzie.core.results import Result

NONE = mz.filters.CasesWithAttribute(attribute="Region", values=("West",))


def board_and_panel(calculator):
    board = mz.Dashboard(mz.demo("order-to-cash", cases=50))

    def draw(log: EventLog) -> Result:
        if log.recipe:
            message = "Too few cases for this figure."
            raise SettingError(message)
        return log.calculate(calculator)

    return board, board.show(draw)


def test_a_figure_of_other_filters_never_stands_beside_an_error():
    board, panel = board_and_panel(mz.calculators.Variants(top=3))
    assert "Receive order" in panel.sheet.html
    board.add(NONE)
    assert panel.sheet.error == "Too few cases for this figure."
    for html in (panel.sheet.html, panel.html()):
        assert "Receive order" not in html
        assert "not computed" in html
    board.clear()
    assert panel.sheet.error == ""
    assert "Receive order" in panel.sheet.html


def test_a_map_of_other_filters_goes_too():
    board, panel = board_and_panel(mz.calculators.ProcessMap())
    board.add(NONE)
    assert panel.map.view["nodes"] == []
    assert panel.map.error == "Too few cases for this figure."
    board.clear()
    assert panel.map.view["nodes"]
    assert panel.map.error == ""


def test_odd_events_of_a_page_are_ignored_or_refused_in_words():
    board, panel = board_and_panel(mz.calculators.Variants(top=3))
    before = panel.sheet.html
    for event in (5, [1], "open", {"do": "open", "value": 2**70}, {"do": "open", "value": [1]}):
        panel.sheet.set_state({"event": event})
        assert (panel.sheet.html, panel.sheet.error) == (before, "")
    assert board.filters == ()


def test_what_is_not_drawn_opens_and_keeps_its_cases():
    board = mz.Dashboard(mz.demo("order-to-cash", cases=200))
    panel = board.show(mz.calculators.CaseDuration())
    count = panel.result.facts["above"]
    assert f">{count} cases above the range</button>" in panel.sheet.html
    assert "</button>" not in panel.html()
    panel.sheet.set_state({"event": {"do": "left_out", "value": "above"}})
    assert f"{count} cases</b>" in panel.sheet.html
    panel.sheet.set_state({"event": {"do": "keep"}})
    assert board.log.case_count == count > 0


def test_a_row_of_the_week_opens_its_cases():
    board = mz.Dashboard(mz.demo("order-to-cash", cases=200))
    panel = board.show(mz.calculators.WeekdayHour(measure="starts"))
    row = panel.result.to_polars()["value"].arg_max()
    panel.sheet.set_state({"event": {"do": "open", "value": row}})
    assert f"{panel.result['value'][row]} cases</b>" in panel.sheet.html


def test_hours_are_a_heat_map_whose_cells_open_their_cases():
    board = mz.Dashboard(mz.demo("order-to-cash", cases=50))
    panel = board.show(mz.calculators.WeekdayHour())
    assert panel.sheet.html.count('scope="col"') == 24
    rows = panel.result.to_polars()
    place = next(n for n, value in enumerate(rows["value"]) if value)
    assert f'data-value="{place}"' in panel.sheet.html
    panel.sheet.event = {"do": "open", "value": place}
    day, hour = rows.row(place)[:2]
    cases = board.log.filter(mz.filters.CasesAtHours(weekdays=(day,), hours=(hour,))).case_count
    assert f"<b>{cases} cases</b>" in panel.sheet.html
    assert "data-do=" not in panel.html()


def test_a_panel_about_some_of_the_cases_says_how_many() -> None:
    log = mz.demo("order-to-cash", cases=60)
    returned = mz.filters.CasesWithActivity(activities="Receive returned goods")
    few = log.filter(returned).case_count
    assert 0 < few < 60
    panel = mz.Dashboard(log).show(
        lambda chosen: chosen.filter(returned).calculate(mz.calculators.CaseDuration())
    )
    assert f"· {few} case" in panel.sheet.html
