"""Canaries: secrets are put in by every way there is, and looked for wherever they must not come out."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import time
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pyotp
import pytest
from nbclient import NotebookClient
from sqlalchemy import inspect, text

from mindzie.access.accounts import sign_in
from mindzie.access.entrance import Place
from mindzie.access.installation import Installation
from mindzie.access.invitations import accept
from mindzie.access.keyring import as_text
from mindzie.access.keys import open_with_key
from mindzie.access.secrets import ring_of
from mindzie.access.workspace import Workspace
from mindzie.core.errors import MindzieError
from mindzie.store.database import Scope
from tests.access.installing import keys, place, tenant
from tests.servers.databases import on_postgresql
from tests.servers.postgresql import PASSWORD
from tests.store.filling import rows

__all__ = ["keys", "place"]
SECRETS = ("canary-first-secret", "canary-second-secret", "canary-refused-secret" * 5_000)
PASSWORDS = (
    "canary-first-password",
    "canary-second-password",
    "canary-third-password",
    "canary-short"[:11],
)


class Records(logging.Handler):
    """All that is logged by anybody, with what was given to be filled in."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(f"{self.format(record)} {record.args!r}")


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """Return what is logged, by SQLAlchemy with every row it reads too."""
    handler, names = (
        Records(),
        (None, "sqlalchemy", "sqlalchemy.engine", "sqlalchemy.pool", "psycopg"),
    )
    levels = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    logging.getLogger().addHandler(handler)
    yield handler.texts
    logging.getLogger().removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


class Canaries:
    """An installation in which every kind of secret was put in, right and wrong."""

    def __init__(self, place: Place) -> None:
        self.place, self.errors = place, list[BaseException]()
        self.ws = tenant(place)
        self.found = {*SECRETS, *PASSWORDS, PASSWORD}
        self.shown: list[Any] = [Installation(place), place, place.database, self.ws]
        self.keep()
        self.let_a_program_in()
        self.invite()
        self.found |= set(map(as_text, ring_of(place)._keys.values()))
        self.shown += [ring_of(place), self.ben, self.ben.account]

    def fails(self, act: Callable[[], object]) -> None:
        with pytest.raises(MindzieError) as caught:
            act()
        self.errors.append(caught.value)

    def keep(self) -> None:
        first, second, long = SECRETS
        kept = self.ws.secrets.keep("erp", first, "A system")
        kept.replace(second)
        self.fails(lambda: self.ws.secrets.keep("erp", second))
        self.fails(lambda: self.ws.secrets.keep("crm", long))
        self.fails(lambda: self.ws.secrets.keep("a" * 999, second))
        self.fails(lambda: kept.replace(long))
        self.fails(lambda: kept.change(value=second, name=5))
        project = self.ws.projects.create("Sales")
        for settings in ({"password": first}, {"url": f"postgresql://me:{first}@erp/db"}):
            self.fails(
                lambda settings=settings: project.connectors.create(
                    "c", kind="sql", settings=settings
                )
            )
        self.shown += [kept, project]

    def let_a_program_in(self) -> None:
        service = self.ws.service_accounts.create("night")
        key, other = service.new_key("prod"), service.new_key("stays")
        self.found |= {key, key.split("_", 2)[2], other, other.split("_", 2)[2]}
        open_with_key(key, self.place)
        self.shown += [service, service.keys, open_with_key(other, self.place)]
        self.fails(lambda: open_with_key(key[:-1] + "?", self.place))
        next(iter(service.keys)).revoke()
        self.fails(lambda: open_with_key(key, self.place))

    def invite(self) -> None:
        first, second, third, short = PASSWORDS
        token = self.ws.invite("ben@acme.example")
        self.found.add(token)
        self.fails(lambda: accept(token, name="Ben", password=short, url=self.place))
        who = accept(token, name="Ben", password=first, url=self.place)
        self.fails(lambda: accept(token, name="Ben", password=first, url=self.place))
        self.ben = Workspace.open(self.place, who)
        self.ben.account.change_password(first, second)
        self.fails(lambda: self.ben.account.change_password(first, second))
        self.fails(lambda: self.ben.account.change_password(second, short))
        address = self.ben.account.new_second_factor(second)
        word = pyotp.parse_uri(address).secret
        self.fails(lambda: self.ben.account.confirm_second_factor("000"))
        codes = self.ben.account.confirm_second_factor(pyotp.TOTP(word).now())
        self.found |= {word, address, *codes}
        sign_in("acme", "ben@acme.example", second, codes[0], url=self.place)
        self.fails(lambda: sign_in("acme", "ben@acme.example", second, codes[0], url=self.place))
        self.fails(lambda: sign_in("acme", "ben@acme.example", first, codes[1], url=self.place))
        self.ws.users["Ben"].reset_account(third)
        self.shown += [who, self.ws.users["Ben"], self.ws.invitations, *self.ws.invitations]

    def in_(self, text: str | bytes) -> list[str]:
        """Return the canaries that sing in a text."""
        if isinstance(text, str):
            return [each for each in self.found if each in text]
        return [each for each in self.found if each.encode() in text]


