"""`mindzie alerts`: destinations and alerts without a screen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import mindzie as mz
from mindzie.cli.app import app
from mindzie.core.errors import MindzieError, NotFoundError, SettingError
from tests.investigations.done_runs import done, number
from tests.investigations.receivers import web_server


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a workspace of one's own with an investigation."""
    for name in ("MINDZIE_WORKSPACE", "MINDZIE_STORAGE", "MINDZIE_API_KEY", "MINDZIE_KEYS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MINDZIE_HOME", str(tmp_path / "home"))
    project = mz.workspace().projects.create("Sales")
    data = project.datasets.create("orders")
    project.investigations.create("late orders", dataset_id=data).save({"cells": []})


def said(*words: str, given: str = "", group: str = "alerts") -> str:
    """Return what a command prints; its errors come out."""
    result = CliRunner().invoke(app, [group, *words], input=given)
    if isinstance(result.exception, MindzieError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_from_begin_to_end() -> None:
    with web_server() as hook:
        where = ("-s", f"url={hook.url}/hook", "--secret")
        assert said("destination", "desk", "webhook", *where, given="k3y\n") == "desk  webhook\n"
        assert said("destinations") == f"desk  webhook  url={hook.url}/hook\n"
        rule = ("threshold", "-s", "result=open", "-s", "above=10")
        more = ("--severity", "critical", "--quiet", "20:00-07:00", "--zone", "Europe/Berlin")
        made = said("add", "many", "late orders", *rule, "--to", "desk", *more)
        assert made == "many  threshold  critical  calm\n"
        why = mz.workspace().investigations["late orders"]
        done(why.request_run(), number("open", 12))
        assert said("list").startswith("many  threshold  critical  since 20")
        assert said("list").endswith("open is 12, above 10\n")
        key = said("sent").split()[0]
        # one's own machine needs no operator's word for one's own networks
        assert said("work", group="runs") == ""
        assert said("sent", "--state", "done") == f"{key}  done       raised  many\n"
        assert json.loads(hook.calls[0][2])["id"] == key
        test = said("try", "many").split()[0]
        hook.answers = [404]
        said("work", group="runs")
        assert said("sent", "--state", "failed").endswith("127.0.0.1 answered 404.\n")
        assert said("retry", test) == f"{test}  waiting\n"
    assert said("pause", "many") == "many  threshold  critical  paused\n"
    assert said("resume", "many") == "many  threshold  critical  calm\n"
    assert json.loads(said("list", "--json"))[0]["quiet"] == "20:00-07:00"
    assert said("remove", "many") == "many is removed.\n"
    assert said("list") == said("sent") == ""


def test_what_is_wrong_is_said() -> None:
    with pytest.raises(SettingError, match="no kind 'fax'"):
        said("destination", "desk", "fax", "--secret", given="x\n")
    assert len(mz.workspace().secrets) == 0
    with pytest.raises(SettingError, match="nothing on standard input"):
        said("destination", "desk", "webhook", "--secret")
    mail = (
        "-s",
        "host=mail",
        "-s",
        "sender=m@example.org",
        "-s",
        "to=a@example.org, b@example.org",
    )
    said("destination", "desk", "email", *mail)
    assert mz.workspace().destinations["desk"].settings["to"] == ["a@example.org", "b@example.org"]
    with pytest.raises(NotFoundError, match="Did you mean 'desk'"):
        said("add", "many", "late orders", "missing", "--to", "desc")
    with pytest.raises(SettingError, match="needs a bound"):
        said("add", "many", "late orders", "threshold", "-s", "result=x", "--to", "desk")


def test_names_may_look_like_numbers() -> None:
    mail = ("-s", "host=mail", "-s", "sender=m@example.org", "-s", "to=a@example.org")
    said("destination", "desk", "email", *mail, "-s", "user=4711", "-s", "port=25", "--secret", given="x\n")  # fmt: skip
    assert mz.workspace().destinations["desk"].settings["user"] == "4711"
    rule = ("threshold", "-s", "result=2024", "-s", "above=10")
    said("add", "many", "late orders", *rule, "--to", "desk")
    assert mz.workspace().alerts["many"].rule["result"] == "2024"
