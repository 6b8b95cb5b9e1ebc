"""Every log of the folder comes in by its file's name alone, or after one question, with the figures that others computed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import mindzie as mz
from mindzie.core.errors import ChoiceError
from mindzie.core.log import EventLog
from mindzie.operations import calculators

CLASSIC = (
    *("academic_credentials", "bpic2019_1t", "bupar_patients", "helpdesk_mendeley"),
    *("ibm_client_onboarding", "loanapp_simplified", "purchasing_example", "running_example"),
    "uci_incidents",
)
OF_OBJECTS = (
    *("ocel20_example", "ocel20_example_xml", "ocel20_example_sqlite", "ocel_order_management"),
)
OTHERS = {
    "running-example.csv": (6, 42),
    "running-example.parquet": (6, 42),
    "quirks/ibm_tutorial_bom_semicolon_crlf.csv": (3, 10),
}
"""Files without expected figures of their own: cases and events."""
NO_LOGS = {".bpmn", ".pnml", ".ptml", ".md"}


def expected(logs: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((logs / "expected" / f"{name}.json").read_text())
    return found


def follows(log: EventLog) -> dict[tuple[str, str], int]:
    edges = log.calculate(calculators.ProcessMap()).edges.to_polars().to_dicts()
    pairs = {(each["from_activity"], each["to_activity"]): each["events"] for each in edges}
    return {pair: count for pair, count in pairs.items() if None not in pair}


def test_no_log_of_the_folder_is_left_out(logs: Path) -> None:
    told = {expected(logs, name)["file"] for name in (*CLASSIC, *OF_OBJECTS)}
    there = {
        path.relative_to(logs).as_posix()
        for path in logs.rglob("*")
        if path.is_file() and path.suffix not in NO_LOGS and path.parent.name != "expected"
    }
    assert there == told | set(OTHERS)
    names = {path.stem for path in (logs / "expected").glob("*.json")}
    assert names == {*CLASSIC, *OF_OBJECTS}


@pytest.mark.parametrize("name", CLASSIC)
def test_a_log_needs_no_question(name: str, logs: Path) -> None:
    said = expected(logs, name)
    log = mz.read(logs / said["file"])
    counts = said["views"].get("start_order", said["views"]["default"])["counts"]
    assert (log.event_count, log.case_count) == (counts["events"], counts["cases"])
    assert (len(log.activities), log.variant_count) == (counts["activities"], counts["variants"])
    assert log.rejected.is_empty()


@pytest.mark.parametrize("file", OTHERS)
def test_neither_do_the_same_in_other_formats(file: str, logs: Path) -> None:
    log = mz.read(logs / file)
    assert (log.case_count, log.event_count) == OTHERS[file]
    assert log.rejected.is_empty()


@pytest.mark.parametrize("name", OF_OBJECTS)
def test_of_objects_one_question_is_asked(name: str, logs: Path) -> None:
    said = expected(logs, name)
    with pytest.raises(ChoiceError) as question:
        mz.read(logs / said["file"])
    assert question.value.setting == "object_type"
    with_events = {kind for kind, figures in said["flattened"].items() if figures["cases"]}
    assert set(question.value.choices) == with_events
    for kind in question.value.choices:
        figures = said["flattened"][kind]
        log = mz.read(logs / said["file"], object_type=kind)
        assert (log.case_count, log.event_count) == (figures["cases"], figures["events"])
        assert log.variant_count == figures["variants"]
        wanted = {(first, then): count for first, then, count in figures["dfg_frequency"]}
        assert follows(log) == wanted, kind
        most = [each["count"] for each in figures["variants_top5"]]
        assert log.variants["cases"].to_list()[: len(most)] == most
        assert log.rejected.is_empty()
