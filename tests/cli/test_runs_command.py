"""`mindzie runs`: asked for, done, looked at, accepted and taken home without a screen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from typer.testing import CliRunner

import mindzie as mz
from mindzie.cli.app import app
from mindzie.core.errors import ConflictError, MindzieError, NotFoundError, UnknownNameError

NAME = "How many"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder with a workspace of its own, which has an investigation."""
    for name in ("MINDZIE_WORKSPACE", "MINDZIE_STORAGE", "MINDZIE_API_KEY", "MINDZIE_RUN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MINDZIE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    ws = mz.workspace()
    ws.publish(mz.demo("order-to-cash", cases=5), "orders")
    made = ws.projects["My work"].investigations.create(NAME, dataset_id=ws.datasets["orders"])
    given = new_code_cell("cases: int = 0", metadata={"tags": ["parameters"]})
    made.save(new_notebook(cells=[given, new_code_cell("1 / (cases - 8)")]))
    return tmp_path


def said(*words: str, code: int = 0) -> str:
    """Return what a command prints; its errors come out."""
    result = CliRunner().invoke(app, ["runs", *words])
    if isinstance(result.exception, MindzieError):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.stdout


def test_a_run_from_asking_to_taking_home(home: Path) -> None:
    key, state = said("start", NAME, "-p", "cases=7").split()
    assert state == "waiting"
    assert said("list", "--state", "waiting", "--investigation", NAME).split()[0] == key
    assert said("work") == f"{key}  done  {NAME}\n"
    assert json.loads(said("show", key[-6:]))["parameters"] == {"cases": 7}
    assert "cell 3 of 3 done" in said("log", key)
    assert said("start", NAME, "-p", "cases=7") == f"{key}  done  0 results\n"
    assert said("accept", key, "--note", "fine") == f"{key}  accepted\n"
    asked = mz.workspace().runs[key].created_at
    line = f"{key}  {asked:%Y-%m-%d %H:%M}  done       {NAME}  0 results, accepted\n"
    assert said("list") == line
    with pytest.raises(NotFoundError, match="compared with none"):
        said("changes", key)
    later = said("start", NAME, "-p", "cases=7", "--again", "--here").split()[0]
    assert "Nothing changed." in said("changes", later, "--html", "changes.html")
    assert "Nothing changed." in (home / "changes.html").read_text()
    assert said("pdf", later, "report.pdf") == f"{later} written to report.pdf.\n"
    assert (home / "report.pdf").read_bytes().startswith(b"%PDF")
    said("download", key, "mine")
    assert json.loads((home / "mine" / "results.json").read_text())["parameters"] == {"cases": 7}


def test_how_much_is_kept_is_said() -> None:
    assert said("keep", NAME, "--runs", "20", "--days", "1") == f"{NAME} keeps 20 runs and 1 day.\n"
    assert said("keep", NAME) == f"{NAME} keeps all.\n"


def test_what_fails_is_said_and_ends_with_one() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'cases'"):
        said("start", NAME, "-p", "csaes=7")
    key = said("start", NAME, "-p", "cases=8").split()[0]
    assert "division by zero" in said("work", code=1)
    assert json.loads(said("list", "--json"))[0]["state"] == "failed"
    assert said("retry", key) == f"{key}  waiting\n"
    assert said("cancel", key) == f"{key}  cancelled\n"
    with pytest.raises(ConflictError, match="is cancelled"):
        said("cancel", key)
    with pytest.raises(NotFoundError, match="see `mindzie runs list`"):
        said("show", "nope")
    assert "division by zero" in said("start", NAME, "-p", "cases=8", "--here", code=1)
    assert said("work", "--all-tenants") == ""


def test_an_investigation_is_made_of_a_template_and_of_a_file(home: Path) -> None:
    made = said("add", "Ways", "variants_and_happy_path", "--dataset", "orders", "-p", "start=2025")
    assert made == "Ways  notebook 1  looks into orders\n"
    ways = mz.workspace().investigations["Ways"]
    assert ways.parameters == {"start": "2025"}
    assert not any(cell.get("outputs") for cell in ways.notebooks[1].content["cells"])
    assert said("add", "Ways", "variants_and_happy_path", "--dataset", "orders") == made
    own = new_notebook(cells=[new_code_cell("dataset: str | None = None")])
    (home / "own.ipynb").write_text(json.dumps(own))
    assert "notebook 2" in said("add", "Ways", "own.ipynb", "--dataset", "orders")
    with pytest.raises(UnknownNameError, match="process_overview"):
        said("add", "More", "process_overviev", "--dataset", "orders")
    with pytest.raises(MindzieError, match="strat"):
        said("add", "More", "process_overview", "--dataset", "orders", "-p", "strat=2025")
    assert [each.name for each in mz.workspace().investigations] == [NAME, "Ways"]
