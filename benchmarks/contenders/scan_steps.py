"""One scan: a Polars sum over columns in memory, the least that a look at every row costs."""

from __future__ import annotations

from functools import cached_property

import polars as pl

from benchmarks.data import REGION, TEAM, Place

_STEPS = ("activity", "next_activity")


class Contender:
    """Reads each column into memory once, before the clock runs."""

    def __init__(self, place: Place, engine: str) -> None:
        del engine
        self._place = place

    def tidy(self) -> None:
        """Nothing is left behind."""

    def warm(self) -> None:
        """Read the columns."""
        _ = self._events, self._cases

    @cached_property
    def _events(self) -> pl.LazyFrame:
        columns = [*_STEPS, "time_to_next", "case", "time", "start_time", "team"]
        return pl.read_parquet(self._place.data_set / "events.parquet", columns=columns).lazy()

    @cached_property
    def _cases(self) -> pl.LazyFrame:
        columns = ["region", "variant", "duration"]
        return pl.read_parquet(self._place.data_set / "cases.parquet", columns=columns).lazy()

    def _sum(self, *columns: str) -> None:
        self._events.select(pl.col(columns).sum()).collect()

    def _sum_cases(self, *columns: str) -> None:
        region = pl.col("region") == REGION
        self._cases.select(region.sum(), pl.col(columns).sum()).collect()

    def ingest(self) -> None:
        """Read the whole file."""
        pl.read_parquet(self._place.source)

    def full_map(self) -> None:
        """Sum what the map with means needs."""
        self._sum(*_STEPS, "time_to_next")

    def full_map_all(self) -> None:
        """Sum what the map with all durations needs."""
        self._sum(*_STEPS, "time_to_next", "time", "start_time")

    def case_filter(self) -> None:
        """Sum what the map needs, and the figures of cases."""
        self._sum(*_STEPS)
        self._sum_cases("variant", "duration")

    def case_filter_means(self) -> None:
        """Sum what the map with means needs."""
        self._sum(*_STEPS, "time_to_next")
        self._sum_cases("variant")

    def attribute_filter(self) -> None:
        """Sum what the map needs, and compare the attribute."""
        team = pl.col("team") == TEAM
        self._events.select(team.sum(), pl.col(*_STEPS, "case").sum()).collect()

    def event_filter(self) -> None:
        """Sum what new neighbours are made of."""
        self._sum("case", "activity", "time", "start_time")