def test_no_secret_is_logged_told_shown_or_kept(
    logged: list[str], place: Place, tmp_path: Path
) -> None:
    birds = Canaries(place)
    assert len(birds.errors) == 16
    Installation(place).backup(tmp_path / "backup")
    exports = [birds.ws.audit.export("csv"), birds.ws.audit.export("json")]
    assert birds.in_("".join(logged)) == []
    assert any("BEGIN" in text for text in logged), "the log was kept"
    assert any("secrets.replace" in text for text in exports)
    assert birds.in_("".join(exports)) == []
    assert birds.in_(repr(rows(place.database))) == []
    for path in filter(Path.is_file, tmp_path.rglob("*")):
        if path.name != "keys":
            assert birds.in_(path.read_bytes()) == [], path
    for item in birds.shown:
        shows = [repr(item), str(item), getattr(item, "_repr_html_", str)()]
        shows += [str(item.to_json())] if hasattr(item, "to_json") else []
        assert birds.in_(" ".join(shows)) == [], item


@on_postgresql
def test_no_dump_of_the_server_holds_a_secret(place: Place) -> None:
    birds = Canaries(place)
    with place.database.reading(Scope(None)) as session:
        tables = inspect(session.bind).get_table_names()
        dump = "\n".join(
            line
            for name in tables
            for line in session.scalars(text(f"SELECT whole::text FROM {name} AS whole"))
        )
    assert len(tables) > 25
    assert all(said in dump for said in ("$argon2id$", "ben@acme.example", "secrets.replace"))
    raw = [*map(str.encode, birds.found), *ring_of(place)._keys.values()]
    for secret in raw:
        forms = secret.decode("latin-1"), secret.hex(), b64encode(secret).decode().rstrip("=")
        assert not [form for form in forms if form in dump]


def test_no_error_tells_a_secret_nor_does_what_caused_it(place: Place) -> None:
    birds = Canaries(place)
    for error in birds.errors:
        assert birds.in_("".join(traceback.format_exception(error))) == []
        for each in _behind(error):
            assert birds.in_(f"{each} {each!r} {vars(each)}") == [], repr(error)


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


CELLS = (
    "import os, mindzie as mz\nws = mz.workspace()\nws",
    "kept = ws.secrets.keep('erp', os.environ['CANARY'])\nkept",
    "display(ws.secrets, kept.to_json(), ws.users, vars(kept)['_row'], ws._door, vars(ws))",
    "ws.secrets.keep('erp', os.environ['CANARY'])",
    "kept.replace(os.environ['CANARY'] * 10_000)",
    "ws.projects.create('P').connectors.create('c', kind='sql', settings={'pwd': os.environ['CANARY']})",
    "ws.audit.entries()",
    "import logging\nlogging.basicConfig(level='DEBUG')\nkept.replace(os.environ['CANARY'])",
)


def test_no_notebook_shows_a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MINDZIE_WORKSPACE", "MINDZIE_STORAGE", "MINDZIE_KEYS", "MINDZIE_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MINDZIE_HOME", str(tmp_path))
    monkeypatch.setenv("CANARY", SECRETS[0])
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, timeout=120, kernel_name="python3", allow_errors=True).execute()
    text = json.dumps(notebook)
    assert text.count('"output_type": "error"') == 3
    assert "'erp'" in text
    assert "secrets.keep" in text
    assert SECRETS[0] not in text
    assert as_text((tmp_path / "keys").read_bytes())[:40] not in text
    key = (tmp_path / "keys").read_text().splitlines()[-1]
    assert key not in text


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc, as Linux has")
def test_no_list_of_processes_shows_a_secret(tmp_path: Path) -> None:
    environment = {**os.environ, "MINDZIE_HOME": str(tmp_path), "MINDZIE_KEYS": SECRETS[0]}
    asking = subprocess.Popen(
        [sys.executable, "-m", "mindzie", "admin", "people", "accept", "--name", "Ben"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    )
    assert asking.stdin is not None
    asking.stdin.write(f"{SECRETS[1]}\n".encode())
    asking.stdin.flush()
    until = time.monotonic() + 60
    while not (tmp_path / "workspace.db").exists() and time.monotonic() < until:
        time.sleep(0.05)
    line = Path(f"/proc/{asking.pid}/cmdline").read_bytes()
    children = Path(f"/proc/{asking.pid}/task/{asking.pid}/children").read_text().split()
    lines = [line, *(Path(f"/proc/{child}/cmdline").read_bytes() for child in children)]
    told = asking.communicate(PASSWORDS[0].encode())[1]
    assert asking.returncode == 2
    assert b"This invitation does not hold" in told
    assert not any(b"canary" in each for each in (*lines, told))
