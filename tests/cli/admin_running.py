"""Run `mindzie admin`, in this process or in one of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mindzie.access import entrance
from mindzie.cli import main


class Done(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Admin = Callable[..., Done]


@pytest.fixture
def settings(
    store_url: str, backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Return the settings of an installation, the embedded one or on PostgreSQL; this process has them too."""
    found = {"MINDZIE_HOME": str(tmp_path), "COLUMNS": "200"}
    if backend == "postgresql":
        found |= {"MINDZIE_WORKSPACE": store_url, "MINDZIE_STORAGE": str(tmp_path / "storage")}
    for name in ("MINDZIE_WORKSPACE", "MINDZIE_STORAGE", "MINDZIE_KEYS", "MINDZIE_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in found.items():
        monkeypatch.setenv(name, value)
    return found


@pytest.fixture
def admin(
    settings: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Admin]:
    """Return what runs `mindzie admin` in this process, as `mindzie` itself does."""
    places: dict[tuple[str, str], entrance.Place] = {}
    open_place = entrance._opened.__wrapped__

    def opened(url: str, storage: str) -> entrance.Place:
        if (url, storage) not in places:
            places[url, storage] = open_place(url, storage)
        return places[url, storage]

    monkeypatch.setattr(entrance, "_opened", opened)

    def run(*arguments: str, given: str = "") -> Done:
        monkeypatch.setattr(sys, "argv", ["mindzie", "admin", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        return Done(code, *capsys.readouterr())

    yield run
    for place in places.values():
        place.database.close()


@pytest.fixture
def process(settings: dict[str, str]) -> Admin:
    """Return what runs `mindzie admin` in a process of its own."""

    def run(*arguments: str, given: str = "", **environment: str) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "mindzie", "admin", *arguments],
            capture_output=True,
            text=True,
            timeout=120,
            input=given,
            env={**os.environ, **settings, **environment},
            start_new_session=True,  # with no terminal to ask at
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return run


def refused(done: Done, *said: str, code: int = 2) -> None:
    """Expect one paragraph on standard error, and nothing else."""
    assert done.code == code, done
    assert done.out == ""
    assert done.err.startswith("mindzie: ")
    assert "Traceback" not in done.err
    assert "\n\n" not in done.err.strip()
    for each in said:
        assert each in done.err
