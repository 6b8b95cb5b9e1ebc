"""Working time is marked wherever it is shown, and nothing else is."""

from __future__ import annotations

import pytest

import mindzie as mz
from mindzie import calculators, enrichments
from mindzie.core.log import EventLog
from mindzie.investigations.findings import finding
from mindzie.pictures.still import still
from mindzie.pictures.still_chart import chart_svg
from mindzie.widgets.charts import drawn

EQUAL = mz.WorkingCalendar(hours="9-17", country="DE")
UNLIKE = mz.WorkingCalendar(hours={"mon-thu": "8-17", "fri": "8-14"})


@pytest.fixture(scope="module")
def log() -> EventLog:
    between = {"first": "Receive order", "second": "Ship goods"}
    made = mz.demo("order-to-cash", cases=300)
    for name, calendar in (("Lead", EQUAL), ("Unlike", UNLIKE), ("Elapsed", None)):
        step = enrichments.DurationBetweenActivities(name=name, calendar=calendar, **between)
        made = made.enrich(step)
    hours = {"name": "Hours", "unit": "h", "calendar": EQUAL, **between}
    return made.enrich(enrichments.DurationBetweenActivities(**hours))


def test_a_working_day_is_as_long_as_all_days_of_the_calendar() -> None:
    assert EQUAL.unit == "ws/28800"
    assert mz.WorkingCalendar(hours="8-12, 13-16:30").unit == "ws/27000"
    assert mz.WorkingCalendar(hours="9-9:30").unit == "ws"
    assert UNLIKE.unit == "ws"


def test_histograms_of_working_time_say_so(log: EventLog) -> None:
    result = log.calculate(calculators.CaseDuration(calendar=EQUAL, bins=5))
    assert [c.unit for c in result.columns[:2]] == ["ws/28800", "ws/28800"]
    assert drawn(result)["columns"][0]["unit"] == "ws/28800"
    assert result.to_json()["columns"][0]["unit"] == "ws/28800"
    assert " wd" in chart_svg(result)
    assert "median " in chart_svg(result)
    assert " d " not in chart_svg(result).replace(" d=", "")
    assert " wd" in finding(result)
    plain = log.calculate(calculators.CaseDuration(bins=5))
    assert " wd" not in chart_svg(plain) + finding(plain)


def test_plots_of_working_time_say_so(log: EventLog) -> None:
    result = log.calculate(calculators.CaseDuration(calendar=UNLIKE, bins=5))
    told = result.plot().dimension_values("told_axis").tolist()
    assert all("wh" in text or text.startswith("0 ws") for text in told)


def test_attributes_of_working_time_keep_their_mark(log: EventLog) -> None:
    units = {c.name: c.unit for c in log.cases.columns}
    assert units["Lead"] == "ws/28800"
    assert units["Unlike"] == "ws"
    assert units["Elapsed"] == ""
    assert units["Hours"] == "working hours"
    median = log.calculate(calculators.AggregateValue(attribute="Lead", aggregation="median"))
    assert median.unit == "ws/28800"
    assert " wd" in still(median)
    assert " wd" in repr(median)
    count = log.calculate(calculators.AggregateValue(attribute="Lead", aggregation="count"))
    assert count.unit == "cases"
    by = calculators.Breakdown(attributes="Region", of="Lead", aggregation="mean")
    assert {c.unit for c in log.calculate(by).columns} >= {"ws/28800"}


def test_sums_are_marked_where_all_is_working_time(log: EventLog) -> None:
    def unit(*of: str) -> str:
        added = log.enrich(enrichments.Add(name="Sum", attributes=of))
        return next(c.unit for c in added.cases.columns if c.name == "Sum")

    assert unit("Lead") == "ws/28800"
    assert unit("Lead", "Unlike") == "ws"
    assert unit("Lead", "Elapsed") == ""
