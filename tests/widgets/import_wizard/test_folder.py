"""Files to choose: those of one folder, and none beyond it."""

from __future__ import annotations

import os

import pytest

from mindzie.core.errors import ForbiddenError, SourceError
from mindzie.widgets.import_wizard.folder import Folder, offered


@pytest.fixture
def place(tmp_path):
    inside = tmp_path / "work"
    (inside / "old").mkdir(parents=True)
    for name, age in (("a.csv", 2), ("old/b.xes.gz", 1), ("notes.md", 0), (".hidden.csv", 0)):
        (inside / name).write_text("x")
        os.utime(inside / name, (1_000 - age, 1_000 - age))
    (tmp_path / "secret.csv").write_text("x")
    (inside / "link.csv").symlink_to(tmp_path / "secret.csv")
    (inside / "up").symlink_to(tmp_path)
    return inside


def test_logs_are_offered_those_changed_last_first(place):
    assert [file["path"] for file in Folder(place).files()] == ["old/b.xes.gz", "a.csv"]


@pytest.mark.parametrize(
    "name",
    ["../secret.csv", "link.csv", "up/secret.csv", "old", "", "gone.csv", "/etc/passwd", "a\0.csv"],
)
def test_nothing_beyond_the_folder_is_read(place, name):
    with pytest.raises(ForbiddenError, match="There is no file"):
        Folder(place).path(name)


def test_a_file_of_the_folder_is_found(place, monkeypatch):
    assert Folder(place).path("old/b.xes.gz") == place / "old" / "b.xes.gz"
    assert Folder(place).written("a.csv") == str(place / "a.csv")
    monkeypatch.chdir(place)
    assert Folder(place).written("old/b.xes.gz") == "old/b.xes.gz"


def test_published_pages_offer_no_files_unless_told(place, monkeypatch):
    monkeypatch.chdir(place)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    assert offered(None) is None
    assert offered(True).root == place
    assert offered(place / "old").root == place / "old"
    monkeypatch.setenv("JPY_SESSION_NAME", "a.ipynb")
    assert offered(None).root == place
    assert offered(False) is None
    for name, value in (("VOILA_PREHEAT", "False"), ("SERVER_SOFTWARE", "voila/0.5")):
        with monkeypatch.context() as published:
            published.setenv(name, value)
            assert offered(None) is None
    with pytest.raises(SourceError, match="There is no folder"):
        offered(place / "gone")
