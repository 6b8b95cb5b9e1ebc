"""Files of every kind, and what is said where one cannot be read."""

from __future__ import annotations

import gzip
import io
import zipfile

import polars as pl
import pytest

from mindzie.core.errors import SettingError, SourceError, UnknownNameError, WrongTypeError
from mindzie.ingest import source_table

TEXT = "case,activity,time\n1,Prüfen,2020-01-01 10:00\n1,Ship,2020-01-02 11:00\n"
XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0">
 <trace><string key="concept:name" value="NA"/><int key="amount" value="7"/>
  <event><string key="concept:name" value="A &lt; B"/><int key="n" value="5"/><boolean key="b" value="true"/>
   <date key="time:timestamp" value="2020-01-01T10:00:00.123456+02:00"/></event>
  <event><string key="concept:name" value="B"/><date key="time:timestamp" value="2020-01-01T10:00:00Z"/></event>
 </trace>
 %s
</log>"""


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_line_ends_and_delimiters_are_found_out(
    tmp_path, encoding, end, delimiter
) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(TEXT.replace("\n", end).replace(",", delimiter).encode(encoding))
    table = source_table(path)
    assert table.frame["activity"].to_list() == ["Prüfen", "Ship"]
    assert table.source["delimiter"] == delimiter
    found = table.readiness.find("encoding")
    assert bool(found) == (encoding == "cp1252")


def test_the_line_that_excel_writes_is_understood(tmp_path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("sep=;\ncase;activity;time\n1;a, b;2020-01-01\n", encoding="utf-8-sig")
    table = source_table(path)
    assert table.frame["activity"].to_list() == ["a, b"]


def test_lines_above_the_header_are_left_out_when_it_is_said_where_it_is(tmp_path) -> None:
    path = tmp_path / "titled.csv"
    path.write_text("Export of claims\n\n" + TEXT, encoding="utf-8")
    with pytest.raises(SourceError, match="header_row="):
        source_table(path)
    assert source_table(path, header_row=3).frame.height == 2
    with pytest.raises(SourceError, match="no line 9"):
        source_table(path, header_row=9)
    with pytest.raises(SettingError, match="1 or more"):
        source_table(path, header_row=0)


def test_the_encoding_and_delimiter_can_be_said(tmp_path) -> None:
    path = tmp_path / "log.txt"
    path.write_bytes("case#activity#time\n1#Случай#2020-01-01\n".encode("cp1251"))
    table = source_table(path, encoding="cp1251", delimiter="#")
    assert table.frame["activity"].to_list() == ["Случай"]


def test_quoted_fields_may_hold_anything(tmp_path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(
        'case,activity,time,note\n1,"a, ""b""\nc",2020-01-01,""\n\n2,"5, 6",2020-01-02,x\n'
    )
    table = source_table(path)
    assert table.frame["activity"].to_list() == ['a, "b"\nc', "5, 6"]
    assert table.frame["attribute_0"].to_list() == [None, "x"]
    assert table.source["blank_lines"] == 1


def test_a_stray_quote_does_not_break_the_table(tmp_path) -> None:
    path = tmp_path / "log.csv"
    path.write_text('case,activity,time\n1,5" pipe,2020-01-01\n2,Ship,2020-01-02\n')
    table = source_table(path)
    assert table.frame["activity"].to_list() == ['5" pipe', "Ship"]
    assert table.source["quotes"] is False


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("log.csv", TEXT.encode()),
        ("log.csv.gz", gzip.compress(TEXT.encode())),
        ("log.zip", zipped(**{"log.csv": TEXT.encode()})),
        ("log.zip", zipped(**{"log.zip": zipped(**{"log.csv": TEXT.encode()})})),
        ("log.zip", zipped(**{"log.csv.gz": gzip.compress(TEXT.encode())})),
        ("log.tsv", TEXT.replace(",", "\t").encode()),
    ],
    ids=["csv", "gzip", "zip", "zip-in-zip", "gzip-in-zip", "tsv"],
)
def test_packed_files_are_unpacked(tmp_path, name, content) -> None:
    (tmp_path / name).write_bytes(content)
    table = source_table(tmp_path / name)
    assert table.frame["activity"].to_list() == ["Prüfen", "Ship"]
    assert table.name == "log"
    assert source_table(str(tmp_path / name), name="mine").name == "mine"


def test_fast_and_exact_xes_agree(tmp_path) -> None:
    plain, odd = tmp_path / "plain.xes", tmp_path / "odd.xes"
    plain.write_text(XES % "")
    odd.write_text(
        XES % '<trace><string key="concept:name" value="empty"/></trace><trace><event/></trace>'
    )
    fast, exact = source_table(plain), source_table(odd)
    assert fast.frame.to_dicts() == exact.frame.to_dicts()
    assert fast.attributes == exact.attributes
    assert {a.name: a.type for a in fast.attributes} == {
        "b": "boolean",
        "amount": "number",
        "n": "number",
    }
    assert fast.frame["time"][0] == 1577865600123456
    assert exact.readiness.find("empty_traces").count == 1
    assert exact.rejected["reason"].to_list() == ["no activity; no timestamp"]


def test_traces_without_a_name_stay_apart(tmp_path) -> None:
    event = '<event><string key="concept:name" value="A"/><date key="time:timestamp" value="2020-01-01T00:00:00"/></event>'
    path = tmp_path / "log.xes.gz"
    path.write_bytes(gzip.compress((XES % (f"<trace>{event}</trace>" * 2)).encode()))
    table = source_table(path, timezone="Europe/Berlin")
    assert table.frame["case_id"].unique(maintain_order=True).to_list() == [
        "NA",
        "trace 2",
        "trace 3",
    ]
    assert table.frame["time"][-1] == 1577833200000000
    assert table.readiness.find("unnamed_traces").count == 2


def test_an_empty_frame_is_a_log() -> None:
    names = ["case", "activity", "time", "amount"]
    table = source_table(pl.DataFrame(schema=dict.fromkeys(names, pl.String)))
    assert table.frame.schema["time"] == pl.Int64
    assert table.frame.is_empty()
    assert table.readiness.score == 100


@pytest.mark.parametrize(
    ("name", "content"), [("empty.csv", "case,activity,time\n"), ("empty.xes", "<log></log>")]
)
def test_a_file_without_events_is_no_log(name, content, tmp_path) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(SourceError, match="has no events"):
        source_table(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("log.csv", b"", "is empty"),
        ("log.csv", b"1,Ship,2020-01-01 10:00\n1,Pay,2020-01-01 10:00\n", "no header"),
        ("log.csv", b"<!DOCTYPE html><html></html>", "web page"),
        ("log.xes.gz", b"\n<html></html>", "web page"),
        ("log.xes", b"<log><trace>", "cannot be read as XES"),
        ("log.xes.gz", gzip.compress(b"<log></log>" * 99)[:-9], "damaged gzip"),
        ("log.zip", zipped(**{"a.csv": b"x", "b.csv": b"x"}), "2 files"),
        ("log.xlsx", zipped(**{"[Content_Types].xml": b"x"}), "office document"),
        ("log.parquet", b"PAR1 and then nothing", "Parquet"),
        ("log.pdf", b"%PDF-1.7", "cannot be read"),
        ("log.csv", b"\x7fELF\0\0\0", "cannot be read"),
        (
            "log.csv",
            b"case,activity,time\n1,a,2020-01-01,x,y\n",
            "record 1 has 5 fields, the header has 3",
        ),
        ("log.csv", b"case,activity,time\n,a,2020-01-01\n", "1 row without a case id"),
        ("log.csv", b"case,activity,time\n1,a,soon\n1,a,later\n", "timestamp"),
        ("log.csv", b"x,y,z\n1,2,3\n1,2,4\n", "Say it: mz.read"),
        ("log.xml", b"<?xml version='1.0'?><log><object-types/></log>", "object-centric"),
    ],
    ids=lambda value: "content" if isinstance(value, bytes) else value,  # a gzip holds the time
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, name, content, message) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=message):
        source_table(tmp_path / name)


def test_a_missing_file_names_the_nearest(tmp_path) -> None:
    (tmp_path / "incidents.csv").write_text(TEXT)
    with pytest.raises(SourceError, match=r"Did you mean 'incidents.csv'\?"):
        source_table(tmp_path / "incident.csv")
    with pytest.raises(SourceError, match="does not exist"):
        source_table(tmp_path / "nowhere" / "log.csv")
    with pytest.raises(SourceError, match="is a folder"):
        source_table(tmp_path)


def test_times_that_nobody_writes_so_are_asked_for(tmp_path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("case,activity,time\n1,a,2020 week 3 CET\n")
    with pytest.raises(SourceError, match="Candidates for timestamp: 'time'; its values"):
        source_table(path)


def test_unknown_columns_and_settings_are_refused() -> None:
    frame = pl.DataFrame({"case": ["1"], "activity": ["a"], "time": ["2020-01-01"], "x": ["a"]})
    with pytest.raises(UnknownNameError, match="Did you mean 'activity'"):
        source_table(frame, activity="activty")
    with pytest.raises(UnknownNameError, match="column 'y'"):
        source_table(frame, types={"y": "text"})
    with pytest.raises(SettingError, match="timezone"):
        source_table(frame, timezone="Europe/Berln")
    with pytest.raises(SettingError, match="no setting 'tz'"):
        source_table(frame, tz="UTC")
    with pytest.raises(SettingError, match="not of type 'number'"):
        source_table(frame, types={"x": "number"})
    with pytest.raises(WrongTypeError, match="'int'"):
        source_table(7)


def test_mixed_types_in_a_pandas_column_are_explained() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"case": [1, "b"], "activity": ["a", "b"], "time": ["2020-01-01"] * 2})
    with pytest.raises(SourceError, match="one type"):
        source_table(frame)


def test_lists_and_records_are_left_out_and_said() -> None:
    frame = pl.DataFrame({"case": ["1"], "activity": ["a"], "time": ["2020-01-01"], "x": [[1]]})
    table = source_table(frame)
    assert table.attributes == ()
    assert table.readiness.find("nested_columns").sample[0]["column"] == "x"
