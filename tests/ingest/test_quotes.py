"""Quotes of text tables that are not closed: nothing is lost in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

import mindzie as mz
from mindzie.core.readiness import Finding

ROWS = [f"{n // 2},s{n % 2},2024-01-01 10:{n:02},note {n}" for n in range(20)]


def findings(path: Path, rows: list[str]) -> dict[str, Finding]:
    path.write_text("\n".join(["case,activity,time,note", *rows]) + "\n")
    log = mz.read(path)
    return {each.id: each for each in log.readiness.findings}


@pytest.mark.parametrize("broken", ['"note 5', 'no"te 5', '"note" 5'])
def test_a_quote_that_does_not_close_is_told_and_no_event_lost(tmp_path: Path, broken: str) -> None:
    rows = [row.replace("note 5", broken) for row in ROWS]
    found = findings(tmp_path / "log.csv", rows)["open_quotes"]
    assert found.sample == ({"row": 6, "value": broken},)
    assert mz.read(tmp_path / "log.csv").event_count == 20


def test_rows_swallowed_by_a_quote_are_counted(tmp_path: Path) -> None:
    rows = [",".join(reversed(row.split(","))) for row in ROWS]
    rows[10], rows[12] = '"' + rows[10], rows[12].replace(",", '",', 1)
    path = tmp_path / "log.csv"
    path.write_text("\n".join(["note,time,activity,case", *rows]) + "\n")
    log = mz.read(path)
    (found,) = (each for each in log.readiness.findings if each.id == "rows_in_quotes")
    assert (found.count, found.sample[0]["row"], log.event_count) == (2, 11, 18)


def test_quoted_lines_that_are_no_rows_are_no_finding(tmp_path: Path) -> None:
    rows = [*ROWS[:5], '2,s1,2024-01-01 10:05,"dear Ana,\n""soon"",\nBen"', *ROWS[6:]]
    assert not {"open_quotes", "rows_in_quotes"} & set(findings(tmp_path / "log.csv", rows))
