"""`mindzie publish` and `mindzie dashboards`: from a file to a dashboard, and what there is to look after then."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from typer.testing import CliRunner

import mindzie as mz
from mindzie.cli.app import app
from mindzie.core.errors import (
    ConflictError,
    ForbiddenError,
    MindzieError,
    NotFoundError,
    SettingError,
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder with a workspace of its own, which has a data set, and a notebook beside it."""
    for name in ("WORKSPACE", "STORAGE", "API_KEY", "RUN", "GRANT", "HUB_WORKSPACE"):
        monkeypatch.delenv(f"MINDZIE_{name}", raising=False)
    monkeypatch.setenv("MINDZIE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    ws = mz.workspace()
    ws.publish(mz.demo("order-to-cash", cases=5), "orders")
    ws.groups.create("sales")
    made = new_notebook(cells=[new_code_cell("ws.datasets['orders'].log()")])
    (tmp_path / "late.ipynb").write_text(json.dumps(made))
    return tmp_path


def said(*words: str) -> str:
    """Return what a command prints; its errors come out."""
    result = CliRunner().invoke(app, words)
    if isinstance(result.exception, MindzieError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def of(*words: str) -> str:
    return said("dashboards", *words)


PUBLISH = ("publish", "late.ipynb", "--project", "My work")


def test_a_notebook_is_published_looked_after_and_closed(home: Path) -> None:
    words = said(*PUBLISH, "--name", "Late", "--note", "first", "--share", "sales")
    assert words.startswith("Late  version 1, published 20")
    board = mz.workspace().dashboards["Late"]
    assert [share["name"] for share in board.shares] == ["sales"]
    (home / "late.py").write_text("ws.datasets['orders']")
    said("publish", "late.py", "-P", "My work", "-n", "Late", "--description", "What is late.")
    assert of("list").startswith("Late  version 2, published")
    assert json.loads(of("list", "--json"))[0]["description"] == "What is late."
    first, second = of("versions", "Late").splitlines()
    assert first.startswith("1   ")
    assert first.endswith("voila  first")
    assert second.startswith("2*  ")
    assert of("roll-back", "Late", "1").startswith("Late  version 1")
    assert of("visits", "Late") == ""
    assert json.loads(of("visits", "Late", "--json")) == []
    assert of("unpublish", "Late", "-P", "My work").startswith("Late  not published")


def test_public_links_are_allowed_made_listed_and_revoked() -> None:
    said(*PUBLISH)
    with pytest.raises(ForbiddenError, match="allows no public links"):
        of("link", "late", "--name", "press")
    told = json.loads(of("allow", "--public-links", "--origin", "https://a.example"))
    assert told == {"public_links": True, "origins": ["https://a.example"], "visit_days": 90}
    late = json.dumps(mz.filters.CaseDuration(min="1 day").to_json())
    made = of("link", "late", "--name", "press", "--days", "2", "--filter", late)
    assert made.startswith("services/dashboards/link/mzl_")
    prefix, *words = of("links", "late").split("  ")
    assert words[0] == "press"
    assert words[-1] == "opened 0 times\n"
    assert of("unlink", "late", prefix) == f"{prefix} is revoked.\n"
    assert "revoked" in of("links", "late")
    with pytest.raises(NotFoundError, match="see `mindzie dashboards links`"):
        of("unlink", "late", "mzl_x")
    with pytest.raises(SettingError, match="is not JSON"):
        of("link", "late", "--name", "x", "--filter", "{")
    assert json.loads(of("allow", "--no-public-links", "--no-origins"))["origins"] == []


def test_what_is_wrong_changes_nothing() -> None:
    with pytest.raises(SettingError, match="no person and no group 'nobody'"):
        said(*PUBLISH, "--share", "nobody")
    with pytest.raises(SettingError, match="cannot be read"):
        said("publish", "gone.ipynb", "-P", "My work")
    with pytest.raises(NotFoundError, match="Did you mean 'orders'"):
        said(*PUBLISH, "--dataset", "order")
    assert of("list") == ""
    said(*PUBLISH)
    ws = mz.workspace()
    ws.projects.create("other").dashboards.create("late")
    with pytest.raises(ConflictError, match="say --project"):
        of("visits", "late")
