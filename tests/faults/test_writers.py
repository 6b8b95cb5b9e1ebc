"""Two who write at once, in threads and processes, and a server that goes in the middle: nothing lost, nothing half."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

import mindzie as mz
from mindzie.access.installation import Installation
from mindzie.core.errors import ConflictError, StoreError
from mindzie.store.files import SnapshotFiles
from tests.faults.moments import settle
from tests.faults.office import DATASET, Office, left_over, seen
from tests.faults.work import cut, publishing
from tests.servers.databases import on_postgresql, on_sqlite
from tests.servers.killing import begun, ended
from tests.servers.postgresql import PostgreSQL


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do acts in threads that start at the same moment; return what each gave or raised."""
    gate = Barrier(len(acts))

    def act(number: int) -> Any:
        gate.wait()
        try:
            return acts[number]()
        except mz.MindzieError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(act, range(len(acts))))


def test_two_processes_and_two_threads_publish_the_same_data_set(
    office: Office, logs: tuple[Path, Path]
) -> None:
    others = [begun(cut, 0, publishing, office, path) for path in logs]
    with office.workspace() as workspace:
        dataset = workspace.datasets[DATASET]
        found = at_once(*(lambda path=path: dataset.publish(mz.open(path)) for path in logs))
        assert all(ended(process, None) for process in others)
        numbers = {version.number for version in found}
        assert numbers <= {version.number for version in dataset.versions}
        assert all(dataset.log(number, enriched=False).case_count in {20, 30} for number in numbers)
    settle(office)
    assert seen(office).cases in {20, 30}


def test_two_who_change_the_same_item(office: Office) -> None:
    with office.workspace() as workspace:
        found = [workspace.projects["Sales"] for _ in range(2)]
        acts = (
            lambda each=each, said=said: each.change(description=said)
            for each, said in zip(found, ("one", "other"), strict=True)
        )
        errors = [each for each in at_once(*acts) if isinstance(each, Exception)]
        assert all(isinstance(each, ConflictError) for each in errors)
        assert len(errors) <= 1
        assert workspace.projects["Sales"].description in {"one", "other"}
    seen(office)


@on_sqlite
def test_keys_are_changed_while_secrets_are_kept(office: Office) -> None:
    with office.place() as place, office.workspace() as workspace:
        here = Installation(place)

        def keep(start: int) -> None:
            for number in range(start, start + 10):
                workspace.secrets.keep(f"secret {number}", "word")

        found = at_once(here.rotate_keys, lambda: keep(0), here.rotate_keys, lambda: keep(10))
        assert [each for each in found if isinstance(each, Exception)] == []
        assert len(workspace.secrets) == 20
        left_over(place)  # which opens every secret


@on_postgresql
@pytest.mark.parametrize("when", ["before the folder", "after the folder"])
def test_the_server_goes_in_the_middle_of_a_publish(
    office: Office,
    postgresql: PostgreSQL,
    logs: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    when: str,
) -> None:
    before, put = seen(office), SnapshotFiles.put

    def stopping(files: SnapshotFiles, *args: Any) -> Any:
        if when == "before the folder":
            postgresql.stop()
            return put(files, *args)
        stored = put(files, *args)
        postgresql.stop()
        return stored

    with office.workspace() as workspace:
        dataset = workspace.datasets[DATASET]
        with monkeypatch.context() as patch:
            patch.setattr(SnapshotFiles, "put", stopping)
            try:
                with pytest.raises(StoreError, match=r"cannot be reached.* Nothing was changed"):
                    dataset.publish(mz.open(logs[0]))
            finally:
                postgresql.start()
        with office.place() as place:
            assert {problem.kind for problem in left_over(place)} == {"unfinished"}
        assert seen(office) == before
        dataset.publish(mz.open(logs[0]))
    assert seen(office).cases == 20
