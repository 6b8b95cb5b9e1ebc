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
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Browser:
    monkeypatch.chdir(tmp_path)
    Path("visits.csv").write_text(VISITS)
    return Browser(mz.ImportWizard("visits.csv"))


def test_date_and_time_are_joined_without_a_word(page: Browser) -> None:
    assert page.shown["looked"]["clocks"] == ["Time", "Left"]
    assert page.shown["plan"]["clocks"] == {"timestamp": "Time"}
    story = page.shown["preview"]["story"]
    assert [event["activity"] for event in story["events"]] == ["Leave", "Arrive"]
    page.do(do="import")
    log = page.wizard.log
    assert log.roles["timestamp"] == "Date Time"
    names: dict[str, mz.EventLog] = {}
    assert "timestamp=['Date', 'Time']" in page.do(do="code")
    exec(page.do(do="code"), names)
    assert names["log"].fingerprint == log.fingerprint
    plan = ImportPlan.load(yaml.safe_load(page.do(do="yaml")["text"]))
    assert import_log(plan).fingerprint == log.fingerprint


def test_the_time_of_day_is_chosen_and_taken_back(page: Browser) -> None:
    page.do(do="clock", role="timestamp", column=None)
    (note,) = page.shown["preview"]["notes"]
    assert note == {
        "at": "timestamp",
        "message": "'Date' says the day alone; the time of day is in 'Time'",
    }
    page.do(do="clock", role="timestamp", column="Left")
    assert page.shown["preview"]["notes"] == []
    page.do(do="role", role="resource", column="Left")
    assert page.shown["plan"]["clocks"] == {}
    page.do(do="clock", role="timestamp", column="Left")
    assert page.shown["plan"]["roles"]["resource"] is None
    page.do(do="leave_out", column="Left", out=True)
    assert page.shown["plan"]["clocks"] == {}


def test_python_says_both(page: Browser) -> None:
    page.wizard.set(timestamp=["Date", "Left"], start=None)
    assert page.shown["plan"]["clocks"] == {"timestamp": "Left"}
    page.do(do="leave_out", column="Time", out=True)
    page.do(do="import")
    log = page.wizard.log
    assert log.roles["timestamp"] == "Date Left"
    assert [each.name for each in log.manifest.attributes if each.kind == "attribute"] == []
