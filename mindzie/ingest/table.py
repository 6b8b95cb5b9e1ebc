"""From a source to the table of usable rows that the canonical log is built from."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from os import PathLike, fspath
from typing import Any

import polars as pl

from mindzie.core.errors import SettingError, SourceError
from mindzie.core.readiness import Finding, Readiness
from mindzie.core.zones import zone_named
from mindzie.engine.source_table import SourceTable
from mindzie.ingest.attributes import read_attributes
from mindzie.ingest.clock import Times
from mindzie.ingest.column_types import typed
from mindzie.ingest.day_and_clock import with_clocks
from mindzie.ingest.files import read_file
from mindzie.ingest.frames import read_frame
from mindzie.ingest.many_names import many_activities
from mindzie.ingest.packed import Ways, text_of, texts_of, times_of, without_marks
from mindzie.ingest.raw import Hints, Options, Raw
from mindzie.ingest.rejected import nothing_left, of_origin, rejected_findings, split
from mindzie.ingest.roles import HEAD, find_roles
from mindzie.ingest.row_findings import row_findings
from mindzie.ingest.texts import as_text, empty_is_missing
from mindzie.ingest.time_findings import Clocks, time_findings
from mindzie.ingest.times import looks_like_times, read_times

WIDEST = 5_000
"""Columns of a log: what has more is a matrix, and would take minutes to look at."""


def make_table(source: Any, options: Options) -> SourceTable:
    """Read a source, find its roles and types, and set aside what cannot be used."""
    check_zone(options.timezone)
    raw, where = raw_of(source, replace(options, may_pack=not options.as_texts))
    return table_of(raw, options, where)


def raw_of(source: Any, options: Options) -> tuple[Raw, str]:
    """Read a source as it is, and say what to call it in messages."""
    if isinstance(source, (str, PathLike)):
        where = fspath(source)
        raw = read_file(where, options)
        if raw.frame.is_empty():
            message = f"{where} has no events. Check that the export is complete and covers the right period."
            raise SourceError(message)
        return raw, where
    return read_frame(source, options.name), "the frame"


def table_of(raw: Raw, options: Options, where: str, *, may_be_empty: bool = False) -> SourceTable:
    """Find the roles and types of what was read, and set aside what cannot be used; nothing usable is an error, unless it may be."""
    check_zone(options.timezone)
    raw = tidied(raw, options)
    if options.mapping is not None:
        from mindzie.ingest.mapping.reading import mapped

        raw, options = mapped(raw, options, where)
        check_zone(options.timezone)
    return _assemble(raw, options, where, may_be_empty=may_be_empty)


def check_zone(zone: str | None) -> None:
    """Refuse a zone that there is not."""
    try:
        zone_named(zone or "UTC")
    except SettingError as error:
        raise SettingError(
            f"timezone={zone!r} is not known. Use an IANA name such as 'Europe/Berlin'. {error}"
        ) from None


def tidied(raw: Raw, options: Options) -> Raw:
    """Apply the caller's missing marks, and leave out an index column that a frame library wrote."""
    frame, source = raw.frame, dict(raw.source)
    if options.null_values:
        missing = list(options.null_values)
        frame = pl.DataFrame([without_marks(column, missing, raw.ways) for column in frame])
        source["null_values"] = missing
    left_out = [
        column
        for column in frame.columns
        if (
            column in {"", "Unnamed: 0", "__index_level_0__"}
            and _is_index(text_of(frame[column], raw.ways))
        )
        or (column == "" and frame[column].null_count() == frame.height)
    ]
    if left_out:
        frame, source["left_out"] = frame.drop(left_out), left_out
    return replace(raw, frame=frame, source=source)


def _is_index(column: pl.Series) -> bool:
    numbers = column.cast(pl.Int64, strict=False)
    if not len(numbers) or numbers.null_count() or numbers[0] not in {0, 1}:
        return False
    return bool((numbers == pl.int_range(numbers[0], numbers[0] + len(numbers), eager=True)).all())


