"""The guide to the workspace does what it says, line by line, on a real PostgreSQL."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.admin_running import Admin, admin, process
from tests.docs.test_blocks import blocks
from tests.servers.databases import on_postgresql
from tests.servers.postgresql import PostgreSQL

__all__ = ["admin", "process"]
PASSWORD = "choose-a-password"
OWN_PROCESS = ({"keys", "new"}, {"people", "accept"})
"""Commands run by a process of their own; the others by this one, which starts once."""


@pytest.fixture
def settings(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return no settings but a folder: the guide makes the others."""
    for name in (
        "MINDZIE_WORKSPACE",
        "MINDZIE_STORAGE",
        "MINDZIE_KEYS",
        "MINDZIE_KEY_FILE",
        "MINDZIE_API_KEY",
    ):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("MINDZIE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHONPATH", str(root))
    monkeypatch.chdir(tmp_path)
    return {"COLUMNS": "200"}


def make_database(server: PostgreSQL, statements: str) -> str:
    """Do what the guide has a superuser do, for a role of this test, and return the address."""
    for statement in filter(str.strip, statements.split(";")):
        here = statement.replace("ROLE mindzie ", "ROLE guide ").replace(
            "OWNER mindzie", "OWNER guide"
        )
        server.run(here)
    return server.url("mindzie", "guide", PASSWORD)


@pytest.fixture
def shell(admin: Admin, process: Admin) -> Callable[[str], str]:
    """Return what runs a line of the guide, and returns what is said."""
    return lambda line: run(line, admin, process)


def run(line: str, admin: Admin, process: Admin) -> str:
    """Run a line of ``mindzie admin`` as a shell does, and type what is asked for."""
    words = shlex.split(os.path.expandvars(line))
    assert words[:2] == ["mindzie", "admin"], f"Teach this test to run: {line}"
    arguments, file = words[2:], None
    if ">" in arguments:
        *arguments, sign, file = arguments
        assert sign == ">"
    given = ""
    if "accept" in arguments:
        given = Path("invitation.txt").read_text() + "a-password-of-a-person\n"
    alone = any(known <= set(arguments) for known in OWN_PROCESS)
    done = (process if alone else admin)(*arguments, given=given)
    assert done.code == 0, (line, done)
    if file is None:
        return done.out + done.err
    Path(file).write_text(done.out)
    return done.err


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """Set the mask of new files back, which the guide sets."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@on_postgresql
def test_the_guide_to_the_workspace(
    backend: str,
    postgresql: PostgreSQL,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    shell: Callable[[str], str],
) -> None:
    found = list(blocks(root / "docs" / "operators" / "workspace.md"))
    assert backend
    (made,) = [block.text for block in found if block.language == "sql"]
    script = "".join(block.text for block in found if block.language == "sh")
    for said, here in (
        (
            f"postgresql://mindzie:{PASSWORD}@db.example/mindzie",
            make_database(postgresql, made),
        ),
        ("/srv/mindzie", str(Path.cwd())),
    ):
        assert said in script
        script = script.replace(said, here)
    out = ""
    for line in filter(str.strip, script.splitlines()):
        if line.startswith("export MINDZIE_API_KEY="):
            continue  # the operator's own commands go on without it
        if line.startswith("export "):
            monkeypatch.setenv(*line.removeprefix("export ").split("=", 1))
        elif line.startswith("umask "):
            os.umask(int(line.split()[1], 8))
        elif line.startswith("mkdir "):
            subprocess.run(line, shell=True, check=True)
        else:
            out += shell(line)
    assert out.count("All is well.") == 3
    assert "Ada is one of acme now." in out
    assert re.search(r"\d+ entries, whole", out)
    assert "service_accounts.create" in Path("audit.csv").read_text()
    assert PASSWORD not in out
    monkeypatch.setenv("MINDZIE_API_KEY", Path("key.txt").read_text().strip())
    (program,) = [block.text for block in found if block.language == "python"]
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        exec(program, {})  # as a notebook does
    assert shown.getvalue() == "service night import\n"
    assert Path("backups/monday/backup.json").exists()
