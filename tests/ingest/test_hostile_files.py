"""Files made to fill memory, to lead astray or to end the process are refused with a reason."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from mindzie.core.errors import SettingError, SourceError
from mindzie.engine.build import build
from mindzie.ingest import bounds, delimited, json_depth, lines, source_table
from mindzie.ingest.bounds import VARIABLES

TEXT = b"case,activity,time\n1,Pay,2020-01-01\n1,Ship,2020-01-02\n"
ROWS = b"1,Pay,2020-01-01\n" * 60_000
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
EVENT = '<log><trace><string key="concept:name" value="1"/><event>%s</event></trace></log>'
DEEP = 60_000


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take 4 MiB for much, so that bombs are quickly made."""
    monkeypatch.setattr(bounds, "SMALL", 4 << 20)


def zipped(*names: str, content: bytes = TEXT, link: bool = False) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o120777 << 16 if link else 0
            archive.writestr(info, content)
    return buffer.getvalue()


def bomb(path: Path, packing: str) -> Path:
    with pa.CompressedOutputStream(str(path), packing) as stream:
        stream.write(TEXT)
        for _ in range(6):
            stream.write(ROWS)
    return path


def refused(path: Path, content: bytes | str, message: str, **settings: object) -> None:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(SourceError, match=message):
        source_table(path, **settings)


@pytest.mark.parametrize("packing", ["gzip", "zstd"])
def test_bombs_are_refused(small: None, tmp_path: Path, packing: str) -> None:
    with pytest.raises(SourceError, match=r"more than 200 times the .* of the file"):
        source_table(bomb(tmp_path / "log.csv.gz", packing))


def test_a_bomb_in_a_zip_is_refused(small: None, tmp_path: Path) -> None:
    content = bomb(tmp_path / "log.csv.gz", "gzip").read_bytes()
    refused(tmp_path / "log.zip", zipped("log.csv.gz", content=content), "more than 200 times")
    inner = content
    for _ in range(6):
        inner = zipped("log.zip", content=inner)
    refused(tmp_path / "nested.zip", inner, "packed more than 4 times")


def test_limits_can_be_said(small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log.csv.gz"
    path.write_bytes(gzip.compress(TEXT * 40))
    with pytest.raises(SourceError, match=r"more than 99 bytes.*give max_bytes="):
        source_table(path, max_bytes=99)
    monkeypatch.setenv(VARIABLES[0], "100")
    with pytest.raises(SourceError, match=r"more than 100 bytes.*set MINDZIE_READ_BYTES"):
        source_table(path)
    monkeypatch.setenv(VARIABLES[0], "many")
    with pytest.raises(SettingError, match="must be a whole number"):
        source_table(path)
    monkeypatch.delenv(VARIABLES[0])
    monkeypatch.setenv(VARIABLES[1], "1000000")
    assert source_table(bomb(tmp_path / "big.csv.gz", "gzip")).frame.height > 300_000


def test_a_few_bytes_of_parquet_are_no_billion_values(small: None, tmp_path: Path) -> None:
    many = pl.repeat(1, 3_000_000, dtype=pl.Int8, eager=True)
    frame = pl.DataFrame({"case": many, "activity": many, "time": many})
    frame.write_parquet(tmp_path / "log.parquet")
    with pytest.raises(SourceError, match="needs more than 200 times"):
        source_table(tmp_path / "log.parquet")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "entities", [LAUGHS, '<!ENTITY l9 SYSTEM "file:///etc/passwd">', "<!-- none -->"]
)
def test_document_types_are_refused(tmp_path: Path, encoding: str, entities: str) -> None:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE log [{entities}]>' + EVENT % "&l9;"
    )
    refused(tmp_path / "log.xes", text.encode(encoding), "has a document type")
    refused(tmp_path / "packed.xes.gz", gzip.compress(text.encode(encoding)), "document type|web")


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ('<int key="" value="0">', "</int>"),
        ('<list key="a"><values>', "</values></list>"),
        ('<list key=""><int key="" value="0">', "</int></list>"),
        ('<container key="">', "</container>"),
    ],
)
def test_deep_xes_does_not_end_the_process(tmp_path: Path, begin: str, end: str) -> None:
    refused(tmp_path / "log.xes", EVENT % (begin * DEEP + end * DEEP), "timestamp")
    refused(tmp_path / "cut.xes", EVENT[:60] + begin * DEEP, "cannot be read as XES")


def test_deep_json_is_refused(tmp_path: Path) -> None:
    deepest = json_depth.DEEPEST
    nested = '{"a":' * (deepest - 1) + "%s" + "}" * (deepest - 1)
    for tricky in (r'"}}\\"', r'"{{[[\""', r'"\\\""', '["]"]'):
        refused(tmp_path / "log.json", nested % tricky, "Cannot tell|no events")
        refused(tmp_path / "log.json", nested % f'{{"b":[{tricky}]}}', "levels deep")
    refused(tmp_path / "log.json", '{"a":' * 900 + "1" + "}" * 900, "levels deep")
    refused(tmp_path / "log.jsonocel", '{"objectTypes":' + "[" * 100_000, "OCEL 2.0 in JSON")


