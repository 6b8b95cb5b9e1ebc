"""`mindzie projects`: made and listed without a screen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import mindzie as mz
from mindzie.cli.app import app
from mindzie.core.errors import ConflictError, MindzieError


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work with a workspace that is empty."""
    for name in ("WORKSPACE", "STORAGE", "API_KEY", "RUN", "GRANT", "HUB_WORKSPACE"):
        monkeypatch.delenv(f"MINDZIE_{name}", raising=False)
    monkeypatch.setenv("MINDZIE_HOME", str(tmp_path / "home"))


def said(*words: str) -> str:
    """Return what a command prints; its errors come out."""
    result = CliRunner().invoke(app, ["projects", *words])
    if isinstance(result.exception, MindzieError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_project_is_made_and_listed() -> None:
    assert said("list") == ""
    assert said("add", "Order desk", "--description", "Why so long?") == (
        "Order desk  Why so long?\n"
    )
    assert said("add", "Claims") == "Claims\n"
    ws = mz.workspace()
    assert ws.projects["Order desk"].description == "Why so long?"
    ws.projects["Claims"].archive()
    assert set(said("list").splitlines()) == {"Order desk  Why so long?", "Claims  archived"}
    assert {one["name"] for one in json.loads(said("list", "--json"))} == {"Order desk", "Claims"}


def test_a_name_that_is_taken_or_none_makes_nothing() -> None:
    said("add", "Claims")
    with pytest.raises(ConflictError, match="among the projects"):
        said("add", "Claims")
    with pytest.raises(MindzieError, match="name"):
        said("add", " ")
    assert len(mz.workspace().projects) == 1
