"""Findings: sentences whose figures are those of the log, also where there is nothing to say."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

import mindzie as mz
from mindzie.pictures.still import still

FIGURES = (
    "DataInformation",
    "ProcessMap",
    "Variants",
    "CaseDuration",
    "CasesOverTime",
    "Bottlenecks",
    "ActivityStatistics",
    "CaseExplorer",
)


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    lines = ["case,activity,time"]
    for case in range(10):
        day = dt.date(2025, 1 + case // 6, 1 + case % 6)
        steps = ["Order", "Check", "Check", "Ship"] if case < 3 else ["Order", "Ship"]
        lines += [
            f"c{case},{name},{day + dt.timedelta(days=2 * place)}"
            for place, name in enumerate(steps)
        ]
    file = tmp_path_factory.mktemp("log") / "orders.csv"
    file.write_text("\n".join(lines))
    return mz.read(file)


def said(log, name, **settings):
    return mz.finding(log.calculate(getattr(mz.calculators, name)(**settings)))


def test_sentences_say_the_figures(log):
    assert said(log, "DataInformation").startswith("10 cases between 1 Jan 2025 and ")
    assert (
        said(log, "ProcessMap")
        == "All cases start with Order, all cases end with Ship; 2 of 3 activities happen in nearly every case."
    )
    assert (
        "commonest of 2 ways through the process is taken by 70 % of the cases; it covers more than half"
        in said(log, "Variants")
    )
    assert (
        said(log, "CaseDuration")
        == "Half of the cases take no longer than 2 d, and a few so much longer that the mean is 3 d 5 h."
    )
    assert (
        said(log, "CasesOverTime")
        == "A month brings 5 cases at the median; the most began in Jan 2025: 6."
    )
    assert "between Order and Ship: 2 d at the median, in 7 cases" in said(log, "Bottlenecks")
    assert (
        said(log, "ActivityStatistics")
        == "Check is the activity most often repeated, in 30 % of the cases; 1 of 3 activities is repeated at all."
    )


@pytest.mark.parametrize("name", FIGURES)
def test_an_empty_log_is_said_and_drawn(log, name):
    empty = log.filter(mz.filters.TimePeriod(end="1999-12-31"))
    result = empty.calculate(getattr(mz.calculators, name)())
    assert mz.finding(result) in ("No cases are left.", result.title)
    assert "Traceback" not in still(result)


@pytest.mark.parametrize("name", FIGURES)
def test_a_dashboard_follows_to_nothing_and_back(log, name):
    board = mz.Dashboard(log)
    panel = board.show(getattr(mz.calculators, name)())
    before = panel.html()
    board.add(mz.filters.TimePeriod(end="1999-12-31"))
    assert panel.sheet.error == ""
    assert "0 cases" in panel.html()
    board.clear()
    assert panel.html() == before


def test_what_data_says_is_escaped(tmp_path):
    file = tmp_path / "evil.csv"
    file.write_text(
        "case,activity,time,Region\n"
        + "".join(f"c{n},<img src=x>,2025-01-0{n + 1},<b>{n % 2}\n" for n in range(4))
    )
    board = mz.Dashboard(mz.read(file))
    shown = [board.controls.html(live=True)] + [
        board.show(getattr(mz.calculators, name)()).html() for name in FIGURES
    ]
    assert not [html for html in shown if "<img" in html or "<b>0" in html]


def test_a_filter_bar_refuses_what_it_does_not_offer(log):
    board = mz.Dashboard(log)
    for value in ("[", '["attribute", 99, 0]', '["with", 0, 99]', '["code", 0, 0]x', "null"):
        board.controls.sheet.event = {"do": "choose", "value": value}
        assert "does not offer" in board.controls.sheet.error
        assert board.filters == ()
    board.controls.sheet.event = {"do": "from", "value": "not a day"}
    assert board.controls.sheet.error
    assert board.filters == ()


def test_sentences_of_shares_groups_and_times_say_the_figures(log):
    repeated = mz.filters.Rework()
    assert (
        said(log, "Rate", outcome=(repeated,))
        == "In 30 % of the cases some activity was repeated: 3 of 10."
    )
    assert (
        said(log, "Rate", outcome=(mz.filters.CaseDuration(max="2 d"),))
        == "70 % of the cases took at most 2 d: 7 of 10."
    )
    duration = {"aggregation": "median", "of": "case_duration"}
    assert (
        said(log, "Breakdown", attributes=("has_rework",), **duration)
        == "The median of case duration lies between 2 d for no and 6 d for yes."
    )
    assert (
        said(log, "Breakdown", attributes=("has_rework",))
        == "Of 2 values of has rework shown, no is the commonest, with 70 % of the cases."
    )
    assert (
        said(log, "Breakdown", attributes=("end_activity",))
        == "100 % of the cases have the end activity Ship."
    )
    assert (
        said(log, "CasesOverTime", **duration)
        == "The median of case duration lies between 2 d in Feb 2025 and 4 d in Jan 2025."
    )
    assert "the most ended in Jan 2025: 6." in said(log, "CasesOverTime", date="case_end")
    assert (
        said(log, "ActiveCases", period="month")
        == "5 cases are open in a month at the median, the most in Jan 2025: 6."
    )
    assert said(log, "WeekdayHour").startswith("The busiest hour is on ")
    assert said(log, "DataQuality").startswith("The data scores ")
    assert "; missing: " in said(log, "StandardChecker", process="order_to_cash")


def test_of_one_case_all_is_said_in_the_singular(log):
    one = log.filter(mz.filters.CasesWithAttribute(attribute="case_id", values=("c0",)))
    assert said(one, "ActiveCases").startswith("1 case is open in a day at the median")
    median = {"aggregation": "median", "of": "case_duration"}
    assert said(one, "CasesOverTime", **median) == "The median of case duration is 6 d in Jan 2025."
    assert said(one, "Breakdown", attributes=("start_activity",), **median) == (
        "The median of case duration is 6 d for Order."
    )
    week = still(one.calculate(mz.calculators.WeekdayHour(measure="starts")))
    assert "0:00 to 1:00: 1 case<" in week
    assert "1 cases" not in week
    none = one.filter(mz.filters.CasesWithActivity(activities="Ship", keep=False))
    drawn = still(none.calculate(mz.calculators.CaseExplorer()))
    assert drawn.endswith('<tbody></tbody></table><p class="mz-more">none</p>')


def test_where_all_is_alike_that_is_said(log):
    alike = log.filter(mz.filters.Rework(keep=False))
    assert said(alike, "CaseDuration") == "Every case takes 2 d."
    assert said(alike, "Variants") == "All cases take the same way through the process."
    assert said(alike, "DataInformation").endswith("with 2 events each on average, run in one way.")
    median = {"aggregation": "median", "of": "case_duration"}
    assert (
        said(alike, "CasesOverTime", period="week", **median)
        == "The median of case duration is 2 d throughout."
    )
    rows = [{"case": n, "activity": name, "time": "2025-03-01"} for n in "abc" for name in "XY"]
    at_once = mz.read(pl.DataFrame(rows))
    assert said(at_once, "Bottlenecks") == "No time is spent between activities."
    assert said(at_once, "CaseDuration") == "Every case takes 0 s."
    assert said(at_once, "DataInformation").startswith("3 cases on 1 Mar 2025, with 2 events each")
    one = at_once.filter(mz.filters.Activities(activities="X"))
    assert ", with 1 event each on average, " in said(one, "DataInformation")


def test_sentences_have_nothing_to_say_of_no_cases(log):
    none = log.filter(mz.filters.CaseSize(min=99))
    for name, settings in (
        ("Rate", {"outcome": (mz.filters.Rework(),)}),
        ("Breakdown", {"attributes": ("has_rework",)}),
        ("ActiveCases", {}),
        ("WeekdayHour", {}),
        ("CasesOverTime", {"aggregation": "median", "of": "case_duration"}),
    ):
        assert said(none, name, **settings) == "No cases are left.", name
