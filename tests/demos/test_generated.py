"""What an analyst would look for in a generated log, and what must never be in it."""

from datetime import date, timedelta
from functools import cache
from hashlib import sha256

import numpy as np
import polars as pl
import pytest

from mindzie.core.errors import SettingError, UnknownNameError, WrongTypeError
from mindzie.demos import PROCESSES, generate, source_table
from mindzie.demos.calendar import LAST_DAY, TIME_ZONE, easter, holidays

NAMES = sorted(PROCESSES)
BOTTLENECK = {
    "order-to-cash": ("Check credit", "Credit control"),
    "purchase-to-pay": ("Approve requisition", "Cost centre managers"),
}
PAYMENT = {"order-to-cash": "Receive payment", "purchase-to-pay": "Pay invoice"}
GOLDEN = {
    "order-to-cash": "a628d3d4d3b7a352",
    "purchase-to-pay": "d698f6dcf55ca588",
}


@cache
def log(name, cases=10_000, seed=0):
    local = (
        pl.from_epoch(column, time_unit="us")
        .dt.replace_time_zone("UTC")
        .dt.convert_time_zone(TIME_ZONE)
        .alias(alias)
        for column, alias in (("start_time", "started"), ("time", "completed"))
    )
    before = pl.col("time").shift().over("case_id")
    return generate(name, cases, seed).with_columns(
        *local, waited=(pl.col("start_time") - before) / 3.6e9
    )


def fingerprint(frame):
    digest = sha256()
    for column in frame.iter_columns():
        digest.update("\n".join(map(str, column.to_list())).encode())
    return digest.hexdigest()[:16]


def variants(frame):
    by_case = frame.group_by("case_id").agg(pl.col("activity").str.join(">"))
    return by_case["activity"].value_counts(sort=True)["count"]


def late_share(frame, name):
    payments = frame.filter(pl.col("activity") == PAYMENT[name])
    return (payments["time"] > payments["Invoice due date"]).mean()


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_log_everywhere(name):
    assert fingerprint(generate(name, 300, 7)) == GOLDEN[name]
    assert fingerprint(generate(name, 300, 8)) != GOLDEN[name]


def test_parts_do_not_depend_on_the_number_of_workers(monkeypatch):
    cases = 70_000  # more than one part
    side_by_side = generate("order-to-cash", cases, 3)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert side_by_side.equals(generate("order-to-cash", cases, 3))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("cases", [0, 1, 2, 1_000])
def test_there_are_as_many_cases_as_asked_for(name, cases):
    table = source_table(name, cases)
    assert table.frame["case_id"].n_unique() == cases
    assert table.frame.schema["time"] == table.frame.schema["row"] == pl.Int64
    assert table.frame.schema["case_id"] == table.frame.schema["activity"] == pl.String
    assert [attribute.column for attribute in table.attributes] == [
        column for column in table.frame.columns if column.startswith("attribute_")
    ]
    assert table.frame["row"].to_list() == list(range(1, table.frame.height + 1))
    assert table.readiness.rows_used == table.frame.height


@pytest.mark.parametrize("name", NAMES)
def test_time_never_runs_back_within_a_case(name):
    frame = log(name)
    assert (frame["time"] > frame["start_time"]).all()
    assert frame["waited"].drop_nulls().min() >= 0
    required = ["case_id", "activity", "start_time", "time", "resource", "Team", "Automatic"]
    assert frame.select(required).null_count().sum_horizontal().item() == 0


@pytest.mark.parametrize("name", NAMES)
def test_people_do_not_work_on_weekends_holidays_or_at_night(name):
    human = log(name).filter(~pl.col("Automatic"))
    off = [day for year in (2024, 2025) for day in holidays(year)]
    for column in ("started", "completed"):
        assert not human[column].dt.date().is_in(off).any()
        assert human[column].dt.weekday().max() == 5
        hours = human[column].dt.hour() + human[column].dt.minute() / 60
        assert hours.min() >= 6
        assert hours.max() <= 22


@pytest.mark.parametrize("name", NAMES)
def test_case_attributes_are_constant_within_a_case(name):
    frame = log(name)
    event_level = {"Team", "Automatic"}
    names = [item.name for item in source_table(name, 0).attributes if item.name not in event_level]
    distinct = frame.group_by("case_id").agg(pl.col(names).n_unique())
    assert distinct.select(pl.max_horizontal(pl.col(names).max())).item() == 1


@pytest.mark.parametrize("name", NAMES)
def test_one_team_is_the_bottleneck_and_slows_down(name):
    activity, team = BOTTLENECK[name]
    human = log(name).filter(~pl.col("Automatic"))
    checks = human.filter(pl.col("activity") == activity, pl.col("Team") == team)
    assert checks["waited"].median() > 30
    others = human.filter(pl.col("Team") != team, ~pl.col("activity").is_in(["Send reminder"]))
    internal = others.group_by("activity").agg(pl.col("waited").median(), pl.len())
    assert (
        internal.filter(pl.col("activity").is_in(["Pick goods", "Create purchase order"]))["waited"]
        < 24
    ).all()
    spring = checks.filter(pl.col("started").dt.date() >= date(2025, 4, 1))
    first = checks.filter(pl.col("started").dt.date() < date(2024, 7, 1))
    assert spring["waited"].median() > 2 * first["waited"].median()


