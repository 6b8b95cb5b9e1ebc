"""The contract log on either engine, in every shape it may come in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from mindzie import filters
from mindzie.core.log import EventLog
from mindzie.core.operation import Operation
from mindzie.engine.build import build
from mindzie.engine.snapshot import open_snapshot
from tests.contract.comparing import answer, figures
from tests.contract.log import CASES, ODD, source


class Logs:
    """Logs by engine, each built once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple[Any, ...], EventLog] = {}
        self._seen: dict[str, dict[str, Any]] = {}
        self._answers: dict[tuple[Any, ...], dict[str, Any]] = {}

    def _once(self, key: tuple[Any, ...], make: Callable[[], EventLog]) -> EventLog:
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def __call__(self, engine: str) -> EventLog:
        return self._once(("whole", engine), lambda: build(source(CASES), engine))

    def answer(self, operation: Operation, engine: str, shape: str = "whole") -> dict[str, Any]:
        """What an operation makes of a log of a shape, computed once for all tests."""
        key = (engine, shape, operation.kind, operation)
        if key not in self._answers:
            log = self(engine) if shape == "whole" else getattr(self, shape)(engine)
            self._answers[key] = answer(operation, log)
        return self._answers[key]

    def figures(self, engine: str) -> dict[str, Any]:
        """What can be seen of the log before any operation was applied to it."""
        if engine not in self._seen:
            self._seen[engine] = figures(build(source(CASES), engine))
        return self._seen[engine]

    def empty(self, engine: str) -> EventLog:
        return self._once(("empty", engine), lambda: build(source(0), engine))

    def nothing_left(self, engine: str) -> EventLog:
        """Filtered until no case is left; the names are still known."""
        none = filters.CasesWithActivity(activities=("Ship",), min_occurrences=99)
        return self._once(("none", engine), lambda: self(engine).filter(none))

    def one_event(self, engine: str) -> EventLog:
        """Filtered to one event; the names are still known."""
        others = filters.CasesWithActivity(activities=("Order",), keep=False)
        return self._once(("one", engine), lambda: self(engine).filter(others))

    def renamed(self, engine: str) -> EventLog:
        """With quotes, signs of SQL and formats, and other alphabets in its names."""
        made = source(CASES, lambda name: ODD + name)
        return self._once(("renamed", engine), lambda: build(made, engine))

    def shuffled(self, engine: str) -> EventLog:
        """Opened from files whose rows lie in any order."""

        def make() -> EventLog:
            folder = self(engine).save(self._folder / f"shuffled-{engine}")
            for name in ("events", "cases", "variants", "variant_paths"):
                frame = pl.read_parquet(folder / f"{name}.parquet")
                frame = frame.sample(fraction=1, shuffle=True, seed=3)
                frame.write_parquet(folder / f"{name}.parquet", row_group_size=29)
            return open_snapshot(folder, engine)

        return self._once(("shuffled", engine), make)


@pytest.fixture(scope="session")
def contract_logs(tmp_path_factory: pytest.TempPathFactory) -> Logs:
    return Logs(tmp_path_factory.mktemp("contract"))
