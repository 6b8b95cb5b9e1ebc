"""A file that is locked, read-only, damaged or without room: an error that says so, and nothing half done."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text, update

from mindzie.core.errors import StoreError
from mindzie.store import database as database_module
from mindzie.store.database import Database, Scope
from mindzie.store.models import Project
from mindzie.store.upgrade import state, upgrade
from tests.store.filling import fill, rows
from tests.store.refusals import refused

HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""
NOBODY = 65534


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Have another process hold the lock of the writer."""
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield
        process.communicate()


@contextmanager
def unprivileged() -> Iterator[None]:
    """Be somebody whom permissions hold, as root is not."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder that everybody may reach."""
    path = Path(tempfile.mkdtemp())
    path.chmod(0o755)
    if os.geteuid() == 0:
        os.chown(path, NOBODY, NOBODY)
    yield path
    path.chmod(0o755)
    shutil.rmtree(path)


@pytest.fixture
def filled(folder: Path, sqlite_template: Path) -> tuple[Path, UUID]:
    """Return a database file of that folder with a tenant in it."""
    path = folder / "workspace.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    tenant = fill(database, "one")["tenants"]
    database.close()
    if os.geteuid() == 0:
        os.chown(path, NOBODY, NOBODY)
    return path, tenant


def change(database: Database, tenant: UUID) -> None:
    with database.writing(Scope(tenant)) as session:
        session.execute(update(Project).values(description="changed"))


def description(database: Database, tenant: UUID) -> str | None:
    with database.reading(Scope(tenant)) as session:
        return session.scalars(select(Project.description)).one()


def test_locked_by_another_process_it_says_so_and_can_be_read(
    filled: tuple[Path, UUID],
    opened: Callable[..., Database],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(database_module, "WAIT_SECONDS", 1)
    path, tenant = filled
    database = opened(f"sqlite:///{path}")
    with held(path):
        with refused(StoreError, "busy with another writer: try again"):
            change(database, tenant)
        assert description(database, tenant) != "changed"
    change(database, tenant)
    assert description(database, tenant) == "changed"


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_read_only_place_is_said(
    filled: tuple[Path, UUID], opened: Callable[..., Database], what: str
) -> None:
    path, tenant = filled
    place = path if what == "file" else path.parent
    place.chmod(0o444 if what == "file" else 0o555)
    before = path.read_bytes()
    with unprivileged():
        database = opened(f"sqlite:///{path}")
        with refused(StoreError, "is read-only: give its folder|cannot be opened: see that"):
            change(database, tenant)
        database.close()
    assert path.read_bytes() == before
    for place in (path.parent, *path.parent.iterdir()):
        place.chmod(0o755)
    with unprivileged():
        change(database, tenant)
        assert description(database, tenant) == "changed"
        database.close()


def test_a_folder_that_cannot_be_made_is_said(folder: Path) -> None:
    (folder / "file").touch()
    with refused(StoreError, "cannot be made .*: choose another"):
        Database(f"sqlite:///{folder / 'file' / 'workspace.db'}")
    folder.chmod(0o555)
    with unprivileged(), refused(StoreError, "cannot be made .*Permission denied"):
        Database(f"sqlite:///{folder / 'new' / 'workspace.db'}")


@contextmanager
def small_disk(database: Database, folder: Path) -> Iterator[None]:
    """Let the database's folder have little room: a small disk where root may mount, else a limit of pages."""
    with database.engine.connect() as connection:
        pages = connection.scalar(text("PRAGMA page_count"))
    database.close()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={(pages + 40) * 4096}", "tmpfs", folder],
        capture_output=True,
    )
    if mounted.returncode:
        with database.engine.connect() as connection:
            connection.execute(text(f"PRAGMA max_page_count = {pages + 20}"))
        yield
        return
    try:
        yield
    finally:
        database.close()
        subprocess.run(["umount", folder], check=True)


def test_a_full_disk_is_said_and_what_was_there_remains(
    tmp_path: Path, sqlite_template: Path, opened: Callable[..., Database]
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    path = disk / "workspace.db"
    shutil.copy(sqlite_template, path)
    database = opened(f"sqlite:///{path}")
    tenant = fill(database, "one")["tenants"]
    database.close()
    aside = tmp_path / "aside.db"
    shutil.copy(path, aside)
    with small_disk(database, disk):
        shutil.copy(aside, path)
        before = rows(database)
        with (
            refused(StoreError, "no space left, or its disk fails: make room"),
            database.writing(Scope(tenant)) as session,
        ):
            for number in range(200):
                session.add(Project(name=f"large {number}", description="x" * 100_000))
                session.flush()
        assert rows(database) == before
        change(database, tenant)
        assert description(database, tenant) == "changed"


@pytest.mark.parametrize("content", [b"not a database, but a letter " * 400, b"\x00" * 9000])
def test_a_file_that_is_no_database_is_said_and_left_alone(
    tmp_path: Path, opened: Callable[..., Database], content: bytes
) -> None:
    path = tmp_path / "workspace.db"
    path.write_bytes(content)
    database = opened(f"sqlite:///{path}")
    for act in (state, upgrade):
        with refused(StoreError, "is damaged: restore a backup"):
            act(database)
    assert path.read_bytes() == content


def test_a_damaged_file_is_said(filled: tuple[Path, UUID], opened: Callable[..., Database]) -> None:
    path, _ = filled
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    database = opened(f"sqlite:///{path}")
    with refused(StoreError, "is damaged"), database.reading(Scope(uuid4())) as session:
        session.scalars(select(Project)).all()
