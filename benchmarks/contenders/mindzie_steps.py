"""Mindzie, by its public front door and the relations that its map is made of."""

from __future__ import annotations

import shutil
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Literal

import narwhals as nw
import polars as pl

import mindzie as mz
from benchmarks.data import REGION, REMOVED, ROLES, TEAM, Place
from mindzie import calculators, filters
from mindzie.core.log import EventLog
from mindzie.engine.snapshot import open_snapshot
from mindzie.operations.calculators.maps import mean_seconds, path_counts


class Contender:
    """Works on a data set opened once; every step makes its filtered log anew."""

    def __init__(self, place: Place, engine: Literal["polars", "duckdb"]) -> None:
        self._place = place
        self._engine = engine
        self._written: list[Path] = []

    def tidy(self) -> None:
        """Remove what a step wrote; not timed."""
        while self._written:
            shutil.rmtree(self._written.pop())

    @cached_property
    def _log(self) -> EventLog:
        return open_snapshot(self._place.data_set, engine=self._engine)

    def ingest(self) -> int:
        """Read the file, build the log, write the folder."""
        self._written.append(Path(tempfile.mkdtemp(dir=self._place.folder)))
        log = mz.read(self._place.source, **ROLES, engine=self._engine)
        log.save(self._written[-1] / "data_set")
        return log.event_count

    def open(self) -> int:
        """Open the folder."""
        return open_snapshot(self._place.data_set, engine=self._engine).case_count

    def full_map(self) -> int:
        """Count nodes and paths, with mean durations."""
        return self._means(self._log)

    def full_map_all(self) -> int:
        """Calculate every measure of paths and activities."""
        graph = self._log.calculate(calculators.ProcessMap())
        graph.nodes.to_polars()
        return _inner(graph.edges.to_polars())

    def case_filter(self) -> int:
        """Filter on a case attribute; then all that a click updates."""
        log = self._in_region()
        steps = _inner(log.calculate(calculators.ProcessMap()).frequency.edges.to_polars())
        log.variants.to_polars()
        duration = nw.col("duration")
        log.of_cases(n=nw.len(), mean=duration.mean(), median=duration.median())
        return steps

    def case_filter_means(self) -> int:
        """Filter on a case attribute; means need the events of the cases left."""
        return self._means(self._in_region())

    def attribute_filter(self) -> int:
        """Keep the cases in which an event has some value."""
        log = self._log.filter(filters.CasesWithAttribute(attribute="Team", values=(TEAM,)))
        return _inner(log.calculate(calculators.ProcessMap()).frequency.edges.to_polars())

    def event_filter(self) -> int:
        """Remove the events of two activities: those left become neighbours."""
        return self._means(self._log.filter(filters.Activities(activities=REMOVED, keep=False)))

    def _in_region(self) -> EventLog:
        return self._log.filter(filters.CasesWithAttribute(attribute="Region", values=(REGION,)))

    @staticmethod
    def _means(log: EventLog) -> int:
        log.calculate(calculators.ProcessMap())
        return _inner(mean_seconds(log, path_counts(log)))


def _inner(edges: pl.DataFrame) -> int:
    """Return the number of directly-follows steps, START and END left out."""
    return int(edges.drop_nulls(["from_activity", "to_activity"])["events"].sum())
