"""Dates and times of day in two columns: the page joins them, and says so in code and YAML."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import mindzie as mz
from mindzie.ingest.jobs import ImportPlan, import_log
from tests.widgets.import_wizard.browser import Browser

VISITS = """Patient,Step,Date,Time,Left
1,Arrive,13.02.2024,09:30,10:00
1,Leave,13.02.2024,08:15,11:00
2,Arrive,14.02.2024,23:59,23:59
"""


@pytest.fixture
def wizard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Browser:
    monkeypatch.chdir(tmp_path)
    Path("visits.csv").write_text(VISITS)
    return Browser(mz.ImportWizard("visits.csv"))


def test_date_and_time_are_joined_without_a_word(wizard: Browser) -> None:
    assert wizard.shown["looked"]["clocks"] == ["Time", "Left"]
    assert wizard.shown["plan"]["clocks"] == {"timestamp": "Time"}
    story = wizard.shown["preview"]["story"]
    assert [event["activity"] for event in story["events"]] == ["Leave", "Arrive"]
    wizard.do(do="import")
    log = wizard.wizard.log
    assert log.roles["timestamp"] == "Date Time"
    names: dict[str, mz.EventLog] = {}
    assert "timestamp=['Date', 'Time']" in wizard.do(do="code")
    exec(wizard.do(do="code"), names)
    assert names["log"].fingerprint == log.fingerprint
    plan = ImportPlan.load(yaml.safe_load(wizard.do(do="yaml")["text"]))
    assert import_log(plan).fingerprint == log.fingerprint


def test_the_time_of_day_is_chosen_and_taken_back(wizard: Browser) -> None:
    wizard.do(do="clock", role="timestamp", column=None)
    (note,) = wizard.shown["preview"]["notes"]
    assert note == {
        "at": "timestamp",
        "message": "'Date' says the day alone; the time of day is in 'Time'",
    }
    wizard.do(do="clock", role="timestamp", column="Left")
    assert wizard.shown["preview"]["notes"] == []
    wizard.do(do="role", role="resource", column="Left")
    assert wizard.shown["plan"]["clocks"] == {}
    wizard.do(do="clock", role="timestamp", column="Left")
    assert wizard.shown["plan"]["roles"]["resource"] is None
    wizard.do(do="leave_out", column="Left", out=True)
    assert wizard.shown["plan"]["clocks"] == {}


def test_python_says_both(wizard: Browser) -> None:
    wizard.wizard.set(timestamp=["Date", "Left"], start=None)
    assert wizard.shown["plan"]["clocks"] == {"timestamp": "Left"}
    wizard.do(do="leave_out", column="Time", out=True)
    wizard.do(do="import")
    log = wizard.wizard.log
    assert log.roles["timestamp"] == "Date Left"
    assert [each.name for each in log.manifest.attributes if each.kind == "attribute"] == []
