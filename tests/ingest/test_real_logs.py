"""Every real log is read without a word about its columns, and counts what it should."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from mindzie.ingest import source_table

LOGS = {
    "academic_credentials": "ConsultaDataMining201618.csv.gz",
    "bpic2019_1t": "bpic2019_1t_per_variant.xes.gz",
    "bupar_patients": "patients.csv",
    "helpdesk_mendeley": "helpdesk_mendeley.csv",
    "ibm_client_onboarding": "ibm_onboard_client.zip",
    "loanapp_simplified": "LoanApp_simplified.csv.gz",
    "purchasing_example": "PurchasingExample.csv.gz",
    "running_example": "running-example.xes",
    "uci_incidents": "uci_incident_event_log.zip",
}


def microseconds(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1e6)


@pytest.mark.parametrize("name", LOGS)
def test_counts_and_times_equal_the_expected(name: str, logs: Path) -> None:
    expected = json.loads((logs / "expected" / f"{name}.json").read_text())["views"]["default"]
    table = source_table(logs / LOGS[name])
    frame = table.frame
    counts = expected["counts"]
    assert frame.height == counts["events"]
    assert frame["case_id"].n_unique() == counts["cases"]
    assert frame["activity"].n_unique() == counts["activities"]
    assert abs(frame["time"].min() - microseconds(expected["time_utc"]["first"])) < 1_000_000
    assert abs(frame["time"].max() - microseconds(expected["time_utc"]["last"])) < 1_000_000
    assert dict(frame["activity"].value_counts().iter_rows()) == expected["activities"]
    assert table.rejected.is_empty()
    assert frame["row"].to_list() == list(range(1, frame.height + 1))


@pytest.mark.parametrize("name", LOGS)
def test_roles_are_those_a_person_would_take(name: str, logs: Path) -> None:
    mapping = json.loads((logs / "expected" / f"{name}.json").read_text())["mapping"]
    roles = source_table(logs / LOGS[name]).roles
    case = "case:concept:name" if mapping["case"].startswith("trace ") else mapping["case"]
    assert (roles["case"], roles["activity"]) == (case, mapping["act"])
    assert roles["timestamp"] == mapping["ts"]
    assert roles.get("start") == mapping.get("start")
    if name != "running_example":  # its figures were computed without
        assert roles.get("resource") == mapping.get("res")


@pytest.mark.parametrize("name", LOGS)
def test_duplicates_and_one_event_cases_are_counted(name: str, logs: Path) -> None:
    quirks = json.loads((logs / "expected" / f"{name}.json").read_text())["quirks"]
    table = source_table(logs / LOGS[name])
    key = (
        "exact_duplicate_rows"
        if "exact_duplicate_rows" in quirks
        else "exact_duplicate_events_in_trace"
    )
    found = table.readiness.find("duplicate_rows")
    assert (found.count if found else 0) == quirks.get(key, 0)
    alone = table.frame.group_by("case_id").len().filter(pl.col("len") == 1).height
    single = table.readiness.find("one_event_cases")
    assert (single.count if single else 0) == alone
    ties = table.readiness.find("ties")
    clocks = [c for c in ("case_id", "time", "start_time") if c in table.frame.columns]
    assert (ties.count if ties else 0) == int(table.frame.select(clocks).is_duplicated().sum())


def test_the_running_example_is_the_same_from_three_formats(logs: Path) -> None:
    xes = source_table(logs / "running-example.xes")
    csv = source_table(logs / "running-example.csv")
    parquet = source_table(logs / "running-example.parquet", timezone="Europe/Berlin")
    order = ["case_id", "time"]

    def named(table: object) -> pl.DataFrame:
        names = {attribute.column: attribute.name for attribute in table.attributes}
        frame = table.frame.drop("row").rename(names)
        return frame.select(sorted(frame.columns)).sort(order)

    assert_frame_equal(named(csv), named(parquet))
    assert_frame_equal(named(csv), named(xes))
    assert csv.source["left_out"] == [""]


def test_incidents_report_their_quirks(logs: Path) -> None:
    table = source_table(logs / "uci_incident_event_log.zip")
    assert table.source["day_first"] is True
    assert table.source["packed"] == ["zip"]
    assert "-100" in table.frame["activity"].unique().to_list()
    marks = table.readiness.find("missing_marks")
    assert "'?'" in marks.title
    read = source_table(logs / "uci_incident_event_log.zip", null_values="?")
    types = {attribute.name: attribute.type for attribute in read.attributes}
    assert types["resolved_at"] == types["sys_created_at"] == "date"
    assert read.readiness.find("missing_marks") is None


def test_offsets_outliers_lifecycle_and_midnight_are_found(logs: Path) -> None:
    purchasing = source_table(logs / "PurchasingExample.csv.gz")
    assert purchasing.source["offsets"] == ["+02:00", "+03:00"]
    assert purchasing.readiness.find("mixed_time_zones").severity == "info"
    bpic = source_table(logs / "bpic2019_1t_per_variant.xes.gz").readiness
    assert bpic.find("clock_outliers").severity == "warning"
    assert 0 < bpic.find("clock_outliers").count < 100
    patients = source_table(logs / "patients.csv").readiness
    assert patients.find("lifecycle_rows").count == 2721
    tutorial = source_table(logs / "quirks" / "ibm_tutorial_bom_semicolon_crlf.csv")
    assert tutorial.roles["timestamp"] == "StartTime"
    assert tutorial.source["delimiter"] == ";"
    assert tutorial.readiness.find("midnight_timestamps").count == tutorial.frame.height == 10
    rating = {attribute.name: attribute for attribute in tutorial.attributes}["CustomerRating"]
    assert rating.type == "number"
    assert tutorial.frame[rating.column].null_count() < 10


def test_helpdesk_activities_stay_names(logs: Path) -> None:
    table = source_table(logs / "helpdesk_mendeley.csv")
    assert table.frame.schema["activity"] == pl.String
    assert sorted(table.frame["activity"].unique()) == [str(number) for number in range(1, 10)]
