"""A worker that is told to end does so, whatever becomes of the interruption on its way."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from mindzie.cli.app import app
from mindzie.core.errors import StoreError
from mindzie.ingest.jobs import worker as imports
from mindzie.investigations import worker as runs

WORKERS = pytest.mark.parametrize(
    ("words", "module"), [(("jobs", "run"), imports), (("runs", "work"), runs)]
)


@pytest.fixture(autouse=True)
def home(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have an empty workspace."""
    for name in ("MINDZIE_WORKSPACE", "MINDZIE_STORAGE", "MINDZIE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MINDZIE_HOME", str(tmp_path))


@WORKERS
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("replaced", [False, True])
def test_a_worker_that_is_told_ends(
    words: tuple[str, ...],
    module: Any,
    number: int,
    replaced: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def told(*_: Any, **__: Any) -> Iterator[Any]:
        try:
            os.kill(os.getpid(), number)
        except KeyboardInterrupt:
            if replaced:
                raise StoreError("A driver failed while it cleaned up.") from None
            raise
        yield from ()

    before = signal.getsignal(number)
    monkeypatch.setattr(module, "work_off", told)
    result = CliRunner().invoke(app, [*words, "--watch"])
    assert (result.exit_code, result.output) == (0, "")
    assert signal.getsignal(number) is before


@WORKERS
def test_a_store_that_fails_ends_what_is_done_once(
    words: tuple[str, ...], module: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: Any, **__: Any) -> Iterator[Any]:
        yield from ()
        raise StoreError("The database is away.")

    monkeypatch.setattr(module, "work_off", failing)
    result = CliRunner().invoke(app, [*words, "--once"])
    assert isinstance(result.exception, StoreError)
