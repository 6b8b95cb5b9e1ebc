"""A log whose events changed: neighbours, cases and variants are derived again, each only when asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl

from mindzie.core.lazy import lazy
from mindzie.core.relations import Changed, Relations

if TYPE_CHECKING:
    from mindzie.core.engine import Engine, Frame

CASE_COLUMNS = (
    "start",
    "end",
    "duration",
    "event_count",
    "variant",
    "start_activity",
    "end_activity",
    "has_rework",
    "first_resource",
)
"""What follows from a case's events."""


def case_figures(events: Frame) -> Frame:
    """Return start, end, duration, event count and first resource of each case.

    The first event in canonical order has the earliest start; the end is the latest completion.
    """
    columns = events.collect_schema().names()
    start = "start_time" if "start_time" in columns else "time"
    figures = [
        nw.col(start).min().alias("start"),
        nw.col("time").max().alias("end"),
        nw.len().alias("event_count"),
    ]
    grouped = events.group_by("case").agg(*figures)
    grouped = grouped.with_columns(
        duration=nw.col("end") - nw.col("start"), event_count=nw.col("event_count").cast(nw.Int64)
    )
    if "resource" in columns:
        first = events.filter(nw.col("position") == 1).select(
            "case", first_resource=nw.col("resource")
        )
        grouped = grouped.join(first, on="case", how="left")
    return grouped


def variant_index(
    engine: Engine, traces: Frame, weights: Frame | None = None
) -> tuple[Frame, pl.DataFrame]:
    """Give numbers to the distinct traces.

    Parameters
    ----------
    engine : Engine
        What runs it.
    traces : Frame
        ``case`` and ``activities``.
    weights : Frame, optional
        ``case``, ``case_count`` and ``first_case``, where a trace stands for several cases.

    Returns
    -------
    Frame
        ``case`` and its ``variant``.
    polars.DataFrame
        ``variant`` (1 is the commonest; ties by first case), ``activities``, ``length``, ``case_count``, ``first_case``,
        ``start_activity``, ``end_activity``, ``has_rework``.
    """
    if weights is None:
        weighted = traces.with_columns(case_count=nw.lit(1), first_case=nw.col("case"))
    else:
        weighted = traces.join(weights, on="case", how="inner")
    grouped = weighted.group_by("activities").agg(
        case_count=nw.col("case_count").sum(), first_case=nw.col("first_case").min()
    )
    variants = engine.collect(grouped).sort(["case_count", "first_case"], descending=[True, False])
    variants = variants.with_columns(variant=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))
    lists = pl.col("activities").list
    variants = variants.select(
        "variant", "activities", "case_count", "first_case", length=lists.len().cast(pl.Int64), start_activity=lists.first(), end_activity=lists.last(),
        has_rework=lists.n_unique() < lists.len(),
    )  # fmt: skip
    numbered = traces.join(
        engine.frame(variants.select("activities", "variant")), on="activities", how="inner"
    )
    return numbered.select("case", "variant"), variants


def variant_paths(variant_events: pl.DataFrame) -> pl.DataFrame:
    """Count the directly-follows pairs of each variant, START and END as null.

    Parameters
    ----------
    variant_events : polars.DataFrame
        ``case`` (the variant), ``position``, ``activity``, ``next_activity``.

    Returns
    -------
    polars.DataFrame
        ``variant``, ``from_activity``, ``to_activity``, ``count``.
    """
    inner = variant_events.select(
        "case",
        pl.col("activity").alias("from_activity"),
        pl.col("next_activity").alias("to_activity"),
    )
    first = variant_events.filter(pl.col("position") == 1)
    start = first.select(
        "case",
        pl.lit(None, dtype=first.schema["activity"]).alias("from_activity"),
        pl.col("activity").alias("to_activity"),
    )
    pairs = (
        pl.concat([start, inner])
        .group_by("case", "from_activity", "to_activity")
        .agg(count=pl.len().cast(pl.Int64))
    )
    return pairs.rename({"case": "variant"}).sort(
        "variant", "from_activity", "to_activity", nulls_last=True
    )


