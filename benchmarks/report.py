"""What a run found: a table, JSON, and the limits that were missed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from benchmarks.measures import FULL_SIZE
from benchmarks.rounds import Outcome, Samples

_HEAD = (
    "Measure", "Mindzie", "after a pause", "first call", "scans", "pm4py", "x pm4py", "memory", "pm4py's", "aim",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """A run: what it ran on and what it found."""

    events: int
    pm4py_events: int | None
    engine: str
    machine: dict[str, Any]
    outcomes: tuple[Outcome, ...]

    @property
    def full(self) -> bool:
        """Whether the log is as large as the limits are meant for."""
        return self.events > 0.9 * FULL_SIZE

    def table(self) -> str:
        """Return the table in Markdown."""
        rows = [_HEAD, ("---", *["---:"] * (len(_HEAD) - 1)), *map(self._row, self.outcomes)]
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)

    def about(self) -> str:
        """Return what the run was made on, in a few lines."""
        peer = f"{self.pm4py_events:,}" if self.pm4py_events else "no"
        lines = [f"{self.events:,} events, pm4py on {peer} events, engine {self.engine}."]
        lines.append(", ".join(f"{name} {value}" for name, value in self.machine.items()) + ".")
        loads = [load for outcome in self.outcomes for load in outcome.load]
        lines.append(f"Load of the machine while measuring: {min(loads):.1f} to {max(loads):.1f}.")
        return "\n".join(lines)

    def _row(self, outcome: Outcome) -> tuple[str, ...]:
        measure, ours, theirs = outcome.measure, outcome.mindzie, outcome.pm4py
        scans = ours.median / outcome.scan.median if ours.median and outcome.scan.median else None
        times = self._times(outcome)
        aim = measure.aim if self.full else None
        met = (
            "" if aim is None or not ours.median else (" met" if ours.median <= aim else " missed")
        )
        return (
            measure.title,
            _time(ours.median),
            _time(median(ours.paused) if ours.paused else None),
            _time(ours.fresh.paused if ours.fresh else None),
            "" if scans is None else f"{scans:.2f}",
            theirs.error
            or f"{_time(theirs.median)}{f' ({len(theirs.seconds)})' if theirs.seconds else ''}",
            ""
            if times is None
            else f"{'> ' if self._is_bound(outcome) else ''}{times:,.{0 if times >= 10 else 1}f}",
            _size(ours),
            _size(theirs),
            "" if aim is None else f"{_time(aim)}{met}",
        )

    def _times(self, outcome: Outcome) -> float | None:
        """How many times faster than pm4py."""
        ours, theirs = outcome.mindzie.median, outcome.pm4py.median
        if theirs is None and outcome.pm4py.error.startswith("> "):
            theirs = float(outcome.pm4py.error.split()[1])
        return theirs / ours if ours and theirs else None

    def _is_bound(self, outcome: Outcome) -> bool:
        """Whether pm4py had a smaller log or was stopped, so that it is at least so many times slower."""
        return self.pm4py_events != self.events or bool(outcome.pm4py.error)

    def missed(self) -> list[str]:
        """Return the limits missed: ratios within this run, on a log of full size, and not mere bounds."""
        found = []
        for outcome in self.outcomes if self.full else ():
            measure, ours, scan = outcome.measure, outcome.mindzie.median, outcome.scan.median
            if measure.most_scans and ours and scan and ours > measure.most_scans * scan:
                found.append(f"{measure.id}: {ours / scan:.1f} scans, limit {measure.most_scans:g}")
            times, least = self._times(outcome), measure.least_times_pm4py
            if least and times and times < least and not self._is_bound(outcome):
                found.append(f"{measure.id}: {times:.1f} x pm4py, limit {least:g}")
        return found

    def json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {**asdict(self), "missed": self.missed()}


def _time(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds * 1000:,.1f} ms" if seconds < 1 else f"{seconds:,.1f} s"


def _size(samples: Samples) -> str:
    return f"{samples.fresh.peak / 1e6:,.0f} MB" if samples.fresh else ""
