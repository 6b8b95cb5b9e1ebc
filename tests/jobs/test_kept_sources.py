"""What a connector that a workspace keeps may not read: with the worker's own rights, in its networks, the workspace itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from mindzie.access.datasets import Dataset
from mindzie.access.identity import Identity
from mindzie.access.installation import Installation
from mindzie.access.keyring import as_text, new_key
from mindzie.access.work import Connector
from mindzie.access.workspace import Workspace
from mindzie.core.errors import MindzieError, SettingError, SourceError
from mindzie.ingest.connectors import KINDS, connect
from mindzie.ingest.connectors.guard import Guard
from mindzie.ingest.connectors.kept import guard_of
from mindzie.ingest.connectors.kinds import Kind
from mindzie.ingest.jobs.worker import work_off
from tests.faults.office import Office
from tests.servers.databases import on_postgresql, on_sqlite
from tests.servers.mariadb import MariaDB
from tests.servers.postgresql import PASSWORD, ROLE, PostgreSQL

Making = Callable[..., Connector]
GUARD = Guard(sa.make_url("sqlite:////srv/workspace.db"), "/srv/snapshots", lambda _: True)
QUERY = "WITH a AS MATERIALIZED (SELECT set_config('mindzie.operator', 'on', true) s) SELECT p.id::text AS c, p.name AS a, p.created_at AS t FROM a, projects p"
MAPPING = {"roles": {"case": "c", "activity": "a", "timestamp": "t"}}
ROWS = "CREATE TABLE events AS SELECT 'a' AS c, 'Pay' AS a, TIMESTAMP '2025-01-01' AS t"


@pytest.fixture(autouse=True)
def own_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let connectors reach the servers of the tests."""
    monkeypatch.setenv("MINDZIE_SOURCE_HOSTS", "127.0.0.0/8, ::1")


