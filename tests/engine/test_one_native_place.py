"""What only one engine can do is said in that engine's module, and nowhere else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

HOMES = {"duckdb": {"engine/duckdb_engine.py", "ingest/connectors/duckdb_dialect.py"}}
# Polars is also the tool in which sources are read and snapshots written.
NATIVE = {
    "engine/duckdb_engine.py",
    "engine/polars_engine.py",
    "engine/build.py",
    "engine/snapshot.py",
}
WRAPPING = {*NATIVE, "ingest/frames.py"}


@pytest.fixture(scope="module")
def modules(root: Path) -> dict[str, ast.Module]:
    package = root / "mindzie"
    return {
        file.relative_to(package).as_posix(): ast.parse(file.read_text(encoding="utf-8"))
        for file in package.rglob("*.py")
    }


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def test_duckdb_is_imported_in_one_module(modules: dict[str, ast.Module]) -> None:
    found = {name for name, tree in modules.items() if "duckdb" in imported(tree)}
    assert found == HOMES["duckdb"]


@pytest.mark.parametrize(("method", "homes"), [("to_native", NATIVE), ("from_native", WRAPPING)])
def test_native_relations_stay_in_the_engine(
    modules: dict[str, ast.Module], method: str, homes: set[str]
) -> None:
    for name, tree in modules.items():
        used = any(isinstance(n, ast.Attribute) and n.attr == method for n in ast.walk(tree))
        assert not used or name in homes, f"mindzie/{name} calls {method}"


def test_operations_are_not_written_for_an_engine(modules: dict[str, ast.Module]) -> None:
    engines = {"mindzie.engine.polars_engine", "mindzie.engine.duckdb_engine"}
    for name, tree in modules.items():
        if name.startswith(("operations/", "core/")):
            asked = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
            assert not asked & engines, f"mindzie/{name} knows an engine"
