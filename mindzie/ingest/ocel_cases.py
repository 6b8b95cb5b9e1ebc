"""From objects to cases: every object of the chosen type is a case, its events are those it takes part in."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from mindzie.core.errors import ChoiceError, SourceError, unknown
from mindzie.core.manifest import Severity
from mindzie.core.readiness import Finding
from mindzie.core.words import count, counted
from mindzie.ingest.ocel import ObjectLog
from mindzie.ingest.raw import Hints, Options, Raw
from mindzie.ingest.times import read_times

CASE, ACTIVITY, TIME, EVENT = "case:concept:name", "concept:name", "time:timestamp", "event id"
QUALIFIER = "qualifier"
LISTED = 50
"""Ids of related objects that a text lists."""
SHOWN = 20


def as_cases(log: ObjectLog, where: str, name: str, options: Options) -> Raw:
    """Return a row for each event of each object of the chosen type."""
    log = replace(log, events=log.events.with_row_index("place"))
    _check(log, where)
    chosen = _chosen(log, where, options.object_type)
    pairs = _pairs(log, chosen)
    rows = pairs.join(log.events, on="id").sort("place", maintain_order=True)
    at = read_times(rows["time"], options.hints).values
    rows = rows.with_columns(at.alias("at"))
    frame = rows.select(
        pl.col("object").alias(CASE),
        pl.col("type").alias(ACTIVITY),
        pl.col("time").alias(TIME),
        pl.col("id").alias(EVENT),
        QUALIFIER,
    )
    columns = [
        *_event_values(log, rows),
        *_object_values(log, rows, options.hints),
        *_related(log, rows, chosen),
        *_linked(log, rows),
    ]
    frame = frame.hstack(_apart(frame.columns, columns))
    source = {"format": "ocel", "object_type": chosen, "object_types": _types(log)}
    return Raw(frame, name, source, _findings(log, rows, chosen))


def _check(log: ObjectLog, where: str) -> None:
    if log.events.is_empty():
        raise SourceError(f"{where} is an object-centric log without events.")
    for thing, ids in (("event", log.events["id"]), ("object", log.objects["id"])):
        if ids.null_count():
            raise SourceError(
                f"{where} has {counted(ids.null_count(), thing)} without an id. Export it again."
            )
        if twice := len(ids) - ids.n_unique():
            first = ids.filter(ids.is_duplicated())[0]
            raise SourceError(
                f"{where} has {counted(twice, thing)} with the id of another, such as {first!r}. Ids must be unique."
            )


def _types(log: ObjectLog) -> dict[str, int]:
    counts = (
        log.objects["type"]
        .drop_nulls()
        .value_counts()
        .sort("count", "type", descending=[True, False])
    )
    return dict(counts.head(SHOWN).iter_rows())


def _chosen(log: ObjectLog, where: str, wanted: str | None) -> str:
    """Return the object type that is the case: the one asked for, or the only one."""
    related = log.of_events.join(log.objects, left_on="object", right_on="id")
    events = dict(related.group_by("type").agg(pl.col("id").n_unique()).iter_rows())
    types = log.objects["type"].drop_nulls().unique(maintain_order=True).to_list()
    if wanted is not None and wanted not in types:
        raise unknown("object type", wanted, types, where)
    if not events:
        raise SourceError(f"{where} is an object-centric log in which no event has an object.")
    listed = ", ".join(
        f"{kind!r} ({counted(objects, 'object')}, {counted(events.get(kind, 0), 'event')})"
        for kind, objects in _types(log).items()
    )
    if wanted is not None:
        if not events.get(wanted):
            raise SourceError(
                f"No event of {where} has an object of type {wanted!r}. It has {listed}."
            )
        return wanted
    if len(types) == 1:
        return str(types[0])
    best = max(events, key=lambda kind: events[kind])
    raise ChoiceError(
        f"{where} is an object-centric log: say which type of object is the case. It has {listed}. "
        f"Say it: mz.read(source, object_type={best!r})",
        "object_type",
        sorted(events, key=lambda kind: -events[kind]),
    )


def _pairs(log: ObjectLog, chosen: str) -> pl.DataFrame:
    """Return each event and object of the type once, whatever ways it takes part in."""
    cases = log.objects.filter(type=chosen).select(object="id")
    found = log.of_events.join(cases, on="object", how="semi", maintain_order="left")
    ways = pl.col("qualifier").drop_nulls().unique(maintain_order=True).str.join(", ")
    pairs = found.group_by("id", "object", maintain_order=True).agg(ways.alias(QUALIFIER))
    return pairs.with_columns(pl.when(pl.col(QUALIFIER) != "").then(QUALIFIER))


def _event_values(log: ObjectLog, rows: pl.DataFrame) -> list[pl.Series]:
    known = log.event_values.drop_nulls(["name", "value"])
    if known.is_empty():
        return []
    names = known["name"].unique(maintain_order=True).to_list()
    wide = known.pivot("name", index="id", values="value", aggregate_function="first")
    joined = rows.select("id").join(wide, on="id", how="left", maintain_order="left")
    # an attribute may be called id
    return [joined[joined.columns[1 + place]].alias(name) for place, name in enumerate(names)]


def _object_values(log: ObjectLog, rows: pl.DataFrame, hints: Hints) -> list[pl.Series]:
    """Return the values of the case at each event: the latest so far, or the first where none was yet."""
    known = log.object_values.drop_nulls(["name", "value"])
    known = known.join(
        rows.select(id="object").unique(), on="id", how="semi", maintain_order="left"
    )
    since = read_times(known["time"], hints).values
    known = known.with_columns(since=since.fill_null(-(2**62))).sort("since", maintain_order=True)
    events = rows.select("object", pl.col("at").fill_null(2**62)).with_row_index("row")
    columns = []
    for (name,), values in known.group_by("name", maintain_order=True):
        column = f"case:{name}"
        first = values.group_by("id").agg(pl.col("value").first().alias("first"))
        if values.height == first.height:  # it never changed
            joined = events.join(
                first, left_on="object", right_on="id", how="left", maintain_order="left"
            )
            columns.append(joined["first"].alias(column))
            continue
        latest = events.sort("at").join_asof(
            values.select("id", "since", "value"),
            left_on="at", right_on="since", by_left="object", by_right="id", strategy="backward",
            check_sortedness=False,
        )  # fmt: skip
        joined = latest.join(first, left_on="object", right_on="id", how="left").sort("row")
        columns.append(joined["value"].fill_null(joined["first"]).alias(column))
    return columns


def _listed(column: str) -> pl.Expr:
    """Return ids as one text; of very many the first ones and how many more."""
    ids = pl.col(column).unique(maintain_order=True)
    more = ids.len().cast(pl.Int64) - LISTED
    text = ids.head(LISTED).str.join(", ")
    return pl.when(more > 0).then(pl.format("{} and {} more", text, more)).otherwise(text)


def _by_type(pairs: pl.DataFrame, rows: pl.DataFrame, key: str, prefix: str) -> list[pl.Series]:
    """Return a column for each type of object, with the ids of those related."""
    texts = pairs.group_by("id", "type", maintain_order=True).agg(_listed("object").alias("text"))
    columns = []
    for (kind,), found in texts.group_by("type", maintain_order=True):
        joined = rows.select(key).join(
            found.select("id", "text"),
            left_on=key,
            right_on="id",
            how="left",
            maintain_order="left",
        )
        columns.append(joined["text"].alias(f"{prefix}{kind}"))
    return columns


def _related(log: ObjectLog, rows: pl.DataFrame, chosen: str) -> list[pl.Series]:
    """Return the objects of each event; those of the case's own type where there are several."""
    typed = log.of_events.join(log.objects, left_on="object", right_on="id", maintain_order="left")
    several = (pl.col("type") != chosen) | (pl.col("object").n_unique().over("id", "type") > 1)
    used = typed.join(rows.select("id").unique(), on="id", how="semi", maintain_order="left")
    return _by_type(used.filter(several), rows, "id", "")