class Reshaped(Changed):
    """Relations after events were removed, added or renamed.

    Parameters
    ----------
    parent : Relations
        What it was made from.
    reshape : callable
        Takes the parent's events (or its variants as events) and returns the events left, sorted as before.
    by_activity : bool
        Whether ``reshape`` looks at activities and their order alone: then variants are derived from variants.
    activities : tuple of str, optional
        New names, where codes changed.
    """

    def __init__(
        self,
        parent: Relations,
        reshape: Callable[[Frame], Frame],
        *,
        by_activity: bool,
        activities: tuple[str, ...] | None = None,
    ) -> None:
        super().__init__(parent)
        self._reshape = reshape
        self._by_activity = by_activity
        if activities is not None:
            self.activities = activities

    @property
    def whole_variants(self) -> bool:
        """Whether activities decided, so that sums over cases become sums of the variants left."""
        return self._by_activity and self.parent.whole_variants

    @lazy
    def events(self) -> Frame:
        """The events left, with their new neighbours."""
        return self.engine.neighbours(self._reshape(self.parent.events))

    @lazy
    def steps(self) -> Frame:
        """The steps between the events left."""
        return self.engine.steps(self._reshape(self.parent.events))

    @lazy
    def _renumbered(self) -> tuple[Frame, pl.DataFrame]:
        """Return ``old`` variants with the ``variant`` they became, and those variants."""
        old = self.engine.frame(self.parent.case_counts.drop("length"))
        kept = self.engine.neighbours(self._reshape(self.parent.variant_events))
        renumbered, variants = variant_index(
            self.engine, self.engine.traces(kept), old.rename({"variant": "case"})
        )
        renumbered = renumbered.select(nw.col("case").alias("old"), "variant")
        return self.engine.persist(renumbered), variants

    @lazy
    def _variant_index(self) -> tuple[Frame, pl.DataFrame]:
        if not self._by_activity:
            return variant_index(self.engine, self.engine.traces(self.events))
        mapping, variants = self._renumbered
        cases = self.parent.index.select("case", nw.col("variant").alias("old"))
        return cases.join(mapping, on="old", how="inner").select("case", "variant"), variants

    @lazy
    def cases(self) -> Frame:
        """The cases that still have events."""
        numbered, variants = self._variant_index
        derived = self.engine.frame(
            variants.select("variant", "start_activity", "end_activity", "has_rework")
        )
        figures = (
            case_figures(self.events)
            .join(numbered, on="case", how="inner")
            .join(derived, on="variant", how="inner")
        )
        figures = self.engine.persist(figures)
        kept = [
            name for name in self.parent.cases.collect_schema().names() if name not in CASE_COLUMNS
        ]
        # a join with the cases left would give them in any order, but they stay in that of the parent
        left = self.engine.rows_of(self.parent.cases.select(*kept), figures, self.case_limit)
        return self.engine.persist(self.engine.attach(left, figures, ("case",)))

    @lazy
    def variants(self) -> Frame:
        """The variants of the events left."""
        return self.engine.frame(self._variant_index[1])

    @lazy
    def variant_paths(self) -> Frame:
        """Counted anew."""
        return self.engine.frame(variant_paths(self.engine.collect(self.variant_events)))

    @lazy
    def variant_times(self) -> Frame:
        """The parent's without the events removed; added up where variants became the same."""
        kept = self.engine.neighbours(self._reshape(self.parent.variant_times))
        times = [name for name in kept.collect_schema().names() if name in ("time", "start_time")]
        mapping = self._renumbered[0]
        sums = (
            kept.join(mapping, left_on="case", right_on="old", how="inner")
            .group_by("variant", "position")
            .agg(*(nw.col(name).sum() for name in times))
        )
        return self._with_times(sums)

    @lazy
    def variant_totals(self) -> Frame:
        """From the times of the parent's variants: the events need not be read."""
        steps = self.engine.steps(self._reshape(self.parent.variant_times))
        joined = steps.join(self._renumbered[0], left_on="case", right_on="old", how="inner")
        return joined.select(
            "variant",
            from_activity=nw.col("activity"),
            to_activity=nw.col("next_activity"),
            total=nw.col("time_to_next"),
        )
