"""What a run finds: its notebook, the values of its parameters, and its data set."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mindzie.access.door import Door
from mindzie.access.run_queue import RunWork
from mindzie.core.errors import SourceError
from mindzie.investigations.layout import DATA, DATASET, SOURCE
from mindzie.investigations.notebooks import read_notebook
from mindzie.investigations.parameters import Parameter, declared, given
from mindzie.investigations.rooms import Room


def prepared(door: Door, work: RunWork, room: Room) -> dict[str, Any]:
    """Lay out what a run finds.

    Parameters
    ----------
    door : Door
        Of the worker.
    work : RunWork
        The run.
    room : Room
        Where it is done.

    Returns
    -------
    dict
        What is asked of its process: ``parameters``, and what its results say ``about`` it.

    Raises
    ------
    MindzieError
        Where the notebook or its parameters do not do.
    """
    folder = room.folder
    content = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, **work.notebook})
    (folder / SOURCE).write_text(content, encoding="utf-8")
    (folder / SOURCE).chmod(0o644)  # whoever gets to the folder
    known = _parameters(work.name, folder / SOURCE)
    values, data = dict(work.parameters), work.data
    about: dict[str, Any] = {
        "investigation": work.name,
        "reason": work.reason,
        "asked_by": work.asker.name,
    }
    if data is not None:
        there = door.files.folder(data.place, data.files)
        room.lay(there, DATA)
        said = {"name": data.name, "version": data.number, "fingerprint": data.fingerprint}
        about = {**about, "data": said}
        if any(one.name == DATASET for one in known):
            values[DATASET] = values.get(DATASET) or DATA
    return {
        "parameters": given(known, values, f"the notebook of {work.name!r}"),
        "about": about,
    }


def _parameters(name: str, file: Path) -> tuple[Parameter, ...]:
    """Return what a notebook declares, before a process is begun for it."""
    try:
        return declared(read_notebook(file))
    except SourceError as error:
        # where it lies for the while says nothing to anybody
        said = str(error).replace(str(file), f"What {name!r} runs")
    raise SourceError(said)
