"""Jobs of a workspace: done once, cancelled, failed without a trace in the data, with versions of mappings."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import mindzie as mz
from mindzie.access import jobs
from mindzie.access.datasets import Dataset
from mindzie.access.workspace import Workspace
from mindzie.core.errors import (
    CancelledError,
    ConflictError,
    MindzieError,
    SettingError,
    SourceError,
)
from mindzie.ingest.jobs import Progress, heart
from mindzie.ingest.jobs.worker import work_off
from tests.faults.office import DATASET, Office
from tests.jobs.conftest import elsewhere

AT_ONCE = timedelta(0)


def names(log: mz.EventLog) -> list[str]:
    return list(log.attributes.to_polars()["name"])


def test_a_job_makes_a_version_and_keeps_what_it_rejected(orders: Dataset, file: Path) -> None:
    told: list[Progress] = []
    job = orders.request_import(file).run(told.append)
    assert (job.state, job.version_number, job.attempts, job.error) == ("done", 1, 1, None)
    assert [each.step for each in told] == ["read", "read", "map", "check", "write"]
    assert job.progress["rows_read"] == 4
    assert (job.progress["rows_loaded"], job.progress["rows_rejected"]) == (2, 2)
    assert orders.log().event_count == 2
    assert job.rejected.select("row", "order", "note").rows() == [(3, "2", "=3"), (4, None, "x")]
    again = orders.request_import(file).run()
    assert (again.state, again.version_number) == ("done", None)
    assert orders.versions.names() == ["1"]
    with pytest.raises(ConflictError, match="is done"):
        job.run()


def test_mended_rows_are_added_and_the_others_stay_rejected(
    orders: Dataset, file: Path, tmp_path: Path
) -> None:
    job = orders.request_import(file).run()
    out = tmp_path / "rejected.csv"
    job.save_rejected(out)
    assert "'=3" in out.read_text("utf-8")
    with pytest.raises(SourceError, match=r"No row of .* can be used yet"):
        job.mend(out)
    out.write_text(out.read_text("utf-8").replace("soon", "2025-01-03 10:00"), "utf-8")
    mended = job.mend(out)
    log = orders.log(2)
    assert (mended.state, mended.version_number, log.event_count) == ("done", 2, 3)
    assert log.events["note"].to_list() == ["a", "=1+2", "=3"]
    assert mended.rejected["row"].to_list() == [4]
    with pytest.raises(SettingError, match="are of version 1, and 2 is the current one"):
        job.mend(out)
    out.write_text(out.read_text("utf-8").replace("no case id,,", "no case id,3,"), "utf-8")
    with pytest.raises(SourceError, match=r"Line 2 of .* is none of the rejected ones"):
        mended.mend(out)
    lines = out.read_text("utf-8").splitlines()
    out.write_text("\n".join((lines[0], lines[2])), "utf-8")
    last = mended.mend(out)
    assert orders.log().event_count == 4
    assert last.rejected.is_empty()


def test_of_a_wide_row_that_is_mended_no_event_is_doubled(orders: Dataset, tmp_path: Path) -> None:
    file, out = tmp_path / "wide.csv", tmp_path / "rejected.csv"
    file.write_text("id,asked,paid\n1,2025-01-01 10:00,2025-01-02 10:00\n2,2025-01-03 10:00,soon\n")
    step = {"step": "events_from_columns", "columns": {"asked": "Ask", "paid": "Pay"}}
    said = {"file": str(file), "mapping": {"roles": {"case": "id"}, "steps": [step]}}
    job = orders.request_import(said).run()
    assert job.rejected.select("row", "id", "asked", "paid").rows() == [
        (2, "2", "2025-01-03 10:00", "soon")
    ]
    job.save_rejected(out)
    out.write_text(out.read_text("utf-8").replace("soon", "2025-01-04 10:00"), "utf-8")
    job.mend(out)
    assert orders.log().event_count == 4


def test_a_mended_time_of_day_is_joined_with_its_date(orders: Dataset, tmp_path: Path) -> None:
    file, out = tmp_path / "visits.csv", tmp_path / "rejected.csv"
    # the last is mended into what another row is too: two of a kind are two events
    rows = ("1,Pay,2025-01-01,10:00", "1,Ship,2025-01-01,soon", "1,Pay,2025-01-01,later")
    file.write_text("\n".join(["id,step,day,at", *rows, ""]))
    said = {"file": str(file), "reading": {"case": "id", "timestamp": ["day", "at"]}}
    job = orders.request_import(said).run()
    job.save_rejected(out)
    mended = out.read_text("utf-8").replace("soon", "09:00").replace("later", "10:00")
    out.write_text(mended, "utf-8")
    job.mend(out)
    assert orders.log().variants.to_polars()["activities"].to_list() == [["Ship", "Pay", "Pay"]]


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        ("order,step\n1,Pay\n", {"reading": {"timestamp": "time"}}, "time"),
        (
            "order,step,time\n1,Pay,soon\n1,Pay,2025-01-01\n",
            {"reading": {"case": "order", "timestamp": "time"}, "most_rejected": 0.2},
            "most_rejected",
        ),
        ("order,step,time\n1,Pay,2025-01-01\n", {"reading": {"case": "nope"}}, "nope"),
    ],
)
def test_a_failed_import_changes_nothing_and_is_not_tried_again(
    orders: Dataset, tmp_path: Path, text: str, more: dict[str, Any], said: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text)
    job = orders.request_import({"file": str(path), **more})
    with pytest.raises(MindzieError, match=said):
        job.run()
    assert (job.state, job.attempts, job.next_at) == ("failed", 1, None)
    assert said in job.error
    assert orders.refresh().current is None
    assert list(orders.versions) == []
    path.write_text("nope,order,step,time\n1,1,Pay,2025-01-01\n")
    job.retry()
    assert job.run().version_number == 1


def test_what_no_job_can_read_is_refused_when_it_is_asked_for(
    orders: Dataset, ws: Workspace, file: Path
) -> None:
    mapping = ws.projects["Sales"].mappings.create("m", definition={})
    for source, said in (
        ({"file": "a", "table": "b"}, "leave out table"),
        ({"kind": "sqlite", "database": "x.db", "table": "t"}, "by a connector"),
        ({"connector": "erp", "table": "t"}, "beside the source"),
        ({"file": "a", "mapping": {}}, "has a mapping already"),
        ({"file": "a", "mapping": "m"}, "beside the source"),
    ):
        with pytest.raises(SettingError, match=said):
            orders.request_import(source, mapping=mapping if said.startswith("has") else None)
    assert len(orders.imports) == 0


def test_cancelled_by_another_before_and_while_it_runs(
    office: Office, orders: Dataset, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = orders.request_import(file)
    waiting.cancel()
    with pytest.raises(ConflictError, match="is cancelled"):
        waiting.run()
    job = orders.request_import(file)

    def other(progress: Progress) -> None:
        if progress.step == "check":
            with elsewhere(office) as workspace:
                workspace.import_jobs[job.id].cancel()

    with pytest.raises(CancelledError):
        job.run(other)
    assert job.state == "cancelled"
    assert orders.refresh().current is None
    assert list(office.storage.glob("*/*")) == []
    monkeypatch.setattr("mindzie.access.heart.SECONDS", 0.01)
    job.retry()
    beats = iter(range(1000))

    def until_heard(progress: Progress) -> None:
        other(progress)
        while progress.step == "check":
            hearts[0].told(Progress("read", next(beats)))

    hearts: list[heart.Heart] = []
    begin = heart.Heart.__enter__
    monkeypatch.setattr(heart.Heart, "__enter__", lambda self: hearts.append(self) or begin(self))
    with pytest.raises((CancelledError, RecursionError, StopIteration)):
        job.run(until_heard)
    assert job.refresh().state == "cancelled"


def test_many_workers_do_each_job_once(office: Office, orders: Dataset, tmp_path: Path) -> None:
    for number in range(6):
        path = tmp_path / f"{number}.csv"
        path.write_text(f"order,step,time\n{number},Pay,2025-01-01 10:00\n")
        orders.request_import(path)

    def work(_: int) -> list[Any]:
        with elsewhere(office) as workspace:
            return [job.id for job in work_off(workspace)]

    with ThreadPoolExecutor(3) as threads:
        done = [key for found in threads.map(work, range(3)) for key in found]
    assert sorted(done) == sorted(job.id for job in orders.imports)
    assert {job.state for job in orders.imports} == {"done"}
    assert sorted(job.version_number for job in orders.imports) == [1, 2, 3, 4, 5, 6]


def test_a_worker_taken_for_dead_can_neither_publish_nor_end_the_job(
    office: Office, orders: Dataset, file: Path
) -> None:
    job = orders.request_import(file)
    others: list[str] = []

    def meanwhile(progress: Progress) -> None:
        if progress.step == "write" and not others:
            with elsewhere(office) as workspace:
                others.extend(each.state for each in work_off(workspace, silence=AT_ONCE))

    with pytest.raises(CancelledError, match="another worker took it up"):
        job.run(meanwhile)
    assert others == ["done"]
    job = job.refresh()
    assert (job.state, job.attempts, job.version_number) == ("done", 2, 1)
    assert orders.versions.names() == ["1"]


def test_a_job_whose_workers_all_die_fails_in_the_end(orders: Dataset, file: Path) -> None:
    job = orders.request_import(file)
    door = job._door
    for attempt in range(1, jobs.MOST + 1):
        found = jobs.take(door, silence=AT_ONCE)
        assert found is not None
        assert found[0].attempt == attempt
    assert jobs.take(door, silence=AT_ONCE) is None
    job = job.refresh()
    assert job.state == "failed"
    assert "stopped without a word 5 times" in job.error


def test_a_file_is_read_for_who_asked_or_from_a_folder_that_was_named(
    office: Office, orders: Dataset, ws: Workspace, file: Path
) -> None:
    job = orders.request_import(file)
    door = job._door
    other = type(door)(door.database, door.tenant, door.actor, door.files, door.folder)
    assert jobs.take(other, fits=lambda row: row.created_by != door.actor.id) is None
    from mindzie.ingest.jobs.folders import Folders

    row = job._row
    row.created_by = None
    assert not Folders(door, ()).fits(row)
    assert not Folders(door, (str(file.parent / "other"),)).fits(row)
    assert Folders(door, (str(file.parent),)).fits(row)
    row.source = {"file": str(file.parent / "in" / ".." / ".." / "secret.csv")}
    assert not Folders(door, (str(file.parent),)).fits(row)
    row.source = {"file": "s3://bucket-of-others/a.csv"}
    assert not Folders(door, ("s3://bucket",)).fits(row)
    row.source = {"file": "s3://bucket/a.csv"}
    assert Folders(door, ("s3://bucket",)).fits(row)


def test_a_changed_mapping_is_a_new_version_and_a_job_keeps_its_own(
    orders: Dataset, ws: Workspace, file: Path
) -> None:
    upper = {"step": "computed_field", "name": "loud", "expression": "upper(note)"}
    project = ws.projects["Sales"]
    mapping = project.mappings.create("orders", definition={"steps": [upper]})
    assert "loud" in names(mz.read(file, mapping=ws.mappings["orders"]))
    job = orders.request_import(file, mapping=mapping)
    mapping.change(definition={"roles": {"case": "order"}})
    mapping.change(description="only that")
    assert list(mapping.versions) == [1, 2]
    assert mapping.version(1)["steps"][0]["name"] == "loud"
    assert mapping.version() == mapping.definition
    job.run()
    assert (job.mapping_version, job.state) == (1, "done")
    assert "loud" in names(orders.log())
    assert orders.request_import(file, mapping=mapping).mapping_version == 2
    with pytest.raises(SettingError, match=r"steps\.0"):
        mapping.change(definition={"steps": [{"step": "dance"}]})
    with pytest.raises(MindzieError, match="has no version 9: it has 1, 2"):
        mapping.version(9)


def test_work_left_by_a_stopped_worker_waits_again(
    orders: Dataset, file: Path, ws: Workspace
) -> None:
    orders.request_import(file)

    def stop(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(work_off(ws, told=lambda _: stop))
    assert [job.state for job in orders.imports] == ["waiting"]
    assert [job.state for job in work_off(ws)] == ["done"]
    assert ws.datasets[DATASET].current == 1
