"""Broken rules are marked, named and counted."""

import pytest

from mindzie import enrichments, filters
from mindzie.core.errors import SettingError
from mindzie.engine.build import build
from tests.operations.enrichments.conftest import Make, column, source

CASES = {
    "1": "Order 0, Pay 1, Check 2, Ship 3",
    "2": "Order 0, Ship 1, Pay 2",
    "3": "Order 0, Pay 1, Ship 2, Pay 3",
    "4": "Order 0",
}
PAID = enrichments.MandatoryActivity(name="Not paid", activity="Pay", severity="error")
ORDER = enrichments.WrongOrder(name="Paid first", first="Pay", second="Ship", rule="Goods first")


def test_marked_and_counted(make: Make) -> None:
    log = make(CASES).enrich(PAID, ORDER)
    assert column(log, "Not paid") == {"1": False, "2": False, "3": False, "4": True}
    assert column(log, "Paid first") == {"1": True, "2": False, "3": True, "4": False}
    assert column(log, "conformance_violations") == {"1": 1, "2": 0, "3": 1, "4": 1}
    both = log.enrich(enrichments.MandatoryActivity(name="Unchecked", activity="Check"))
    assert column(both, "conformance_violations") == {"1": 1, "2": 1, "3": 2, "4": 2}
    assert column(log, "conformance_violations")["4"] == 1, "the log before stays as it was"


def test_rule_and_severity_are_found_in_the_log(make: Make) -> None:
    log = make(CASES).enrich(PAID, ORDER)
    issues = [a for a in log.own_attributes if a.kind == "conformance issue"]
    assert [(a.name, a.rule, a.severity) for a in issues] == [
        ("Not paid", "Pay is mandatory", "error"),
        ("Paid first", "Goods first", "warning"),
    ]
    assert PAID.title == "Not paid: Pay is mandatory"


def test_directly_before(make: Make) -> None:
    step = ORDER.model_copy(update={"how": "directly"})
    assert column(make(CASES).enrich(step), "Paid first") == {
        "1": False,
        "2": False,
        "3": True,
        "4": False,
    }
    again = enrichments.WrongOrder(name="Twice", first="Pay", second="Pay")
    assert [k for k, v in column(make(CASES).enrich(again), "Twice").items() if v] == ["3"]


def test_cases_outside_where_break_no_rule(make: Make) -> None:
    step = PAID.model_copy(update={"where": filters.CasesWithActivity(activities="Check")})
    log = make(CASES).enrich(step)
    assert column(log, "Not paid") == {"1": False, "2": None, "3": None, "4": None}
    assert set(column(log, "conformance_violations").values()) == {0}


def test_the_count_keeps_its_name_for_itself(make: Make) -> None:
    taken = {"conformance_violations": ("number", [1] * 12)}
    with pytest.raises(SettingError, match="where broken rules are counted"):
        make(CASES, taken).enrich(PAID)
    with pytest.raises(SettingError, match="where broken rules are counted"):
        make(CASES).enrich(PAID.model_copy(update={"name": "conformance_violations"}))
    with pytest.raises(SettingError, match="'Not paid' already"):
        make(CASES).enrich(PAID, PAID)


def test_rules_go_on_after_events_were_removed(make: Make) -> None:
    log = make(CASES).enrich(PAID)
    log = log.filter(filters.Activities(activities="Pay", keep=False)).enrich(ORDER)
    assert column(log, "Paid first") == dict.fromkeys("1234", False)
    assert column(log, "conformance_violations")["4"] == 1


def test_both_engines_from_one_recipe() -> None:
    log = build(source(CASES)).enrich(PAID, ORDER)
    assert column(log.on("duckdb"), "Paid first") == column(log, "Paid first")
