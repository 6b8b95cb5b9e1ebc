"""What every database does alike, on the real ones."""

from __future__ import annotations

import gc
import threading
import time

import polars as pl
import pytest

import mindzie as mz
from mindzie.core.errors import CancelledError, SettingError, SourceError, UnknownNameError

ROLES = {"case": "case_no", "activity": "step", "timestamp": "happened", "resource": "clerk"}
SLOW = {
    "postgresql": "SELECT pg_sleep(60)",
    "mariadb": "SELECT count(*) FROM seq_1_to_1000000 a, seq_1_to_1000000 b",
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
    "duckdb": "SELECT count(*) FROM range(100000) a, range(100000) b, range(1000) c WHERE a.range + b.range * 7 < c.range",
}


def test_it_answers(place):
    assert 0 < place.source().test() < 60


def test_about_how_many_rows_a_query_gives(place):
    found = place.source().estimate("SELECT * FROM events WHERE id > :least", {"least": 0})
    assert (found is None) == (place.kind == "sqlite")  # which plans nothing
    assert found is None or 0 < found <= 10_000
    assert place.source().estimate("SELECT nothing FROM nowhere") is None
    assert place.source().estimate("DROP TABLE events") is None


def test_tables_and_columns(place):
    place.run("CREATE VIEW late AS SELECT * FROM events WHERE id > 2")
    place.run(
        'CREATE TABLE "Order Lines" (n INTEGER)'
        if place.kind != "mariadb"
        else "CREATE TABLE `Order Lines` (n INTEGER)"
    )
    source = place.source()
    assert source.tables() == ("Order Lines", "events", "late")
    found = {column.name: column.type for column in source.columns("events")}
    flag = {"mariadb": "number"}.get(place.kind, "boolean")
    assert found == {
        "id": "number", "case_no": "text", "step": "text", "happened": "date",
        "clerk": "text", "amount": "number", "urgent": flag, "changed": "date",
    }  # fmt: skip
    assert [column.name for column in source.columns("Order Lines")] == ["n"]
    home = {"postgresql": "public", "duckdb": "main", "sqlite": "main"}
    here = home.get(place.kind, place.said["database"])
    assert source.schemas() == (here,)
    assert source.tables(here) == source.tables()
    assert source.columns(f"{here}.events") == source.columns("events", schema=here)


def test_names_are_quoted(empty):
    mark = "`" if empty.kind == "mariadb" else '"'
    name, column = 'x"; DROP TABLE t; --', 'a"b:c %d'
    quoted = [mark + text.replace(mark, mark * 2) + mark for text in (name, column)]
    empty.run(f"CREATE TABLE {quoted[0]} ({quoted[1]} INTEGER)")
    empty.run("CREATE TABLE t (n INTEGER)")
    empty.add("(7)", table=quoted[0])
    source = empty.source()
    assert source.preview(name).to_dicts() == [{column: 7}]
    assert "t" in source.tables()


def test_a_preview_has_as_many_rows_as_asked_for(place):
    source = place.source()
    assert source.preview("events", 2)["id"].to_list() == [1, 2]
    assert source.preview("events", 50).height == 4
    query = "SELECT id, amount FROM events WHERE id > :low ORDER BY id -- the rest"
    assert source.preview(query, 1, parameters={"low": 1})["id"].to_list() == [2]
    assert (
        source.preview("WITH x AS (SELECT step FROM events) SELECT count(*) AS n FROM x")[
            "n"
        ].item()
        == 4
    )
    with pytest.raises(SettingError, match="from 1 to"):
        source.preview("events", 0)


def test_a_log_is_read_with_roles_types_and_rejected_rows(place):
    log = place.source().read("events", timestamp="happened", resource="clerk")
    assert dict(log.roles) == ROLES
    assert log.name == "events"
    assert log.cases["case_id"].to_list() == ["0012", "0013"]
    types = {a.name: a.type for a in log.manifest.attributes if a.kind == "attribute"}
    assert types["amount"] == "number"
    assert types["changed"] == "date"
    assert log.rejected["reason"].to_list() == ["no timestamp"]
    assert log.rejected["id"].to_list() == ["4"]
    assert log.readiness.rows_read == 4
    assert log.manifest.source["format"] == place.kind


def test_rows_come_as_they_are_there(place):
    counted = []
    raw = place.source().rows("events", progress=counted.append)
    assert raw.frame.height == counted[-1] == 4
    assert raw.frame.columns[:3] == ["id", "case_no", "step"]
    assert raw.source["table"] == "events"
    assert place.source().rows(query="SELECT step FROM events WHERE id = 2").frame.item() == "Pay"


def test_a_query_gives_the_log_that_a_file_gives(place, tmp_path):
    place.source().preview("events").write_csv(tmp_path / "events.csv")
    settings = {**ROLES, "attributes": ["amount", "changed"]}
    of_file = mz.read(tmp_path / "events.csv", **settings)
    of_query = place.source().read(query="SELECT * FROM events ORDER BY id;", **settings)
    assert of_query.fingerprint == of_file.fingerprint
    assert of_query.fingerprint == place.source().read("events", **settings).fingerprint


