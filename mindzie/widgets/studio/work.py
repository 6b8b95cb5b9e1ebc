"""Work off the event loop: newer work of a kind replaces older, and any can be cancelled."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from mindzie.core.errors import CancelledError


class Job:
    """One piece of work: says how far it is and learns whether it is still wanted."""

    def __init__(self, kind: str, tell: Callable[[Job], None]) -> None:
        self.kind = kind
        self.words = ""
        self.part = 0.0
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

    def check(self) -> None:
        """Stop here if the answer is not wanted any more."""
        if self._stop.is_set():
            message = "Cancelled: the answer is not wanted any more."
            raise CancelledError(message)

    def cancel(self) -> None:
        """Want the answer no more."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        """Whether the answer is not wanted any more."""
        return self._stop.is_set()


class Work:
    """Runs jobs one after another: on a thread where there is an event loop to answer to, else at once.

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
        self._newest: dict[str, Job] = {}
        self._running: Job | None = None
        self._lock = threading.Lock()
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None
        self._pool = (
            ThreadPoolExecutor(1, thread_name_prefix="mindzie-studio") if self._loop else None
        )

    def submit(
        self, kind: str, work: Callable[[Job], Any], done: Callable[[Any, Exception | None], None]
    ) -> Job:
        """Do work and hand on its result, unless newer work of its kind came meanwhile.

        Parameters
        ----------
        kind : str
            What it replaces; an empty text replaces nothing.
        work : callable
            Takes the job, returns the result.
        done : callable
            Takes the result and the error, one of them None; called on the event loop. What was cancelled is an
            error too (``CancelledError``).

        Returns
        -------
        Job
            To cancel it.
        """
        job = Job(kind, self._on_loop_tell)
        if kind:
            self.cancel(kind)
            self._newest[kind] = job
        if self._pool is None:
            self._run(job, work, done)
        else:
            self._pool.submit(self._run, job, work, done)
        return job

    def cancel(self, kind: str) -> bool:
        """Drop the work of a kind, waiting or running; returns whether there was any."""
        job = self._newest.pop(kind, None)
        if job is None:
            return False
        job.cancel()
        with self._lock:
            if self._running is job:
                self._interrupt()
        return True

    def close(self) -> None:
        """Drop everything."""
        for kind in list(self._newest):
            self.cancel(kind)
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self, job: Job, work: Callable[[Job], Any], done: Callable[..., None]) -> None:
        with self._lock:
            self._running = job
        result, error = None, None
        try:
            job.check()
            result = work(job)
        except Exception as raised:  # noqa: BLE001 - handed to whoever waits for the answer
            error = raised
        finally:
            with self._lock:
                self._running = None
        if job.cancelled and not isinstance(error, CancelledError):
            result, error = None, CancelledError("Cancelled: the answer is not wanted any more.")
        self._on_loop(lambda: self._finish(job, result, error, done))

    def _finish(
        self, job: Job, result: Any, error: Exception | None, done: Callable[..., None]
    ) -> None:
        if job.cancelled and not isinstance(error, CancelledError):
            result, error = None, CancelledError("Cancelled: the answer is not wanted any more.")
        if self._newest.get(job.kind) is job:
            del self._newest[job.kind]
        if not self._newest:
            self._tell(None)
        done(result, error)

    def later(self, action: Callable[[], None]) -> None:
        """Do something on the event loop, after what it does now; at once where there is none."""
        self._on_loop(action)

    def _on_loop_tell(self, job: Job) -> None:
        self._on_loop(lambda: None if job.cancelled else self._tell(job))

    def _on_loop(self, action: Callable[[], None]) -> None:
        if self._loop is None:
            action()
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(action)
