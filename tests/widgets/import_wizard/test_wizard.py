"""From a file to a log: what is suggested, shown, refused, and written as code."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path

import polars as pl
import pytest
import yaml

import mindzie as mz
from mindzie.core.errors import SettingError, UnknownNameError
from tests.widgets.import_wizard.browser import Browser

ORDERS = """order;step;when;who;note
1;Pay;03/02/2024 10:00;Kim;?
1;Ship;13/02/2024 11:30;?;a
2;Pay;04/02/2024 10:00;Kim;=1+1
"""


@pytest.fixture
def orders(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS)
    return path


def browser(**settings):
    return Browser(mz.ImportWizard(**settings))


def ran(code: str, folder: Path, monkeypatch) -> mz.EventLog:
    """Run what was copied, where the file lies."""
    monkeypatch.chdir(folder)
    names: dict[str, object] = {}
    exec(code, names)
    return names["log"]


def test_the_incident_log_becomes_a_map_without_a_word(logs):
    page = browser()
    page.upload(logs / "uci_incident_event_log.zip", piece=400_000)
    shown = page.shown
    assert shown["step"] == "columns"
    assert shown["troubles"] == []
    assert {k: v for k, v in shown["plan"]["roles"].items() if v} == {
        "case": "number", "activity": "incident_state", "timestamp": "sys_updated_at", "resource": "assigned_to",
    }  # fmt: skip
    assert shown["plan"]["settings"]["null_values"] == ["?"]
    assert shown["preview"]["times"]["day_first"] is True
    assert shown["preview"]["rows"] >= 20_000
    assert shown["preview"]["story"]["events"][0]["activity"] == "New"
    page.do(do="check")
    figures = page.shown["checked"]["figures"]
    assert (figures["cases"], figures["events"], figures["rejected"]) == (24_918, 141_712, 0)
    page.do(do="import")
    assert page.wizard.log.case_count == 24_918
    assert page.shown["step"] == "studio"
    assert page.wizard.studio_shown["of"]["cases"] == 24_918
    assert page.wizard.studio_map["view"]
    read = mz.read(logs / "uci_incident_event_log.zip", null_values=["?"])
    assert page.wizard.log.fingerprint == read.fingerprint


def test_the_purchasing_log_becomes_a_map_without_a_word(logs, monkeypatch):
    page = browser(folder=logs)
    assert "PurchasingExample.csv.gz" in [file["path"] for file in page.shown["offers"]["files"]]
    page.do(do="file", path="PurchasingExample.csv.gz")
    page.do(do="import")
    assert page.wizard.log.case_count == 608
    assert page.wizard.log.roles["start"] == "start_time"
    again = ran(page.wizard.code, logs, monkeypatch)
    assert again.fingerprint == page.wizard.log.fingerprint


def test_code_and_description_import_the_same(orders, monkeypatch):
    page = browser(folder=orders.parent)
    page.do(do="file", path="orders.csv")
    page.do(do="role", role="resource", column=None)
    page.do(do="leave_out", column="note", out=True)
    page.do(do="say", setting="timezone", value="Europe/Berlin")
    page.do(do="say", setting="name", value="our orders")
    page.do(do="import")
    log = page.wizard.log
    assert log.name == "our orders"
    assert "note" not in [attribute.name for attribute in log.attribute_list]
    assert "resource" not in log.roles
    assert ran(page.do(do="code"), orders.parent, monkeypatch).fingerprint == log.fingerprint
    from mindzie.ingest.jobs import ImportPlan, import_log

    told = page.do(do="yaml")
    assert told["name"] == "orders.yaml"
    plan = ImportPlan.load(yaml.safe_load(told["text"]))
    assert plan.target.folder == "our-orders"
    assert import_log(plan).fingerprint == log.fingerprint


def test_a_column_has_one_role_and_may_be_left_out(orders):
    page = browser(source=orders)
    page.do(do="role", role="resource", column="who")
    page.do(do="role", role="activity", column="who")
    roles = page.shown["plan"]["roles"]
    assert (roles["activity"], roles["resource"]) == ("who", None)
    page.do(do="leave_out", column="who", out=True)
    assert page.shown["troubles"] == [
        {"at": "activity", "message": "Choose the column of the activity."}
    ]
    assert page.shown["preview"] is None
    page.do(do="role", role="activity", column="who")
    assert page.shown["plan"]["left_out"] == []
    assert page.shown["preview"]["figures"]["activities"] == 1


def test_all_that_is_missing_is_said_at_once(orders):
    page = browser(source=orders)
    for role in ("case", "activity", "timestamp"):
        page.do(do="role", role=role, column=None)
    assert [trouble["at"] for trouble in page.shown["troubles"]] == [
        "case",
        "activity",
        "timestamp",
    ]


def test_what_was_found_out_may_be_said_otherwise(orders):
    page = browser(source=orders)
    assert page.shown["reading"]["found"]["delimiter"] == ";"
    assert page.shown["preview"]["story"]["events"][0]["timestamp"].startswith("2024-02-03")
    page.do(do="say", setting="day_first", value=False)
    (note,) = page.shown["preview"]["notes"]
    assert note["at"] == "timestamp"
    assert (
        "1 row with a timestamp that cannot be read (column 'when', such as '13/02/2024"
        in note["message"]
    )
    page.do(do="say", setting="day_first", value=None)
    assert page.shown["preview"]["notes"] == []
    page.do(do="say", setting="delimiter", value=",")
    assert [column["name"] for column in page.shown["looked"]["columns"]] == [
        "order;step;when;who;note"
    ]
    page.do(do="say", setting="delimiter", value=None)
    assert len(page.shown["looked"]["columns"]) == 5
    page.do(do="missing", texts=[])
    assert page.shown["plan"]["settings"] == {}


def test_rows_are_shown_as_they_stand(orders):
    page = browser(source=orders)
    rows = page.do(do="rows", limit=2, sort="order", descending=True)
    assert rows["rows"][0] == ["2", "Pay", "04/02/2024 10:00", "Kim", "=1+1"]
    assert rows["all"] == 3


def test_rows_that_cannot_be_used_are_saved_without_formulas(orders):
    orders.write_text(ORDERS + "3;Pay;soon;Kim;=1+1\n")
    page = browser(source=orders)
    page.do(do="check")
    assert page.shown["checked"]["figures"]["rejected"] == 1
    lines = page.do(do="rejected").splitlines()
    assert lines[0] == "row,reason,order,step,when,who,note"
    assert "4,timestamp cannot be read,3,Pay,soon,Kim,'=1+1" in lines[1]


def test_one_row_of_several_dates_becomes_several_events(tmp_path, monkeypatch):
    path = tmp_path / "claims.csv"
    path.write_text(
        "claim,opened_date,paid_date,region\n1,2024-01-02,2024-01-09,N\n2,2024-01-03,,S\n"
    )
    page = browser(source=path)
    page.do(do="dates", columns=["opened_date", "paid_date"])
    page.do(do="role", role="case", column="claim")
    assert page.shown["troubles"] == []
    page.do(do="import")
    log = page.wizard.log
    assert log.activities == ("Opened", "Paid")
    assert log.event_count == 3
    assert ran(page.do(do="code"), tmp_path, monkeypatch).fingerprint == log.fingerprint
    page.do(do="dates", columns=[])
    assert page.shown["plan"]["dates"] == []
    assert "timestamp" in [trouble["at"] for trouble in page.shown["troubles"]]


def test_an_archive_of_several_files_is_one_question(tmp_path, orders):
    from zipfile import ZipFile

    path = tmp_path / "two.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr("a/orders.csv", ORDERS)
        archive.writestr("readme.txt", "no log")
    page = browser(source=path)
    assert [trouble["at"] for trouble in page.shown["troubles"]] == ["member"]
    assert page.shown["reading"]["choices"]["member"] == ["a/orders.csv", "readme.txt"]
    page.do(do="say", setting="member", value="a/orders.csv")
    page.do(do="import")
    assert page.wizard.log.case_count == 2


def test_the_case_of_an_object_centric_log_is_one_question(logs):
    page = browser(source=logs / "ocel" / "ocel20_example.jsonocel")
    assert [trouble["at"] for trouble in page.shown["troubles"]] == ["object_type"]
    kinds = page.shown["reading"]["choices"]["object_type"]
    assert kinds[0] == "Invoice"
    page.do(do="say", setting="object_type", value="Purchase Order")
    assert page.shown["preview"]["figures"]["cases"] == 2


@pytest.mark.parametrize(
    "message",
    [
        {"do": "file", "path": "orders.csv"},
        {"do": "role", "role": "case", "column": "gone"},
        {"do": "role", "role": "owner", "column": "order"},
        {"do": "dates", "columns": ["gone"]},
        {"do": "say", "setting": "max_bytes", "value": 1},
        {"do": "say", "setting": "mapping", "value": "x"},
        {"do": "demo", "process": "../x"},
        {"do": "rows", "limit": 100_000},
        {"do": "piece", "offset": 0, "data": "YQ=="},
        {"do": "upload", "name": "a.csv", "size": 10**12},
        {"do": "run", "code": "1"},
    ],
)
def test_what_is_not_allowed_changes_nothing(orders, message):
    page = browser(source=orders, folder=False)
    before = {key: page.shown[key] for key in ("plan", "step", "source", "preview")}
    assert page.ask(**message)["error"]
    assert before == {key: page.shown[key] for key in before}


def test_only_letters_are_taken_from_a_page(orders):
    page = browser(source=orders)
    page.wizard.set_state({"shown": {}, "log": 1, "studio_shown": {"x": 1}})
    assert page.shown["step"] == "columns"
    assert page.wizard.studio_shown == {}
    page.wizard.set_state({"studio_asked": {"page": "p", "got": 0, "messages": [{"id": 1}]}})
    assert page.wizard.studio is None


def test_the_studio_in_the_wizard_answers(orders):
    page = browser(source=orders)
    page.do(do="import")
    letter = {"id": 1, "do": "rows", "view": "cases"}
    page.wizard.set_state({"studio_asked": {"page": "p", "got": 0, "messages": [letter]}})
    assert page.wizard.studio_told[0]["result"]["value"]["all"] == 2
    page.do(do="source")
    page.do(do="demo", process="order-to-cash")
    assert page.wizard.log.name == page.wizard.studio.log.name != "orders"
    assert page.wizard.studio_shown["name"] == page.wizard.log.name


def test_python_says_the_same(orders):
    wizard = mz.ImportWizard(orders)
    with pytest.raises(SettingError, match="no setting 'colour'"):
        wizard.set(colour="red")
    with pytest.raises(UnknownNameError, match="gone"):
        wizard.set(case="gone")
    with pytest.raises(SettingError, match="must be one column"):
        wizard.set(case=["customer", "order"])
    with pytest.raises(SettingError, match="or two"):
        wizard.set(timestamp=["when"])
    heard = []
    wizard.observe(lambda change: heard.append(change["new"]), "log")
    wizard.set(resource=None, null_values=["?", "a"])
    wizard.check()
    wizard.run()
    assert heard == [wizard.log]
    assert "null_values=['?', 'a']" in wizard.code


def test_a_cell_says_all_at_once(orders):
    async def cell():
        wizard = mz.ImportWizard(orders)
        wizard.set(resource="who", timezone="Europe/Berlin")
        landed = asyncio.Event()
        wizard.observe(lambda _change: landed.set(), "log")
        wizard.run()
        await asyncio.wait_for(landed.wait(), 60)
        return wizard.code, wizard.log

    code, log = asyncio.run(cell())
    assert "resource='who',\n" in code
    assert (log.case_count, log.event_count, log.time_zone) == (2, 3, "Europe/Berlin")


def test_a_frame_has_code_but_no_description():
    frame = pl.DataFrame({"case": ["1"], "activity": ["Pay"], "time": ["2024-05-06 07:08"]})
    wizard = mz.ImportWizard(frame)
    assert "mz.read(frame, " in wizard.code.replace("\n    ", " ").replace("( ", "(")
    with pytest.raises(SettingError, match="save it as a file"):
        _ = wizard.yaml


def test_a_source_that_is_none_is_said_on_the_page(tmp_path):
    path = tmp_path / "page.xes.gz"
    path.write_text("<html>not a log</html>")
    page = browser(source=path)
    assert "web page" in page.shown["troubles"][0]["message"]
    with pytest.raises(SettingError, match="not read yet"):
        _ = page.wizard.code


def test_a_closed_wizard_leaves_no_file(orders):
    page = browser()
    page.upload(orders)
    lying = page.wizard._session.desk.source.given
    assert Path(lying).exists()
    page.wizard.close()
    assert not Path(lying).exists()
    gc.collect()


def test_the_check_says_the_quality_with_every_deduction(orders):
    orders.write_text(ORDERS + "3;Pay;soon;Kim;=1+1\n")
    page = browser(source=orders)
    page.do(do="check")
    quality = page.shown["checked"]["quality"]
    page.do(do="import")
    result = page.wizard.log.calculate(mz.calculators.DataQuality())
    assert quality["score"] == result.facts["score"]
    assert quality["dimensions"]["validity"] == result.facts["validity"] < 100
    (unread,) = [d for d in quality["deductions"] if d["check"] == "timestamps that cannot be read"]
    assert (unread["dimension"], unread["count"], unread["total"]) == ("Validity", 1, 4)
    found = result.to_polars().filter(pl.col("count") > 0)
    assert len(quality["deductions"]) == len(found)
    costs = [deduction["deduction"] for deduction in quality["deductions"]]
    assert costs == sorted(costs, reverse=True)


def test_progress_is_that_of_the_job(orders):
    orders.write_text(ORDERS + "3;Pay;soon;Kim;=1+1\n")
    wizard = mz.ImportWizard()
    told = []
    wizard.observe(lambda change: told.append(change["new"].get("figures")), "busy")
    wizard.choose(orders)
    wizard.check()
    figures = [now for now in told if now]
    assert {now["step"] for now in figures} >= {"read", "map", "check"}
    assert next(now["rows_read"] for now in figures if now["rows_read"]) == 4
    assert 3 <= figures[0]["rows_expected"] <= 6
    last = figures[-1]
    assert (last["rows_read"], last["rows_loaded"], last["rows_rejected"]) == (4, 3, 1)
    assert last["rate"] > 0
    assert last["seconds_left"] >= 0


def test_a_table_is_counted_while_it_is_read_and_can_be_left(tmp_path):
    import sqlite3

    with sqlite3.connect(tmp_path / "many.db") as connection:
        connection.execute("CREATE TABLE events (c TEXT, a TEXT, t TEXT)")
        rows = ((str(n), "Pay", "2025-01-01 10:00") for n in range(45_000))
        connection.executemany("INSERT INTO events VALUES (?, ?, ?)", rows)
    connection.close()
    wizard = mz.ImportWizard()
    read = []

    def look(change):
        figures = change["new"].get("figures") or {}
        read.append(figures.get("rows_read", 0))
        if read[-1] == 40_000:
            wizard._session.cancel()

    wizard.observe(look, "busy")
    wizard.choose(mz.connect("sqlite", database=tmp_path / "many.db"), "events")
    assert 20_000 in read
    assert max(read) == 40_000
    assert wizard.shown["step"] == "source"
    assert wizard.shown["looked"] is None
