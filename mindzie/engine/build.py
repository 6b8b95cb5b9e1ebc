"""From usable source rows to the canonical log: order, derived columns, variant index, fingerprint."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from mindzie.core.attributes import free_name
from mindzie.core.log import EventLog
from mindzie.core.manifest import Attribute, Manifest
from mindzie.core.names import column_for
from mindzie.core.relations import Relations
from mindzie.core.reshaped import case_figures, variant_index
from mindzie.engine.engines import engine_named
from mindzie.engine.fingerprint import fingerprint
from mindzie.engine.order import Order, ordered
from mindzie.engine.polars_engine import PolarsEngine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mindzie.core.engine import Frame
    from mindzie.engine.source_table import SourceAttribute, SourceTable

_PART = 1 << 16


def build(table: SourceTable, engine: str = "polars") -> EventLog:
    """Build the canonical log of a source.

    Parameters
    ----------
    table : SourceTable
        Usable rows with known roles and types, in source order.
    engine : {"polars", "duckdb"}
        What the log runs on.

    Returns
    -------
    EventLog
        In canonical order; its figures depend on content alone.

    Examples
    --------
    >>> from mindzie.engine.source_table import SourceTable
    >>> frame = pl.DataFrame({"case_id": ["1", "1"], "activity": ["Pay", "Order"], "time": [9, 3], "row": [1, 2]})
    >>> build(SourceTable(frame, name="tiny")).variants["activities"].to_list()
    [['Order', 'Pay']]
    """
    runner = engine_named(engine)
    polars = runner if isinstance(runner, PolarsEngine) else PolarsEngine()
    names = table.frame["activity"].unique().cast(pl.String).sort().to_list()
    order = ordered(table, names)
    # from here on the memory of a source column is free once the column is in order
    needed = {"resource", *(attribute.column for attribute in table.attributes)}
    columns = {column.name: column for column in table.frame if column.name in needed}
    table = replace(table, frame=table.frame.clear())
    rows = [order.take(columns.pop("resource"))] if "resource" in columns else []
    attributes, of_cases, of_events = _attributes(table.attributes, columns, order)
    keyed = order.keys.with_columns(rows + of_events, position=0)
    del columns, order, rows, of_events
    events = _shrunk(polars.rows(polars.neighbours(polars.frame(keyed))), len(names))
    del keyed
    with ThreadPoolExecutor(1) as pool:
        identity = pool.submit(_identity, table, names, attributes, events, of_cases)
        cases, variants, paths = _index(polars, polars.frame(events), of_cases)
    events, cases = _as_texts(events), _as_texts(cases)
    relations = {"events": events, "cases": cases, "variants": variants, "variant_paths": paths}
    manifest = _manifest(table, names, attributes, relations, identity.result())
    stored = {name: runner.frame(frame) for name, frame in relations.items()}
    return EventLog(
        manifest, Relations(runner, stored, tuple(names), cases.height), rejected=table.rejected
    )


def _as_texts(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a relation as a log holds it: a source may have its texts as categories."""
    return frame.with_columns(pl.col(pl.Categorical).cast(pl.String))


def _shrunk(events: pl.DataFrame, activity_count: int) -> pl.DataFrame:
    code = pl.UInt8 if activity_count < 256 else pl.UInt16 if activity_count < 65_536 else pl.UInt32  # noqa: PLR2004 - sizes of integers
    return events.with_columns(
        pl.col("case").cast(pl.UInt32), pl.col("activity", "next_activity").cast(code), pl.col("position").cast(pl.UInt32),
    )  # fmt: skip


def _attributes(
    sources: Sequence[SourceAttribute], columns: dict[str, pl.Series], order: Order
) -> tuple[tuple[Attribute, ...], pl.DataFrame, list[pl.Series]]:
    """Name the attributes and find those that are constant within every case: they are kept once a case."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # more of them need more memory
        values_of = (columns.pop(source.column) for source in sources)
        found = list(pool.map(order.described, values_of, (source.level for source in sources)))
    attributes: list[Attribute] = []
    taken: list[str] = []
    of_cases: list[pl.Series] = []
    of_events: list[pl.Series] = []
    for source, (steady, values) in zip(sources, found, strict=True):
        taken.append(column_for(source.name, taken))
        (of_cases if steady else of_events).append(values.alias(taken[-1]))
        attributes.append(Attribute(
            name=free_name(source.name, (a.name for a in attributes)), column=taken[-1], type=source.type,
            level="case" if steady else "event", kind=source.kind, rule=source.rule, severity=source.severity,
        ))  # fmt: skip
    cases = order.runs.case_id.alias("case_id").to_frame().with_row_index("case")
    return tuple(attributes), cases.with_columns(of_cases), of_events


def _index(
    engine: PolarsEngine, sequence: Frame, described: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return cases, variants and variant paths."""
    numbered, variants = variant_index(engine, engine.traces(sequence))
    # cases are numbered without a gap, and so are variants: nothing need be joined
    figures = engine.collect(case_figures(sequence)).sort("case").drop("case")
    variant = engine.collect(numbered).sort("case")["variant"]
    of_variant = variants.select("start_activity", "end_activity", "has_rework")[variant - 1]
    parts = described.select("case_id").iter_slices(_PART)
    case_hash = pl.concat(
        [_hash(part["case_id"]) for part in parts] or [_hash(described["case_id"])]
    )
    cases = described.hstack(figures).with_columns(variant).hstack(of_variant)
    cases = cases.with_columns(case_hash.alias("case_hash"))
    return cases, variants, _paths(sequence, cases, variants)


