"""Spreadsheets of old Excel (.xls, BIFF8) and of binary Excel (.xlsb), written by other programs."""

from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path

import pytest

import mindzie as mz
from mindzie.core.errors import UnknownNameError
from mindzie.ingest import source_table
from tests.ingest.test_generated_files import read
from tests.ingest.test_mutated_files import mutated

DATA = Path(__file__).parent / "data"
ENDINGS = ("xls", "xlsb")


@pytest.mark.parametrize("ending", ENDINGS)
def test_all_its_types_come(ending: str) -> None:
    log = mz.read(DATA / f"claims.{ending}", case="claim", activity="step", timestamp="happened")
    assert (log.event_count, log.case_count, log.name) == (3, 2, "claims")
    assert log.manifest.source["sheet"] == "Claims"
    assert log.cases["case_id"].to_list() == ["0012", "0013"]
    events = log.events
    assert events["timestamp"].min() == datetime(
        2025, 3, 1, 9, tzinfo=events["timestamp"].min().tzinfo
    )
    kinds = {attribute.name: attribute.type for attribute in log.manifest.attributes}
    assert kinds["amount"] == "number"
    assert kinds["urgent"] == "boolean"
    assert "Zoë" in set(events["resource" if "resource" in events.columns else "clerk"].to_list())


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_name_that_says_nothing_is_no_hindrance(ending: str, tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_bytes((DATA / f"claims.{ending}").read_bytes())
    assert source_table(path).frame.height == 3
    with pytest.raises(UnknownNameError, match="Claims"):
        source_table(path, sheet="Claim")


@pytest.mark.parametrize("ending", ENDINGS)
def test_damaged_ones_are_refused_or_read(ending: str, tmp_path: Path) -> None:
    luck = random.Random(ending)
    content = (DATA / f"claims.{ending}").read_bytes()
    for number in range(2):
        path = tmp_path / f"{number}.{ending}"
        path.write_bytes(mutated(content, luck))
        read(path)
