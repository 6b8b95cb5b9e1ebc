"""A mapping is tried on a source: every problem at once, with rows and samples, and before beside after."""

from __future__ import annotations

import polars as pl
import pytest

import mindzie as mz
from mindzie.core.errors import SettingError

FRAME = pl.DataFrame(
    {
        "Order": ["1", "1", "", "2", "3"],
        "What": ["Create", "Pay", "Create", None, "Pay"],
        "When": ["01.02.2024 10:00", "x", "02.02.2024 10:00", "03.02.2024 10:00", ""],
        "Sum": ["1,5", "2", "3", "much", "4"],
    }
)
ROLES = {"case": "Order", "activity": "What", "timestamp": "When"}
SUM = {"step": "convert_type", "column": "Sum", "type": "number", "decimal": ","}


def test_all_problems_are_told_at_once_with_rows_and_samples():
    found = mz.Mapping(roles=ROLES, steps=[SUM]).check(FRAME)
    assert [(p.where, p.count, p.rows, p.samples) for p in found.problems] == [
        ("step 1 (convert_type)", 1, (4,), ("much",)),
        ("role case", 1, (3,), ()),
        ("role timestamp", 1, (5,), ()),
        ("role timestamp", 1, (2,), ("x",)),
    ]
    assert (found.rows, found.events, found.cases, found.ok) == (5, 1, 1, False)
    assert found.rejected["row"].to_list() == [2, 3, 4, 5]
    assert "role timestamp: When: timestamp cannot be read in 1 row, such as 'x' (row 2)" in str(
        found
    )
    assert found.to_json()["rejected"] == 4
    assert "<li>role case: Order: no case id in 1 row (row 3)</li>" in found._repr_html_()


def test_check_agrees_with_reading():
    mapping = mz.Mapping(roles=ROLES, steps=[SUM])
    found, log = mapping.check(FRAME), mz.read(FRAME, mapping=mapping)
    assert (found.events, found.cases) == (log.event_count, log.case_count)
    assert found.rejected["row"].to_list() == log.rejected["row"].to_list()
    assert found.rejected["reason"].to_list() == log.rejected["reason"].to_list()


def test_rejected_rows_are_shown_as_the_source_has_them_each_once():
    wide = pl.DataFrame({"Order": ["1", "2"], "Created": ["2024-01-01", "x"], "Paid": ["y", "z"]})
    step = {"step": "events_from_columns", "columns": {"Created": "Create", "Paid": "Pay"}}
    roles = {"case": "Order", "activity": "activity", "timestamp": "timestamp"}
    mapping = mz.Mapping(roles=roles, steps=[step])
    found = mapping.check(wide)
    assert found.rejected.to_dicts() == [
        {"row": 1, "reason": "timestamp cannot be read", "Order": "1", "Created": "2024-01-01", "Paid": "y"},
        {"row": 2, "reason": "timestamp cannot be read", "Order": "2", "Created": "x", "Paid": "z"},
    ]  # fmt: skip
    assert found.problems[0].count == 3
    assert found.events == 1
    assert found.rejected.equals(mz.read(wide, mapping=mapping).rejected)


def test_faults_of_the_mapping_do_not_hide_those_of_rows():
    steps = [
        {"step": "map_field", "column": "Ordr", "to": "Case"},
        SUM,
        {"step": "filter", "expression": "Sum >"},
    ]
    found = mz.Mapping(
        roles={**ROLES, "resource": "Who"}, steps=steps, timezone="Mars/Olympus"
    ).check(FRAME)
    where = [problem.where for problem in found.problems]
    assert where == [
        "step 1 (map_field)",
        "step 2 (convert_type)",
        "step 3 (filter)",
        "role resource",
        "timezone",
        "role case",
        "role timestamp",
        "role timestamp",
    ]
    assert (found.events, found.cases) == (0, 0)
    assert "Did you mean 'Order'?" in str(found)


def test_a_role_that_cannot_be_told_is_one_problem():
    frame = pl.DataFrame({"x": ["1"], "y": ["Pay"], "z": ["2024-01-01"]})
    (problem,) = mz.Mapping().check(frame).problems
    assert problem.where == "roles"
    assert "the case and the activity" in problem.what


def test_a_mapping_that_fits_has_no_problem():
    frame = FRAME.head(1)
    found = mz.Mapping(roles=ROLES, steps=[SUM]).check(frame)
    assert found.ok
    assert str(found) == "1 row: 1 event of 1 case, 0 rejected"


def test_preview_shows_the_first_rows_before_and_after():
    wide = pl.DataFrame(
        {
            "Order": ["1", "2", "3"],
            "Created": ["2024-01-01", "2024-01-02", "x"],
            "Paid": ["2024-02-01", None, None],
        }
    )
    step = {"step": "events_from_columns", "columns": {"Created": "Create", "Paid": "Pay"}}
    shown = mz.Mapping(steps=[step]).preview(wide, rows=2)
    assert shown.before.to_dict(as_series=False) == {
        "row": [1, 2],
        "Order": ["1", "2"],
        "Created": ["2024-01-01", "2024-01-02"],
        "Paid": ["2024-02-01", None],
    }
    assert shown.after.select("row", "activity").rows() == [
        (1, "Create"),
        (1, "Pay"),
        (2, "Create"),
    ]
    assert shown.problems == ()
    broken = mz.Mapping(steps=[{"step": "map_field", "column": "Ordr", "to": "o"}]).preview(wide)
    assert [problem.where for problem in broken.problems] == ["step 1 (map_field)"]
    assert "<b>After</b>" in broken._repr_html_()


@pytest.mark.parametrize("rows", [0, -1, True, 10_001, "5"])
def test_how_many_rows_is_checked(rows):
    with pytest.raises(SettingError, match="rows="):
        mz.Mapping().preview(FRAME, rows=rows)


def test_a_source_with_a_column_row_keeps_it():
    frame = FRAME.with_columns(pl.lit("a").alias("row"))
    assert mz.Mapping().preview(frame).before.columns[:2] == ["row", "Order"]
    assert mz.Mapping().preview(frame).before["source row"].to_list() == ["a"] * 5
    assert mz.Mapping(roles=ROLES).check(frame).rejected.columns[0] == "row"
