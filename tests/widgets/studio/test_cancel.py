"""Cancelling: what was shown stays, the next question is answered, DuckDB stops, Polars is left behind."""

from __future__ import annotations

import asyncio
import threading

import narwhals as nw
import pytest

import mindzie as mz
from mindzie.core.errors import CancelledError
from mindzie.widgets.studio.work import Work

WEST = mz.filters.CasesWithAttribute(attribute="Region", values=("West",))


async def until(known, seconds=60):
    """Wait for something that comes, and fail where it does not."""
    async with asyncio.timeout(seconds):
        while not known():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def endless(log):
    """Count what no machine ever counts to the end, one row after the other."""
    frame = log.rel.events.select("case")
    for turn in range(5):
        more = log.rel.events.select(nw.col("position").alias(f"position_{turn}"))
        frame = frame.join(more, how="cross")
    return log.collect(frame.group_by("case").agg(count=nw.len()))


def test_a_cancelled_statement_of_duckdb_stops():
    log = mz.demo("order-to-cash", cases=300).on("duckdb")
    begun, ended = threading.Event(), threading.Event()

    def work(job):
        begun.set()
        try:
            return endless(log)
        finally:
            ended.set()

    async def scene():
        answers = []
        made = Work(lambda _job: None, log.rel.engine.interrupt)
        made.submit("result", work, lambda _value, error: answers.append(error))
        await until(begun.is_set)
        await asyncio.sleep(0.3)  # into the statement
        assert made.cancel("result")
        await until(lambda: answers)
        assert isinstance(answers[0], CancelledError)
        await until(ended.is_set)
        made.submit("count", lambda _job: log.case_count, lambda value, _: answers.append(value))
        await until(lambda: len(answers) == 2)
        assert answers[1] == 300

    asyncio.run(scene())


def test_newer_work_does_not_wait_for_a_step_that_cannot_be_stopped():
    gate, begun, ended = threading.Event(), threading.Semaphore(0), threading.Semaphore(0)

    def stuck(_job):
        begun.release()
        gate.wait(60)
        ended.release()

    async def scene():
        answers = []

        def note(value, error):
            answers.append(value if error is None else type(error))

        made = Work(lambda _job: None)
        for count in (1, 2):
            made.submit("result", stuck, note)
            await until(lambda: begun.acquire(blocking=False))
            assert made.cancel("result")
            made.submit("rows", lambda _job, count=count: count, note)
            await until(lambda: answers[-1:] == [count])  # noqa: B023
        # A third one is waited for: each that goes on takes its share of the machine.
        made.submit("result", stuck, note)
        await until(lambda: begun.acquire(blocking=False))
        made.cancel("result")
        made.submit("rows", lambda _job: 3, note)
        await asyncio.sleep(0.2)
        assert answers == [CancelledError, 1, CancelledError, 2, CancelledError]
        gate.set()
        await until(lambda: answers[-1:] == [3])
        for _ in range(3):
            await until(lambda: ended.acquire(blocking=False))
        await until(lambda: not [t for t in threading.enumerate() if t.name == "mindzie-studio"])

    asyncio.run(scene())


@pytest.fixture
def slow(monkeypatch):
    """Hold up what is calculated of a log with this many filters or more, until the test lets it go."""
    gate, begun = threading.Event(), threading.Event()
    done = mz.calculators.ProcessMap.compute

    def compute(self, log):
        if log.recipe:
            begun.set()
            gate.wait(60)
        return done(self, log)

    monkeypatch.setattr(mz.calculators.ProcessMap, "compute", compute)
    yield begun
    gate.set()


def test_a_cancelled_change_is_taken_back_and_what_was_shown_stays(slow):
    async def scene():
        studio = mz.Studio(mz.demo("order-to-cash", cases=200))
        await until(lambda: studio.overview and not studio.busy)
        before = dict(studio.map), dict(studio.overview), dict(studio.shown["figures"])
        studio.add(WEST)
        await until(slow.is_set)
        await until(lambda: studio.busy)
        studio._cancel()
        assert studio.filters == ()
        assert studio.shown["error"].startswith("Cancelled")
        assert (studio.map, studio.overview, studio.shown["figures"]) == before
        await until(lambda: not studio.busy)
        slow.clear()
        studio.undo()
        assert studio.filters == (WEST,)
        assert studio.shown["error"] == ""
        await until(slow.is_set)
        studio.close()

    asyncio.run(scene())


def test_cancelling_the_first_figures_says_so(slow):
    async def scene():
        studio = mz.Studio(mz.demo("order-to-cash", cases=200), filters=[WEST])
        await until(slow.is_set)
        studio._cancel()
        assert "not computed" in studio.shown["error"]
        assert studio.filters == (WEST,)
        studio.close()

    asyncio.run(scene())
