"""Large text tables are read piece by piece and packed: the same log comes of it, to the last finding."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import mindzie as mz
from mindzie.core.errors import SourceError
from mindzie.core.log import EventLog
from mindzie.ingest import parquet, pieces, source_table
from mindzie.ingest.column_types import typed
from mindzie.ingest.exact_times import ExactTimes
from mindzie.ingest.packed import Packer, texts_of
from mindzie.ingest.packed_types import typed_packed
from mindzie.ingest.raw import Hints

FILES = {
    "ConsultaDataMining201618.csv.gz": {},
    "LoanApp_simplified.csv.gz": {},
    "PurchasingExample.csv.gz": {},
    "helpdesk_mendeley.csv": {},
    "patients.csv": {"timezone": "Europe/Berlin"},
    "uci_incident_event_log.zip": {"types": {"priority": "text"}},
    "ibm_onboard_client.zip": {"expected_order": ("Receive", "Verify")},
}


def both(
    file: Path, monkeypatch: pytest.MonkeyPatch, piece: int = 1 << 14, **settings: Any
) -> tuple[EventLog, EventLog]:
    plain = mz.read(file, **settings)
    read: list[bool] = []
    original = pieces.read_packed

    def noted(*given: Any, times: bool) -> Any:
        found = original(*given, times=times)
        read.append(found is not None)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(pieces, "PIECE", piece)
        patch.setattr(pieces, "WINDOW", piece // 2)
        patch.setattr("mindzie.ingest.delimited.read_packed", noted)
        packed = mz.read(file, **settings)
    assert read
    assert read[0] == PACKED.get(file.name, True)
    return plain, packed


PACKED = {"stray.csv": False, "late.csv": False, "after.csv": False}
"""Files that are better read as a whole."""


def assert_same(plain: EventLog, packed: EventLog) -> None:
    assert packed.fingerprint == plain.fingerprint
    assert packed.manifest == plain.manifest
    assert_frame_equal(packed.rejected, plain.rejected)
    for name in ("events", "cases", "variants", "variant_paths"):
        one, other = (log.rel.engine.rows(getattr(log.rel, name)) for log in (packed, plain))
        assert_frame_equal(one, other, check_row_order=name != "variant_paths")


@pytest.mark.parametrize("name", FILES)
def test_a_real_log_is_the_same(name: str, logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_same(*both(logs / name, monkeypatch, 1 << 17, **FILES[name]))


def table(rows: int, seed: int) -> list[list[str]]:
    chance = random.Random(seed)
    made = []
    for number in range(rows):
        clock = f"2024-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}T{number % 24:02}:30:00"
        made.append([
            str(number // 7), chance.choice(["Pay", 'Ship "now"', "Check, sign", "Two\nlines"]), clock + "+0200",
            chance.choice(["A", "B", ""]), clock[:10] + " 08:00:00.250", str(chance.randint(1, 9)),
            chance.choice(["true", "false"]), f"{chance.random():.3f}", chance.choice(["?", "1", "2"]),
        ])  # fmt: skip
    return made


HEAD = ["case", " activity ", "time", "resource", "Due", "Size", "Paid", "Amount", "Mark"]


def write(file: Path, rows: list[list[str]], end: str = "\n") -> Path:
    lines = [",".join(f'"{v.replace(chr(34), chr(34) * 2)}"' if set(v) & set(',"\n') else v for v in row) for row in [HEAD, *rows]]  # fmt: skip
    file.write_bytes((end.join(lines) + end).encode())
    return file


@pytest.mark.parametrize("piece", [1 << 12, 1 << 13, 5_000])
def test_quotes_blank_lines_and_missing_values(
    piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = table(2_000, seed=piece)
    for place in (100, 900, 901, 1_500):
        rows[place][0] = ""
    rows[300][1] = ""
    rows[700] = [""] * len(HEAD)
    file = write(tmp_path / "log.csv", rows)
    file.write_bytes(file.read_bytes().replace(b"\n1,", b"\n\n\n1,"))
    assert_same(*both(file, monkeypatch, piece))
    assert_same(*both(write(file, rows, "\r\n"), monkeypatch, piece, timezone="Europe/Berlin"))
    types = {"Size": "text", "Due": "text", "Amount": "number"}
    assert_same(*both(file, monkeypatch, piece, types=types, resource="Due", order="Size"))
    assert_same(*both(file, monkeypatch, piece, case="Size", activity="Due"))
    marks = ["?", "B", rows[5][2], rows[9][4], "0.250"]
    assert_same(*both(file, monkeypatch, piece, null_values=marks))
    assert_same(*both(file, monkeypatch, piece, date_format="%Y-%m-%dT%H:%M:%S%z"))


def test_parquet_is_packed_column_by_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = pl.DataFrame(table(2_000, seed=4), schema=HEAD, orient="row")
    frame = frame.with_columns(pl.col("Amount").cast(pl.Float64), pl.col("Size").cast(pl.Int32))
    monkeypatch.setattr(parquet, "FIRST", 500)
    for name, kept in {"log": frame, "late": frame.with_columns(Due=_late(frame["Due"]))}.items():
        file = tmp_path / f"{name}.parquet"
        kept.write_parquet(file, row_group_size=300)
        marks = ["?", "A", frame["time"][7]]
        monkeypatch.setattr(parquet, "LARGE", 10_000)
        plain, without = mz.read(file), mz.read(file, null_values=marks)
        monkeypatch.setattr(parquet, "LARGE", 100)
        assert_same(plain, mz.read(file))
        assert_same(without, mz.read(file, null_values=marks))
        column = source_table(file).frame["activity"]
        assert isinstance(column.dtype, pl.Categorical) == (name == "log")


def _late(due: pl.Series) -> pl.Series:
    return pl.concat([due[:-1], pl.Series(["tomorrow"])])


def test_what_is_not_like_the_first_rows_is_read_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = table(2_000, seed=1)
    rows[1_900][2] = "2024-05-06T07:08:60+0200"
    assert_same(*both(write(tmp_path / "late.csv", rows), monkeypatch, 1 << 12))
    plain = str.maketrans("", "", '"\n,')
    rows = [[value.translate(plain) for value in row] for row in table(2_000, seed=2)]
    file = write(tmp_path / "stray.csv", rows)
    file.write_bytes(file.read_bytes().replace(b"Pay", b'Pay 5" pipe', 1))
    assert_same(*both(file, monkeypatch, 1 << 12))


def test_text_after_quotes_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = str.maketrans("", "", '"\n,')
    rows = [[value.translate(plain) for value in row] for row in table(2_000, seed=5)]
    file = write(tmp_path / "after.csv", rows)
    begin, last, end = file.read_bytes().rpartition(b",Pay,")
    file.write_bytes(begin + b',"Pay" now,' + end)
    whole, packed = both(file, monkeypatch, 1 << 12)
    assert last
    assert '"Pay" now' in packed.activities
    assert_same(whole, packed)


def test_rows_within_quotes_are_told_of_categories(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = table(2_000, seed=6)
    rows[1_500][3] = "A\n" + ",".join(rows[1_501]).replace("\n", " ")
    whole, packed = both(write(tmp_path / "log.csv", rows), monkeypatch, 1 << 12)
    assert "rows_in_quotes" in {each.id for each in packed.readiness.findings}
    assert_same(whole, packed)


def test_a_mark_of_unicode_within_a_file_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path / "log.csv", table(2_000, seed=7))
    # so that many ends of lines stand before one
    file.write_bytes(re.sub(rb"\n(?=\d*[13579],)", b"\n\xef\xbb\xbf", file.read_bytes()))
    assert_same(*both(file, monkeypatch, 1 << 12))


def test_marks_beside_dates_are_found_as_in_texts() -> None:
    texts = [f"2024-{n % 12 + 1:02}-{n % 25 + 1:02}" for n in range(10_000)]
    texts[::100] = ["-"] * 100
    texts[7:4_000:100] = [f"on call {n}" for n in range(40)]
    column = pl.Series("due", texts)
    _, found = typed_packed(column.cast(pl.Categorical()), Hints(), {})
    assert found.marks == typed(column, Hints()).marks == ("-",)


def test_damage_is_told_as_of_a_small_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path / "nul.csv", table(2_000, seed=3))
    file.write_bytes(file.read_bytes()[:60_000] + b"\0" + file.read_bytes()[60_000:])
    with monkeypatch.context() as patch:
        patch.setattr(pieces, "PIECE", 1 << 12)
        patch.setattr(pieces, "WINDOW", 1 << 11)
        with pytest.raises(SourceError, match="NUL byte at byte 60,000"):
            mz.read(file)


@pytest.mark.parametrize(
    "texts",
    [
        ["2024-02-29T23:59:59+0530", None, "1969-12-31T00:00:00+0530"],
        ["2024/02/29 23:59:59.123", "0001/01/01 00:00:00.000"],
        ["9999.12.31 23:59:59.123456Z"],
    ],
)
def test_exact_times_tell_their_texts(texts: list[str | None]) -> None:
    way = ExactTimes.of([text for text in texts if text])
    assert way is not None
    clock = way.read(pl.Series(texts))
    assert clock is not None
    assert way.write(clock).to_list() == texts


@pytest.mark.parametrize(
    "text",
    [
        *("2023-02-29T10:00:00", "2024-13-01T10:00:00", "2024-00-01T10:00:00", "2024-01-00T10:00:00"),
        *("2024-01-01T24:00:00", "2024-01-01T10:60:00", "2024-01-01T10:00:60", "0000-01-01T10:00:00"),
        *("2024-1-011T10:00:00", "+024-01-01T10:00:00", "2024-01-01 10:00:00", "2024-01-01T10:00:0"),
    ],
)  # fmt: skip
def test_what_is_no_exact_time_is_none(text: str) -> None:
    way = ExactTimes.of(["2024-01-01T10:00:00"])
    assert way is not None
    assert way.read(pl.Series(["2024-01-01T10:00:00", text])) is None


def test_packed_texts_are_given_back() -> None:
    frame = pl.DataFrame(
        {
            "few": ["a", "", None, "a"] * 20,
            "time": ["2024-01-01T10:00:00", None] * 40,
            "all": [str(n) for n in range(80)],
        }
    )
    packer = Packer(frame)
    packed = packer.pack(frame)
    assert isinstance(packed["few"].dtype, pl.Categorical)
    assert packed["time"].dtype == pl.Datetime("us")
    assert packed["all"].dtype == pl.String
    assert_frame_equal(texts_of(packed, packer.ways), frame)
