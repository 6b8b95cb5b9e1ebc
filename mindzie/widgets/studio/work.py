"""Work off the event loop: newer work of a kind replaces older, and any can be cancelled."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from mindzie.core.errors import CancelledError

_MOST_LEFT: Final = 2
"""Cancelled steps that may go on beside newer work; each takes its share of the machine."""
_LOOKS: Final = 0.2
"""Seconds between two looks whether a wait is interrupted."""


class Job:
    """One piece of work: says how far it is and learns whether it is still wanted."""

    def __init__(self, kind: str, tell: Callable[[Job], None]) -> None:
        self.kind = kind
        self.words = ""
        self.part = 0.0
        self.figures: dict[str, Any] = {}
        """How far it is, as far as that can be counted."""
        self._tell = tell
        self._stop = threading.Event()

    def step(self, words: str, part: float) -> None:
        """Say what is done next.

        Parameters
        ----------
        words : str
            For the reader.
        part : float
            Share of the work that is done, 0 to 1.

        Raises
        ------
        CancelledError
            Where nobody waits for the answer any more.
        """
        self.check()
        self.words, self.part = words, part
        self._tell(self)

    def measure(self, figures: dict[str, Any]) -> None:
        """Say how far it is.

        Parameters
        ----------
        figures : dict
            JSON values for the page.

        Raises
        ------
        CancelledError
            Where nobody waits for the answer any more.
        """
        self.check()
        self.figures = figures
        self._tell(self)

    def check(self) -> None:
        """Stop here if the answer is not wanted any more."""
        if self._stop.is_set():
            raise _cancelled()

    def cancel(self) -> None:
        """Want the answer no more."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        """Whether the answer is not wanted any more."""
        return self._stop.is_set()


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    job: Job
    work: Callable[[Job], Any]
    done: Callable[[Any, Exception | None], None]


class Work:
    """Runs jobs one after another: on a thread where there is an event loop to answer to, else at once.

    What is cancelled is answered at once. DuckDB then stops its statement; a step on Polars goes on to its end, on a
    thread that newer work does not wait for.

    Parameters
    ----------
    tell : callable
        Called with the running job at each step, and with None when nothing runs.
    interrupt : callable
        Stops what the engine is doing for a job that was cancelled.
    """

    def __init__(
        self, tell: Callable[[Job | None], None], interrupt: Callable[[], None] | None = None
    ) -> None:
        self._tell = tell
        self._interrupt = interrupt or (lambda: None)
        self._wanted: list[_Task] = []
        self._waiting: deque[_Task] = deque()
        self._running: _Task | None = None
        self._finished = queue.SimpleQueue[tuple[_Task, Any, Exception | None]]()
        self._thread: threading.Thread | None = None
        self._left = 0
        self._lock = threading.Lock()
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None

    def submit(
        self,
        kind: str,
        work: Callable[[Job], Any],
        done: Callable[[Any, Exception | None], None],
        *,
        replaces: bool = True,
    ) -> Job:
        """Do work and hand on its result.

        Parameters
        ----------
        kind : str
            By which it is cancelled; an empty text cannot be.
        work : callable
            Takes the job, returns the result.
        done : callable
            Takes the result and the error, one of them None; called on the event loop. What was cancelled is an
            error too (``CancelledError``).
        replaces : bool
            Whether older work of its kind is cancelled.

        Returns
        -------
        Job
            To cancel it.
        """
        task = _Task(Job(kind, self._on_loop_tell), work, done)
        if replaces:
            self.cancel(kind)
        self._wanted.append(task)
        if self._loop is None:
            self._run(task)
        else:
            with self._lock:
                self._waiting.append(task)
                self._go_on()
        return task.job

    def cancel(self, kind: str | None = None) -> bool:
        """Drop the work of a kind, or of all, waiting or running; returns whether there was any."""
        dropped = [task for task in self._wanted if task.job.kind and kind in (None, task.job.kind)]
        for task in dropped:
            self._wanted.remove(task)
            task.job.cancel()
            self._leave(task)
            self._on_loop(lambda task=task: self._answer(task, None, _cancelled()))  # type: ignore[misc]
        return bool(dropped)

    def settle(self, kind: str) -> None:
        """Wait for the work of a kind, and take its results here: on the event loop, which a cell that runs holds up."""
        while any(task.job.kind == kind for task in self._wanted):
            with contextlib.suppress(queue.Empty):  # so that an interruption is heard
                self._finish(*self._finished.get(timeout=_LOOKS))

    def close(self) -> None:
        """Drop everything."""
        self.cancel()

    def later(self, action: Callable[[], None]) -> None:
        """Do something on the event loop, after what it does now; at once where there is none."""
        self._on_loop(action)

    def _go_on(self) -> None:
        """Start the thread where there is work and no thread; it ends when there is none, so that nothing is kept alive."""
        if self._thread is None and self._waiting:
            self._thread = threading.Thread(target=self._serve, name="mindzie-studio", daemon=True)
            self._thread.start()

    def _leave(self, task: _Task) -> None:
        """Stop a task, or let it end by itself while newer work goes on."""
        with self._lock:
            if task in self._waiting:
                self._waiting.remove(task)
            elif self._running is task:
                self._interrupt()
                if self._left < _MOST_LEFT and self._thread is not None:
                    self._left += 1
                    self._running = self._thread = None
                    self._go_on()

    def _serve(self) -> None:
        while True:
            with self._lock:
                if self._thread is not threading.current_thread():
                    self._left -= 1
                    return
                if not self._waiting:
                    self._running = self._thread = None
                    return
                self._running = task = self._waiting.popleft()
            self._run(task)

    def _run(self, task: _Task) -> None:
        result, error = None, None
        try:
            task.job.check()
            result = task.work(task.job)
        except Exception as raised:  # noqa: BLE001 - handed to whoever waits for the answer
            error = raised
        self._finished.put((task, result, error))
        self._on_loop(self._take)

    def _take(self) -> None:
        with contextlib.suppress(queue.Empty):  # where somebody waited for it
            self._finish(*self._finished.get_nowait())

    def _finish(self, task: _Task, result: Any, error: Exception | None) -> None:
        if task in self._wanted:  # else it was answered when it was cancelled
            self._wanted.remove(task)
            self._answer(task, result, error)

    def _answer(self, task: _Task, result: Any, error: Exception | None) -> None:
        if not self._wanted:
            self._tell(None)
        task.done(result, error)

    def _on_loop_tell(self, job: Job) -> None:
        self._on_loop(lambda: None if job.cancelled else self._tell(job))

    def _on_loop(self, action: Callable[[], None]) -> None:
        if self._loop is None:
            action()
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(action)


def _cancelled() -> CancelledError:
    return CancelledError("Cancelled: the answer is not wanted any more.")
