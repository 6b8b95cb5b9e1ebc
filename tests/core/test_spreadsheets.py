"""CSV for spreadsheets: what would run is text."""

from __future__ import annotations

import csv
import io

import polars as pl
import pytest

from mindzie.core.spreadsheets import csv_text


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"])
def test_what_begins_like_a_formula_is_text(first: str) -> None:
    value = f"{first}cmd|' /C calc'!A0"
    made = csv_text(pl.DataFrame({f"{first}name": [value, "plain"], "number": [-1, 2]}))
    rows = list(csv.reader(io.StringIO(made, newline="")))
    assert rows == [[f"'{first}name", "number"], [f"'{value}", "-1"], ["plain", "2"]]


def test_lists_and_nothing_stay_what_they_are() -> None:
    frame = pl.DataFrame({"path": [["=A", "B"], None], "note": [None, "a=b"]})
    assert csv_text(frame).splitlines() == ["path,note", "'=A → B,", ",a=b"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_no_cell_is_a_formula_whatever_separates(delimiter: str) -> None:
    values = ["a;=1+2", "a; =1+2", 'a;"=1+2";b', "a\t-1", "a;b", "=1;=2", ";\uff1d1"]
    made = csv_text(pl.DataFrame({"note;@name": values}))
    cells = [cell for row in csv.reader(io.StringIO(made), delimiter=delimiter) for cell in row]
    assert len(cells) >= len(values)
    assert not [cell for cell in cells if cell.lstrip(' "')[:1] in set("=+-@\uff1d")]
