"""What is cut short: work of a process of its own, which says when it begins."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import mindzie as mz
from mindzie.access.installation import Installation
from mindzie.access.workspace import Workspace
from mindzie.ingest.jobs import apart
from mindzie.ingest.jobs.worker import work_off
from mindzie.store.upgrade import State, downgrade, upgrade
from tests.faults.office import DATASET, ME, Office
from tests.faults.steps import die_at
from tests.servers.killing import say


@contextmanager
def publishing(office: Office, log: Path, name: str = DATASET) -> Iterator[Callable[[], Any]]:
    """Publish a log as the next version."""
    with office.place() as place:
        dataset, content = Workspace.open(place, ME).datasets[name], mz.open(log)
        yield lambda: dataset.publish(content)


@contextmanager
def importing(office: Office, source: Path, name: str) -> Iterator[Callable[[], Any]]:
    """Do the import that waits."""
    with office.place() as place:
        dataset = Workspace.open(place, ME).datasets[name]
        job = next(job for job in dataset.imports if job.state == "waiting")

        def work() -> None:
            job.began()
            version = dataset.publish(mz.read(source))
            job.done(version.number, {"read": version.number})

        yield work


@contextmanager
def working_off(office: Office) -> Iterator[Callable[[], Any]]:
    """Do all imports that wait, and those of workers that are gone."""
    with office.place() as place:
        workspace = Workspace.open(place, ME)
        yield lambda: list(work_off(workspace, silence=timedelta(0)))


@contextmanager
def working_off_apart(office: Office, meanwhile: Path) -> Iterator[Callable[[], Any]]:
    """Do them with files read in a process of their own, whose log lies in a folder meanwhile."""
    apart.small, tempfile.tempdir = 0, str(meanwhile)
    try:
        with working_off(office) as work:
            yield work
    finally:
        apart.small, tempfile.tempdir = 1 << 20, None


@contextmanager
def rotating(office: Office, keys: str) -> Iterator[Callable[[], Any]]:
    """Encrypt all secrets with the newest of some keys; the embedded workspace makes it first."""
    if keys:
        os.environ["MINDZIE_KEYS"] = keys
    with office.place() as place:
        yield Installation(place).rotate_keys


@contextmanager
def moving(office: Office) -> Iterator[Callable[[], Any]]:
    """Upgrade an older database, or bring a current one back."""
    with office.place() as place:
        yield lambda: upgrade(place.database) is State.CURRENT and downgrade(place.database, "0001")


@contextmanager
def removing(office: Office, number: int) -> Iterator[Callable[[], Any]]:
    """Remove a version."""
    with office.place() as place:
        yield Workspace.open(place, ME).datasets[DATASET].version(number).delete


def cut(there: Connection, step: int, kind: Callable[..., Any], *args: Any) -> None:
    """Prepare, say so, and work; die at a step, where it is not 0."""
    with kind(*args) as work:
        die_at(step)
        say(there)
        work()
