"""What commands keep for their user: nobody's data is taken for another's."""

from __future__ import annotations

import nbformat
import pytest

import mindzie as mz
from mindzie.cli.workspace import DEMO, data_set


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("MINDZIE_HOME", str(tmp_path))
    return tmp_path


def test_data_sets_of_one_name_have_notebooks_of_their_own(tmp_path):
    from mindzie.cli.lab import write_notebook

    folders = [tmp_path / place / "orders" for place in ("north", "south")]
    files = [write_notebook(folder) for folder in folders]
    assert len(set(files)) == 2
    for folder, file in zip(folders, files, strict=True):
        assert str(folder) in nbformat.read(file, as_version=4).cells[1].source
        assert write_notebook(folder) == file


def test_data_sets_of_one_name_are_served_side_by_side(tmp_path):
    from mindzie.cli.serving import _overview
    from mindzie.investigations.notebooks import find_notebook

    template = find_notebook("process_overview")
    folders = [tmp_path / place / "orders" for place in ("north", "south")]
    files = [_overview(template, folder) for folder in folders]
    assert [
        str(folder) in file.read_text() for folder, file in zip(folders, files, strict=True)
    ] == [True, True]


def test_two_commands_may_make_the_demo_data_at_once(home, monkeypatch):
    small = mz.demo(DEMO, cases=10)

    def demo(_name):
        small.save(home / "datasets" / DEMO)  # what the other command does meanwhile
        return small

    monkeypatch.setattr(mz, "demo", demo)
    assert mz.open(data_set(None)).case_count == 10


def test_a_name_that_an_address_cannot_hold_is_quoted(home, monkeypatch):
    from mindzie.cli import lab

    given = []
    monkeypatch.setattr(lab, "launch", lambda *arguments, **_: given.extend(arguments))
    folder = mz.demo(DEMO, cases=10).save(home / "orders #1 50%")
    lab.open_lab(str(folder), port=1, browser=False)
    assert "--LabApp.default_url=/lab/tree/orders%20%231%2050%25.ipynb" in given
