"""From a source to a log: the order of events, the fingerprint, and what is shown."""

from __future__ import annotations

import polars as pl
import pytest

from mindzie.core.errors import SourceError
from mindzie.ingest import read


@pytest.mark.parametrize(
    ("file", "variants"),
    [
        ("PurchasingExample.csv.gz", 70),
        ("ConsultaDataMining201618.csv.gz", 98),
        ("helpdesk_mendeley.csv", 154),
        ("uci_incident_event_log.zip", 2080),
        ("patients.csv", 13),
        ("ibm_onboard_client.zip", 16),
        ("LoanApp_simplified.csv.gz", 18),
        ("bpic2019_1t_per_variant.xes.gz", 11973),
        ("running-example.xes", 6),
    ],
)
def test_the_variants_are_those_of_the_rule(file, variants, logs) -> None:
    assert read(logs / file).variant_count == variants


def test_the_same_content_has_the_same_fingerprint(logs) -> None:
    prints = {
        read(logs / "running-example.csv", timezone="Europe/Berlin").fingerprint,
        read(logs / "running-example.xes", timezone="Europe/Berlin").fingerprint,
        read(logs / "running-example.parquet", timezone="Europe/Berlin").fingerprint,
    }
    assert len(prints) == 1


def test_shuffled_rows_change_nothing_that_times_decide(logs) -> None:
    frame = pl.read_csv(logs / "PurchasingExample.csv.gz", infer_schema=False)
    plain, shuffled = read(frame), read(frame.sample(fraction=1.0, shuffle=True, seed=5))
    counts = [finding.count for finding in plain.readiness.findings]
    assert counts == [finding.count for finding in shuffled.readiness.findings]
    assert plain.readiness.find("ties") is None
    assert plain.fingerprint == shuffled.fingerprint


def test_a_log_shows_what_was_taken(logs) -> None:
    log = read(logs / "helpdesk_mendeley.csv", name="Helpdesk", engine="duckdb")
    assert log.name == "Helpdesk"
    assert log.roles == {
        "case": "CaseID",
        "activity": "ActivityID",
        "timestamp": "CompleteTimestamp",
    }
    assert log.readiness.find("ties").count == 182
    assert log.rejected.is_empty()
    assert (log.event_count, log.case_count) == (13710, 3804)


def test_a_frame_without_rows_is_an_empty_log() -> None:
    log = read(pl.DataFrame(schema=dict.fromkeys(["case", "activity", "time"], pl.String)))
    assert (log.event_count, log.case_count, log.variant_count) == (0, 0, 0)


def test_xml_that_is_no_log_is_refused(tmp_path) -> None:
    path = tmp_path / "model.bpmn"
    path.write_text('<bpmn:definitions xmlns:bpmn="urn:x"><bpmn:process/></bpmn:definitions>')
    with pytest.raises(SourceError, match="first element is <definitions>"):
        read(path)
