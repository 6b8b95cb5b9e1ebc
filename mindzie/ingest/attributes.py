"""The columns that are no role: named, typed, and in the table's own columns."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from mindzie.core.errors import SettingError, unknown
from mindzie.core.readiness import Finding
from mindzie.core.words import counted
from mindzie.engine.source_table import SourceAttribute
from mindzie.ingest.column_types import Typed, typed
from mindzie.ingest.forced import forced
from mindzie.ingest.packed import Ways, is_packed, text_of
from mindzie.ingest.packed_types import typed_packed
from mindzie.ingest.raw import Options
from mindzie.ingest.texts import empty_is_missing

PREFIX = "case:"


@dataclass(slots=True)
class Attributes:
    """The typed attributes and what was found out about them."""

    columns: list[pl.Series] = field(default_factory=list)
    attributes: list[SourceAttribute] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    source: dict[str, Any] = field(default_factory=dict)


def read_attributes(
    frame: pl.DataFrame, roles: dict[str, str], options: Options, day_first: bool | None, ways: Ways
) -> Attributes:
    """Type every column that is kept and has no role."""
    names = logical_names(frame.columns)
    kept = _kept(frame.columns, names, roles, options)
    result = Attributes()
    hints = replace(options.hints, day_first=day_first)
    marks: list[dict[str, Any]] = []
    formats: dict[str, str] = {}
    comma: list[str] = []
    beyond: list[dict[str, Any]] = []

    def read(column: str) -> tuple[pl.Series, Typed, list[dict[str, Any]]]:
        series, wanted = frame[column], options.types.get(column, options.types.get(names[column]))
        if wanted or not is_packed(series, ways):
            series = empty_is_missing(text_of(series, ways))
            found = forced(series, wanted, hints) if wanted else typed(series, hints)
        else:
            series, found = typed_packed(series, hints, ways)
        return series, *_finite(found, column)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        every = list(pool.map(read, kept))
    for number, (column, (series, found, endless)) in enumerate(zip(kept, every, strict=True)):
        beyond += endless
        place = f"attribute_{number}"
        result.columns.append(found.values.alias(place))
        result.attributes.append(SourceAttribute(names[column], place, found.type))
        if found.times and found.times.formats:
            formats[column] = ", ".join(found.times.formats)
        comma += [column] if found.decimal else []
        marks += _marked(column, series, found)
    result.source = {"date_formats": formats} if formats else {}
    result.source |= {"decimal": ",", "decimal_comma_columns": comma} if comma else {}
    result.findings = _mark_finding(marks) + _infinite_finding(beyond)
    return result


def logical_names(columns: list[str]) -> dict[str, str]:
    """Return the attribute name of every column: `case:` left out unless another column has the rest as its name."""
    bare = {
        c: c[len(PREFIX) :] if c.startswith(PREFIX) and len(c) > len(PREFIX) else c for c in columns
    }
    return {
        column: name if name == column or name not in columns else column
        for column, name in bare.items()
    }


def _kept(
    columns: list[str], names: dict[str, str], roles: dict[str, str], options: Options
) -> list[str]:
    taken = set(roles.values())
    free = [column for column in columns if column not in taken]
    wanted = options.attributes
    known = {
        **{name: column for column, name in names.items()},
        **{column: column for column in columns},
    }
    for name in (*(wanted or ()), *options.types):
        if name not in known:
            raise unknown("column", name, columns, "the source")
    for name, kind in options.types.items():
        if known[name] in taken and kind != "text":
            raise SettingError(
                f"types[{name!r}] = {kind!r} cannot be: the column has a role, and roles have their types."
            )
    if wanted is None:
        return free
    chosen = {known[name] for name in wanted}
    return [column for column in free if column in chosen]


def _marked(column: str, series: pl.Series, found: Typed) -> list[dict[str, Any]]:
    if not found.marks:
        return []
    return [
        {"column": column, "marks": list(found.marks), "rows": int(series.is_in(found.marks).sum())}
    ]


def _finite(found: Typed, column: str) -> tuple[Typed, list[dict[str, Any]]]:
    """Make infinite numbers missing: they have no mean, no histogram, and no JSON."""
    values = found.values
    if not values.dtype.is_float() or not values.is_infinite().any():
        return found, []
    kept = pl.select(pl.when(values.is_finite()).then(values)).to_series().alias(values.name)
    return replace(found, values=kept), [
        {"column": column, "rows": int(values.is_infinite().sum())}
    ]


def _infinite_finding(beyond: list[dict[str, Any]]) -> list[Finding]:
    if not beyond:
        return []
    return [
        Finding(
            id="infinite_numbers",
            title=f"{counted(len(beyond), 'column')} with infinite numbers",
            count=sum(found["rows"] for found in beyond),
            severity="warning",
            sample=tuple(sorted(beyond, key=lambda found: -found["rows"])[:5]),
            done="They were taken as missing.",
            change="Write a number in the source, or give types={column: 'text'} to keep what is written.",
        )
    ]


def _mark_finding(marks: list[dict[str, Any]]) -> list[Finding]:
    if not marks:
        return []
    texts = sorted({mark for found in marks for mark in found["marks"]})
    return [
        Finding(
            id="missing_marks",
            title=f"{counted(len(marks), 'column')} with values that seem to mean missing: {', '.join(map(repr, texts))}",
            count=sum(found["rows"] for found in marks),
            severity="info",
            sample=tuple(sorted(marks, key=lambda found: -found["rows"])[:5]),
            done="They were kept as text, and so their columns are text.",
            change=f"Give null_values={texts!r} to read them as missing.",
        )
    ]