@pytest.mark.parametrize(
    ("name", "activity", "automatic", "since"),
    [
        ("order-to-cash", "Score credit automatically", True, date(2024, 10, 1)),
        ("order-to-cash", "Create invoice", True, date(2024, 7, 1)),
        ("purchase-to-pay", "Enter invoice", True, date(2024, 8, 1)),
    ],
)
def test_a_robot_takes_over_on_the_way(name, activity, automatic, since):
    step = log(name).filter(pl.col("activity") == activity, pl.col("Automatic") == automatic)
    before = step.filter(pl.col("started").dt.date() < since).height
    assert before < 0.15 * step.height


@pytest.mark.parametrize(
    ("name", "low", "high"), [("order-to-cash", 0.25, 0.45), ("purchase-to-pay", 0.08, 0.22)]
)
def test_some_payments_are_late(name, low, high):
    assert low < late_share(log(name), name) < high


@pytest.mark.parametrize("name", NAMES)
def test_cases_are_open_at_the_end_of_the_log(name):
    frame = log(name)
    assert frame["completed"].dt.date().max() == LAST_DAY
    last = frame.group_by("case_id", maintain_order=True).last()
    closed = {
        "Clear invoice",
        "Pay invoice",
        "Cancel order",
        "Reject order",
        "Issue refund",
        "Write off invoice",
        "Withdraw requisition",
        "Cancel purchase order",
    }
    open_cases = last.filter(~pl.col("activity").is_in(closed))
    assert 0.04 < open_cases.height / last.height < 0.16


@pytest.mark.parametrize("name", NAMES)
def test_variants_have_a_long_tail(name):
    counts = variants(log(name))
    assert 300 < len(counts) < 900
    assert 0.48 < counts.head(10).sum() / 10_000 < 0.7
    assert (counts == 1).sum() > 150


def test_purchases_deviate_from_the_model():
    frame = log("purchase-to-pay")
    first = {
        activity: frame.filter(pl.col("activity") == activity).group_by("case_id").first()
        for activity in (
            "Receive invoice",
            "Create purchase order",
            "Receive goods",
            "Approve purchase order",
        )
    }

    def share(left, right, condition):
        both = first[left].join(first[right], on="case_id")
        return both.filter(condition).height / both.height

    earlier = pl.col("time") < pl.col("time_right")
    assert 0.02 < share("Receive invoice", "Create purchase order", earlier) < 0.1
    assert 0.04 < share("Receive invoice", "Receive goods", earlier) < 0.2
    same_user = pl.col("resource") == pl.col("resource_right")
    assert 0.01 < share("Create purchase order", "Approve purchase order", same_user) < 0.06
    large = frame.filter(pl.col("Amount") > 6_000, pl.col("activity") == "Send purchase order")
    approved = large["case_id"].is_in(first["Approve purchase order"]["case_id"].implode())
    assert 0.01 < 1 - approved.mean() < 0.1


@pytest.mark.parametrize(
    ("name", "partner"), [("order-to-cash", "Customer"), ("purchase-to-pay", "Vendor")]
)
def test_a_few_partners_make_most_of_the_business(name, partner):
    counts = log(name).group_by("case_id").first()[partner].value_counts(sort=True)["count"]
    top = counts.head(len(counts) // 5).sum() / counts.sum()
    assert 0.6 < top < 0.9


@pytest.mark.parametrize("name", NAMES)
def test_shares_do_not_depend_on_the_number_of_cases(name):
    small, large = log(name, 2_000), log(name, 40_000)
    assert large.height / 40_000 == pytest.approx(small.height / 2_000, rel=0.03)
    assert late_share(large, name) == pytest.approx(late_share(small, name), abs=0.05)
    activity, team = BOTTLENECK[name]
    waited = [
        frame.filter(pl.col("activity") == activity, pl.col("Team") == team)["waited"].mean()
        for frame in (small, large)
    ]
    assert waited[1] == pytest.approx(waited[0], rel=0.15)
    assert large["resource"].n_unique() > small["resource"].n_unique()


def test_the_calendar_is_germanys():
    assert [easter(year) for year in (2024, 2025, 2038)] == [
        date(2024, 3, 31),
        date(2025, 4, 20),
        date(2038, 4, 25),
    ]
    assert easter(2024) + timedelta(days=1) in holidays(2024)
    assert date(2025, 10, 3) in holidays(2025)


@pytest.mark.parametrize("cases", [-1, np.int64(-5)])
def test_fewer_than_no_cases_are_refused(cases):
    with pytest.raises(SettingError, match="0 or more"):
        generate("order-to-cash", cases)


def test_bad_arguments_say_what_to_do():
    with pytest.raises(UnknownNameError, match="Did you mean 'order-to-cash'"):
        generate("order-to-cahs")
    with pytest.raises(WrongTypeError, match="whole number, not float"):
        generate("order-to-cash", 1.5)
    with pytest.raises(SettingError, match="seed must be 0 or more"):
        generate("order-to-cash", 1, -1)
    assert generate("order-to-cash", np.int32(2), np.int32(1))["case_id"].n_unique() == 2
