"""The data of a run, generated: a Parquet file as users have them, and its data set folder."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # pm4py's process does without
    from mindzie.ingest.reading import ReadSettings

EVENTS_A_CASE = 11.05
ALL, FEW = "events", "few_events"
"""What files and tables of readers are called."""
REGION = "North"
TEAM = "Credit control"
REMOVED = ("Check credit", "Confirm order")
ROLES: ReadSettings = {
    "case": "case_id",
    "activity": "activity",
    "timestamp": "time",
    "start": "start_time",
    "resource": "resource",
    "timezone": "Europe/Berlin",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the data of a run are."""

    folder: Path

    @property
    def source(self) -> Path:
        """The Parquet file."""
        return self.folder / "source.parquet"

    @property
    def data_set(self) -> Path:
        """The data set folder."""
        return self.folder / "data_set"


def make(folder: Path, events: int) -> int:
    """Write the file and the data set; return the exact number of events."""
    import polars as pl

    import mindzie as mz
    from mindzie.demos import generate

    place = Place(folder)
    frame = generate("order-to-cash", cases=round(events / EVENTS_A_CASE)).drop("row")
    times = ["time", "start_time", "Invoice due date"]
    frame = frame.with_columns(pl.col(times).cast(pl.Datetime("us", "UTC")))
    frame.write_parquet(place.source)
    mz.read(place.source, **ROLES).save(place.data_set)
    return frame.height


if __name__ == "__main__":
    print(json.dumps(make(Path(sys.argv[1]), int(sys.argv[2]))))
