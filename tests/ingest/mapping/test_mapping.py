"""Mappings: steps in their order, every problem at once, nothing lost."""

from __future__ import annotations

import json

import polars as pl
import pytest

import mindzie as mz
from mindzie.core.errors import SettingError, SourceError

WIDE = pl.DataFrame(
    {
        "Order": ["1", "2", "3", "4"],
        "Created": ["01.02.2024", "05.02.2024", "x", "07.02.2024"],
        "Paid": ["03.02.2024", None, "", "06.03.2024"],
        "Sum": ["1.200,50", "oops", "3", None],
        "S": ["1", "2", None, "1"],
    }
)
STEPS = [
    {"step": "convert_type", "column": "Sum", "type": "number", "decimal": ","},
    {"step": "lookup", "column": "S", "values": {"1": "Open"}, "to": "Status", "default": "Other"},
    {"step": "computed_field", "name": "Large", "expression": "Sum > 1000"},
    {"step": "events_from_columns", "columns": {"Created": "Create order", "Paid": "Pay"}},
    {"step": "format_date", "column": "timestamp", "form": "%d.%m.%Y"},
    {"step": "map_field", "column": "Order", "to": "Order number"},
]
ROLES = {"case": "Order number", "activity": "activity", "timestamp": "timestamp"}


def test_wide_rows_become_events_and_what_cannot_be_read_is_kept_aside():
    log = mz.read(WIDE, mapping={"roles": ROLES, "steps": STEPS})
    assert log.activities == ("Create order", "Pay")
    assert (log.case_count, log.event_count) == (2, 4)
    cases = log.cases.to_polars()
    assert dict(zip(cases["case_id"], cases["Large"], strict=True)) == {"1": True, "4": None}
    aside = log.rejected
    assert dict(zip(aside["row"], aside["reason"], strict=True)) == {
        2: "Sum cannot be read as number",
        3: "timestamp cannot be read as date",
    }
    assert aside["Sum"].to_list() == ["oops", "3"]
    assert log.readiness.rows_rejected == 2
    found = [item for item in log.readiness.findings if item.id == "mapping_rejected"]
    assert [item.count for item in found] == [1, 1]
    assert log.manifest.source["mapping"]["steps"][0]["on_error"] == "reject"


def test_a_value_may_be_left_out_instead_of_its_row():
    steps = [
        dict(STEPS[0], on_error="missing"),
        *STEPS[1:4],
        dict(STEPS[4], on_error="missing"),
        STEPS[5],
    ]
    log = mz.read(WIDE, mapping={"roles": ROLES, "steps": steps})
    assert log.case_count == 3
    assert log.rejected["reason"].to_list() == ["no timestamp"]


def test_rows_that_a_filter_leaves_out_are_not_part_of_the_log():
    steps = [*STEPS, {"step": "filter", "expression": "Status = 'Open' and activity = 'Pay'"}]
    log = mz.read(WIDE, mapping={"roles": ROLES, "steps": steps})
    assert (log.case_count, log.event_count) == (2, 2)


def test_all_that_does_not_fit_is_said_at_once():
    steps = [
        {"step": "map_field", "column": "Ordr", "to": "x"},
        {"step": "computed_field", "name": "y", "expression": "upper(Sum, 1)"},
        {"step": "filter", "expression": "Sum"},
        {"step": "format_date", "column": "Created", "form": "%Q"},
        {"step": "events_from_columns", "columns": {"Created": "a"}, "activity": "Sum"},
    ]
    with pytest.raises(SourceError) as caught:
        mz.read(WIDE, mapping={"roles": {"case": "Nr"}, "steps": steps})
    said = str(caught.value)
    for part in (
        "step 1",
        "Did you mean 'Order'",
        "step 2",
        "step 3",
        "step 5",
        "role case",
        "'Nr'",
    ):
        assert part in said


def test_a_mapping_is_a_value():
    mapping = mz.Mapping(roles=ROLES, steps=STEPS, timezone="Europe/Berlin")
    stored = json.loads(json.dumps(mapping.to_json()))
    assert mz.Mapping.load(stored) == mapping
    first = mz.read(WIDE, mapping=mapping)
    assert first.time_zone == "Europe/Berlin"
    assert mz.read(WIDE, mapping=stored).fingerprint == first.fingerprint
    with pytest.raises(SettingError, match=r"steps\.0"):
        mz.Mapping(steps=[{"step": "run_code"}])
    with pytest.raises(SettingError, match="rolls"):
        mz.Mapping(rolls={})


def test_roles_said_beside_a_mapping_come_first():
    log = mz.read(WIDE, mapping={"roles": ROLES, "steps": STEPS}, case="Status")
    assert log.case_count == 1
