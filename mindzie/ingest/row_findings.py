"""Ties, duplicates and one-event cases: found by hashes, so nothing is sorted a second time."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl
from numpy.typing import NDArray

from mindzie.core.errors import nearest
from mindzie.core.readiness import Finding
from mindzie.core.words import counted
from mindzie.engine.source_table import SourceAttribute
from mindzie.ingest.sample import sample_rows

STEPS = {"start", "complete"}
HEAD = 10_000


def row_findings(
    table: pl.DataFrame, attributes: Sequence[SourceAttribute], expected_order: tuple[str, ...]
) -> list[Finding]:
    """Return the findings about rows that are alike or alone."""
    if table.is_empty():
        return []
    case = table["case_id"]
    case = case.hash() if case.dtype == pl.String else case.to_physical()
    with ThreadPoolExecutor(1) as other:
        lifecycle = other.submit(_lifecycle, table, attributes)
        found = _one_event(table, case)
        near = _same_moment(table, case)
    return [
        *found,
        *_duplicates(near, attributes),
        *_ties(near, expected_order, case),
        *lifecycle.result(),
        *_unknown_order(table, expected_order),
    ]


def _same_moment(table: pl.DataFrame, case: pl.Series) -> pl.DataFrame:
    """Return the rows that share case and times with another: all duplicates and ties, mostly few.

    Found by sorting hashes, so a few more rows may come along; what follows is exact.
    """
    ordered = _moments(table, case)
    ordered.sort()
    twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    del ordered  # made once more where it is needed: mostly nothing is met twice
    if not len(twice):
        near = table.clear()
    else:
        key = pl.Series(_moments(table, case))
        near = table[key.is_in(pl.Series(twice).implode()).arg_true()]
    return near.with_columns(pl.col(pl.Categorical).cast(pl.String))


def _moments(table: pl.DataFrame, case: pl.Series) -> NDArray[np.uint64]:
    """Return a hash of case and times of every row."""
    key = case.hash(seed=2).to_numpy(writable=True)
    for number, name in enumerate(("time", "start_time")):
        if name in table.columns:
            key ^= table[name].hash(seed=number).to_numpy()
    return key


def _one_event(table: pl.DataFrame, case: pl.Series) -> list[Finding]:
    # mostly few: where the source has its cases together, nearly every row has one of its case beside it
    lonely = case.filter(case.ne_missing(case.shift(1)) & case.ne_missing(case.shift(-1)))
    if lonely.is_empty():
        return []
    theirs = case.filter(case.is_in(lonely.implode()))
    alone = theirs.filter(theirs.is_unique())
    count = len(alone)
    if not count:
        return []
    return [
        Finding(
            id="one_event_cases",
            title=counted(count, "case") + " with one event only",
            count=count,
            sample=sample_rows(table, case.is_in(alone.implode())),
            done="They were kept; their duration is 0.",
            change="Keep longer cases with filters.CaseSize.",
        )
    ]


def _duplicates(near: pl.DataFrame, attributes: Sequence[SourceAttribute]) -> list[Finding]:
    content = near.select(pl.exclude("row"))
    extra = ~content.select(pl.struct(pl.all()).is_first_distinct()).to_series()
    count = int(extra.sum())
    if not count:
        return []
    return [
        Finding(
            id="duplicate_rows",
            title=counted(count, "row") + " repeating another in every kept column",
            count=count,
            severity="warning",
            sample=sample_rows(near, extra),
            done=f"They were kept, each as an event of its own ({len(attributes)} attributes compared).",
            change="Remove repeats from the source if each happened once only.",
        )
    ]


def _ties(near: pl.DataFrame, expected_order: tuple[str, ...], case: pl.Series) -> list[Finding]:
    keys = [name for name in ("case_id", "time", "start_time", "order") if name in near.columns]
    compared = near.select(keys)
    if expected_order:
        ranks = pl.DataFrame({"activity": expected_order, "rank": range(len(expected_order))})
        ranked = near.select("activity").join(
            ranks.unique("activity", keep="first"), on="activity", how="left", maintain_order="left"
        )
        compared = compared.with_columns(ranked["rank"])
    tied = compared.is_duplicated()
    count = int(tied.sum())
    if not count:
        return []
    cases = _guessed(near, compared)
    share = cases / case.n_unique()
    return [
        Finding(
            id="ties",
            title=counted(count, "event") + " at the same time as another of the case",
            count=count,
            severity="warning",
            sample=sample_rows(near, tied),
            done=f"They were ordered as in the source, which decides what came first in {counted(cases, 'case')}."
            if cases
            else "They were ordered as in the source; each is of the same activity.",
            share=share,
            change="Give order= (a column) or expected_order= (activities) to order them.",
        )
    ]


def _guessed(near: pl.DataFrame, compared: pl.DataFrame) -> int:
    """Count the cases with different activities of which nothing says which came first."""
    moments = compared.with_columns(near["activity"]).unique()
    apart = moments.filter(moments.select(compared.columns).is_duplicated())
    return apart["case_id"].n_unique()


def _lifecycle(table: pl.DataFrame, attributes: Sequence[SourceAttribute]) -> list[Finding]:
    """Find an attribute that says each activity's start and completion are rows of their own."""
    for name, column, kind, *_ in attributes:
        values = table[column]
        if kind != "text" or values.head(HEAD).n_unique() > len(STEPS) * 7:
            continue
        if set(values.unique().cast(pl.String).str.to_lowercase().drop_nulls()) >= STEPS:
            values = values.cast(pl.String)
            done = values.str.to_lowercase() == "complete"
            label = values.filter(done)[0]
            change = f"filters.EventsWithAttribute(attribute={name!r}, values=({label!r},))"
            return [
                Finding(
                    id="lifecycle_rows",
                    title=f"{name!r} says that starts and completions are rows of their own",
                    count=table.height - int(done.sum()),
                    severity="warning",
                    sample=sample_rows(table, ~done.fill_null(value=False), "time", column),
                    done="Every row is an event.",
                    change=f"Keep completions alone with {change}.",
                )
            ]
    return []


def _unknown_order(table: pl.DataFrame, expected_order: tuple[str, ...]) -> list[Finding]:
    """Find names in the expected order that no event has: a slip, or not yet happened."""
    names = set(table["activity"].unique()) if expected_order else set()
    missing = [name for name in expected_order if name not in names]
    if not missing:
        return []
    return [
        Finding(
            id="unknown_expected_activities",
            title=f"{counted(len(missing), 'activity')} of the expected order never happened",
            count=len(missing),
            severity="warning",
            sample=tuple({"activity": n, "nearest": nearest(n, names)} for n in missing[:5]),
            done="They order nothing.",
            change="Write them in expected_order= as they are in the source.",
        )
    ]
