"""Operations with a working calendar keep what every operation promises."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

import mindzie as mz
from mindzie.core.errors import UnknownNameError
from mindzie.core.operation import Operation
from mindzie.operations import calculators, enrichments, filters, load
from tests.contract.comparing import assert_same
from tests.contract.conftest import Logs

ENGINES = ("polars", "duckdb")
OFFICE = mz.WorkingCalendar(hours={"mon-thu": "8-12, 13-17", "fri": "8-14"}, country="DE")
TOKYO = mz.WorkingCalendar(hours="9-17", closures=["2024-01-10"], time_zone="Asia/Tokyo")
BETWEEN = {"name": "Worked", "first": "Order", "second": "Ship", "second_occurrence": "last"}
OPERATIONS = [
    filters.CaseDuration(min="4 h", max="40 h", calendar=OFFICE),
    filters.CaseDuration(min="4 h", calendar=TOKYO, keep=False),
    calculators.CaseDuration(bins=6, range="full", calendar=OFFICE),
    calculators.CaseDuration(unit="h", calendar=TOKYO),
    enrichments.DurationBetweenActivities(**BETWEEN, calendar=OFFICE),
    enrichments.DurationBetweenActivities(**BETWEEN, unit="h", calendar=TOKYO),
    enrichments.DurationBetweenActivities(**BETWEEN, unit="d"),
]
every = pytest.mark.parametrize("operation", OPERATIONS, ids=repr)


@every
def test_stored_written_and_said(operation: Operation) -> None:
    assert load(json.loads(json.dumps(operation.to_json()))) == operation
    names = {
        "mz": mz, "filters": filters, "calculators": calculators, "enrichments": enrichments
    }  # fmt: skip
    assert eval(repr(operation), names) == operation
    assert ("working time" in operation.title) == (operation.calendar is not None)  # type: ignore[attr-defined]


@every
def test_engines_and_files_in_any_order_agree(operation: Operation, contract_logs: Logs) -> None:
    whole = [contract_logs.answer(operation, engine) for engine in ENGINES]
    assert_same(*whole)
    assert_same(whole[0], contract_logs.answer(operation, "duckdb", "shuffled"))


@every
@pytest.mark.parametrize("shape", ["nothing_left", "one_event"])
def test_logs_of_nothing_and_of_one_event(
    operation: Operation, shape: str, contract_logs: Logs
) -> None:
    assert_same(*(contract_logs.answer(operation, engine, shape) for engine in ENGINES))


@every
@pytest.mark.parametrize("engine", ENGINES)
def test_a_log_without_rows(operation: Operation, engine: str, contract_logs: Logs) -> None:
    with suppress(UnknownNameError):  # it has no activities
        contract_logs.answer(operation, engine, "empty")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("calendar", [OFFICE, TOKYO], ids=str)
def test_keep_and_remove_are_the_whole(
    engine: str, calendar: mz.WorkingCalendar, contract_logs: Logs
) -> None:
    log = contract_logs(engine)
    settings: dict[str, Any] = {"min": "5 h", "max": "30 h", "calendar": calendar}
    kept, removed = (
        set(log.filter(filters.CaseDuration(**settings, keep=keep)).cases["case_id"])
        for keep in (True, False)
    )
    assert kept
    assert removed
    assert not kept & removed
    assert kept | removed == set(log.cases["case_id"])


@pytest.mark.parametrize("engine", ENGINES)
def test_bars_lead_to_their_cases(engine: str, contract_logs: Logs) -> None:
    log = contract_logs(engine)
    made = log.calculate(calculators.CaseDuration(bins=5, range="full", calendar=OFFICE))
    rows = made.to_polars().to_dicts()
    assert sum(row["count"] for row in rows) == log.case_count
    assert made.facts["max"] < log.calculate(calculators.CaseDuration()).facts["max"]
    for row in rows:
        [between] = calculators.CaseDuration(calendar=OFFICE).drill(row)
        assert between.calendar == OFFICE
        assert log.filter(between).case_count == row["count"]


def test_provenance_says_what_the_calendar_came_to(contract_logs: Logs) -> None:
    log = contract_logs("polars")
    made = log.filter(filters.CaseDuration(calendar=TOKYO)).calculate(
        calculators.CaseDuration(calendar=OFFICE)
    )
    resolved = made.provenance.resolved
    assert resolved["recipe.0"] == {"calendar": {"time_zone": "Asia/Tokyo"}}
    assert resolved["calendar"]["time_zone"] == "Europe/Berlin"
    assert resolved["calendar"]["holidays"].startswith("holidays ")


def test_a_unit_writes_numbers(contract_logs: Logs) -> None:
    log = contract_logs("duckdb").enrich(
        enrichments.DurationBetweenActivities(**BETWEEN, calendar=OFFICE),
        enrichments.DurationBetweenActivities(
            **{**BETWEEN, "name": "Hours"}, calendar=OFFICE, unit="h"
        ),
    )
    assert [log.attribute(name).type for name in ("Worked", "Hours")] == ["duration", "number"]
    rows = log.cases.to_polars().select("Worked", "Hours").drop_nulls().rows()
    assert len(rows) > 20
    assert any(hours > 0 for _, hours in rows)
    for worked, hours in rows:
        assert worked / timedelta(hours=1) == pytest.approx(hours)
