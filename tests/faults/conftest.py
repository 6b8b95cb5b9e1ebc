"""A workspace with a version, and logs and files to bring in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.faults.office import TEN, Office, small

MEMORY = Path("/dev/shm")


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """Return a folder in memory where there is one: a program that is killed loses nothing more there than on a disk."""
    if not MEMORY.is_dir():
        yield tmp_path
        return
    with TemporaryDirectory(dir=MEMORY, prefix="mindzie-") as folder:
        yield Path(folder)


@pytest.fixture(autouse=True)
def no_keys_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the workspace make its own keys, unless a test gives some."""
    for name in ("MINDZIE_KEYS", "MINDZIE_KEY_FILE", "MINDZIE_WORKSPACE", "MINDZIE_STORAGE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def office(store_url: str, tmp_path: Path) -> Iterator[Office]:
    """Return a workspace with a data set of one version."""
    found = Office(store_url, tmp_path)
    found.set_up(small(10))
    yield found
    found.close()


@pytest.fixture
def ten(store_url: str, tmp_path: Path) -> Iterator[Office]:
    """Return a workspace with ten data sets of one version."""
    found = Office(store_url, tmp_path)
    found.set_up(small(10), TEN)
    yield found
    found.close()


@pytest.fixture(scope="session")
def logs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return two logs to publish in turn, as folders."""
    folder = tmp_path_factory.mktemp("logs")
    return small(20).save(folder / "20"), small(30).save(folder / "30")


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return two files to import in turn."""
    folder = tmp_path_factory.mktemp("files")
    return _written(folder / "20.csv", 20), _written(folder / "30.csv", 30)


def _written(path: Path, cases: int) -> Path:
    rows = [
        f"{case},{activity},2024-03-{day:02} 08:00:00"
        for case in range(cases)
        for day, activity in enumerate(("Receive order", "Ship", "Send invoice"), 1)
    ]
    path.write_text("\n".join(["case,activity,time", *rows]), encoding="utf-8")
    return path