def _assemble(raw: Raw, options: Options, where: str, *, may_be_empty: bool) -> SourceTable:
    ways = raw.ways
    if raw.frame.width > WIDEST:
        raise SourceError(
            f"{where} has {raw.frame.width:,} columns, more than the {WIDEST:,} that a log may have. "
            "Leave out of the export what is not needed."
        )
    head = texts_of(raw.frame.head(HEAD), ways)
    roles = find_roles(head, options, where)
    many = many_activities(raw.frame, roles.columns["activity"], options, where)
    frame, row, blank = _numbered(raw, roles.columns["case"])
    time, start = _read_clocks(frame, roles.columns, options, ways)
    table = _role_columns(frame, roles.columns, options, (time, start, row), ways)
    written = frame[roles.columns["timestamp"]]
    if written.name not in ways:
        written = empty_is_missing(text_of(written, ways))
    good, rejected = split(table, frame, written, ways)
    told = None if time.contrary else options.day_first
    found = rejected_findings(rejected, roles.columns, told)
    if told is not None and 2 * _unread(found) > len(row):
        raise nothing_left(where, found, "Most rows")
    if raw.aside is not None:
        rejected = pl.concat([raw.aside, rejected], how="diagonal_relaxed").sort(
            "row", maintain_order=True
        )
    if raw.origin is not None:
        rejected = of_origin(rejected, raw.origin)
    if good is not None:
        table, frame = table.filter(good), frame.filter(good)
        if table.is_empty() and not may_be_empty:
            raise nothing_left(where, found)
    with ThreadPoolExecutor(1) as other:
        of_times = other.submit(
            time_findings, Clocks(table, time, written, good, ways), start, options
        )
        attributes = read_attributes(frame, roles.columns, options, time.day_first, ways)
    found += with_clocks(of_times.result(), head, roles.columns, table.height)
    table = _with_starts(table).hstack(attributes.columns)
    found += row_findings(table, attributes.attributes, options.expected_order)
    how = _how(time, start, blank) | attributes.source | {"confidence": roles.confidence}
    findings = (*raw.findings, *many, *found, *attributes.findings)
    return SourceTable(
        frame=table,
        attributes=tuple(attributes.attributes),
        name=options.name or raw.name,
        time_zone=options.zone,
        expected_order=options.expected_order,
        roles=roles.columns,
        source=raw.source | how,
        readiness=Readiness.of(
            findings,
            rows_read=len(row) + (0 if raw.aside is None else raw.aside["row"].n_unique()),
            rows_used=table.height,
        ),
        rejected=rejected,
    )


def _with_starts(table: pl.DataFrame) -> pl.DataFrame:
    if "start_time" not in table.columns or not table["start_time"].null_count():
        return table
    return table.with_columns(pl.col("start_time").fill_null(pl.col("time")))


def _unread(found: list[Finding]) -> int:
    return sum(finding.count for finding in found if finding.id == "unparsable_timestamps")


def _role_columns(
    frame: pl.DataFrame,
    columns: dict[str, str],
    options: Options,
    read: tuple[Times, Times | None, pl.Series],
    ways: Ways,
) -> pl.DataFrame:
    """Return the columns with a role, in the names and types of the table."""

    def named(role: str) -> pl.Series:
        column = frame[columns[role]]
        return as_text(text_of(column, ways) if column.name in ways else column)

    time, start, row = read
    found = {
        "case_id": named("case"),
        "activity": named("activity"),
        "time": time.values,
        "row": row,
    }
    if start:
        found["start_time"] = start.values
    if "resource" in columns:
        found["resource"] = named("resource")
    if "order" in columns:
        order = text_of(frame[columns["order"]], ways)
        found["order"] = typed(empty_is_missing(order), options.hints).values
    return pl.DataFrame([series.alias(name) for name, series in found.items()])


def _numbered(raw: Raw, case: str) -> tuple[pl.DataFrame, pl.Series, int]:
    """Give the source's records their numbers; an entirely blank line is none."""
    frame, row = raw.frame, raw.rows
    if row is None:
        row = pl.int_range(1, frame.height + 1, dtype=pl.Int64, eager=True)
    row = row.alias("row")
    if not frame[case].null_count():
        return frame, row, 0
    filled = frame.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    return frame.filter(filled), row.filter(filled), frame.height - int(filled.sum())


def _read_clocks(
    frame: pl.DataFrame, columns: dict[str, str], options: Options, ways: Ways
) -> tuple[Times, Times | None]:
    """Read time and start; what one date leaves open (day or month first) another date of the source may tell."""

    def read(column: str, day_first: bool | None) -> Times:
        hints = replace(options.hints, day_first=day_first)
        return times_of(frame[column], hints, ways)

    with ThreadPoolExecutor(1) as other:
        early = (
            other.submit(read, columns["start"], options.day_first) if "start" in columns else None
        )
        time = read(columns["timestamp"], options.day_first)
    if time.ambiguous:
        told = _told_elsewhere(texts_of(frame, ways), columns["timestamp"], options.zone)
        if told is not None:
            time = read(columns["timestamp"], told)
    if early is None:
        return time, None
    start = early.result()
    hint = options.day_first if options.day_first is not None else time.day_first
    settled = hint == options.day_first or start.day_first in {None, hint}
    return time, start if settled else read(columns["start"], hint)


def _told_elsewhere(frame: pl.DataFrame, timestamp: str, zone: str) -> bool | None:
    for column in frame.columns:
        if (
            column != timestamp
            and frame[column].dtype == pl.String
            and looks_like_times(frame[column])
        ):
            other = read_times(frame[column], Hints(zone), numbers=False)
            if other.day_first is not None and not other.ambiguous:
                return other.day_first
    return None


def _how(time: Times, start: Times | None, blank: int) -> dict[str, Any]:
    """Return what was found out about the times, for the log's description."""
    how: dict[str, Any] = {"timestamp_format": ", ".join(time.formats)}
    if start:
        how["start_format"] = ", ".join(start.formats)
    if time.day_first is not None:
        how["day_first"] = time.day_first
    if time.offsets:
        how["offsets"] = list(time.offsets)
    if blank:
        how["blank_lines"] = blank
    return how