def _paths(sequence: Frame, cases: pl.DataFrame, variants: pl.DataFrame) -> pl.DataFrame:
    """Count the directly-follows pairs of each variant, and add up the time its cases spend on each."""
    variant_of = cases["variant"].cast(pl.UInt32)
    events: pl.LazyFrame = sequence.to_native()
    grouped = (
        events
        .select(
            variant=pl.lit(variant_of).gather(pl.col("case")), from_activity=pl.col("activity"), to_activity=pl.col("next_activity"),
            total="time_to_next",
        )
        .group_by("variant", "from_activity", "to_activity").agg(pl.len().cast(pl.Int64).alias("count"), pl.col("total").cast(pl.Float64).sum())
        .with_columns(pl.exclude("total").cast(pl.Int64))
        .join(variants.lazy().select("variant", "case_count"), on="variant")
        .with_columns(pl.col("count") // pl.col("case_count")).drop("case_count")
    )  # fmt: skip
    starts = variants.lazy().select(
        "variant", from_activity=pl.lit(None, dtype=pl.Int64), to_activity=pl.col("start_activity").cast(pl.Int64),
        count=pl.lit(1, dtype=pl.Int64), total=pl.lit(0, dtype=pl.Float64),
    )  # fmt: skip
    return pl.concat([starts, grouped]).sort("variant", maintain_order=True).collect()


def _hash(ids: pl.Series) -> pl.Series:
    """Return 31 bits of each case id, the same on every machine and engine: a polynomial over its bytes, then mixed."""
    text = ids.to_arrow(compat_level=pl.CompatLevel.oldest())
    lengths = ids.str.len_bytes().to_numpy().astype(np.int64)
    made = np.zeros(len(ids), dtype=np.uint64)
    if lengths.sum():
        data = np.frombuffer(text.buffers()[2], dtype=np.uint8, count=int(lengths.sum())).astype(
            np.uint64
        )
        ends = np.cumsum(lengths)
        place = np.arange(len(data)) - np.repeat(ends - lengths, lengths)
        powers = np.cumprod(np.full(int(lengths.max()), 1_099_511_628_211, dtype=np.uint64))
        terms = (data + np.uint64(1)) * powers[place]
        sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(terms, dtype=np.uint64)])
        made = sums[ends] - sums[ends - lengths]
    # the finaliser of splitmix64
    made = (made ^ (made >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    made = (made ^ (made >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return pl.Series((made >> np.uint64(33)).astype(np.int64))


def _identity(
    table: SourceTable,
    names: list[str],
    attributes: tuple[Attribute, ...],
    events: pl.DataFrame,
    cases: pl.DataFrame,
) -> str:
    """Return the fingerprint of what decides figures."""
    columns = [("case.id", "text", cases["case_id"]), ("event.case", "number", events["case"])]
    columns += [
        (f"event.{name}", "number", events[name])
        for name in ("activity", "time", "start_time")
        if name in events.columns
    ]
    if "resource" in events.columns:
        columns.append(("event.resource", "text", events["resource"]))
    columns += [
        (f"{a.level}/{a.name}", a.type, (cases if a.level == "case" else events)[a.column])
        for a in attributes
    ]
    header: dict[str, Any] = {"format": 1, "zone": table.time_zone, "activities": names}
    if table.now is not None:
        header["now"] = table.now
    return fingerprint(header, columns)


def _manifest(
    table: SourceTable,
    names: list[str],
    attributes: tuple[Attribute, ...],
    relations: dict[str, pl.DataFrame],
    identity: str,
) -> Manifest:
    events, cases = relations["events"], relations["cases"]
    first_time = int(cases["start"].min() or 0)  # type: ignore[arg-type]
    last_time = int(cases["end"].max() or 0)  # type: ignore[arg-type]
    return Manifest(
        now=table.now, name=table.name, fingerprint=identity, time_zone=table.time_zone, activities=tuple(names),
        event_count=events.height, case_count=cases.height, variant_count=relations["variants"].height,
        first_time=first_time, last_time=last_time, has_start_time="start_time" in events.columns,
        attributes=attributes, roles=dict(table.roles), source=dict(table.source), expected_order=table.expected_order,
        readiness=table.readiness, versions={"polars": version("polars"), "narwhals": version("narwhals")},
    )  # fmt: skip
