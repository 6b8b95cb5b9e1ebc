"""The folder in which commands keep data sets and notebooks for their user."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final

import mindzie as mz
from mindzie.cli.phrases import advising
from mindzie.core.errors import DataSetError, SourceError
from mindzie.core.home import home
from mindzie.engine.snapshot import open_snapshot

DEMO: Final = "order-to-cash"


def data_set(source: str | None) -> Path:
    """Return a data set folder for what the user named.

    Parameters
    ----------
    source : str or None
        A data set folder, a log file, which is read and kept, or nothing for demo data.

    Returns
    -------
    Path
        A folder that ``mz.open`` opens.

    Raises
    ------
    SourceError
        Where there is nothing of that name.
    """
    if source is None:
        return _kept(home() / "datasets" / DEMO, lambda: mz.demo(DEMO))
    path = Path(source).expanduser().resolve()
    if path.is_dir():
        open_snapshot(path)  # says what is wrong, before a server starts
        return path
    if not path.is_file():
        raise SourceError(
            f"There is no data set and no log file {source}: give a folder that `mindzie import` wrote, or a CSV, Parquet or XES file."
        )
    with advising():
        log = mz.read(path)
    return _kept(home() / "datasets" / f"{path.stem}-{log.fingerprint[:8]}", lambda: log)


def _kept(folder: Path, make: Any) -> Path:
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            make().save(folder)
        except DataSetError:
            # another command may have made it meanwhile
            if not folder.exists():
                raise
    return folder


def mark(folder: Path) -> str:
    """Return a data set's name with what tells it from others of that name.

    Parameters
    ----------
    folder : Path
        The data set.

    Returns
    -------
    str
        The same for the same folder.

    Examples
    --------
    >>> mark(Path("/a/orders")) == mark(Path("/b/orders"))
    False
    """
    return f"{folder.name}-{hashlib.sha256(str(folder).encode()).hexdigest()[:8]}"
