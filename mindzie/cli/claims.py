"""Which notebook is whose, of the studios that run at a time."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from mindzie.cli.workspace import home

# Clocks of processes are told in ticks.
_SAME_START: Final = 1.0


def claim_notebook(places: Iterable[Path]) -> Path:
    """Take a notebook for this process, as long as it runs: two servers that write one break each other.

    Parameters
    ----------
    places : iterable of Path
        Notebooks, the one wanted first; without end.

    Returns
    -------
    Path
        The first that no other running studio has.
    """
    return next(place for place in places if _claim(place))


def workspace_of(notebook: Path) -> Path:
    """Return the folder in which JupyterLab remembers a notebook's tabs, and no other's."""
    return home() / "jupyter" / "workspaces" / notebook.stem


def _claim(notebook: Path) -> bool:
    import psutil

    marker = home() / "running" / f"{notebook.stem}.json"
    marker.parent.mkdir(parents=True, exist_ok=True)
    if _alive(marker):
        return False
    marker.unlink(missing_ok=True)
    own = {"pid": os.getpid(), "started": psutil.Process().create_time()}
    try:
        with marker.open("x", encoding="utf-8") as file:
            json.dump(own, file)
    except FileExistsError:
        # another took it meanwhile
        return False
    return True


def _alive(marker: Path) -> bool:
    """Tell whether the process that left a marker still runs; another of its number does not count."""
    import psutil

    try:
        left = json.loads(marker.read_text(encoding="utf-8"))
        pid, started = int(left["pid"]), float(left["started"])
        return pid != os.getpid() and abs(psutil.Process(pid).create_time() - started) < _SAME_START
    except (OSError, ValueError, LookupError, TypeError, psutil.Error):
        return False
