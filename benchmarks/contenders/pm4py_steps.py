"""pm4py, by its simplified interface, on a formatted pandas frame of the columns needed and no more."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pm4py

from benchmarks.data import REGION, REMOVED, TEAM, Place

_START = "start_time"
_COLUMNS = ["case_id", "activity", "time", _START, "Region", "Team"]


class Contender:
    """Works on a frame formatted once."""

    def __init__(self, place: Place, engine: str) -> None:
        del engine
        self._place = place

    def tidy(self) -> None:
        """Nothing is left behind."""

    def warm(self) -> None:
        """Read and format the frame."""
        _ = self._frame

    @cached_property
    def _frame(self) -> Any:
        return self._formatted(_COLUMNS)

    def _formatted(self, columns: list[str] | None = None) -> Any:
        frame = pd.read_parquet(self._place.source, columns=columns)
        frame = frame.rename(columns={_START: "start_timestamp"})
        keys = {"case_id": "case_id", "activity_key": "activity", "timestamp_key": "time"}
        return pm4py.format_dataframe(frame, **keys)

    def ingest(self) -> int:
        """Read and format the whole file; it keeps nothing on disk."""
        return len(self._formatted())

    def open(self) -> int:
        """Read and format what the steps need: there is no data set to open."""
        return int(self._formatted(_COLUMNS)["case:concept:name"].nunique())

    def full_map(self) -> int:
        """Discover the graph with frequencies, then with means."""
        return self._means(self._frame)

    def full_map_all(self) -> int:
        """Discover the graph with frequencies, then with all its aggregations."""
        pm4py.discover_performance_dfg(self._frame)
        return _steps(self._frame)

    def case_filter(self) -> int:
        """Filter on a case attribute; map, variants, durations."""
        frame = self._in_region()
        steps = _steps(frame)
        pm4py.get_variants(frame)
        # with start times in the frame this function fails, so it gets none
        plain = frame[["case:concept:name", "concept:name", "time:timestamp"]]
        plain.attrs = {}
        durations = np.array(pm4py.get_all_case_durations(plain))
        _ = len(durations), durations.mean(), np.median(durations)
        return steps

    def case_filter_means(self) -> int:
        """Filter on a case attribute; map with means."""
        return self._means(self._in_region())

    def attribute_filter(self) -> int:
        """Keep the cases in which an event has some value."""
        kept = pm4py.filter_event_attribute_values(self._frame, "Team", [TEAM], level="case")
        return _steps(kept)

    def event_filter(self) -> int:
        """Remove the events of two activities."""
        chosen = (self._frame, "concept:name", list(REMOVED))
        return self._means(
            pm4py.filter_event_attribute_values(*chosen, level="event", retain=False)
        )

    def _in_region(self) -> Any:
        # the case attribute is on every event, so this keeps whole cases
        return pm4py.filter_event_attribute_values(self._frame, "Region", [REGION], level="event")

    @staticmethod
    def _means(frame: Any) -> int:
        pm4py.discover_performance_dfg(frame, perf_aggregation_key="mean")
        return _steps(frame)


def _steps(frame: Any) -> int:
    return int(sum(pm4py.discover_dfg(frame)[0].values()))
