"""Rounds: in each, every contender does the step, so that all see the same machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.measures import Measure
from benchmarks.processes import Answer, StepError, Worker, once


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run is made: engine, rounds, and seconds for pm4py (one call, all calls of a measure)."""

    engine: str
    rounds: int
    pm4py_limit: float
    pm4py_seconds: float


@dataclass(slots=True)
class Samples:
    """What a contender took for a measure, and in a fresh process."""

    seconds: list[float] = field(default_factory=list)
    paused: list[float] = field(default_factory=list)
    figure: int | None = None
    fresh: Answer | None = None
    error: str = ""

    @property
    def median(self) -> float | None:
        """Median seconds of the rounds."""
        return median(self.seconds) if self.seconds else None

    def add(self, answer: Answer) -> None:
        """Take an answer; all answers have the same figure."""
        if self.seconds and answer.figure != self.figure:
            raise StepError(f"answers {answer.figure} and {self.figure} in one run")
        self.figure = answer.figure
        self.seconds.append(answer.seconds)
        self.paused.append(answer.paused)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The samples of all contenders for one measure, and the load of the machine before and after."""

    measure: Measure
    mindzie: Samples
    scan: Samples
    pm4py: Samples
    load: tuple[float, float]


def outcomes(
    measures: tuple[Measure, ...], folder: Path, peer: Path | None, settings: Settings
) -> Iterator[Outcome]:
    """Measure one after another; without a folder for pm4py it takes no part."""
    for measure in measures:
        before = os.getloadavg()[0]
        print(f"{measure.title} ...", file=sys.stderr)
        ours, scan, theirs = Samples(), Samples(), Samples()
        ours.fresh = once("mindzie", folder, settings.engine, measure.id, 3600)
        if peer:
            try:
                theirs.fresh = once("pm4py", peer, "", measure.id, settings.pm4py_limit)
            except StepError as error:
                theirs.error = str(error)
        with ExitStack() as open_workers:
            ask = _Asking(measure, open_workers, settings)
            ask.join("mindzie", folder, ours)
            if measure.scan:
                ask.join("scan", folder, scan)
            if peer and not theirs.error:
                ask.join("pm4py", peer, theirs)
            ask.rounds()
        if peer == folder and None not in (ours.median, theirs.median):
            _agree(measure, ours, theirs)
        print(f"  {ours.median or 0:.4f} s", file=sys.stderr)
        yield Outcome(measure, ours, scan, theirs, (before, os.getloadavg()[0]))


class _Asking:
    """The contenders of one measure, each in its process."""

    def __init__(self, measure: Measure, stack: ExitStack, settings: Settings) -> None:
        self._measure = measure
        self._stack = stack
        self._settings = settings
        self._joined: dict[str, tuple[Worker, Samples]] = {}

    def join(self, name: str, folder: Path, samples: Samples) -> None:
        """Start a contender and let it do the step once, untimed, where it keeps anything warm."""
        worker = self._stack.enter_context(Worker(name, folder, self._settings.engine))
        if name != "pm4py":
            worker.ask(self._measure.id, 3600)
        self._joined[name] = worker, samples

    def rounds(self) -> None:
        """Do the rounds; pm4py sits out once its seconds are spent."""
        for _ in range(self._settings.rounds):
            for name, (worker, samples) in self._joined.items():
                limit = 3600.0
                if name == "pm4py":
                    limit = self._settings.pm4py_limit
                    spent = sum(samples.seconds)
                    if samples.error or (spent and spent > self._settings.pm4py_seconds):
                        continue
                try:
                    samples.add(worker.ask(self._measure.id, limit))
                except StepError as error:
                    if name != "pm4py":
                        raise
                    samples.error = str(error)


def _agree(measure: Measure, ours: Samples, theirs: Samples) -> None:
    if ours.figure != theirs.figure:
        raise StepError(f"{measure.id}: Mindzie finds {ours.figure}, pm4py {theirs.figure}")