@pytest.fixture(autouse=True)
def keys(no_keys_given: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a workspace on a server the keys that it does not make itself."""
    monkeypatch.setenv("MINDZIE_KEYS", as_text(new_key()))


@pytest.fixture
def making(ws: Workspace) -> Making:
    """Return what makes connectors."""

    def make(kind: str = "postgresql", secret: str = "", **settings: Any) -> Connector:
        connectors = ws.projects["Sales"].connectors
        kept = ws.secrets.keep(f"of {len(connectors)}", secret) if secret else None
        name = f"made {len(connectors)}"
        return connectors.create(name, kind=kind, settings=settings, secret_id=kept)

    return make


@pytest.fixture
def erp(postgresql: PostgreSQL) -> dict[str, Any]:
    """Return the settings of a database of a source, in which the role of the workspace is at home."""
    url = postgresql.create("kept_erp")
    with psycopg.connect(url) as connection:
        connection.execute(ROWS)
    yield {"host": "127.0.0.1", "port": postgresql.port, "user": ROLE, "database": "kept_erp"}
    postgresql.drop("kept_erp")


def by_variable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)


def by_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "passwords"
    path.touch(0o600)
    path.write_text(f"*:*:*:*:{PASSWORD}\n", "utf-8")
    monkeypatch.setenv("PGPASSFILE", str(path))


def by_service(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "services"
    path.write_text(f"[own]\npassword={PASSWORD}\n", "utf-8")
    monkeypatch.setenv("PGSERVICEFILE", str(path))
    monkeypatch.setenv("PGSERVICE", "own")


@on_sqlite
@pytest.mark.parametrize("lies", [by_variable, by_file, by_service])
def test_nothing_of_the_machine_signs_a_kept_connector_in(
    making: Making, erp: dict[str, Any], lies: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lies(tmp_path, monkeypatch)
    # a person's own, in a notebook, takes what the person has
    assert connect("postgresql", **erp).read("events", **MAPPING["roles"]).case_count == 1
    for ask in (lambda s: s.test(), lambda s: s.read("events", **MAPPING["roles"])):
        with pytest.raises(SourceError, match="refuses the user or the password"):
            ask(connect(making(**erp)))
    assert connect(making(secret=PASSWORD, **erp)).preview("events").height == 1
    log = connect(making(secret=PASSWORD, **erp)).read("events", **MAPPING["roles"])
    assert log.case_count == 1


@on_sqlite
def test_whole_columns_are_not_read_with_the_passwords_of_the_machine(
    making: Making, erp: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from adbc_driver_postgresql import dbapi

    from mindzie.ingest.connectors import streams

    source: Any = connect(making(**erp))
    monkeypatch.setenv("PGPASSWORD", PASSWORD)

    class Asked:
        sessions = source._sessions

    with pytest.raises(dbapi.OperationalError, match="no password supplied"):
        dbapi.connect(streams._address(Asked()))  # type: ignore[arg-type]


@on_postgresql
def test_no_developer_reads_the_workspace_through_its_worker(
    ws: Workspace, orders: Dataset, making: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = ws._door.database.url
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    said = {"host": own.host, "port": own.port, "user": ROLE, "database": own.database}
    for secret, host in (("", "127.0.0.1"), (PASSWORD, "127.0.0.1"), (PASSWORD, "localhost")):
        made = making(secret=secret, **{**said, "host": host})
        orders.request_import({"query": QUERY, "mapping": MAPPING}, connector=made)
        (job,) = work_off(ws)
        assert job.state == "failed"
        assert "belongs to a workspace" in job.error
    assert list(orders.versions) == []


@on_sqlite
def test_a_database_that_holds_a_workspace_is_no_source_under_any_address(
    making: Making, postgresql: PostgreSQL, postgresql_template: str, tmp_path: Path
) -> None:
    postgresql.create("kept_copy", postgresql_template)
    said = {"host": "127.0.0.1", "port": postgresql.port, "user": ROLE, "database": "kept_copy"}
    with pytest.raises(SourceError, match="belongs to a workspace"):
        connect(making(secret=PASSWORD, **said)).preview("tenants")
    postgresql.drop("kept_copy")


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    *(
        ("postgresql", {"host": "h", "user": "u", "options": {name: "x"}}, f"option {name!r}|{name}")
        for name in ("options", "service", "passfile", "host", "hostaddr", "sslkey", "sslcert", "user", "password_", "dbname")
    ),
    ("postgresql", {"url": "postgresql://u@h/d?options=-c%20a%3Db"}, "options"),
    ("sqlite", {"url": "postgresql://u@h/d?service=own"}, "service"),
    ("postgresql", {"user": "u", "database": "d"}, "needs one host"),
    ("postgresql", {"host": "/run/postgresql", "user": "u"}, "needs one host"),
    ("postgresql", {"host": "h,127.0.0.1", "user": "u"}, "needs one host"),
    ("postgresql", {"host": "h", "database": "d"}, "needs a user"),
    ("postgresql", {"host": "h", "user": "u", "database": "service=own"}, "signs that no"),
    ("mysql", {"host": "h", "user": "u", "options": {"read_default_file": "/x"}}, "read_default_file"),
    ("mariadb", {"host": "h", "user": "u", "options": {"unix_socket": "/x"}}, "unix_socket"),
    ("mariadb", {"host": "h", "user": "u", "options": {"ssl_key": "/x"}}, "ssl_key"),
    ("sqlite", {"database": "x.db", "options": {"mode": "rw"}}, "is a file"),
    ("kinesis", {"url": "kinesis://eu-central-1/t"}, "a key of its own"),
    ("kinesis", {"host": "eu-central-1", "database": "t", "user": ""}, "a key of its own"),
    ("postgresql", {"host": "h", "user": "u", "options": "x"}, "no object"),
    ("postgresql", {"host": ["h"], "user": "u"}, "no text"),
    ("postgresql", {"host": "h", "user": "u", "options": {"sslmode": 1}}, "no texts"),
]  # fmt: skip


@on_sqlite
@pytest.mark.parametrize(("kind", "settings", "said"), REFUSED)
def test_a_kept_connector_says_nothing_but_where_its_source_is(
    making: Making, kind: str, settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(MindzieError, match=said):
        connect(making(kind, **settings))


@pytest.mark.parametrize("kind", [k for k in KINDS if not k.is_file], ids=lambda kind: kind.id)
def test_each_kind_needs_what_it_would_else_take_from_the_machine(kind: Kind) -> None:
    bare = sa.URL.create(kind.driver, username="u", host="h")
    if kind.signs == "bare":
        assert GUARD.checked(kind, bare) == bare
    else:
        with pytest.raises(SettingError, match=r"secret with the password|rights of the machine"):
            GUARD.checked(kind, bare)
    whole = bare.set(password="p")
    if kind.signs == "machine":
        with pytest.raises(SettingError, match="rights of the machine"):
            GUARD.checked(kind, whole)
    else:
        assert GUARD.checked(kind, whole) == whole
    with pytest.raises(SettingError):
        GUARD.checked(kind, sa.URL.create(kind.driver, host="h", password="p"))


@on_sqlite
def test_databases_in_private_networks_are_the_operators_to_allow(
    ws: Workspace,
    making: Making,
    erp: dict[str, Any],
    mariadb: MariaDB,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tests.servers import mariadb as maria

    ws.service_accounts.create("somebody else's program")
    mariadb.create("kept_maria")
    said = {"host": "127.0.0.1", "port": mariadb.port, "user": maria.ROLE, "database": "kept_maria"}
    kept = [
        connect(making(secret=PASSWORD, **erp)),
        connect(making("mariadb", secret=maria.PASSWORD, **said)),
    ]
    for source in kept:
        assert source.test() > 0
    monkeypatch.delenv("MINDZIE_SOURCE_HOSTS")
    for source in kept:
        with pytest.raises(SourceError, match="MINDZIE_SOURCE_HOSTS="):
            source.test()
    # a name that means something else when it is called than when it was looked up
    found = connect(making("mariadb", secret=maria.PASSWORD, **said))
    monkeypatch.setattr("mindzie.ingest.connectors.guard.allowed_addresses", lambda *_, **__: ())
    with pytest.raises(SourceError, match="MINDZIE_SOURCE_HOSTS="):
        found.test()
    mariadb.run("DROP DATABASE kept_maria")


@on_sqlite
@pytest.mark.parametrize(
    "settings",
    [
        {"url": "kafka://[::1]/t"},
        {"url": "kafka://[::1]:9092/t"},
        {"host": "eu-central-1", "database": "t", "user": "k", "options": {"endpoint": "http://a@127.0.0.1/"}},
        {"host": "eu-central-1", "database": "t", "user": "k", "options": {"endpoint": "http://127.0.0.1/"}},
    ],
)  # fmt: skip
def test_no_way_to_write_a_private_address_goes_around_the_rule(
    ws: Workspace, making: Making, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MINDZIE_SOURCE_HOSTS")
    ws.service_accounts.create("somebody else's program")
    kind = "kafka" if "url" in settings else "kinesis"
    with pytest.raises(MindzieError, match=r"private network|must be of the form"):
        connect(making(kind, secret="s", **settings))


def test_a_workspace_of_ones_own_reaches_what_oneself_reaches(
    ws: Workspace, office: Office, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = backend == "sqlite"
    assert guard_of(ws._door).private == alone
    with office.place() as place:
        here = Installation(place)
        assert not guard_of(here.office("local")._door).private
        robot = ws.service_accounts.create("robot")
        assert not guard_of(ws._door).private
        robot.delete()
        assert guard_of(ws._door).private == alone
        here.create("acme")  # whose people would be others'
        here.enrol(Identity("acme", "local", "owner"), name="Eve")
        assert not guard_of(ws._door).private
        (eve,) = here.office("acme").users
        eve.stop()  # and may be let in again
        assert not guard_of(ws._door).private