def test_parameters_are_bound(place):
    source = place.source()
    evil = "x' OR '1'='1"
    query = "SELECT id FROM events WHERE clerk = :clerk"
    assert source.preview(query, parameters={"clerk": evil}).is_empty()
    assert source.preview(query, parameters={"clerk": "Ana"}).height == 2
    log = source.read(
        query="SELECT * FROM events WHERE clerk = :clerk", parameters={"clerk": "Ana"}, **ROLES
    )
    assert log.event_count == 2
    with pytest.raises(SettingError, match="needs a value of :clerk"):
        source.preview(query)
    with pytest.raises(UnknownNameError, match="clerk"):
        source.preview(query, parameters={"clerks": "Ana"})


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 1; DROP TABLE events",
        "DROP TABLE events",
        "WITH x AS (SELECT 1) DELETE FROM events",
        "SELECT * INTO other FROM events",
        "/* SELECT */ UPDATE events SET id = 9",
        "SELECT * FROM events FOR UPDATE",
        "",
    ],
)
def test_only_one_query_that_reads_is_asked(place, query):
    source = place.source()
    with pytest.raises(SettingError, match=r"only read|several statements"):
        source.read(query=query)
    assert source.preview("events").height == 4


def test_the_session_itself_cannot_write(place):
    with (
        place.source()._sessions.session() as session,
        pytest.raises(Exception, match=r"(?i)read.?only"),
    ):
        session.connection.exec_driver_sql("DELETE FROM events")
    assert place.source().preview("events").height == 4


def test_unknown_tables_are_named_with_the_nearest(place):
    with pytest.raises(UnknownNameError, match="Did you mean 'events'"):
        place.source().read("evnts")
    with pytest.raises(SourceError, match="nowhere"):
        place.source().preview("SELECT * FROM nowhere")
    with pytest.raises(SettingError, match="either a table, or query="):
        place.source().read("events", query="SELECT 1")
    with pytest.raises(SettingError, match="more than one column named 'id'"):
        place.source().read(query="SELECT a.id, b.id FROM events a, events b")


def test_time_is_limited(place):
    source = place.source(seconds=1)
    with pytest.raises(SourceError, match=r"longer than|long"):
        source.read(query=SLOW[place.kind])
    assert source.test() < 60


def test_reading_is_stopped_from_another_thread(place):
    source, told = place.source(), []

    def work():
        try:
            source.read(query=SLOW[place.kind])
        except CancelledError as error:
            told.append(str(error))

    thread = threading.Thread(target=work)
    thread.start()
    deadline = time.monotonic() + 60
    while not source._sessions._running and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.3)
    source.cancel()
    thread.join(60)
    assert told
    assert "was stopped" in told[0]
    assert source.test() < 60


def test_progress_is_told_and_may_stop(place, caplog):
    place.run(
        "CREATE TABLE many (id INTEGER, case_no VARCHAR(9), step VARCHAR(9), happened TIMESTAMP NULL)"
    )
    place.run(
        "INSERT INTO many SELECT a.id + 10 * b.id + 100 * c.id + 1000 * d.id, 'a', 'b', '2025-01-01 00:00:00'"
        " FROM events a, events b, events c, events d"
    )
    for _ in range(4):
        place.run(
            "INSERT INTO many SELECT id, case_no, step, happened FROM many UNION ALL SELECT id, case_no, step, happened FROM many UNION ALL SELECT id, case_no, step, happened FROM many"
        )
    told: list[int] = []
    roles = {"case": "case_no", "activity": "step", "timestamp": "happened"}
    log = place.source().read("many", progress=told.append, **roles)
    assert log.event_count == told[-1] == 256 * 4**4
    assert len(told) > 1
    assert told == sorted(told)

    def enough(rows: int) -> None:
        raise CancelledError("Enough.")

    with pytest.raises(CancelledError, match="Enough"):
        place.source().read("many", progress=enough, **roles)
    gc.collect()
    assert caplog.text == ""  # no library complains of what was left


def test_types_of_each_database_come_through(empty):
    blob = {"postgresql": "BYTEA", "mariadb": "BLOB"}.get(empty.kind, "BLOB")
    empty.run(
        f"CREATE TABLE odd (id BIGINT, c VARCHAR(9), a VARCHAR(9), happened TIMESTAMP NULL, big NUMERIC(20, 0), small NUMERIC(6, 3), raw {blob}, d DATE)"
    )
    empty.run(
        "INSERT INTO odd VALUES (1, 'a', 'x', '2025-01-01 00:00:00', 9007199254740993, 0.125, NULL, '2025-01-02')"
    )
    frame = empty.source().preview("odd")
    assert frame["big"].to_list() == [9007199254740993]
    assert frame["small"].cast(pl.Float64).to_list() == [0.125]
    assert "raw" not in frame.columns
    log = empty.source().read("odd", case="big", activity="a", timestamp="happened")
    assert log.cases["case_id"].to_list() == ["9007199254740993"]
