"""Every real log gives the figures that others computed for it, on both engines."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import mindzie as mz
from mindzie.core.log import EventLog
from mindzie.core.results import Graph
from mindzie.operations import calculators

# name, file, views; "start_order" is what the product does where there is a start time
LOGS = {
    "academic_credentials": ("ConsultaDataMining201618.csv.gz", ("default", "start_order")),
    "bpic2019_1t": ("bpic2019_1t_per_variant.xes.gz", ("default",)),
    "bupar_patients": ("patients.csv", ("default", "complete_only")),
    "helpdesk_mendeley": ("helpdesk_mendeley.csv", ("default",)),
    "ibm_client_onboarding": ("ibm_onboard_client.zip", ("default", "start_order")),
    "loanapp_simplified": ("LoanApp_simplified.csv.gz", ("default", "start_order")),
    "purchasing_example": ("PurchasingExample.csv.gz", ("default", "start_order")),
    "running_example": ("running-example.xes", ("default",)),
    "uci_incidents": ("uci_incident_event_log.zip", ("default",)),
}
READ = [(name, view) for name, (_, views) in LOGS.items() for view in views]
CASES = [(*read, engine) for read in READ for engine in ("polars", "duckdb")]


def close(expected: float) -> Any:
    return pytest.approx(expected, rel=1e-6, abs=1e-3)


class Read:
    """One log in one view on one engine, beside its expected figures."""

    def __init__(self, log: EventLog, expected: dict[str, Any]) -> None:
        self.log = log
        self.expected = expected

    @cached_property
    def map(self) -> Graph:
        return self.log.calculate(calculators.ProcessMap())

    @cached_property
    def nodes(self) -> dict[str, dict[str, Any]]:
        return {row["activity"]: row for row in self.map.nodes.to_polars().to_dicts()}

    @cached_property
    def edges(self) -> list[dict[str, Any]]:
        return self.map.edges.to_polars().to_dicts()

    @cached_property
    def inner(self) -> dict[tuple[str, str], dict[str, Any]]:
        pairs = {(edge["from_activity"], edge["to_activity"]): edge for edge in self.edges}
        return {pair: edge for pair, edge in pairs.items() if None not in pair}


def _read(logs: Path, name: str, view: str) -> EventLog:
    path = logs / LOGS[name][0]
    if view == "start_order":
        return mz.read(path)
    if view == "complete_only":
        rows = pl.read_csv(path, infer_schema=False)
        return mz.read(rows.filter(pl.col("registration_type") == "complete"))
    return mz.read(path, start=False)


@pytest.fixture(
    scope="module",
    params=[pytest.param(case, marks=pytest.mark.xdist_group(case[0])) for case in CASES],
    ids="-".join,
)
def read(request: pytest.FixtureRequest, logs: Path) -> Read:
    name, view, engine = request.param
    expected = json.loads((logs / "expected" / f"{name}.json").read_text())["views"][view]
    return Read(_read(logs, name, view).on(engine), expected)


def test_counts(read: Read) -> None:
    log, counts = read.log, read.expected["counts"]
    assert (log.event_count, log.case_count) == (counts["events"], counts["cases"])
    assert (len(log.activities), log.variant_count) == (counts["activities"], counts["variants"])
    assert len(log.rejected) == 0


def test_commonest_variants(read: Read) -> None:
    wanted = [
        (item["count"], tuple(item["activities"])) for item in read.expected["variants_top10"]
    ]
    rows = read.log.variants.to_polars().select("cases", "activities").rows()
    found = [(cases, tuple(activities)) for cases, activities in rows]
    assert [cases for cases, _ in found[: len(wanted)]] == [cases for cases, _ in wanted]
    last = wanted[-1][0]
    # which of those tied with the tenth are shown is a matter of taste; they must all be there
    assert {item for item in found if item[0] > last} == {item for item in wanted if item[0] > last}
    assert set(wanted) <= {item for item in found if item[0] >= last}
    assert sum(cases == 1 for cases, _ in found) == read.expected["variants_singletons"]
    assert sum(cases for cases, _ in found) == read.log.case_count


def test_activities_starts_and_ends(read: Read) -> None:
    wanted = read.expected
    assert {name: row["events"] for name, row in read.nodes.items()} == wanted["activities"]
    for column, key in (("starts", "start_activities"), ("ends", "end_activities")):
        assert {n: row[column] for n, row in read.nodes.items() if row[column]} == wanted[key]
    starts = {e["to_activity"]: e["events"] for e in read.edges if e["from_activity"] is None}
    ends = {e["from_activity"]: e["events"] for e in read.edges if e["to_activity"] is None}
    assert (starts, ends) == (wanted["start_activities"], wanted["end_activities"])


def test_directly_follows_counts(read: Read) -> None:
    wanted = {(a, b): count for a, b, count in read.expected["dfg_frequency"]}
    assert len(wanted) == read.expected["dfg_edges"]
    assert {pair: edge["events"] for pair, edge in read.inner.items()} == wanted


def test_mean_times(read: Read) -> None:
    for a, b, count, seconds in read.expected["dfg_mean_seconds_top30"]:
        edge = read.inner[a, b]
        assert edge["events"] == count
        assert edge["mean"] == close(seconds), (a, b)
        assert (
            edge["total"] == close(seconds * count) or abs(edge["total"] - seconds * count) < count
        )
    for activity, seconds in read.expected.get("mean_service_seconds_per_activity", {}).items():
        assert read.nodes[activity]["mean"] == close(seconds), activity


def test_case_durations_and_sizes(read: Read) -> None:
    cases = read.log.cases
    wanted = read.expected["case_duration_seconds"]
    seconds = cases["case_duration"].dt.total_microseconds() / 1e6
    for figure in ("min", "median", "mean", "max"):
        assert getattr(seconds, figure)() == close(wanted[figure]), figure
    wanted = read.expected["trace_length"]
    assert (cases["event_count"].min(), cases["event_count"].max()) == (
        wanted["min"],
        wanted["max"],
    )
    assert cases["event_count"].mean() == close(wanted["mean"])


def test_rework(read: Read) -> None:
    wanted = read.expected["rework_cases_per_activity"]
    assert {
        n: row["rework_cases"] for n, row in read.nodes.items() if row["rework_cases"]
    } == wanted
    extra = {name: row["events"] - row["cases"] for name, row in read.nodes.items()}
    wanted = read.expected["rework_extra_occurrences_per_activity"]
    assert {name: count for name, count in extra.items() if count} == wanted


def test_first_and_last_time(read: Read) -> None:
    if "time_utc" in read.expected:
        times = (
            read.log.events["timestamp"]
            .dt.convert_time_zone("UTC")
            .dt.to_string("%Y-%m-%dT%H:%M:%S")
        )
        wanted = read.expected["time_utc"]
        assert (times.min(), times.max()) == (wanted["first"][:19], wanted["last"][:19])


@pytest.mark.parametrize(("start", "variants"), [(None, 70), (False, 121)])
def test_the_start_decides_the_order(logs: Path, start: Any, variants: int) -> None:
    log = mz.read(logs / "PurchasingExample.csv.gz", start=start)
    assert log.variant_count == variants


def test_the_running_example_has_one_fingerprint_in_three_formats(logs: Path) -> None:
    xes = mz.read(logs / "running-example.xes", attributes=["Costs"], resource=False)
    csv = mz.read(logs / "running-example.csv", attributes=["Costs"], resource=False)
    parquet = mz.read(
        logs / "running-example.parquet",
        attributes=["Costs"],
        resource=False,
        timezone="Europe/Berlin",
    )
    assert xes.fingerprint == csv.fingerprint
    assert parquet.cases["case_start"].dt.convert_time_zone("UTC").equals(xes.cases["case_start"])
