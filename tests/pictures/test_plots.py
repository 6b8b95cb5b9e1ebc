"""Axes and hovering of plots and still charts say figures as everything else does."""

from __future__ import annotations

import re

import holoviews as hv
import pytest

import mindzie as mz
from mindzie import calculators
from mindzie.core import words
from mindzie.core.log import EventLog
from mindzie.pictures.still_chart import chart_svg
from mindzie.pictures.ticks import tick_words, ticks


@pytest.fixture(scope="module")
def log() -> EventLog:
    return mz.demo("order-to-cash", cases=2000)


def test_marks_are_round_in_the_unit_that_is_said() -> None:
    assert [tick_words(t) for t in ticks(9119)] == ["0", "2.5 k", "5 k", "7.5 k", "10 k"]
    assert [tick_words(t, "s") for t in ticks(10 * 86_400, "s")] == [
        "0 s",
        "2 d 12 h",
        "5 d",
        "7 d 12 h",
        "10 d",
    ]
    assert [tick_words(t, "share") for t in ticks(0.8, "share")][-1] == "80 %"
    assert ticks(0) == [0]


def rendered(element: object) -> object:
    return hv.render(element, backend="bokeh")


def tips(element: hv.Element) -> tuple[list[str], list[str]]:
    return tuple(element.dimension_values(name).tolist() for name in ("told_axis", "told_figure"))


def test_hovering_and_axes_are_in_words(log: EventLog) -> None:
    result = log.calculate(calculators.CaseDuration(bins=5))
    drawn = result.plot()
    spans, figures = tips(drawn)
    counts = result["count"].to_list()
    assert figures == [words.count(value) for value in counts]
    first = result.to_polars().row(0, named=True)
    low, high = (words.duration(first[name].total_seconds()) for name in ("low", "high"))
    assert spans[0] == f"{low} to {high}"
    labels = rendered(drawn).xaxis[0].major_label_overrides
    assert labels
    assert all(re.fullmatch(r"0 s|[\d.]+ (d|h|y)( \d+ \w+)?", said) for said in labels.values())


def test_axes_have_names_for_people(log: EventLog) -> None:
    bins = rendered(log.calculate(calculators.CaseDuration(bins=5)).plot())
    assert (bins.xaxis[0].axis_label, bins.yaxis[0].axis_label) == ("Case duration", "Cases")
    months = rendered(log.calculate(calculators.CasesOverTime(period="month")).plot())
    assert months.xaxis[0].axis_label == "Month"


def test_dates_and_durations_over_time(log: EventLog) -> None:
    drawn = log.calculate(
        calculators.CasesOverTime(period="month", aggregation="median", of="case_duration")
    ).plot()
    days, figures = tips(drawn)
    assert re.fullmatch(r"1 [A-Z][a-z]{2} 20\d\d", days[0])
    assert re.fullmatch(r"\d+ d( \d+ h)?|\d+ h( \d+ min)?", figures[0])
    formatter = rendered(drawn).xaxis[0].formatter
    assert formatter.months == "%b %Y"


def test_a_still_chart_of_durations_has_durations_at_its_axis(log: EventLog) -> None:
    result = log.calculate(
        calculators.CasesOverTime(period="month", aggregation="median", of="case_duration")
    )
    axis = re.findall(r'text-anchor="end">([^<]+)</text>', chart_svg(result))
    assert axis[0] == "0 s"
    assert all(re.search(r" (y|d|h|min|s)$", said) for said in axis)
