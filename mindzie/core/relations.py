"""The relations of a log, each derived when it is first asked for.

Times are microseconds UTC, activities and variants are codes. ``events`` is sorted by case and position on engines that
have an order. The *index* is the narrow part of ``cases`` that most figures need; it is computed once per log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl

from mindzie.core.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mindzie.core.engine import Engine, Frame
    from mindzie.core.variant_sums import VariantSums

STEP = ("case", "activity", "next_activity", "time_to_next")
INDEX = ("case", "variant", "start", "end", "duration", "event_count")
_LARGEST = 4e18
"""Microseconds whose sums and differences fit 64 bits."""


class Relations:
    """The stored relations of a log; subclasses derive theirs from a parent.

    Parameters
    ----------
    engine : Engine
        What runs them.
    stored : mapping of str to Frame
        ``events``, ``cases``, ``variants`` and ``variant_paths``.
    activities : tuple of str
        Names in order of their codes.
    case_limit : int
        Case ids are below it.
    """

    def __init__(
        self,
        engine: Engine,
        stored: Mapping[str, Frame],
        activities: tuple[str, ...],
        case_limit: int,
    ) -> None:
        self.engine = engine
        self.activities = activities
        self.case_limit = case_limit
        self._stored = stored

    @property
    def whole_variants(self) -> bool:
        """Whether every variant is here with all its cases, so that sums per variant hold."""
        return True

    @lazy
    def events(self) -> Frame:
        """One row an event."""
        return self._stored["events"]

    @lazy
    def steps(self) -> Frame:
        """One row an event that another follows: ``case``, ``activity``, ``next_activity``, ``time_to_next``."""
        return self.events.filter(~nw.col("next_activity").is_null()).select(*STEP)

    @lazy
    def cases(self) -> Frame:
        """One row a case."""
        return self._stored["cases"]

    @lazy
    def index(self) -> Frame:
        """The narrow part of ``cases``: case, variant, start, end, duration, event_count."""
        return self.engine.persist(self.cases.select(*INDEX))

    @lazy
    def variants(self) -> Frame:
        """One row a variant: variant, activities, length, case_count, and what follows from its activities."""
        return self._stored["variants"]

    @lazy
    def case_counts(self) -> pl.DataFrame:
        """The cases of each variant, in memory: variant, case_count, first_case, length."""
        return self.engine.collect(
            self.variants.select("variant", "case_count", "first_case", "length")
        )

    @lazy
    def variant_paths(self) -> Frame:
        """Directly-follows pairs of each variant, a null activity meaning START or END; may hold variants without cases."""
        return self._stored["variant_paths"]

    @lazy
    def variant_events(self) -> Frame:
        """Each variant as if it were a case: ``case`` (the variant), ``position``, ``activity``, ``next_activity``."""
        lists = self.engine.collect(self.variants.select("variant", "activities")).sort("variant")
        rows = lists.select(
            case=pl.col("variant"),
            position=pl.int_ranges(1, pl.col("activities").list.len() + 1),
            activity=pl.col("activities"),
        )
        rows = rows.explode("position", "activity").with_columns(time=0)
        return self.engine.persist(self.engine.neighbours(self.engine.frame(rows)))

    @lazy
    def variant_activities(self) -> Frame:
        """How often each variant has each activity: variant, activity, count, first and last position, sum of positions."""
        grouped = self.variant_events.group_by("case", "activity").agg(
            count=nw.len(),
            first_position=nw.col("position").min(),
            last_position=nw.col("position").max(),
            position_sum=nw.col("position").sum(),
        )
        return self.engine.persist(grouped.rename({"case": "variant"}))

    @lazy
    def activity_sums(self) -> VariantSums:
        """Sums per activity; may hold variants without cases."""
        from mindzie.core.variant_sums import VariantSums

        rows = self.variant_activities.join(
            self.variants.select("variant", "length"), on="variant", how="inner"
        )
        rows = rows.select(
            "variant",
            "activity",
            events=nw.col("count"),
            starts=(nw.col("first_position") == 1).cast(nw.Int64),
            ends=(nw.col("last_position") == nw.col("length")).cast(nw.Int64),
            rework_cases=(nw.col("count") > 1).cast(nw.Int64),
            positions=nw.col("position_sum"),
        )
        return VariantSums(self.engine.collect(rows), ("activity",))

    @lazy
    def path_sums(self) -> VariantSums:
        """Sums per directly-follows pair; may hold variants without cases."""
        from mindzie.core.variant_sums import VariantSums

        pair = ("from_activity", "to_activity")
        rows = self.variant_paths.select("variant", *pair, events=nw.col("count"))
        return VariantSums(self.engine.collect(rows), pair)

    @lazy
    def variant_times(self) -> Frame:
        """As ``variant_events``, its times summed over the cases of the variant, each from the start of its case.

        So the time between two events of a variant is the time all its cases spend there, whatever is removed between.
        """
        columns = self.events.collect_schema().names()
        known = [name for name in ("time", "start_time") if name in columns]
        spent = self.engine.collect(self.index.select(nw.col("duration").cast(nw.Float64).sum()))
        kind = nw.Int64 if (spent.item() or 0) < _LARGEST else nw.Float64
        begun = self.index.select("case", "variant", _begun=nw.col("start"))
        sums = (
            self.events.select("case", "position", *known)
            .join(begun, on="case", how="inner")
            .group_by("variant", "position")
            .agg(
                *((nw.col(name) - nw.col("_begun")).cast(kind).sum().alias(name) for name in known)
            )
        )
        return self._with_times(sums)

    def _with_times(self, sums: Frame) -> Frame:
        events = self.engine.collect(self.variant_events.drop("time", "time_to_next"))
        times = self.engine.collect(sums).rename({"variant": "case"})
        keys = ["case", "position"]
        return self.engine.frame(events.join(times, on=keys, how="left", maintain_order="left"))

    @lazy
    def variant_totals(self) -> Frame:
        """Microseconds that each variant's cases spend on each path; used only of ``whole_variants``."""
        return self.variant_paths.select("variant", "from_activity", "to_activity", "total")

    @lazy
    def path_totals(self) -> Frame:
        """Microseconds spent on each path: ``from_activity``, ``to_activity``, ``total``."""
        if self.whole_variants:
            found = self.variant_totals.join(
                self.engine.frame(self.case_counts.select("variant")), on="variant", how="semi"
            )
        else:
            found = self.steps.rename(
                {
                    "activity": "from_activity",
                    "next_activity": "to_activity",
                    "time_to_next": "total",
                }
            )
        # whole numbers would overflow
        total = nw.col("total").cast(nw.Float64).sum()
        return found.group_by("from_activity", "to_activity").agg(total=total)