def test_depth_is_found_across_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log.json"
    for size in range(1, 9):
        monkeypatch.setattr(json_depth, "CHUNK", size)
        for text in (r'{"a\\\"{":"\\","b":["\\\\\"["]}', r'["\\",["]"],"\"[[["]'):
            path.write_text(text)
            monkeypatch.setattr(json_depth, "DEEPEST", 2)
            json_depth.refuse_depth(path, "it")
            monkeypatch.setattr(json_depth, "DEEPEST", 1)
            with pytest.raises(SourceError, match="levels deep"):
                json_depth.refuse_depth(path, "it")


@pytest.mark.parametrize(
    ("begin", "settings"),
    [
        (TEXT * 40, {}),
        (TEXT * 40, {"null_values": "?"}),
        (TEXT * 40, {"header_row": 3}),
        (TEXT * 40, {"encoding": "cp1252"}),
        (TEXT.replace(b"\n", b"\r") * 40, {}),
        ((TEXT * 40).decode().encode("utf-16"), {}),
    ],
    ids=["plain", "marks", "header", "encoding", "returns", "utf-16"],
)
def test_a_line_of_two_gigabytes_is_refused_before_it_is_read(
    begin: bytes, settings: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = tmp_path / "log.csv"
    endless.write_bytes(begin)
    with endless.open("ab") as file:
        file.truncate(2 << 30)
    monkeypatch.setattr(delimited, "_all", lambda _: pytest.fail("it was read as a whole"))
    monkeypatch.setattr(pl, "read_csv", lambda *_, **__: pytest.fail("it was parsed"))
    with pytest.raises(SourceError, match="a line of more than 8 MiB"):
        source_table(endless, **settings)


def test_lines_without_end_and_nul_bytes_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused(tmp_path / "nul.csv", TEXT * 40 + b"1,Pa\0y,2020-01-01\n", "NUL byte at byte 2,164")
    monkeypatch.setattr(lines, "LONGEST", 2_000)
    refused(tmp_path / "long.json", b'{"a":"' + b"x" * 9_000 + b'"}\n' * 2, "a line of more than")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (zipped("../log.csv"), "leads out of it"),
        (zipped("/etc/log.csv"), "leads out of it"),
        (zipped("C:\\log.csv"), "leads out of it"),
        (zipped("log.csv", link=True), "is a link"),
        (zipped("log.csv")[:-9], "cannot be unpacked"),
        (zipped(*map(str, range(200_000)), content=b""), "list of contents has"),
    ],
    ids=["up", "absolute", "drive", "link", "cut", "many"],
)
def test_archives_lead_nowhere(tmp_path: Path, content: bytes, message: str) -> None:
    refused(tmp_path / "log.zip", content, message)
    assert [file.name for file in tmp_path.iterdir()] == ["log.zip"]


def test_encodings_that_are_none_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(TEXT + b"1,\x81\xff,2020-01-01\n")
    for encoding in ("base64", "zlib", "nothing"):
        with pytest.raises(SettingError, match="is not known"):
            source_table(path, encoding=encoding)
    for encoding in ("utf-8", "cp932", "idna", "utf-7"):
        with pytest.raises(SourceError, match=r"cannot be read as|is not text in"):
            source_table(path, encoding=encoding)


def test_thousands_of_activities_are_a_question(tmp_path: Path) -> None:
    count = 100_000
    frame = pl.DataFrame({"case": ["1"] * count, "time": ["2020-01-01"] * count}).with_columns(
        activity=pl.int_range(count).cast(pl.String)
    )
    with pytest.raises(SourceError, match=r"Is 'activity' the activity of the frame\?"):
        source_table(frame)
    table = source_table(frame, activity="activity")
    assert table.readiness.find("many_activities").count == count
    assert len(build(table).activities) == count


def test_formulas_stay_text(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(TEXT.replace(b"Pay", b"=cmd|'/C calc'!A0"))
    assert source_table(path).frame["activity"][0] == "=cmd|'/C calc'!A0"


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/log.csv",
        "ftp://example.com/a",
        "foo://x/y",
        "s3://only",
        "s3://me:key@b/a.csv",
    ],
)
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(
        SourceError, match=r"Download it first|begins with s3|names no file|in the environment"
    ):
        source_table(address)


def test_thousands_of_columns_are_no_log(tmp_path: Path) -> None:
    path = tmp_path / "matrix.csv"
    names = ["case", "activity", "time", *(f"c{number}" for number in range(60_000))]
    values = ["1", "Pay", "2020-01-01", *("1" for _ in range(60_000))]
    path.write_text(",".join(names) + "\n" + ",".join(values) + "\n")
    with pytest.raises(SourceError, match=r"60,003 columns, more than the 5,000"):
        source_table(path)
