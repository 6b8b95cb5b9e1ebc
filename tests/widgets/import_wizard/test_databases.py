"""From a table of a database to a log: what is offered, refused, and never told."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest
import yaml
from pydantic import SecretStr

import mindzie as mz
from mindzie.core.errors import ForbiddenError, SettingError
from mindzie.ingest.jobs import ImportPlan, import_log
from mindzie.widgets.import_wizard.databases import VARIABLE, Databases
from mindzie.widgets.import_wizard.folder import Folder
from tests.servers import postgresql as server
from tests.widgets.import_wizard.browser import Browser

ROWS = [("0012", "Register", "2025-03-01 09:00:00", "Ana"), ("0012", "Pay", "2025-03-13 10:00:00", "Ben")]  # fmt: skip


@pytest.fixture
def orders(tmp_path):
    path = tmp_path / "orders.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE events (claim TEXT, step TEXT, happened TIMESTAMP, who TEXT)")  # fmt: skip
        connection.execute("CREATE TABLE people (name TEXT)")
        connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?)", ROWS)
    connection.close()
    return path


@pytest.fixture
def own(monkeypatch):
    """Be a notebook whose reader may run code."""
    monkeypatch.setenv("JPY_SESSION_NAME", "a.ipynb")
    monkeypatch.delenv("SERVER_SOFTWARE", raising=False)


def browser(**settings):
    return Browser(mz.ImportWizard(**settings))


def ran(code: str) -> mz.EventLog:
    names: dict[str, object] = {}
    exec(code, names)
    return names["log"]


def test_a_table_becomes_a_log_by_choosing(own, orders):
    page = browser()
    assert page.shown["offers"]["databases"] is True
    offer = page.do(do="databases")
    assert {"id": "sqlite", "label": "SQLite", "url": "sqlite:///PATH"} in offer["kinds"]
    found = page.do(do="connect", address=f"sqlite:///{orders}")
    assert found["tables"] == ["events", "people"]
    assert 0 <= found["seconds"] < 60
    assert page.do(do="tables", place="main") == ["events", "people"]
    glance = page.do(do="glance", table="events")
    assert [column["name"] for column in glance["columns"]] == ["claim", "step", "happened", "who"]
    assert glance["rows"][1] == ["0012", "Pay", "2025-03-13 10:00:00", "Ben"]
    page.do(do="table", table="events")
    assert page.shown["step"] == "columns"
    assert page.shown["source"]["label"] == "events"
    assert page.shown["plan"]["roles"]["case"] == "claim"
    page.do(do="import")
    log = page.wizard.log
    assert (log.case_count, log.event_count) == (1, 2)
    assert ran(page.do(do="code")).fingerprint == log.fingerprint
    plan = ImportPlan.load(yaml.safe_load(page.do(do="yaml")["text"]))
    assert import_log(plan).fingerprint == log.fingerprint


def test_a_query_becomes_a_log(own, orders):
    page = browser()
    page.do(do="connect", address=f"sqlite:///{orders}")
    query = "SELECT * FROM events WHERE who = 'Ana'"
    assert len(page.do(do="glance", query=query)["rows"]) == 1
    page.do(do="table", query=query)
    page.do(do="import")
    assert page.wizard.log.event_count == 1
    assert ran(page.do(do="code")).fingerprint == page.wizard.log.fingerprint


def test_python_chooses_a_table(orders):
    source = mz.connect("sqlite", database=orders)
    wizard = mz.ImportWizard()
    wizard.choose(source, "events")
    wizard.run()
    assert wizard.log.event_count == 2
    assert "log = source.read(" in wizard.code
    assert "connect(" not in wizard.code
    with pytest.raises(SettingError, match="connected to by Python"):
        _ = wizard.yaml
    with pytest.raises(SettingError, match="either table="):
        wizard.choose(source)
    with pytest.raises(SettingError, match="are for databases"):
        wizard.choose("orders.csv", "events")


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"do": "glance", "table": "events"}, "Connect to a database first"),
        ({"do": "table", "table": "events", "query": "SELECT 1"}, "either table or query"),
        ({"do": "table", "table": "events"}, "Connect to a database first"),
        ({"do": "connect", "address": "kafka://broker/topic"}, "no kind of database"),
        ({"do": "connect", "address": "no address"}, "no kind of database"),
        ({"do": "connect", "address": "sqlite:////gone/x.db"}, "There is no file"),
        (
            {"do": "connect", "address": "postgresql://a@127.0.0.1:1/b"},
            "check the host and the port,",
        ),
        ({"do": "connect", "name": "erp"}, "no connector 'erp'"),
        ({"do": "connect", "address": "postgresql://h/d?password=x1y2"}, "looks like a password"),
    ],
)
def test_what_cannot_be_done_is_said(own, message, said):
    page = browser()
    assert said in page.ask(**message)["error"]
    assert page.shown["step"] == "source"


def test_only_reading_queries_are_taken(own, orders):
    page = browser()
    page.do(do="connect", address=f"sqlite:///{orders}")
    assert "only read" in page.ask(do="glance", query="DELETE FROM events")["error"]
    page.do(do="table", query="DROP TABLE events")
    assert "only read" in page.shown["troubles"][0]["message"]
    assert len(page.do(do="glance", table="events")["rows"]) == 2


def test_a_published_page_offers_no_database(orders):
    page = browser()
    assert page.shown["offers"]["databases"] is False
    assert "not taken here" in page.ask(do="connect", address=f"sqlite:///{orders}")["error"]
    assert page.do(do="databases") == {"kinds": [], "names": [], "note": ""}


def test_a_published_page_offers_what_its_author_says(orders):
    source = mz.connect("sqlite", database=orders)
    page = browser(databases=[source])
    assert page.do(do="databases") == {"kinds": [], "names": [source.name], "note": ""}
    assert "not taken here" in page.ask(do="connect", address=f"sqlite:///{orders}")["error"]
    page.do(do="connect", name=source.name)
    page.do(do="table", table="events")
    assert page.shown["preview"]["figures"]["events"] == 2
    with pytest.raises(SettingError, match="databases= takes"):
        mz.ImportWizard(databases=["erp"])


def test_files_of_a_server_are_not_for_readers_of_its_pages(orders, tmp_path):
    page = browser(databases=True)
    assert "Files are not chosen here" in page.ask(do="connect", address=f"sqlite:///{orders}")["error"]  # fmt: skip
    (tmp_path / "open").mkdir()
    inside = Databases(True, Folder(tmp_path / "open"))
    with pytest.raises(ForbiddenError, match="no file"):
        inside.connect_to(f"sqlite:///{orders}", None)
    orders.rename(tmp_path / "open" / "orders.db")
    assert inside.connect_to("sqlite:///orders.db", None)["tables"] == ["events", "people"]


def test_connectors_of_the_workspace_are_offered(own, orders, tmp_path, monkeypatch):
    monkeypatch.setenv("MINDZIE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MINDZIE_WORKSPACE", raising=False)
    page = browser()
    assert page.do(do="databases")["names"] == []
    assert not (tmp_path / "home").exists()
    project = mz.workspace().projects.create("claims")
    project.connectors.create("claims db", kind="sqlite", settings={"database": str(orders)})
    project.connectors.create("events", kind="kafka", settings={"host": "broker"})
    assert page.do(do="databases")["names"] == ["claims db"]
    page.do(do="connect", name="claims db")
    page.do(do="table", table="events")
    page.do(do="import")
    code = page.do(do="code")
    assert "mz.connect(mz.workspace().connectors['claims db'])" in code
    assert ran(code).fingerprint == page.wizard.log.fingerprint
    plan = ImportPlan.load(yaml.safe_load(page.do(do="yaml")["text"]))
    assert plan.source.connector == "claims db"
    assert import_log(plan, workspace=mz.workspace()).fingerprint == page.wizard.log.fingerprint
    assert browser(databases=True).do(do="databases")["names"] == ["claims db"]
    monkeypatch.setenv("VOILA_BASE_URL", "/")
    assert browser(databases=True).do(do="databases")["names"] == []


def test_a_password_is_told_to_nobody(own, postgresql, monkeypatch, caplog):
    postgresql.create("wizard")
    try:
        _no_word_of_it(postgresql.port, monkeypatch, caplog)
    finally:
        postgresql.drop("wizard")


def _no_word_of_it(port, monkeypatch, caplog):
    import psycopg

    where = f"127.0.0.1:{port}/wizard"
    address = f"postgresql://{server.ROLE}:{server.PASSWORD}@{where}"
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE events (claim TEXT, step TEXT, happened TIMESTAMP, who TEXT)")  # fmt: skip
        connection.cursor().executemany("INSERT INTO events VALUES (%s, %s, %s, %s)", ROWS)
    page = browser()
    wrong = "hunter2-is-wrong"
    refused = page.ask(do="connect", address=f"postgresql://{server.ROLE}@{where}", password=wrong)
    assert "refuses the user or the password" in refused["error"]
    found = page.do(do="connect", address=address)
    assert found["address"] == f"postgresql://{server.ROLE}@{where}"
    page.do(do="table", table="events", place="public")
    page.do(do="import")
    code, described = page.do(do="code"), page.do(do="yaml")["text"]
    assert f"password=SecretStr(os.environ['{VARIABLE}'])" in code
    monkeypatch.setenv(VARIABLE, server.PASSWORD)
    assert ran(code).fingerprint == page.wizard.log.fingerprint
    plan = ImportPlan.load(yaml.safe_load(described))
    assert import_log(plan).fingerprint == page.wizard.log.fingerprint
    wizard = page.wizard
    kept = [page.heard, repr(wizard), str(wizard.get_state()), code, described, caplog.text]
    kept += [repr(vars(wizard)), repr(wizard._sources), str(wizard.log.manifest)]
    assert wizard.asked is None
    for text in kept:
        assert server.PASSWORD not in text
        assert wrong not in text


def test_secrets_are_hidden_in_messages():
    from mindzie.widgets.import_wizard.messages import read_message

    message = read_message({"do": "connect", "address": "x", "password": "pw-1"})
    assert message.password == SecretStr("pw-1")
    assert "pw-1" not in repr(message)
    with pytest.raises(SettingError) as refused:
        read_message({"do": "connect", "address": "x", "password": "pw-1", "more": 1})
    assert "pw-1" not in str(refused.value)


def test_nothing_is_made_where_nothing_is_looked_for(own, tmp_path, monkeypatch):
    monkeypatch.setenv("MINDZIE_HOME", str(tmp_path / "home"))
    browser().do(do="databases")
    assert list(Path(tmp_path).iterdir()) == []


def test_missing_packages_are_said(own, orders, monkeypatch):
    from mindzie.widgets.import_wizard import databases

    monkeypatch.setattr(databases, "find_spec", lambda _name: None)
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    monkeypatch.setenv("MINDZIE_WORKSPACE", "sqlite:///workspace.db")
    page = browser()
    offer = page.do(do="databases")
    assert offer["names"] == []
    assert "mindzie[workspace]" in offer["note"]
    refused = page.ask(do="connect", address=f"sqlite:///{orders}")["error"]
    assert "mindzie[connectors]" in refused
