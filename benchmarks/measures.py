"""What is measured, and what it is held to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that users wait for.

    Parameters
    ----------
    id : str
        The name of the contenders' method.
    title : str
        In the table.
    scan : str
        What the scan reads.
    aim : float, optional
        Seconds on 2 cores at 10 M events; shown, not checked, since machines differ.
    most_scans : float, optional
        Limit: not slower than so many scans.
    least_times_pm4py : float, optional
        Limit: at least so many times faster than pm4py.
    """

    id: str
    title: str
    scan: str
    aim: float | None = None
    most_scans: float | None = None
    least_times_pm4py: float | None = None


FULL_SIZE = 10_000_000
EVENTS_PER_SECOND = 1_200_000
STEPS = "events: activity, next_activity"

MEASURES = (
    Measure(
        "ingest",
        "Ingest: Parquet file to data set folder",
        "the Parquet file, read into memory",
        aim=FULL_SIZE / EVENTS_PER_SECOND,
        least_times_pm4py=1,
    ),
    Measure("open", "Open a data set and count its cases", "", least_times_pm4py=50),
    Measure(
        "full_map",
        "Map: frequency and mean durations",
        f"{STEPS}, time_to_next",
        most_scans=5,
        least_times_pm4py=300,
    ),
    Measure(
        "full_map_all",
        "Map: mean, median, p90 and total durations of paths and activities",
        f"{STEPS}, time_to_next, time, start_time",
        most_scans=40,
        least_times_pm4py=10,
    ),
    Measure(
        "case_filter",
        "Case filter to map, variants, and count, mean, median of durations",
        f"{STEPS}; cases: region, variant, duration",
        aim=0.015,
        most_scans=2,
        least_times_pm4py=100,
    ),
    Measure(
        "case_filter_means",
        "Case filter to map with mean durations",
        f"{STEPS}, time_to_next; cases: region, variant",
        most_scans=5,
        least_times_pm4py=20,
    ),
    Measure(
        "attribute_filter",
        "Filter of cases on an event attribute to map",
        f"{STEPS}, case, team",
        most_scans=5,
        least_times_pm4py=20,
    ),
    Measure(
        "event_filter",
        "Two activities removed to map with mean durations",
        "events: case, activity, time, start_time",
        aim=0.080,
        most_scans=10,
        least_times_pm4py=30,
    ),
)
