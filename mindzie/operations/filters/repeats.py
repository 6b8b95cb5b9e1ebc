"""Filters on repeated activities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import narwhals as nw
from pydantic import Field

from mindzie.core.families import CaseFilter, EventFilter
from mindzie.core.settings import Activity
from mindzie.operations.filters.wording import span

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog


class Rework(CaseFilter):
    """Keep the cases in which some activity, or the given one, was repeated.

    An activity that happens three times in a case is repeated twice. A self-loop is a repetition with nothing in between.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log.filter(Rework()).cases["has_rework"].all()
    True
    """

    activity: Activity | None = None
    """The activity repeated; none means any."""
    how: Literal["any_repeat", "self_loop"] = "any_repeat"
    """Whether any later repetition counts, or only one that follows directly."""
    min_times: int = Field(default=1, ge=1)
    """Least number of repetitions of one activity in a case."""

    main_settings: ClassVar[tuple[str, ...]] = ("activity", "how", "min_times")
    example: ClassVar[Mapping[str, Any]] = {"how": "any_repeat"}
    sentence = "cases in which {activity} repeated {how} {times}"
    removed = sentence

    def words(self) -> dict[str, str]:
        """Say what was repeated, and how often where more than once."""
        what = f"{self.activity} was" if self.keep else f"{self.activity} was not"
        if self.activity is None:
            what = "some activity was" if self.keep else "no activity was"
        times = "" if self.min_times == 1 else span(self.min_times, None, "time")
        return {
            "activity": what,
            "how": "at once" if self.how == "self_loop" else "",
            "times": times,
        }

    def matching(self, log: EventLog) -> Frame:
        """Ask the variants."""
        if self.how == "self_loop":
            loops = log.rel.variant_paths.filter(nw.col("from_activity") == nw.col("to_activity"))
            found = (
                loops.filter(nw.col("count") >= self.min_times)
                .rename({"from_activity": "activity"})
                .select("variant", "activity")
            )
        else:
            found = log.rel.variant_activities.filter(nw.col("count") > self.min_times).select(
                "variant", "activity"
            )
        if self.activity:
            found = found.filter(nw.col("activity").is_in(log.codes((self.activity,))))
        return found.select("variant").unique()


class CollapseRepeats(EventFilter):
    """Keep one event where an activity is repeated.

    ``consecutive``: of events of one activity in a row the first stays, A B B C D D becomes A B C D. ``whole_case``: the
    first event of each activity in the case stays.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log.filter(CollapseRepeats(scope="whole_case")).cases["has_rework"].any()
    False
    """

    scope: Literal["consecutive", "whole_case"] = "consecutive"
    """Whether repetitions in a row are joined, or all in the case."""

    by_activity = True
    main_settings: ClassVar[tuple[str, ...]] = ("scope",)
    example: ClassVar[Mapping[str, Any]] = {"scope": "consecutive"}
    sentence = "events without {scope}"

    def words(self) -> dict[str, str]:
        """Say the scope."""
        return {
            "scope": "repetitions in a row"
            if self.scope == "consecutive"
            else "repetitions in the case"
        }

    def kept(self, log: EventLog, events: Frame) -> Frame:
        """Return the first of each run, or of each activity of the case."""
        engine = log.rel.engine
        if self.scope == "consecutive":
            compared = engine.previous(events, "activity", "_before")
            again = nw.coalesce(nw.col("activity") == nw.col("_before"), nw.lit(value=False))
            return compared.filter(~again).drop("_before")
        firsts = events.group_by("case", "activity").agg(_first=nw.col("position").min())
        marked = engine.attach(events, firsts, ("case", "activity"))
        return marked.filter(nw.col("position") == nw.col("_first")).drop("_first")