def _linked(log: ObjectLog, rows: pl.DataFrame) -> list[pl.Series]:
    """Return the objects that each case is itself related to, whichever of the two says so."""
    forth = log.of_objects.select("id", "object")
    back = forth.select(id="object", object="id")
    both = pl.concat([forth, back]).drop_nulls().unique(maintain_order=True)
    used = both.join(rows.select(id="object").unique(), on="id", how="semi", maintain_order="left")
    typed = used.join(log.objects, left_on="object", right_on="id", maintain_order="left")
    return _by_type(typed, rows, "object", "case:")


def _apart(taken: list[str], columns: list[pl.Series]) -> list[pl.Series]:
    """Give a column whose name is taken a number."""
    names = set(taken)
    for place, column in enumerate(columns):
        name, number = column.name, 1
        while name in names:
            number += 1
            name = f"{column.name} {number}"
        names.add(name)
        columns[place] = column.alias(name)
    return columns


def _findings(log: ObjectLog, rows: pl.DataFrame, chosen: str) -> tuple[Finding, ...]:
    """Say what a view through one type of object leaves out, and what it tells twice."""
    shared = rows.group_by("id").len().filter(pl.col("len") > 1)
    outside = log.events.height - rows["id"].n_unique()
    idle = log.objects.filter(type=chosen).height - rows["object"].n_unique()
    strange = log.of_events.join(log.objects, left_on="object", right_on="id", how="anti").height
    told: tuple[tuple[str, str, int, Severity, str, str], ...] = (
        ("shared_events", counted(shared.height, "event") + " of several cases", shared.height, "info",
         f"Each was counted in every case: {count(rows.height)} rows of {count(rows['id'].n_unique())} events.",
         "Choose another object_type= if sums over events matter."),
        ("events_without_case", counted(outside, "event") + f" without an object of type {chosen!r}", outside, "info",
         "They were left out.", "Choose another object_type= to see them."),
        ("objects_without_events", counted(idle, "object") + f" of type {chosen!r} without events", idle, "info",
         "They are no cases of the log.", "Nothing, if nothing happened to them."),
        ("unknown_objects", counted(strange, "relation") + " to objects that are not in the file", strange, "warning",
         "They were left out.", "Export the log with all its objects."),
    )  # fmt: skip
    return tuple(
        Finding(id=key, title=title, count=number, severity=severity, done=done, change=change)
        for key, title, number, severity, done, change in told
        if number
    )
