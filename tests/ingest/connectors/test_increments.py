"""What is new in a source: late, changed and broken rows, and nothing at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

import mindzie as mz
from mindzie.core.errors import SettingError, UnknownNameError
from mindzie.ingest.connectors import Increment

ROLES = {"case": "case_no", "activity": "step", "timestamp": "happened", "resource": "clerk"}
LOAD = {**ROLES, "cursor": "changed", "key": "id", "overlap": timedelta(hours=1)}
NEW = "(5, '0014', 'Register', '2025-03-20 08:00:00', 'Ana', 12.25, FALSE, '2025-03-20 08:00:00')"
LATE = "(6, '0014', 'Assess', '2025-03-13 09:30:00', 'Ben', 12.25, FALSE, '2025-03-13 09:30:00')"
MISSED = "(7, '0014', 'Ask', '2025-03-12 09:30:00', 'Ben', 12.25, FALSE, '2025-03-12 09:30:00')"


def test_nothing_new_gives_the_log_itself(place):
    source = place.source()
    log = source.read("events", **LOAD)
    assert source.read_new(log) is log


def test_new_late_and_changed_rows_give_what_a_full_reading_gives(place):
    source = place.source()
    log = source.read("events", **LOAD)
    place.add(NEW, LATE)
    place.run("UPDATE events SET amount = 99.5, changed = '2025-03-21 00:00:00' WHERE id = 2")
    newer = source.read_new(log)
    full = source.read("events", **LOAD)
    assert newer.fingerprint == full.fingerprint
    assert newer.readiness == full.readiness
    assert (Increment.of(newer).added, Increment.of(newer).changed) == (2, 1)
    assert Increment.of(newer).mark == Increment.of(full).mark
    assert log.event_count == 3
    assert source.read_new(newer) is newer


def test_a_row_later_than_the_overlap_is_missed_and_a_longer_one_finds_it(place):
    source = place.source()
    log = source.read("events", **LOAD)
    longer = source.read("events", **{**LOAD, "overlap": timedelta(days=2)})
    place.add(MISSED)
    assert source.read_new(log) is log
    assert source.read_new(longer).event_count == 4


def test_a_broken_row_is_kept_aside_and_comes_in_when_it_is_mended(place):
    source = place.source()
    log = source.read("events", **LOAD)
    place.run("UPDATE events SET happened = NULL, changed = '2025-03-21 00:00:00' WHERE id = 2")
    broken = source.read_new(log)
    assert sorted(broken.rejected["id"].to_list()) == ["2", "4"]
    assert broken.event_count == 2
    assert broken.readiness.rows_rejected == 2
    assert source.read_new(broken) is broken
    place.run(
        "UPDATE events SET happened = '2025-03-14 00:00:00', changed = '2025-03-22 00:00:00' WHERE id = 2"
    )
    mended = source.read_new(broken)
    assert mended.rejected["id"].to_list() == ["4"]
    assert mended.fingerprint == source.read("events", **LOAD).fingerprint


def test_a_number_is_a_cursor_too_and_rows_without_key_are_added(place):
    source = place.source()
    log = source.read("events", cursor="id", **ROLES)
    place.add(NEW)
    newer = source.read_new(log)
    assert newer.event_count == 4
    assert Increment.of(newer).since == 5
    assert source.read_new(newer) is newer


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM events WHERE clerk = :clerk OR clerk IS NULL",
        "SELECT * FROM events WHERE (clerk = :clerk OR clerk IS NULL) AND id >= :since",
    ],
)
def test_a_query_is_read_on_with_its_parameters(place, query):
    source = place.source()
    given = {"clerk": "Ana"} | ({"since": 0} if ":since" in query else {})
    log = source.read(query=query, parameters=given, cursor="id", key="id", **ROLES)
    assert log.event_count == 2
    place.add(NEW, LATE)
    newer = source.read_new(log)
    assert newer.event_count == 3
    assert newer.cases["case_id"].to_list() == ["0012", "0013", "0014"]


def test_a_date_and_a_time_of_day_are_joined_in_later_loads_too(sqlite_place):
    sqlite_place.run("CREATE TABLE t (n INTEGER, c TEXT, a TEXT, day TEXT, at TEXT)")
    sqlite_place.run("INSERT INTO t VALUES (1, '7', 'Ask', '2025-01-01', '10:00')")
    said = {"case": "c", "activity": "a", "timestamp": ["day", "at"], "cursor": "n", "key": "n"}
    source = sqlite_place.source()
    log = source.read("t", **said)
    sqlite_place.run("INSERT INTO t VALUES (2, '7', 'Look', '2025-01-01', '09:00')")
    newer = source.read_new(log)
    assert newer.variants.to_polars()["activities"].to_list() == [["Look", "Ask"]]
    assert newer.fingerprint == source.read("t", **said).fingerprint


def test_a_load_makes_a_version_and_nothing_new_makes_none(place, tmp_path):
    source = place.source()
    ws = mz.workspace(f"sqlite:///{tmp_path / 'workspace.db'}")
    dataset = ws.projects.create("claims").datasets.create("events")
    assert source.load_into(dataset, table="events", **LOAD).number == 1
    assert source.load_into(dataset) is None
    place.add(NEW)
    version = source.load_into(dataset)
    assert (version.number, version.note) == (2, f"1 new and 0 changed rows from {source.name}")
    assert source.load_into(dataset) is None
    assert dataset.versions.names() == ["1", "2"]
    assert dataset.refresh().log().event_count == 4


def test_an_increment_is_json(sqlite_place):
    sqlite_place.run("CREATE TABLE t (c TEXT, a TEXT, ts TEXT, n INTEGER)")
    sqlite_place.run("INSERT INTO t VALUES ('1', 'x', '2025-01-01', 3)")
    log = sqlite_place.source().read(
        "t", case="c", activity="a", timestamp="ts", cursor="n", key=("c", "n")
    )
    state = Increment.of(log)
    assert Increment(**state.to_json()) == state
    assert state.key == ("c", "n")


@pytest.mark.parametrize(
    ("more", "error", "words"),
    [
        ({"cursor": "chnged"}, UnknownNameError, "Did you mean 'changed'"),
        ({"key": "clerk"}, SettingError, "empty in some rows"),
        ({"key": "case_no"}, SettingError, "'0012' is there more than once"),
        ({"order": "id"}, SettingError, "name that column in key="),
        ({"overlap": -1}, SettingError, "below 0"),
        ({"cursor": None}, SettingError, "overlap= belongs to cursor="),
        ({"attributes": ["amount"]}, SettingError, "must be among attributes="),
    ],
)
def test_what_cannot_be_read_on_is_refused_at_once(sqlite_place, more, error, words):
    from tests.ingest.connectors.conftest import ROWS, TABLE

    sqlite_place.run(TABLE)
    sqlite_place.add(*ROWS)
    with pytest.raises(error, match=words):
        sqlite_place.source().read("events", **{**LOAD, **more})


def test_a_log_that_does_not_say_where_it_ended_is_refused(place):
    source = place.source()
    with pytest.raises(SettingError, match="does not say where it ended"):
        source.read_new(source.read("events", **ROLES))
    log = source.read("events", **LOAD)
    with pytest.raises(SettingError, match="filtered or enriched"):
        source.read_new(log.filter(mz.filters.CasesWithActivity(activities=("Pay",))))


def test_a_table_that_lost_its_cursor_is_told(sqlite_place):
    sqlite_place.run("CREATE TABLE t (c TEXT, a TEXT, ts TEXT, n INTEGER)")
    sqlite_place.run("INSERT INTO t VALUES ('1', 'x', '2025-01-01', 3)")
    source = sqlite_place.source()
    log = source.read("t", case="c", activity="a", timestamp="ts", cursor="n")
    sqlite_place.run("ALTER TABLE t RENAME COLUMN n TO m")
    with pytest.raises((UnknownNameError, SettingError, mz.MindzieError), match="n"):
        source.read_new(log)