class Changed(Relations):
    """Relations made from others, which remain as they are.

    Parameters
    ----------
    parent : Relations
        What they are made from.
    """

    parent: Relations

    def __init__(self, parent: Relations) -> None:
        super().__init__(parent.engine, {}, parent.activities, parent.case_limit)
        self.parent = parent


class Derived(Changed):
    """Relations that are a parent's unless a subclass says otherwise."""

    @property
    def whole_variants(self) -> bool:
        """As in the parent."""
        return self.parent.whole_variants

    @lazy
    def events(self) -> Frame:
        """The parent's."""
        return self.parent.events

    @lazy
    def steps(self) -> Frame:
        """The parent's."""
        return self.parent.steps

    @lazy
    def cases(self) -> Frame:
        """The parent's."""
        return self.parent.cases

    @lazy
    def index(self) -> Frame:
        """The parent's."""
        return self.parent.index

    @lazy
    def variants(self) -> Frame:
        """The parent's."""
        return self.parent.variants

    @lazy
    def case_counts(self) -> pl.DataFrame:
        """The parent's."""
        return self.parent.case_counts

    @lazy
    def variant_paths(self) -> Frame:
        """The parent's."""
        return self.parent.variant_paths

    @lazy
    def variant_events(self) -> Frame:
        """The parent's."""
        return self.parent.variant_events

    @lazy
    def variant_activities(self) -> Frame:
        """The parent's."""
        return self.parent.variant_activities

    @lazy
    def activity_sums(self) -> VariantSums:
        """The parent's."""
        return self.parent.activity_sums

    @lazy
    def path_sums(self) -> VariantSums:
        """The parent's."""
        return self.parent.path_sums

    @lazy
    def variant_times(self) -> Frame:
        """The parent's."""
        return self.parent.variant_times

    @lazy
    def variant_totals(self) -> Frame:
        """The parent's."""
        return self.parent.variant_totals
