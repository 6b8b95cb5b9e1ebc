"""What the wizard says about findings can be done in the wizard."""

from __future__ import annotations

import ast
from pathlib import Path

import mindzie as mz
from mindzie.core.readiness import Finding
from mindzie.widgets.import_wizard.advice import SETTING, clicks, readiness_json

INGEST = Path(mz.__file__).parent / "ingest"


def advised() -> dict[str, str]:
    """Return every finding with advice that is written in the code, by its id."""
    found: dict[str, str] = {}
    for file in INGEST.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "Finding":
                continue
            said = {word.arg: word.value for word in node.keywords}
            key = said.get("id")
            if isinstance(key, ast.Constant):
                found[key.value] = ast.unparse(said.get("change", ast.Constant("")))
    return found


def test_no_advice_on_the_page_names_a_setting_of_python() -> None:
    found = advised()
    assert len(found) > 15
    sample = ({"column": "size", "marks": ["?"], "rows": 3},)
    for key, change in found.items():
        finding = Finding(id=key, title="x", count=1, sample=sample, change=change)
        assert not SETTING.search(clicks(finding)), key


def test_advice_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(
        "order,step,when,size\n1,Pay,03/02/2024 10:00,?\n1,Ship,04/02/2024 10:00,2\n"
        "1,Bill,04/02/2024 10:00,3\n2,Pay,never,4\n"
    )
    log = mz.read(file)
    told = {each["id"]: each["change"] for each in readiness_json(log.readiness)["findings"]}
    assert (
        told["ambiguous_day_first"]
        == "In step 2, under Dates, choose month first if that is wrong."
    )
    assert (
        told["missing_marks"] == "In step 2, under Means missing, tick ? to read them as missing."
    )
    assert "Order" in told["ties"]
    assert "Date format" in told["unparsable_timestamps"]
    assert not any(SETTING.search(advice) for advice in told.values())
    assert log.readiness.findings[0].change != told[log.readiness.findings[0].id]
