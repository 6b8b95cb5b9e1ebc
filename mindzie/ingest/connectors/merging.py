"""Rows of a log and those of a later reading, put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import polars as pl

from mindzie.core.log import EventLog
from mindzie.core.readiness import Readiness
from mindzie.engine.moving import as_source
from mindzie.engine.source_table import SourceTable
from mindzie.ingest.connectors.increments import Increment
from mindzie.ingest.raw import Raw
from mindzie.ingest.reading import ReadSettings, options_of
from mindzie.ingest.rejected import TITLES, rejected_findings
from mindzie.ingest.table import table_of
from mindzie.ingest.texts import written


def merged(
    log: EventLog, new: SourceTable, state: Increment, rows: pl.DataFrame
) -> SourceTable | None:
    """Return the rows of a log with those of a later reading; None where they hold nothing new.

    Parameters
    ----------
    log : EventLog
        What was read before.
    new : SourceTable
        The later reading, with the roles and types of the log.
    state : Increment
        After it.
    rows : polars.DataFrame
        The later rows as the source gave them.
    """
    old_rows, new_rows = alike(columns_of(as_source(log), log.roles), columns_of(new, log.roles))
    key = list(state.key)
    fresh = new_rows.join(
        old_rows, on=new_rows.columns, how="anti", nulls_equal=True, maintain_order="left"
    )
    kept, rejected = old_rows, log.rejected
    if key:
        read = written(rows.select(key))
        kept = _without(old_rows, _without(read, written(new_rows.select(key))))
        kept = _without(kept, written(fresh.select(key)))
        rejected = _without(rejected, read) if set(key) <= set(rejected.columns) else rejected
    rejected = _together(rejected, new.rejected)
    rejected = log.rejected if _same(rejected, log.rejected) else rejected
    if fresh.is_empty() and kept.height == old_rows.height and rejected is log.rejected:
        return None
    changed = old_rows.height - kept.height
    done = state.model_copy(update={"added": max(0, fresh.height - changed), "changed": changed})
    both = pl.concat([kept, fresh])
    return _table(log, both.sort(key) if key else both, rejected, new, done)


def columns_of(table: SourceTable, roles: Mapping[str, str]) -> pl.DataFrame:
    """Return a table's columns under the names and types of the source."""
    places = {
        "case": "case_id",
        "activity": "activity",
        "timestamp": "time",
        "start": "start_time",
        "resource": "resource",
    }
    columns = [
        table.frame[places[role]].alias(name)
        for role, name in roles.items()
        if places[role] in table.frame.columns
    ]
    kinds = {roles[role]: "date" for role in ("timestamp", "start") if role in roles}
    for name, place, kind, *_ in table.attributes:
        columns.append(table.frame[place].alias(name))
        kinds[name] = kind
    frame = pl.DataFrame(columns)
    return frame.with_columns(
        *(pl.col(n).cast(pl.Datetime("us", "UTC")) for n, kind in kinds.items() if kind == "date"),
        *(pl.col(n).cast(pl.Duration("us")) for n, kind in kinds.items() if kind == "duration"),
    )


def alike(old: pl.DataFrame, new: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return both with the columns of the first, and types that hold the values of both."""
    both = pl.concat([old, new.select(old.columns)], how="vertical_relaxed")
    return both.head(old.height), both.tail(new.height)


def _without(frame: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """Return the rows whose key is not among keys written as text."""
    if frame.is_empty() or keys.is_empty():
        return frame
    names = keys.columns
    own = written(frame.select(names)).with_row_index("place")
    return frame[own.join(keys, on=names, how="anti", maintain_order="left")["place"]]


def _together(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Return the rows kept aside of both, each once, numbered on."""
    if new.is_empty():
        return old
    last = cast(int, old["row"].max() or 0) if old.height else 0
    both = pl.concat([old, new.with_columns(pl.col("row") + last)], how="diagonal_relaxed")
    return both.unique(pl.exclude("row"), keep="first", maintain_order=True)


def _same(left: pl.DataFrame, right: pl.DataFrame) -> bool:
    # a column without fractions is whole in one load, and not in another
    plain = pl.exclude("row").str.replace(r"^(-?\d+)\.0$", "$1")
    return left.height == right.height and left.select(plain).equals(right.select(plain))


def _table(
    log: EventLog, rows: pl.DataFrame, rejected: pl.DataFrame, new: SourceTable, state: Increment
) -> SourceTable:
    source = {**new.source, "increment": state.to_json()}
    return rebuilt(log, rows, rejected, state.settings_for(log), source)


def rebuilt(
    log: EventLog,
    rows: pl.DataFrame,
    rejected: pl.DataFrame,
    settings: ReadSettings,
    source: Mapping[str, Any],
) -> SourceTable:
    """Return rows, as `columns_of` gives them, as a table with the roles and types of the log they are of.

    Parameters
    ----------
    log : EventLog
        What it was before.
    rows : polars.DataFrame
        All that can be used.
    rejected : polars.DataFrame
        All that cannot.
    settings : ReadSettings
        Roles and types.
    source : mapping
        What is said of where it comes from.
    """
    read_already = {"date_format": None, "null_values": None, "mapping": None}
    options = options_of(cast(ReadSettings, {**settings, **read_already}))
    table = table_of(Raw(rows, log.name), options, "all rows")
    told = {name for name, *_ in TITLES.values()}
    findings = [finding for finding in table.readiness.findings if finding.id not in told]
    findings += rejected_findings(rejected, dict(log.roles))
    read = rows.height + rejected.height
    return replace(
        table,
        source=dict(source),
        readiness=Readiness.of(tuple(findings), rows_read=read, rows_used=rows.height),
        rejected=rejected,
    )
