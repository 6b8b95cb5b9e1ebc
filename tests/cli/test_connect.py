"""`mindzie connect`: databases from the command line, passwords never among its arguments."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys

import pytest

import mindzie as mz
from tests.ingest.feeds.api import serving
from tests.servers.mariadb import PASSWORD, ROLE


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "claims.db"
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("CREATE TABLE events (claim TEXT, step TEXT, happened TIMESTAMP)")
        connection.execute("INSERT INTO events VALUES ('0012', 'Register', '2025-03-01 09:00:00')")
        connection.execute("INSERT INTO events VALUES ('0013', 'Register', '2025-03-02 09:00:00')")
    connection.close()
    return path


def connect(*arguments, given="", **environment):
    return subprocess.run(
        [sys.executable, "-m", "mindzie", "connect", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        input=given,
        env={**os.environ, **environment},
    )


def test_a_file_is_looked_into(path):
    url = f"sqlite:///{path}"
    assert connect("test", url).stdout.startswith("It answers, after ")
    assert connect("schemas", url).stdout == "main\n"
    assert json.loads(connect("tables", url, "--json").stdout) == ["events"]
    assert connect("columns", url, "events").stdout.splitlines()[2].split() == [
        "happened",
        "date",
        "TIMESTAMP",
    ]
    query = "SELECT claim FROM events WHERE claim = :claim"
    rows = connect("preview", url, query, "-p", "claim=0013", "--json")
    assert json.loads(rows.stdout) == [{"claim": "0013"}]
    assert "Register" in connect("preview", url, "events", "--rows", "1").stdout


def test_what_is_wrong_is_one_paragraph(path):
    done = connect("preview", f"sqlite:///{path}", "evnts")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Did you mean 'events'" in done.stderr
    assert "Traceback" not in done.stderr
    done = connect("test", "oracle://reader@h/x", MINDZIE_SOURCE_PASSWORD="geheim")
    assert "pip install 'mindzie[oracle]'" in done.stderr
    assert "geheim" not in done.stderr


def test_kinds_are_listed_with_what_is_missing():
    rows = {row["id"]: row for row in json.loads(connect("kinds", "--json").stdout)}
    assert len(rows) == 17 + 4
    assert rows["kafka"]["url"].startswith("kafka://")
    assert rows["rest"]["missing"] == ""
    assert rows["postgresql"]["missing"] == ""
    assert rows["teradata"]["missing"] == "pip install 'mindzie[teradata]'"
    assert "sqlite:///PATH" in connect("kinds").stdout


def test_a_password_comes_from_the_environment_or_is_asked_for(mariadb):
    mariadb.create("command_line")
    url = f"mariadb://{ROLE}@127.0.0.1:{mariadb.port}/command_line"
    assert connect("test", url, MINDZIE_SOURCE_PASSWORD=PASSWORD).returncode == 0
    assert connect("test", url, given=f"{PASSWORD}\n").returncode == 0
    wrong = connect("test", url, MINDZIE_SOURCE_PASSWORD="canary-wrong")
    assert wrong.returncode == 2
    assert "refuses the user or the password" in wrong.stderr
    assert "canary" not in wrong.stderr + wrong.stdout
    said = connect("test", url.replace("@", ":canary-argument@", 1))
    assert "Leave the password out" in said.stderr
    assert "canary" not in said.stderr


def test_a_connector_of_the_workspace_is_used_by_name(path, tmp_path):
    address = f"sqlite:///{tmp_path / 'workspace.db'}"
    ws = mz.workspace(address)
    project = ws.projects.create("claims")
    project.connectors.create("files", kind="sqlite", settings={"database": str(path)})
    done = connect("tables", "files", MINDZIE_WORKSPACE=address)
    assert done.stdout == "events\n", done.stderr
    missing = connect("tables", "fils", "--workspace", address)
    assert missing.returncode == 2
    assert "files" in missing.stderr


def test_an_api_is_looked_into_without_its_key_among_the_arguments():
    with serving() as api:
        api.answer = lambda request: {
            "items": [{"claim": "1", "key": request.headers.get("X-Api-Key", "none")}]
        }
        told = ("--option", "auth=header", "--json")
        given = {"MINDZIE_SOURCE_PASSWORD": "geheim", "NO_PROXY": "127.0.0.1"}
        done = connect("preview", f"rest+{api.url}", "claims", *told, **given)
        assert json.loads(done.stdout) == [{"claim": "1", "key": "geheim"}]
        assert connect("test", api.url, **given).stdout.startswith("It answers")
        assert api.requests[0].path == "/v1/claims"
        done = connect("columns", api.url, "claims", "-o", "pagging=none", **given)
        assert "Did you mean 'paging'" in done.stderr
