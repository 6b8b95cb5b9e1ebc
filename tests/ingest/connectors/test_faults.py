"""What goes wrong at a real server, in our words and without its password."""

from __future__ import annotations

import io
import logging
import traceback

import pytest
from pydantic import SecretStr

import mindzie as mz
from mindzie.core.errors import SettingError, SourceError, UnknownNameError
from mindzie.ingest.connectors import connect
from tests.servers import mariadb as maria
from tests.servers import postgresql as postgres

CANARY = "canary @/:+%of mistakes"
SERVERS = ("postgresql_place", "mariadb_place")


@pytest.fixture(params=SERVERS)
def server(request):
    place = request.getfixturevalue(request.param)
    place.run("CREATE TABLE secret (id INTEGER)")
    return place


def told_by(work) -> str:
    """Return all that an error, its causes and its traceback tell."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    logging.getLogger().addHandler(handler)
    try:
        with pytest.raises(SourceError) as told:
            work()
    finally:
        logging.getLogger().removeHandler(handler)
    whole = "".join(traceback.format_exception(told.value)) + out.getvalue()
    assert told.value.__cause__ is None
    assert told.value.__context__ is None
    for secret in (CANARY, postgres.PASSWORD, maria.PASSWORD, "canary"):
        assert secret not in whole
    return str(told.value)


def test_a_wrong_password(server):
    words = told_by(server.source(password=SecretStr(CANARY)).test)
    assert "refuses the user or the password" in words


def test_an_unknown_database(server):
    words = told_by(server.source(database="nowhere").test)
    assert (
        "no database of that name" in words
        or "does not let this user" in words
        or "refuses" in words
    )


def test_nobody_listens(server):
    assert "does not answer" in told_by(server.source(port=1).test)


def test_an_unknown_host(server):
    words = told_by(server.source(host="no-such-host.invalid").test)
    assert "host" in words


def test_no_right_to_see(postgresql_place, postgresql):
    postgresql.run("CREATE TABLE hidden (id INTEGER)", str(postgresql_place.said["database"]))
    source = postgresql_place.source()
    assert "ask for the right" in told_by(lambda: source.preview("SELECT * FROM hidden"))


def test_the_server_goes_while_rows_come(server, request):
    name = server.kind
    server.run("CREATE TABLE many (id INTEGER)")
    server.run("INSERT INTO many VALUES " + ",".join(f"({n})" for n in range(1000)))
    big = "SELECT a.id AS c, b.id AS a, c.id AS t FROM many a, many b, many c"
    made = request.getfixturevalue(name)

    def cut(rows: int) -> None:
        if name == "postgresql":
            made.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'mindzie'"
            )
        else:
            made.run("KILL USER reader")

    assert "connection" in told_by(lambda: server.source().read(query=big, progress=cut))


def test_what_shows_itself_shows_no_password(server):
    source = server.source()
    assert "canary" not in repr(source) + str(source.name) + repr(vars(source))
    assert str(server.said["database"]) in repr(source)


def test_an_address_says_the_same(server):
    from urllib.parse import quote

    said = server.said
    password = quote(said["password"].get_secret_value(), safe="")
    url = f"{server.kind}://{said['user']}:{password}@127.0.0.1:{said['port']}/{said['database']}"
    assert connect(url).tables() == ("secret",)
    bare = url.replace(f":{password}@", "@")
    assert connect(bare, password=said["password"]).tables() == ("secret",)
    with pytest.raises(SettingError, match="leave host= out"):
        connect(url, host="127.0.0.1")


def test_a_plain_password_is_not_taken_and_not_repeated(server):
    with pytest.raises(SettingError) as told:
        server.source(password=CANARY)
    assert CANARY not in str(told.value)


def test_files_that_are_none(tmp_path):
    with pytest.raises(SourceError, match="There is no file"):
        connect("sqlite", database=tmp_path / "no.db").test()
    assert not (tmp_path / "no.db").exists()
    junk = tmp_path / "junk.db"
    junk.write_text("no database at all " * 100)
    for kind in ("sqlite", "duckdb"):
        with pytest.raises(SourceError, match=r"no file of this kind|cannot be opened"):
            connect(kind, database=junk).tables()


def test_duckdb_opens_no_other_file(duckdb_place, tmp_path):
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(SourceError, match="disabled"):
        duckdb_place.source().preview(f"SELECT * FROM '{tmp_path / 'other.csv'}'")


def test_a_connector_of_a_workspace_brings_its_secret(server, tmp_path, monkeypatch):
    monkeypatch.setenv("MINDZIE_SOURCE_HOSTS", "127.0.0.1")
    ws = mz.workspace(f"sqlite:///{tmp_path / 'workspace.db'}")
    said = dict(server.said)
    secret = ws.secrets.keep("database", said.pop("password").get_secret_value())
    project = ws.projects.create("claims")
    settings = dict(said)
    item = project.connectors.create(
        "source", kind=server.kind, settings=settings, secret_id=secret.id
    )
    assert connect(item).tables() == ("secret",)
    by_name = connect(server.kind, **said, password="database", workspace=ws)
    assert by_name.tables() == ("secret",)
    with pytest.raises(SettingError) as told:
        connect(server.kind, **said, password=CANARY, workspace=ws)
    assert CANARY not in str(told.value)
    with pytest.raises(SettingError, match="says it all"):
        connect(item, host="elsewhere")
    item.change(settings={**settings, "hots": "x"})
    with pytest.raises(UnknownNameError, match="hots"):
        connect(item.refresh())
    assert "canary" not in repr(item) + str(item.to_json())
