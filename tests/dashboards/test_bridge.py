"""A widget in Panel: what the browser sends reaches it, however many values come in one change."""

from __future__ import annotations

import pytest

import mindzie as mz
from mindzie.dashboards.bridge import bridge
from mindzie.widgets.process_map import ProcessMapWidget


@pytest.fixture
def shown():
    made = ProcessMapWidget(
        mz.demo("order-to-cash", cases=60).calculate(mz.calculators.ProcessMap())
    )
    return made, bridge(made)


def test_a_click_and_a_choice_in_one_change(shown) -> None:
    widget, component = shown
    chosen: list[dict[str, object]] = []
    widget.on_filter(chosen.append)
    selection = {"activity": "Ship goods"}
    action = next(one["id"] for one in widget.actions if one["on"] == "activity")
    component.param.update(
        detailed=True, selection=selection, choice={"action": action, "selection": selection}
    )
    assert widget.selection == selection
    assert widget.detailed
    assert len(chosen) == 1
    assert set(component.view["known"]) == {one["name"] for one in widget.measures}


def test_what_does_not_fit_goes_back_to_the_page(shown) -> None:
    widget, component = shown
    component.param.update(activity_share=7.0, selection={"activity": "Ship goods"})
    assert (widget.activity_share, component.activity_share) == (1.0, 1.0)
    assert widget.selection == component.selection == {}
    assert "between 0 and 1" in widget.error == component.error
