"""A workspace that is put to the test: opened anew, looked over, and compared with what it was or is to be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

import mindzie as mz
from mindzie.access.datasets import Dataset
from mindzie.access.entrance import Place
from mindzie.access.health import Problem, problems, repaired
from mindzie.access.identity import LOCAL, Identity
from mindzie.access.installation import LAPTOP, Installation
from mindzie.access.workspace import Workspace
from mindzie.core.log import EventLog
from mindzie.store.database import Database
from mindzie.store.files import SnapshotFiles

ME = Identity(LAPTOP, LOCAL, "owner")
DATASET = "orders"
TEN = (DATASET, *(f"{DATASET} {number}" for number in range(2, 11)))
"""Data sets of one workspace that are put to the test in turn, and looked over together."""
AT_ONCE = timedelta(0)
"""Nobody is at work any more, so what is unfinished will never be finished."""


@cache  # statements are compiled once; nothing else is kept
def _database(url: str) -> Database:
    return Database(url)


@dataclass(frozen=True)
class Office:
    """Where a workspace is.

    Parameters
    ----------
    url : str
        Its database.
    folder : Path
        For its snapshots and keys.
    """

    url: str
    folder: Path

    @property
    def storage(self) -> Path:
        """The folder of its snapshots."""
        return self.folder / "snapshots"

    @contextmanager
    def place(self) -> Iterator[Place]:
        """Open it with new connections."""
        database = _database(self.url)
        try:
            yield Place(database, SnapshotFiles(str(self.storage)), self.folder)
        finally:
            database.close()

    @contextmanager
    def workspace(self) -> Iterator[Workspace]:
        """Open it as its owner."""
        with self.place() as place:
            yield Workspace.open(place, ME)

    def close(self) -> None:
        """Give its connections back for good."""
        _database(self.url).close()

    def set_up(self, log: EventLog, names: Iterable[str] = (DATASET,)) -> None:
        """Make its owner, and data sets with a pipeline and a first version."""
        self.set_up_empty(names)
        with self.workspace() as workspace:
            for name in names:
                workspace.datasets[name].publish(log)

    def set_up_empty(self, names: Iterable[str] = (DATASET,)) -> None:
        """Make its owner, and data sets with a pipeline."""
        with self.place() as place:
            here = Installation(place)
            here.create(LAPTOP)
            here.enrol(ME, name="Me", role="tenant admin")
            project = Workspace.open(place, ME).projects.create("Sales")
            step = mz.enrichments.CountActivities(name="orders", activities="Receive order")
            pipeline = project.pipelines.create("Counts", enrichments=[step])
            for name in names:
                project.datasets.create(name, pipeline_id=pipeline)


@dataclass(frozen=True)
class Seen:
    """What a data set is: its current version, and what it says.

    Parameters
    ----------
    number : int
        Of the current version.
    cases : int
        In it.
    """

    number: int
    cases: int


def seen(office: Office) -> Seen:
    """Look everything over from nothing, where there is one data set."""
    return all_seen(office)[DATASET]


def all_seen(office: Office, names: Iterable[str] = (DATASET,)) -> dict[str, Seen]:
    """Look everything over from nothing: whole states, all of it true, and nothing beside it that is not named."""
    with office.place() as place:
        left_over(place)
        workspace = Workspace.open(place, ME)
        told = _told(workspace)
        assert [path.name for path in office.folder.glob(".*")] == []
        assert len(list(office.storage.glob("*/*"))) == len(told)
        return {name: _seen(office, workspace.datasets[name], told[name]) for name in names}


def _seen(office: Office, dataset: Dataset, told: set[int]) -> Seen:
    ready = set(map(int, dataset.versions.names()))
    assert told == ready
    spots = {f"{number}-{role}" for number in ready for role in ("original", "enriched")}
    assert {path.name for path in office.storage.glob(f"*/{dataset.id}/*")} == spots
    counted = dataset.log().cases["orders"]
    assert counted.min() == 1
    return Seen(dataset.version().number, counted.len())


def prune(office: Office, name: str) -> None:
    """Remove all versions of a data set but the current one."""
    with office.workspace() as workspace:
        dataset = workspace.datasets[name]
        current = dataset.version().number
        for version in dataset.versions:
            if version.number != current:
                version.delete()


def _told(workspace: Workspace) -> dict[str, set[int]]:
    entries = workspace.audit.entries(action="datasets.", limit=100_000)
    found = defaultdict[str, set[int]](set)
    for entry in entries:
        numbers = found[entry["object_name"]]
        if entry["action"] == "datasets.publish":
            assert entry["after"]["number"] not in numbers
            numbers.add(entry["after"]["number"])
        elif entry["action"] == "datasets.delete_version":
            numbers.remove(entry["before"]["number"])
    return found


def small(cases: int) -> EventLog:
    """Return a log without attributes that differ from one number of cases to another."""
    return mz.demo("order-to-cash", cases=cases)


def left_over(place: Place) -> list[Problem]:
    """Return what ``check`` names; all of it can be repaired, and then there is nothing."""
    found = problems(place, patience=AT_ONCE)
    assert all(problem.repair for problem in found), list(map(str, found))
    if repaired(place, found):
        assert problems(place, patience=AT_ONCE) == []
    return found
