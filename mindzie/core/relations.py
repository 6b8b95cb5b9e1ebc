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

STEP = ("case", "activity", "next_activity", "time_to_next")
INDEX = ("case", "variant", "start", "end", "duration", "event_count")


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

    @property
    def counted_activities(self) -> Frame:
        """As ``variant_activities``, but it may hold variants without cases."""
        return self.variant_activities

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

    @property
    def counted_activities(self) -> Frame:
        """The parent's."""
        return self.parent.counted_activities

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
