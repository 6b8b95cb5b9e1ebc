"""Columns are recognised as a person would, in several languages, or an error says how to name them."""

from __future__ import annotations

import polars as pl
import pytest

import mindzie as mz
from mindzie.core.errors import SourceError
from mindzie.core.plain_names import plain
from mindzie.ingest import source_table

DAYS = [f"2024-01-0{day} 10:00" for day in (1, 2, 3, 4)]
VALUES = {
    "case": ["c1", "c1", "c2", "c2"],
    "activity": ["Order", "Pay", "Order", "Pay"],
    "timestamp": DAYS,
    "start": DAYS,
    "resource": ["ann", "bob", "bob", "ann"],
}


@pytest.mark.parametrize(
    "names",
    [
        {"case": "Fallnummer", "activity": "Aktivität", "timestamp": "Zeitstempel"},
        {"case": "Auftragsnummer", "activity": "Tätigkeit", "timestamp": "Datum"},
        {"case": "Numero pratica", "activity": "Attività", "timestamp": "Data"},
        {"case": "Número de expediente", "activity": "Paso", "timestamp": "Fecha"},
        {
            "case": "Vorgangsnummer",
            "activity": "Schritt",
            "start": "Startzeit",
            "timestamp": "Endzeit",
            "resource": "Bearbeiter",
        },
        {
            "case": "ID caso",
            "activity": "Actividad",
            "start": "Fecha inicio",
            "timestamp": "Fecha fin",
            "resource": "Recurso",
        },
        {
            "case": "Numéro de dossier",
            "activity": "Activité",
            "timestamp": "Horodatage",
            "resource": "Utilisateur",
        },
        {
            "case": "Zaaknummer",
            "activity": "Activiteit",
            "timestamp": "Tijdstip",
            "resource": "Medewerker",
        },
        {"case": "order_id", "activity": "status", "timestamp": "updated_at"},
        {"case": "ticket", "activity": "event", "timestamp": "created_at", "resource": "user"},
        {
            "case": "Incident Number",
            "activity": "Task",
            "start": "Start Date",
            "timestamp": "End Date",
        },
        {
            "case": "_CASE_KEY",
            "activity": "ACTIVITY_EN",
            "timestamp": "EVENTTIME",
            "resource": "USER_NAME",
        },
        {
            "case": "CaseID",
            "activity": "ActivityName",
            "start": "StartTimestamp",
            "timestamp": "CompleteTimestamp",
        },
        {"case": "案件番号", "activity": "アクティビティ", "timestamp": "日時"},
        {"case": "caseid", "activity": "whatever", "timestamp": "when"},
        {"case": "Fall-Nr", "activity": "Vorgang", "timestamp": "Zeitstempel"},
        {"case": "Vorgang", "activity": "Aktivität", "timestamp": "Zeitpunkt"},
    ],
    ids=lambda names: names["case"],
)
def test_names_are_known(names) -> None:
    frame = pl.DataFrame({name: VALUES[role] for role, name in reversed(names.items())})
    assert dict(source_table(frame).roles) == names


@pytest.mark.parametrize(
    "name", ["assigned_to", "Assignee", "Zugewiesen an", "Asignado a", "Responsável", "Behandelaar"]
)
def test_whom_the_work_is_given_does_it_rather_than_who_wrote_the_record(name: str) -> None:
    frame = pl.DataFrame(
        {
            "case": VALUES["case"],
            "activity": VALUES["activity"],
            "sys_updated_by": ["system", "ann", "system", "bob"],
            "time": DAYS,
            name: VALUES["resource"],
        }
    )
    assert source_table(frame).roles["resource"] == name
    assert source_table(frame.drop(name)).roles["resource"] == "sys_updated_by"


def test_who_is_always_the_same_is_less_likely_than_who_changes() -> None:
    frame = pl.DataFrame(
        {
            "case": [str(place // 3) for place in range(30)],
            "activity": ["A", "B", "C"] * 10,
            "time": [f"2024-01-{place + 1:02} 10:00" for place in range(30)],
            "user": ["import"] * 30,
            "assigned_to": ["ann", "bob", "cid"] * 10,
        }
    )
    assert source_table(frame).roles["resource"] == "assigned_to"


def test_the_time_that_changes_within_a_case_is_the_events() -> None:
    frame = pl.DataFrame(
        {
            "order_id": VALUES["case"],
            "status": VALUES["activity"],
            "opened_at": [DAYS[0]] * 4,
            "logged_at": DAYS,
        }
    )
    assert source_table(frame).roles["timestamp"] == "logged_at"


def test_what_cannot_be_told_is_asked_for() -> None:
    frame = pl.DataFrame({"x": VALUES["case"], "y": VALUES["activity"], "z": DAYS})
    with pytest.raises(SourceError) as caught:
        source_table(frame)
    message = str(caught.value)
    assert "the case and the activity" in message
    assert "'x' (such as 'c1')" in message
    assert "mz.read(source, case='...', activity='...', timestamp='z')" in message
    table = source_table(frame, case="x", activity="y")
    assert table.roles == {"case": "x", "activity": "y", "timestamp": "z"}
    assert table.source["confidence"]["case"] == 1


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("case:CompleteTimestamp", "case complete timestamp"),
        ("Numéro_de-Dossier", "numero de dossier"),
        ("SAPOrderID", "sap order id"),
        ("Größe", "grosse"),
    ],
)
def test_names_are_compared_plainly(name, words) -> None:
    assert plain(name) == words


def test_a_column_given_for_the_wrong_role_is_not_advised_again(tmp_path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(
        "CaseID,ActivityID,CompleteTimestamp\n1,5,2024-01-01 10:00\n1,6,2024-01-02 10:00\n"
    )
    with pytest.raises(SourceError) as refused:
        source_table(path, timestamp="ActivityID")
    assert "'ActivityID' was taken as the timestamp" in str(refused.value)
    assert "activity='ActivityID', timestamp='CompleteTimestamp'" in str(refused.value)


def test_a_number_called_like_a_time_is_one() -> None:
    frame = pl.DataFrame({"id": ["1", "1"], "event": ["a", "b"], "ts": [1706774400, 1706774500]})
    assert source_table(frame).roles["timestamp"] == "ts"


def test_a_time_of_day_is_no_case() -> None:
    frame = pl.DataFrame(
        {
            "ref": ["A", "A", "B", "B"],
            "event": ["x", "y", "x", "y"],
            "data": ["2024-02-01"] * 4,
            "ora": ["08:00", "09:00", "08:00", "10:00"],
        }
    )
    assert mz.suggest(frame, case="ref").clocks == {"timestamp": "ora"}
    candidates = [each.column for each in mz.suggest(frame).roles.get("case", ())]
    assert "ora" not in candidates


def test_a_row_of_several_dates_is_a_question_and_not_an_event_of_what_is_left() -> None:
    days = [f"2024-02-{n:02}" for n in range(1, 11)]
    frame = pl.DataFrame(
        {"Invoice": days, "Vendor": ["a", "b"] * 5, "Received": days, "Paid": days}
    ).with_columns(pl.col("Invoice").str.replace_all("-", ""))
    with pytest.raises(SourceError, match=r"mapping=mz\.suggest\(source\)\.mapping") as asked:
        mz.read(frame)
    assert "column of the frame is the activity" in str(asked.value)
    log = mz.read(frame, mapping=mz.suggest(frame).mapping)
    assert set(log.activities) == {"Received", "Paid"}
    assert mz.read(frame, activity="Vendor", timestamp="Paid").event_count == 10
