"""Notebooks written from operations run by themselves, whatever the operations hold."""

from __future__ import annotations

from typing import Any

from mindzie import filters
from mindzie.investigations.written import written
from mindzie.operations import operations


def test_every_operation_is_code_that_needs_nothing_more() -> None:
    for cls in operations():
        made = cls(**cls.example)
        steps, results = ([], [made]) if made.kind == "calculator" else ([made], [])
        cells = written("Why", "", "None", steps, results)["cells"]
        names: dict[str, Any] = {}
        exec(cells[2]["source"].partition("\n\n")[0], names)
        assert eval(repr(made), names) == made
        assert any(repr(made) in cell["source"] for cell in cells)


def test_the_report_says_what_is_looked_at_without_its_code() -> None:
    late = filters.CasesWithAttribute(attribute="Region", values=("North_*West",))
    cells = written("Why", "", "None", [late], [])["cells"]
    [heading] = [cell for cell in cells if cell["source"].startswith("## What is looked at")]
    assert heading["cell_type"] == "markdown"
    assert r"North\_\*West" in heading["source"]
