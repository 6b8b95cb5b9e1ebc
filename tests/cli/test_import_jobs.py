"""`mindzie import` by a YAML file, and `mindzie jobs`: all of it without a screen."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import mindzie as mz
from mindzie.cli.app import app
from mindzie.core.errors import MindzieError, NotFoundError, SettingError, SourceError
from mindzie.ingest.jobs import Progress
from mindzie.store.database import Scope
from mindzie.store.models import ImportJob as ImportRecord

ROWS = "order;step;time\n1;Pay;2025-01-01 10:00\n1;Ship;2025-01-02 11:00\n2;Pay;soon\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder with a workspace of its own."""
    for name in ("MINDZIE_WORKSPACE", "MINDZIE_STORAGE", "MINDZIE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MINDZIE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "orders.csv").write_text(ROWS)
    return tmp_path


def said(*words: str, code: int = 0) -> str:
    """Return what a command prints; its errors come out."""
    result = CliRunner().invoke(app, list(words))
    if isinstance(result.exception, MindzieError):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.stdout


def test_options_become_a_file_that_does_the_same(home: Path) -> None:
    words = ("import", "orders.csv", "--to", "out", "--case", "order", "--delimiter", ";")
    assert "mindzie import --config i.yaml does it" in said(*words, "--save-yaml", "i.yaml")
    assert not (home / "out").exists()
    assert (home / "i.yaml").read_text() == (
        "source:\n  file: orders.csv\nreading:\n  case: order\n  delimiter: ;\ntarget:\n  folder: out\n"
    )
    by_file = json.loads(said("import", "--config", "i.yaml", "--json"))
    by_options = json.loads(said("import", "orders.csv", "--to", "2", "--delimiter", ";", "--json"))
    assert by_file["fingerprint"] == by_options["fingerprint"]
    assert mz.open(home / "out").event_count == 2
    with pytest.raises(SettingError, match="exists already"):
        said("import", "i.yaml")
    other = json.loads(said("import", "i.yaml", "--to", "3", "--name", "Other", "--json"))
    assert other["name"] == "Other"


def test_a_file_elsewhere_names_the_log_in_full(home: Path) -> None:
    (home / "jobs").mkdir()
    said("import", "orders.csv", "--to", "out", "--save-yaml", "jobs/i.yaml")
    said("import", "jobs/i.yaml")
    assert (home / "out").is_dir()


def test_a_project_that_is_not_there_is_named_with_how_to_make_it(home: Path) -> None:
    with pytest.raises(NotFoundError, match=r"no project 'Buying'.*projects\.create\('Buying'\)"):
        said("import", "orders.csv", "--dataset", "orders", "--project", "Buying")


def test_a_mapping_by_file(home: Path) -> None:
    step = {"step": "computed_field", "name": "loud", "expression": "upper(step)"}
    (home / "m.json").write_text(json.dumps({"steps": [step]}))
    said("import", "orders.csv", "--to", "out", "--mapping", "m.json")
    assert "loud" in list(mz.open(home / "out").attributes.to_polars()["name"])


@pytest.mark.parametrize(
    ("words", "error", "what"),
    [
        ((), SettingError, "either a log, or --config"),
        (("orders.csv",), SettingError, "--to DIR, or --dataset"),
        (("orders.csv", "--to", "a", "--dataset", "b"), SettingError, "either folder or dataset"),
        (("none.yaml",), SourceError, "none.yaml cannot be read"),
        (("bad.yaml",), SettingError, "sauce is not known"),
        (("orders.csv", "--to", "a", "--most-rejected", "2"), SettingError, "at most 1"),
        (("orders.csv", "--dataset", "x", "--case", "no"), MindzieError, "no column .no."),
    ],
)
def test_what_is_wrong_is_said(
    home: Path, words: tuple[str, ...], error: type[MindzieError], what: str
) -> None:
    (home / "bad.yaml").write_text("source: {file: a.csv}\nsauce: 1\n")
    with pytest.raises(error, match=what):
        said("import", *words)
    assert {path.name for path in home.iterdir()} <= {"orders.csv", "bad.yaml", "home"}
    assert mz.workspace().datasets.names() == []


def listed() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(said("jobs", "list", "--json"))
    return found


def test_from_an_import_to_mended_rows(home: Path) -> None:
    out = said("import", "orders.csv", "--dataset", "orders")
    job = listed()[0]["id"]
    assert "Version 1 of the data set 'orders'" in out
    assert f"mindzie jobs rejected {job} --out rejected.csv" in out
    assert "version 1, 1 row rejected" in said("jobs", "list")
    assert json.loads(said("jobs", "show", job[-8:]))["progress"]["rows_rejected"] == 1
    assert said("jobs", "rejected", job).splitlines()[1].startswith("3,timestamp cannot be read")
    assert "1 row written" in said("jobs", "rejected", job, "--out", "r.csv")
    with pytest.raises(SettingError, match=r"r\.csv exists already"):
        said("jobs", "rejected", job, "--out", "r.csv")
    with pytest.raises(SettingError, match=r"no/r\.csv cannot be written"):
        said("jobs", "rejected", job, "--out", "no/r.csv")
    with pytest.raises(SourceError, match=r"no file 's\.csv'"):
        said("jobs", "rejected", job, "--mended", "s.csv")
    (home / "r.csv").write_text((home / "r.csv").read_text().replace("soon", "2025-01-03 12:00"))
    assert "version 2" in said("jobs", "rejected", job, "--mended", "r.csv")
    assert mz.workspace().datasets["orders"].log().event_count == 3
    last = listed()
    assert [each["state"] for each in last] == ["done", "done"]
    with pytest.raises(SettingError, match=f"mend those of the import {last[1]['id']}"):
        said("jobs", "rejected", job, "--mended", "r.csv")
    with pytest.raises(NotFoundError, match="rejected no row"):
        said("jobs", "rejected", last[1]["id"], "--out", "none.csv")
    assert len(listed()) == 2
    with pytest.raises(NotFoundError, match="0 imports end in '99999'"):
        said("jobs", "show", "99999")


def add_event(home: Path, number: int) -> None:
    with closing(sqlite3.connect(home / "erp.db")) as connection, connection:
        connection.execute("CREATE TABLE IF NOT EXISTS events (id, orders, step, happened)")
        values = (number, f"o{number}", "Pay", f"2025-01-0{number} 10:00:00")
        connection.execute("INSERT INTO events VALUES (?, ?, ?, ?)", values)


@pytest.mark.parametrize("source", ["{kind: sqlite, database: erp.db,", "{connector: erp,"])
def test_a_database_is_read_on_by_the_same_file(home: Path, source: str) -> None:
    add_event(home, 1)
    settings = {"database": str(home / "erp.db")}
    sales = mz.workspace().projects.create("Sales")
    sales.connectors.create("erp", kind="sqlite", settings=settings)
    (home / "i.yaml").write_text(
        f"source: {source} table: events}}\nincrements: {{cursor: id, key: [id]}}\n"
        "reading: {case: orders, activity: step, timestamp: happened}\n"
        "target: {dataset: events, project: Sales}\n"
    )
    assert "Version 1 of the data set 'events'" in said("import", "i.yaml")
    assert "Nothing is new. Version 1" in said("import", "--config", "i.yaml")
    add_event(home, 2)
    assert said("import", "i.yaml").startswith("Version 2")
    log = sales.datasets["events"].log()
    assert log.event_count == 2
    assert log.manifest.source["increment"]["added"] == 1


def test_of_a_running_import_the_list_says_how_far_it_is(home: Path) -> None:
    data = mz.workspace().projects.create("Sales").datasets.create("orders")
    job = data.request_import(home / "orders.csv")
    listed_meanwhile: list[str] = []

    def tell(progress: Progress) -> None:
        if progress.step == "check":
            with mz.workspace()._door.database.writing(Scope(job._door.tenant)) as session:
                stored = session.get_one(ImportRecord, job.id)
                stored.progress = progress.to_json() | {"of a later version": 1}
            listed_meanwhile.append(said("jobs", "list"))

    job.run(tell)
    assert "running    orders" in listed_meanwhile[0]
    assert "orders.csv: check: 3 rows, 1 rejected" in listed_meanwhile[0]


def test_waiting_jobs_are_worked_off_cancelled_and_tried_again(home: Path) -> None:
    data = mz.workspace().projects.create("Sales").datasets.create("orders")
    good, bad, not_wanted = (
        str(data.request_import({"file": name}).id) for name in ("orders.csv", "no.csv", "a.csv")
    )
    assert not_wanted in said("jobs", "cancel", not_wanted)
    out = said("jobs", "run", "--once", code=1)
    assert f"{good}  done" in out
    assert f"{bad}  failed" in out
    assert "no.csv" in said("jobs", "list", "--state", "failed")
    (home / "no.csv").write_text(ROWS.replace("Pay", "Bill"))
    assert f"{bad}  waiting" in said("jobs", "retry", bad)
    assert f"{bad}  done" in said("jobs", "run", bad)
    assert said("jobs", "run") == ""
    assert [job["state"] for job in listed()] == ["done", "done", "cancelled"]


def test_a_service_takes_what_comes_until_it_is_stopped(home: Path) -> None:
    data = mz.workspace().projects.create("Sales").datasets.create("orders")
    job = data.request_import("orders.csv")
    command = [sys.executable, "-m", "mindzie", "jobs", "run", "--watch"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    ) as service:
        assert service.stdout is not None
        assert service.stdout.readline().startswith(f"{job.id}  done")
        service.send_signal(signal.SIGTERM)
        assert service.wait(60) == 0
    assert (home / "home").is_dir()
