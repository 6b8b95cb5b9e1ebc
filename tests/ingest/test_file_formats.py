"""Excel, JSON, folders of Parquet, packings and object-centric logs."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import zipfile
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from mindzie.core.errors import SettingError, SourceError, UnknownNameError
from mindzie.engine.build import build
from mindzie.ingest import source_table

OBJECT_LOGS = {
    "ocel20_example": "ocel20_example.jsonocel",
    "ocel20_example_xml": "ocel20_example.xmlocel",
    "ocel20_example_sqlite": "ocel20_example.sqlite",
    "ocel_order_management": "ocel2_order_management_ocpa.sqlite",
}
TEXT = b"case,activity,time\n01,Pay,2020-01-01 10:00\n01,Ship,2020-01-02 11:00\n"
CELLS = {
    "title": ["Export of orders"],
    "blank": [],
    "upper": ["Order", None, "Event", None, "Note"],
    "lower": ["Id", "Amount", "Activity", "Time", None],
}
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def cell(column: int, row: int, value: object) -> str:
    place = f'r="{chr(65 + column)}{row}"'
    if value is None:
        return ""
    if isinstance(value, tuple):  # a date, or a formula with what it came to
        kind, number = value
        return (
            f'<c {place} s="1"><v>{number}</v></c>'
            if kind == "date"
            else f"<c {place}><f>{kind}</f><v>{number}</v></c>"
        )
    if isinstance(value, (int, float)):
        return f"<c {place}><v>{value}</v></c>"
    return f'<c {place} t="inlineStr"><is><t>{value}</t></is></c>'


def workbook(**sheets: list[list[object]]) -> bytes:
    """Return a spreadsheet as Excel writes it, as far as readers look."""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>',
    }
    names, links = "", ""
    for number, (name, rows) in enumerate(sheets.items(), 1):
        names += f'<sheet name="{name}" sheetId="{number}" r:id="r{number}"/>'
        links += f'<Relationship Id="r{number}" Type="{OFFICE}/worksheet" Target="worksheets/s{number}.xml"/>'
        body = "".join(
            f'<row r="{place}">{"".join(cell(c, place, value) for c, value in enumerate(row))}</row>'
            for place, row in enumerate(rows, 1)
        )
        parts[f"xl/worksheets/s{number}.xml"] = (
            f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'
        )
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{names}</sheets></workbook>'
    )
    parts["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="{PACKAGE}/relationships">{links}<Relationship Id="st" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def orders() -> list[list[object]]:
    rows: list[list[object]] = [
        [
            f"00{n // 2}",
            ("1+1", 10.5 * n),
            "Ship" if n else "=cmd|'/C calc'!A0",
            ("date", 45292.4375 + n),
            "x",
        ]
        for n in range(6)
    ]
    return [*CELLS.values(), *rows]


def test_a_sheet_is_found_with_its_merged_header(tmp_path: Path) -> None:
    path = tmp_path / "log.xlsx"
    path.write_bytes(workbook(Notes=[["Read me"]], Data=orders()))
    table = source_table(path, case="Order Id", activity="Event Activity", timestamp="Event Time")
    assert table.source["sheet"] == "Data"
    assert table.source["header_row"] == [3, 4]
    assert table.frame["case_id"].to_list() == ["000", "000", "001", "001", "002", "002"]
    assert table.frame["activity"][0] == "=cmd|'/C calc'!A0"
    assert table.frame["time"][0] == 1704105000000000  # 2024-01-01 10:30
    assert table.frame["attribute_0"].to_list() == [0, 10.5, 21, 31.5, 42, 52.5]
    assert [attribute.name for attribute in table.attributes] == ["Order Amount", "Note"]


def test_sheet_and_header_can_be_said(tmp_path: Path) -> None:
    path = tmp_path / "log.xlsx"
    plain = [["case", "activity", "time"], *[[n, "a", ("date", 45292 + n)] for n in range(3)]]
    path.write_bytes(workbook(Small=plain, Data=[["case", "activity", "time"], *plain[1:] * 2]))
    found = source_table(path)
    assert (found.source["sheet"], found.frame.height) == ("Data", 6)
    assert found.readiness.find("other_sheets").sample[0] == {"sheet": "Small", "rows": 3}
    assert source_table(path, sheet="Small").frame.height == 3
    assert source_table(path, sheet=1).frame["case_id"].to_list() == ["0", "1", "2"]
    with pytest.raises(UnknownNameError, match="Did you mean 'Small'"):
        source_table(path, sheet="Smal")
    with pytest.raises(SettingError, match="counted from 1"):
        source_table(path, sheet=3)
    with pytest.raises(SettingError, match="header_row=0"):
        source_table(path, header_row=0)


def test_a_time_of_day_of_a_sheet_is_joined_with_its_date(tmp_path: Path) -> None:
    path = tmp_path / "visits.xlsx"
    rows = [[7, "Ask", ("date", 45292), ("date", 0.75)], [7, "Pay", ("date", 45292), ("date", 0.5)]]
    path.write_bytes(workbook(Visits=[["case", "activity", "Date", "Time"], *rows]))
    found = source_table(path)
    assert found.readiness.find("separate_time_of_day").sample[0]["Time"] == "18:00:00"
    whole = source_table(path, timestamp=["Date", "Time"])
    assert whole.frame["time"].to_list() == [1704132000000000, 1704110400000000]
    assert whole.frame["case_id"].to_list() == ["7", "7"]


def test_a_sheet_that_asks_for_all_memory_ends_its_own_process_alone(tmp_path: Path) -> None:
    far = workbook(Data=[["case", "activity", "time"], [1, "a", ("date", 45292)]])
    path = tmp_path / "log.xlsx"
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(far)) as old, zipfile.ZipFile(buffer, "w") as new:
        for info in old.infolist():
            text = old.read(info).replace(
                b"</sheetData>",
                b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
            )
            new.writestr(info.filename, text)
    path.write_bytes(buffer.getvalue())
    with pytest.raises(SourceError, match="ran out of memory or time, or it is damaged"):
        source_table(path)


@pytest.mark.parametrize("form", ["lines", "array", "one per lines"])
def test_json_is_unfolded(tmp_path: Path, form: str) -> None:
    rows = [
        {"case": "01", "activity": "Pay", "time": "2020-01-01T10:00:00Z", "by": {"name": "Ana", "at": {"desk": 7}}},
        {"case": "01", "activity": "Ship", "time": "2020-01-02T10:00:00Z", "by": {"name": None}, "extra": "x"},
    ]  # fmt: skip
    text = (
        "\n".join(map(json.dumps, rows))
        if form == "lines"
        else json.dumps(rows, indent=2 if form != "array" else None)
    )
    (tmp_path / "log.json").write_text(text)
    table = source_table(tmp_path / "log.json")
    assert table.frame["case_id"].to_list() == ["01", "01"]
    values = {a.name: table.frame[a.column].to_list() for a in table.attributes}
    assert values == {"by.name": ["Ana", None], "by.at.desk": [7, None], "extra": [None, "x"]}


def test_the_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    row = json.dumps({"case": "01", "activity": "Pay", "time": "2020-01-01T10:00:00Z"})
    (tmp_path / "log.jsonl").write_text(f"{row}\n\n{row[:-3]}\n{row}\n")
    with pytest.raises(SourceError, match="cannot be read as JSON: line 3: "):
        source_table(tmp_path / "log.jsonl")


def test_a_folder_of_parquet_tells_values_by_its_folders(tmp_path: Path) -> None:
    for region, case in (("007", "1"), ("north%20", "2")):
        folder = tmp_path / "log" / f"region={region}"
        folder.mkdir(parents=True)
        frame = pl.DataFrame({"case": [case], "activity": ["Pay"], "time": ["2020-01-01"]})
        frame.with_columns(pl.lit(1.5).alias("x" if case == "1" else "y")).write_parquet(
            folder / "a.parquet"
        )
    (tmp_path / "log" / "_SUCCESS").write_text("")
    table = source_table(tmp_path / "log")
    values = {a.name: table.frame[a.column].to_list() for a in table.attributes}
    assert values == {"x": [1.5, None], "y": [None, 1.5], "region": ["007", "north "]}
    assert table.source["files"] == 2


def test_every_packing_is_undone(tmp_path: Path) -> None:
    files = {"log.csv.gz": gzip.compress(TEXT), "log.csv.bz2": bz2.compress(TEXT)}
    with pa.CompressedOutputStream(str(tmp_path / "log.csv.zst"), "zstd") as stream:
        stream.write(TEXT)
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    for name in (*files, "log.csv.zst"):
        table = source_table(tmp_path / name)
        assert table.frame["case_id"].to_list() == ["01", "01"]
        assert table.name == "log"


def test_a_file_of_several_is_chosen(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "logs.zip", "w") as archive:
        archive.writestr("a/notes.txt", "none")
        archive.writestr("a/log.csv", TEXT)
    assert source_table(tmp_path / "logs.zip", member="a/log.csv").frame.height == 2
    with pytest.raises(
        SourceError, match=r"2 files \('a/notes.txt', 'a/log.csv'\). Choose one by member="
    ):
        source_table(tmp_path / "logs.zip")
    with pytest.raises(UnknownNameError, match=r"Did you mean 'a/log\.csv'"):
        source_table(tmp_path / "logs.zip", member="log.csv")


@pytest.mark.parametrize("name", OBJECT_LOGS)
def test_object_centric_logs_have_the_expected_figures(name: str, logs: Path) -> None:
    path = logs / "ocel" / OBJECT_LOGS[name]
    expected = json.loads((logs / "expected" / f"{name}.json").read_text())
    with pytest.raises(SourceError, match="say which type of object is the case") as question:
        source_table(path)
    for kind, objects in expected["plain"]["object_types"].items():
        said = f"{objects:,}".replace(",", "\u202f")
        assert f"'{kind}' ({said} object" in str(question.value)
    for kind, figures in expected["flattened"].items():
        if not figures["cases"]:
            with pytest.raises(SourceError, match=f"No event of .* has an object of type '{kind}'"):
                source_table(path, object_type=kind)
            continue
        log = build(source_table(path, object_type=kind))
        assert (log.case_count, log.event_count) == (figures["cases"], figures["events"])
        assert log.variant_count == figures["variants"]
    with pytest.raises(UnknownNameError, match="object type"):
        source_table(path, object_type="nothing")


def test_values_change_and_relations_are_kept(logs: Path) -> None:
    for name in OBJECT_LOGS.values():
        if not name.startswith("ocel20"):
            continue
        table = source_table(logs / "ocel" / name, object_type="Purchase Order")
        frame = table.frame.rename({a.column: a.name for a in table.attributes}).sort(
            "case_id", "time"
        )
        first = frame.filter(case_id="PO1")
        assert first["activity"][:2].to_list() == ["Create Purchase Order", "Change PO Quantity"]
        assert first["po_quantity"][:2].to_list() == [500, 600]
        assert first["case:Invoice"].unique().to_list() == ["R1, R2"]
        assert first["case:Purchase Requisition"].unique().to_list() == ["PR1"]
        assert first["event id"][0] == "e3"
    blocked = source_table(logs / "ocel" / "ocel20_example.jsonocel", object_type="Invoice")
    values = blocked.frame.rename({a.column: a.name for a in blocked.attributes})
    assert values.filter(case_id="R3").sort("time")["is_blocked"].to_list()[:3].count("Yes") == 1


def test_settings_of_another_kind_are_refused(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_bytes(TEXT)
    (tmp_path / "log.jsonl").write_text('{"case": "1", "activity": "Pay", "time": "2020-01-01"}\n')
    for setting, value in {"sheet": 1, "object_type": "x", "member": "x"}.items():
        with pytest.raises(SettingError, match=f"{setting}= "):
            source_table(tmp_path / "log.csv", **{setting: value})
    with pytest.raises(SettingError, match="header_row= is for spreadsheets and text tables"):
        source_table(tmp_path / "log.jsonl", header_row=1)
