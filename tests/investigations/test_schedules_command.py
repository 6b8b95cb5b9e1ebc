"""`mindzie schedule`: schedules without a screen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from typer.testing import CliRunner

import mindzie as mz
from mindzie.cli.app import app
from mindzie.core.errors import MindzieError, NotFoundError, SettingError, UnknownNameError


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a workspace of one's own with an investigation."""
    for name in ("MINDZIE_WORKSPACE", "MINDZIE_STORAGE", "MINDZIE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MINDZIE_HOME", str(tmp_path / "home"))
    project = mz.workspace().projects.create("Sales")
    data = project.datasets.create("orders")
    settings = new_code_cell("top: int = 5", metadata={"tags": ["parameters"]})
    late = project.investigations.create("late orders", dataset_id=data)
    late.save(new_notebook(cells=[settings]))


def said(*words: str) -> str:
    """Return what a command prints; its errors come out."""
    result = CliRunner().invoke(app, ["schedule", *words])
    if isinstance(result.exception, MindzieError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_from_begin_to_end() -> None:
    when = ("--cron", "30 6 * * MON-FRI", "--zone", "Asia/Tokyo", "--on-new-data")
    made = said("add", "early", "late orders", *when, "--missed", "all", "-p", "top=3")
    wanted = "At 06:30 on Monday through Friday (Asia/Tokyo) and after each new version of the data"
    assert made.startswith(f"early  {wanted}  next 20")
    assert made.endswith("06:30 JST\n")
    (facts,) = json.loads(said("list", "--json"))
    assert (facts["missed"], facts["parameters"]) == ("all", {"top": 3})
    assert facts["words"] == wanted
    times = said("next", "early", "-n", "7").splitlines()
    assert len(times) == 7
    assert {time.split()[0] for time in times} == {"Mon", "Tue", "Wed", "Thu", "Fri"}
    assert said("pause", "early") == f"early  {wanted}, paused\n"
    assert said("next", "early") == ""
    assert said("resume", "early").startswith(f"early  {wanted}  next 20")
    assert said("run", "early").endswith("  waiting\n")
    (run,) = mz.workspace().runs
    assert run.parameters == {"top": 3}
    run.cancel()
    assert said("remove", "early") == "early is removed.\n"
    assert said("list") == ""


def test_what_is_wrong_is_said() -> None:
    when = ("late orders", "--cron", "0 6 * * *")
    with pytest.raises(UnknownNameError, match=r"'tpo' in the notebook of 'late orders'\. Did you"):
        said("add", "typo", *when, "-p", "tpo=3")
    with pytest.raises(SettingError, match="top"):
        said("add", "text", *when, "-p", "top=many")
    with pytest.raises(NotFoundError, match="Did you mean 'late orders'"):
        said("add", "early", "late order", "--cron", "0 6 * * *")
    with pytest.raises(SettingError, match="Did you mean 'MON'"):
        said("add", "early", "late orders", "--cron", "0 6 * * MOM")
    with pytest.raises(SettingError, match="say which"):
        said("add", "early", "late orders")
    assert said("list") == ""
