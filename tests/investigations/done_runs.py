"""Runs that a worker has done, with results of one's own: no notebook is executed."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from mindzie.access import run_queue
from mindzie.access.entrance import Place
from mindzie.access.investigating import Investigation
from mindzie.access.runs import Run
from mindzie.investigations.differing import facts_of
from tests.access.installing import orders, tenant


@pytest.fixture
def why(place: Place) -> Investigation:
    """Return an investigation of a data set with a version."""
    project = tenant(place).projects.create("x")
    data = project.datasets.create("orders")
    data.publish(orders(3))
    made = project.investigations.create("why", dataset_id=data)
    made.save({"cells": []})
    return made


def number(name: str, value: float | None) -> dict[str, Any]:
    """Return a number as a run records it."""
    return {"name": name, "kind": "number", "value": value, "unit": "cases"}


def done(run: Run, *results: dict[str, Any], state: str = "done") -> Run:
    """Let a worker have done a run."""
    with TemporaryDirectory() as folder:
        return _done(run, Path(folder) / "left", results, state)


def _done(run: Run, folder: Path, results: tuple[dict[str, Any], ...], state: str) -> Run:
    door = run._door
    turn = run_queue.take(door, run=run.id)
    assert turn is not None
    folder.mkdir()
    left = {"manifest.json": "{}", "log.txt": "", "notebook.ipynb": '{"cells": []}'}
    left |= {"report.html": "<h1>", "results.json": json.dumps({"results": list(results)})}
    for name, text in left.items():
        (folder / name).write_text(text)
    more = facts_of(door, turn, folder)
    stored = door.files.put_left(turn.place, folder)
    error = "Cell 3 failed." if state == "failed" else None
    assert run_queue.finish(door, turn, state, left=stored, results={}, more=more, error=error)
    return run.refresh()
