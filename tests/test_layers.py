"""Arrows only point down, and pm4py (AGPL) is known in one place."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = "from importlinter.cli import lint_imports_command as run; run()"
    command = [sys.executable, "-c", program, "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def test_layers_hold(root: Path) -> None:
    run = lint(root)
    assert run.returncode == 0, run.stdout


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    ignore = shutil.ignore_patterns("__pycache__", "static")
    shutil.copytree(root / "mindzie", tmp_path / "mindzie", ignore=ignore)
    shutil.copy(root / "pyproject.toml", tmp_path)
    return tmp_path


def test_an_arrow_that_points_up_is_found(copy: Path) -> None:
    (copy / "mindzie" / "ingest" / "__init__.py").touch()
    with (copy / "mindzie" / "core" / "errors.py").open("a") as file:
        file.write("\nimport mindzie.ingest\n")
    run = lint(copy)
    assert run.returncode == 1
    assert "mindzie.core.errors -> mindzie.ingest" in run.stdout


def test_a_package_outside_the_layers_is_found(copy: Path) -> None:
    (copy / "mindzie" / "attic.py").touch()
    run = lint(copy)
    assert run.returncode == 1
    assert "attic" in run.stdout


def test_pm4py_is_imported_in_mining_only(root: Path) -> None:
    package = root / "mindzie"
    users = {
        path.relative_to(package).parts[0]
        for path in package.rglob("*.py")
        if "pm4py" in imports(path)
    }
    assert users <= {"mining"}
