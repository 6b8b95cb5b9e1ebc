"""Axes and hovering of plots and still charts say figures as everything else does."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import holoviews as hv
import polars as pl
import pytest

import mindzie as mz
from mindzie import calculators
from mindzie.core import words
from mindzie.core.log import EventLog
from mindzie.core.results import Column, Series
from mindzie.pictures.still_chart import chart_svg
from mindzie.pictures.still_split import split_html
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
    assert ticks(10) == [0, 5, 10], "no half of a case"
    assert ticks(9.5)[1] == 2.5
    assert [tick_words(t, "s") for t in ticks(86_400, "s", -2 * 86_400)] == [
        f"{words.MINUS}2 d",
        f"{words.MINUS}1 d",
        "0 s",
        "1 d",
    ]


def series(axis: list[Any], values: list[float | None], **more: Any) -> Series:
    data = {"axis": axis, "value": values, **({"by": more["by"]} if more else {})}
    columns = [Column(name="axis", type="text"), Column(name="value", type="number", unit="s")]
    split = [Column(name="by", type="text")] if more else []
    return Series(
        pl.DataFrame(data),
        (*columns, *split),
        axis="axis",
        measures=("value",),
        split="by" if more else None,
        title="x",
    )


BOX = re.compile(r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"')


def boxes(drawn: str) -> list[tuple[float, ...]]:
    return [tuple(map(float, found)) for found in BOX.findall(drawn)]


def test_negative_figures_hang_from_the_line_of_zero() -> None:
    months = [date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)]
    drawn = chart_svg(series(months, [172_800, -86_400, None]))
    (zero,) = re.findall(r'y1="([\d.]+)" y2="[\d.]+" stroke="var\(--mz-muted', drawn)
    up, down, _ = boxes(drawn)
    assert up[1] + up[3] == down[1] == float(zero)
    assert up[3] == pytest.approx(2 * down[3], abs=0.02)
    assert f"Feb 2025: {words.MINUS}1 d" in drawn


def test_negative_figures_of_names_lie_left_of_zero() -> None:
    drawn = chart_svg(series(["a", "b", "c"], [-86_400, 259_200, None]))
    left, right, _ = boxes(drawn)
    assert left[0] + left[2] == pytest.approx(right[0], abs=0.1)
    assert 3 * left[2] == pytest.approx(right[2], abs=0.2)
    # what is unknown is not 0
    assert re.findall(r">([^<]+)</text>", drawn)[1::2] == [
        f"{words.MINUS}1 d",
        "3 d",
        words.NOTHING,
    ]


def test_yes_and_no_are_names() -> None:
    drawn = chart_svg(series([False, True], [60.0, 120.0]))
    assert re.findall(r">([^<]+)</text>", drawn) == ["no", "1 min", "yes", "2 min"]


def test_negative_figures_are_stacked_below_those_that_add() -> None:
    drawn = split_html(series(["a", "a", "a"], [3.0, -2.0, 1.0], by=["p", "q", "r"]))
    three, two, one = boxes(drawn)
    assert two[0] + two[2] == pytest.approx(three[0], abs=0.02)
    assert one[0] == pytest.approx(three[0] + three[2], abs=0.02)


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
