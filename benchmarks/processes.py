"""Contenders as child processes, each with a time limit."""

from __future__ import annotations

import json
import select
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self


class StepError(Exception):
    """A contender failed, or took longer than its limit."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one step took: seconds (calls in a row, and the first of them), peak memory of the process in bytes, and its figure."""

    seconds: float
    paused: float
    peak: int
    figure: int | None


class Worker:
    """A child process of one contender."""

    def __init__(self, contender: str, folder: Path, engine: str) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the worker
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", contender, str(folder), engine],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
        )

    def ask(self, step: str, limit: float) -> Answer:
        """Do a step, a quick one several times in a row.

        Raises
        ------
        StepError
            When it fails or takes longer than ``limit`` seconds.
        """
        assert self._process.stdin and self._process.stdout  # noqa: PT018
        try:
            self._process.stdin.write(f"{step}\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise StepError(self._why()) from None
        ready, _, _ = select.select([self._process.stdout], [], [], limit)
        if not ready:
            raise StepError(f"> {limit:.0f} s")
        line = self._process.stdout.readline()
        if not line:
            raise StepError(self._why())
        return Answer(**json.loads(line))

    def _why(self) -> str:
        code = self._process.wait()
        if code < 0:
            return f"killed by signal {-code}"
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").strip().splitlines()
        return f"failed: {lines[-1] if lines else f'exit code {code}'}"

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()
        self._said.close()


def once(contender: str, folder: Path, engine: str, step: str, limit: float) -> Answer:
    """Do a step in a process of its own: its time is that of a first call, its memory its own."""
    with Worker(contender, folder, engine) as worker:
        return worker.ask(step, limit)
