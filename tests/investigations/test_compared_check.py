"""`mindzie check`: runs and compares, tells by its exit code, and accepts what it is told to accept."""

from __future__ import annotations

import json
import signal
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from mindzie.cli.app import main


@pytest.fixture
def check(monkeypatch, capsys, tmp_path):
    """Return what a check says, in this process: exit code, output and errors."""

    def made(*arguments):
        words = ["mindzie", "check", *map(str, arguments), "--accepted", str(tmp_path / "accepted")]
        monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as ended:
            main()
        return (ended.value.code or 0, *capsys.readouterr())

    before = signal.getsignal(signal.SIGTERM)
    yield made
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def run(tmp_path):
    """Return the folder of a run that counted some cases, on another machine at another time."""

    def made(cases, **more):
        folder = tmp_path / "run"
        folder.mkdir(exist_ok=True)
        result = {
            "name": "open cases",
            "cell": 1,
            "kind": "number",
            "value": cases,
            "unit": "cases",
        }
        left = {"notebook": "orders.ipynb", "parameters": {}, "results": [result], **more}
        (folder / "results.json").write_text(json.dumps(left))
        return folder

    return made


def test_a_change_is_told_until_it_is_accepted(check, run, tmp_path):
    code, said, _ = check(run(100))
    assert (code, "nothing is accepted yet" in said) == (1, True)
    code, said, _ = check(run(100), "--accept", "--note", "Counted by hand")
    assert (code, "accepted: " in said) == (0, True)
    assert (
        json.loads((tmp_path / "accepted" / "orders.json").read_text())["note"] == "Counted by hand"
    )
    assert check(run(101))[0] == 0
    code, said, _ = check(run(110), "--html", tmp_path / "changes.html")
    assert (code, "open cases: 100 → 110 (+10 %)" in said) == (1, True)
    assert "<td>Value</td>" in (tmp_path / "changes.html").read_text()
    assert check(run(110), "--tolerance", "0.2")[0] == 0
    assert check(run(110), "--tolerance", "open cases=0.2")[0] == 0
    assert check(run(110), "--absolute", "10")[0] == 0
    assert check(run(110), "--accept")[0] == 0
    assert check(run(110), "--tolerance", "0")[0] == 0


def test_programs_get_json_and_nothing_else(check, run):
    assert check(run(100), "--accept", "--json")[1] == ""
    code, said, errors = check(run(150), "--json")
    told = json.loads(said)
    assert (code, errors) == (1, "")
    assert told["results"][0]["changes"]["value"]["moved"][0]["after"] == 150


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--note", "why"), "give --accept too"),
        (("--tolerance", "much"), "not 'much'"),
        (("--tolerance", "closed cases=0.1"), "Did you mean 'open cases'"),
        (("-p", "cases=3"), "is a run already"),
        (("--html", "/absent/changes.html"), "could not read or write"),
    ],
)
def test_what_cannot_be_told_is_an_error_and_no_change(check, run, arguments, said):
    assert check(run(100), "--accept")[0] == 0
    code, _, errors = check(run(100), *arguments)
    assert (code, said in errors) == (2, True), errors


def test_a_failed_run_is_an_error_and_not_accepted(check, run, tmp_path):
    failed = run(100, error={"cell": 3, "message": "no such column"})
    for more in ((), ("--accept",)):
        code, _, errors = check(failed, *more)
        assert (code, "failed in cell 3" in errors) == (2, True)
    assert not (tmp_path / "accepted").exists()


def test_a_notebook_is_run_first(check, tmp_path):
    tagged = new_code_cell("cases: int = 40", metadata={"tags": ["parameters"]})
    counted = new_code_cell("import mindzie as mz\nmz.record(cases / (cases - 13), 'rate')")
    notebook = tmp_path / "orders.ipynb"
    nbformat.write(new_notebook(cells=[tagged, counted]), notebook)
    code, _, errors = check(notebook, "--accept", "--out", tmp_path / "kept")
    assert (code, errors) == (0, "")
    assert (tmp_path / "kept" / "report.html").is_file()
    code, said, errors = check(notebook, "-p", "cases=20")
    assert (code, errors) == (1, "")
    assert "Parameter cases: null before, 20 after." in said
    assert "rate: 1.48 → 2.86 (+92.9 %)" in said
    code, _, errors = check(notebook, "-p", "cases=13")
    assert code == 2
    assert "Cell 3 of orders.ipynb failed, so nothing is compared" in errors
    assert "ZeroDivisionError" in errors
    assert sorted(file.name for file in tmp_path.iterdir()) == ["accepted", "kept", "orders.ipynb"]
