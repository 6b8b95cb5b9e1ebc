"""A log's relations as tables for people: names instead of codes, dates instead of integers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl

from mindzie.core.results import Column, Table

if TYPE_CHECKING:
    from mindzie.core.log import EventLog
    from mindzie.core.manifest import Attribute
    from mindzie.core.settings import AttributeType


def said(frame: pl.DataFrame, types: dict[str, AttributeType], zone: str) -> pl.DataFrame:
    """Turn integers of microseconds into dates of a time zone and durations.

    Parameters
    ----------
    frame : polars.DataFrame
        With integers where ``types`` says date or duration.
    types : dict of str to str
        Type of each column by name.
    zone : str
        IANA name.

    Returns
    -------
    polars.DataFrame
        The same columns.
    """
    made = []
    for name, kind in types.items():
        if kind == "date":
            made.append(
                pl.col(name)
                .cast(pl.Int64)
                .cast(pl.Datetime("us", "UTC"))
                .dt.convert_time_zone(zone)
            )
        elif kind == "duration":
            made.append(pl.col(name).cast(pl.Int64).cast(pl.Duration("us")))
    return frame.with_columns(made)


def _table(log: EventLog, attributes: list[Attribute], *, of_events: bool) -> Table:
    names = {f"value_{number}": attribute for number, attribute in enumerate(attributes)}
    wanted = {alias: attribute.name for alias, attribute in names.items()}

    def rows() -> pl.DataFrame:
        if of_events:
            frame = log.collect(log.event_values(**wanted)).sort("case", "position")
        else:
            frame = log.collect(log.case_values(**wanted)).sort("case")
        frame = said(frame, {alias: a.type for alias, a in names.items()}, log.time_zone)
        return frame.select(**{a.name: pl.col(alias) for alias, a in names.items()})

    return Table(
        rows,
        tuple(Column(name=a.name, type=a.type, unit=a.unit) for a in attributes),
        title=f"{'Events' if of_events else 'Cases'} of {log.name}",
    )


def case_table(log: EventLog) -> Table:
    """Return one row a case with all case attributes."""
    return _table(log, [a for a in log.attribute_list if a.level == "case"], of_events=False)


def event_table(log: EventLog) -> Table:
    """Return one row an event: case, activity, times, resource and event attributes, in canonical order."""
    known = log.attribute_list
    attributes = [a for a in known if a.name == "case_id"] + [
        a for a in known if a.level == "event"
    ]
    return _table(log, attributes, of_events=True)


def variant_table(log: EventLog) -> Table:
    """Return one row a variant: number, activities, length, cases and share, the commonest first."""

    def rows() -> pl.DataFrame:
        frame = log.collect(
            log.rel.variants.select("variant", "activities", "length", "case_count", "first_case")
        )
        frame = frame.sort(["case_count", "first_case"], descending=[True, False])
        return frame.select(
            "variant",
            names_of(log, pl.col("activities")).alias("activities"),
            "length",
            pl.col("case_count").alias("cases"),
            (pl.col("case_count") / pl.col("case_count").sum()).alias("share"),
        )

    columns = (
        Column(name="variant", type="number"), Column(name="activities", type="list"), Column(name="length", type="number", unit="events"),
        Column(name="cases", type="number", unit="cases"), Column(name="share", type="number", unit="share"),
    )  # fmt: skip
    return Table(rows, columns, title=f"Variants of {log.name}")


def names_of(log: EventLog, lists: pl.Expr) -> pl.Expr:
    """Turn lists of activity codes into lists of names."""
    names = pl.Series(log.rel.activities, dtype=pl.String)
    return (
        lists.list.eval(pl.element().replace_strict(range(len(names)), names))
        if len(names)
        else lists.cast(pl.List(pl.String))
    )


def name_of(log: EventLog, code: str) -> pl.Expr:
    """Turn a column of activity codes into names; null stays null."""
    names = pl.Series(log.rel.activities, dtype=pl.String)
    return (
        pl.lit(names).gather(pl.col(code).cast(pl.UInt32)).alias(code)
        if len(names)
        else pl.col(code).cast(pl.String)
    )


def attribute_table(log: EventLog) -> Table:
    """Return name, type, level, nulls and distinct values of every attribute, computed in one pass a level."""

    def rows() -> pl.DataFrame:
        attributes = log.attribute_list
        counts: dict[str, tuple[int, int]] = {}
        for level in ("case", "event"):
            chosen = {f"value_{n}": a for n, a in enumerate(attributes) if a.level == level}
            wanted = {alias: a.name for alias, a in chosen.items()}
            frame = log.case_values(**wanted) if level == "case" else log.event_values(**wanted)
            figures = [nw.col(alias).null_count().alias(f"nulls_{alias}") for alias in chosen]
            figures += [nw.col(alias).n_unique().alias(f"distinct_{alias}") for alias in chosen]
            row = log.collect(frame.select(*figures)).row(0, named=True)
            for alias, a in chosen.items():
                nulls = row[f"nulls_{alias}"] or 0
                counts[a.name] = nulls, (row[f"distinct_{alias}"] or 0) - (1 if nulls else 0)
        return pl.DataFrame(
            [(a.name, a.type, a.level, a.kind, *counts[a.name]) for a in attributes],
            schema={
                "name": pl.String,
                "type": pl.String,
                "level": pl.String,
                "kind": pl.String,
                "nulls": pl.Int64,
                "distinct": pl.Int64,
            },
            orient="row",
        )

    columns = tuple(Column(name=name, type="text") for name in ("name", "type", "level", "kind"))
    columns += (Column(name="nulls", type="number"), Column(name="distinct", type="number"))
    return Table(rows, columns, title=f"Attributes of {log.name}")
