"""`import mindzie` is quick because it leaves the heavy libraries for later."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {
    "IPython",
    "alembic",
    "anywidget",
    "bokeh",
    "holidays",
    "holoviews",
    "ipywidgets",
    "jupyterlab",
    "matplotlib",
    "nbformat",
    "pandas",
    "panel",
    "papermill",
    "pm4py",
    "psycopg",
    "sqlalchemy",
    "voila",
}


def imported_by(statement: str) -> set[str]:
    program = f"{statement}\nimport sys, json\nprint(json.dumps(list(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return {name.partition(".")[0] for name in json.loads(run.stdout)}


@pytest.mark.parametrize("module", ["mindzie", "mindzie.cli"])
def test_import_is_light(module: str) -> None:
    assert not imported_by(f"import {module}") & HEAVY


def test_jupyterlab_finds_the_panel_without_what_a_workspace_needs() -> None:
    known = imported_by("import mindzie.lab, mindzie.lab.handlers")
    assert "jupyter_server" in known
    assert not known & {"argon2", "cryptography", "papermill", "sqlalchemy"}


def test_the_measure_sees_a_heavy_import() -> None:
    assert "pandas" in imported_by("import mindzie, pandas")


def test_stored_operations_are_known_before_any_was_named() -> None:
    assert "mindzie" in imported_by(
        "import mindzie as mz\n"
        "log = mz.demo('order-to-cash', cases=5)\n"
        "assert log.calculate({'op': 'case_count', 'settings': {}}).value == 5\n"
        "assert log.filter({'op': 'case_size', 'settings': {'min': 99}}).case_count == 0"
    )
