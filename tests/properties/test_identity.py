"""The same content is the same log, wherever it came from and however it is kept."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mindzie as mz
from mindzie.engine.build import build
from mindzie.engine.source_table import SourceTable
from tests.contract.comparing import assert_same, figures
from tests.properties.logs import ENGINES, Event, built, logs, source

FEW = settings(max_examples=15)
names = st.text(min_size=1, max_size=30).filter(lambda t: t.strip() and t == t.strip())
texts = st.sampled_from(["NA", "null", "nan", "007", "1e5", "true", "-", "?", "1,5", "2024-05-06"])
texts |= names.filter(lambda t: not any(0xD800 <= ord(c) <= 0xDFFF or c in "\r\n\0" for c in t))


@FEW
@given(rows=logs, engine=st.sampled_from(ENGINES))
def test_saved_and_opened(rows: list[Event], engine: str) -> None:
    log = built(rows)
    with tempfile.TemporaryDirectory() as place:
        opened = mz.open(log.save(Path(place) / "log"), engine)
        assert opened.fingerprint == log.fingerprint
        assert_same(figures(opened), figures(log))


@FEW
@given(rows=logs, sizes=st.lists(st.integers(1, 9), max_size=9), engine=st.sampled_from(ENGINES))
def test_chunks_change_nothing(rows: list[Event], sizes: list[int], engine: str) -> None:
    table = source(rows)
    parts, at = [], 0
    for size in sizes:
        parts.append(table.frame.slice(at, size))
        at += size
    chunked = pl.concat([*parts, table.frame.slice(at)], rechunk=False)
    log = build(SourceTable(chunked, table.attributes, name="random", roles=table.roles), engine)
    assert log.fingerprint == built(rows).fingerprint
    assert_same(figures(log), figures(built(rows)))


@FEW
@given(
    rows=st.lists(
        st.tuples(texts, texts, st.integers(0, 99), st.none() | st.integers(), st.none() | texts),
        min_size=1,
        max_size=12,
    )
)
def test_files_of_any_format_have_one_fingerprint(rows: list[tuple[object, ...]]) -> None:
    schema = ["case", "activity", "timestamp", "amount", "note"]
    typed = {"case": pl.String, "activity": pl.String, "timestamp": pl.Int64}
    typed |= {"amount": pl.Int64, "note": pl.String}
    frame = pl.DataFrame(rows, schema={name: typed[name] for name in schema}, orient="row")
    frame = frame.with_columns(pl.from_epoch(pl.col("timestamp") + 1_700_000_000, time_unit="s"))
    said = {"types": {"amount": "number", "note": "text"}, "name": "same"}
    with tempfile.TemporaryDirectory() as place:
        csv, parquet = Path(place) / "log.csv", Path(place) / "log.parquet"
        frame.write_csv(csv, quote_style="non_numeric")
        frame.write_parquet(parquet)
        sources = (csv, parquet, frame, frame.to_arrow(), frame.to_pandas())
        read = [mz.read(where, **said) for where in sources]
    assert [log.case_count for log in read] == [frame["case"].n_unique()] * len(read)
    assert len({log.fingerprint for log in read}) == 1
    for log in read[1:]:
        assert_same(figures(log), figures(read[0]))


CHANGES = {
    "time": pl.col("time") + 1,
    "start_time": pl.col("start_time") - 1,
    "activity": pl.when(pl.col("row") == 2).then(pl.lit("C")).otherwise("activity"),
    "case_id": pl.col("case_id") + " ",
    "attribute_0": pl.when(pl.col("row") != 2).then("attribute_0"),
}


@pytest.mark.parametrize("column", CHANGES)
def test_any_change_of_content_is_another_fingerprint(column: str) -> None:
    table = source([Event("1", name, place, place, place) for place, name in enumerate("ABC")])
    changed = table.frame.with_columns(CHANGES[column].alias(column))
    log = build(SourceTable(changed, table.attributes, name="random", roles=table.roles))
    assert log.fingerprint != build(table).fingerprint


def test_what_is_not_content_is_not_in_the_fingerprint() -> None:
    table = source([Event("1", "A", 0, 5, 3), Event("2", "B", 1, 6, None)])
    other = SourceTable(
        table.frame.with_columns(row=pl.col("row") + 100),
        table.attributes,
        name="another",
        roles=table.roles,
        source={"format": "other"},
    )
    assert build(other).fingerprint == build(table).fingerprint
    zone = SourceTable(table.frame, table.attributes, roles=table.roles, time_zone="Asia/Tokyo")
    assert build(zone).fingerprint != build(table).fingerprint, "days and hours depend on it"
