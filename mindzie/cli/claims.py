"""Which notebook is whose, of the studios that run at a time."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Final

from mindzie.core.home import home

# Clocks of processes are told in ticks.
_SAME_START: Final = 1.0
_CLAIMS: Final = "running.sqlite"
_PATIENCE: Final = 30


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
    """Take it unless a running process has it; whoever else tries meanwhile waits for the answer."""
    import psutil

    folder = home()
    folder.mkdir(parents=True, exist_ok=True)
    own = (notebook.stem, os.getpid(), psutil.Process().create_time())
    with closing(sqlite3.connect(folder / _CLAIMS, timeout=_PATIENCE, isolation_level=None)) as db:
        # The file is locked from here until it closes, also where this process dies in between.
        db.execute("BEGIN EXCLUSIVE")
        db.execute("CREATE TABLE IF NOT EXISTS claims (notebook PRIMARY KEY, pid, started)")
        query = "SELECT pid, started FROM claims WHERE notebook = ?"
        taken = db.execute(query, (notebook.stem,)).fetchone()
        if taken and _alive(*taken):
            return False
        db.execute("INSERT OR REPLACE INTO claims VALUES (?, ?, ?)", own)
        db.execute("COMMIT")
    return True


def _alive(pid: int, started: float) -> bool:
    """Tell whether the process that took it still runs; another of its number does not count."""
    import psutil

    try:
        return pid != os.getpid() and abs(psutil.Process(pid).create_time() - started) < _SAME_START
    except psutil.Error:
        return False
