"""Accepted results: plain text beside the notebook, which git can diff."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from mindzie.core.errors import SourceError
from mindzie.investigations.comparing.recorded import placeless, read_record
from mindzie.investigations.running import RESULTS, Run

_KEPT: Final = ("notebook", "parameters", "results")
# When and by which version it was calculated is no figure, and would differ in every commit.
_DROPPED: Final = ("cell", "title")
_DROPPED_PROVENANCE: Final = ("versions", "resolved")
_DIGITS: Final = 12


def accepted_file(folder: str | Path, notebook: str) -> Path:
    """Return where a notebook's accepted results are.

    Parameters
    ----------
    folder : str or Path
        Of accepted results, for any number of notebooks.
    notebook : str
        Its file's name.

    Returns
    -------
    Path
        The file, which need not be there.

    Examples
    --------
    >>> accepted_file("accepted", "orders.ipynb").name
    'orders.json'
    """
    return Path(folder) / f"{Path(notebook).stem}.json"


def accept(run: Run | str | Path | Mapping[str, Any], folder: str | Path, note: str = "") -> Path:
    """Make a run's results the accepted ones.

    Parameters
    ----------
    run : Run, str, Path or mapping
        A run, its folder, or what stands in its ``results.json``.
    folder : str or Path
        Of accepted results; made where it is not there.
    note : str
        Why they are right, for those who read it later.

    Returns
    -------
    Path
        The file that was written: JSON with one figure a line, sorted, without times and places.

    Raises
    ------
    SourceError
        Where there are no results, or the run failed.
    """
    record = read_record(run)
    if record.error:
        raise SourceError(
            f"The run of {record.notebook} failed in cell {record.error.cell}, so its results cannot be accepted: {record.error.message}"
        )
    kept = placeless(_content(run))
    content = {name: kept[name] for name in _KEPT if name in kept}
    content["results"] = [_lasting(result) for result in content["results"]]
    if note:
        content["note"] = note
    file = accepted_file(folder, record.notebook or RESULTS)
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    text = json.dumps(_rounded(content), ensure_ascii=False, indent=1, sort_keys=True)
    beside.write_text(text + "\n", encoding="utf-8")
    beside.replace(file)
    return file


def _content(run: Run | str | Path | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(run, Mapping):
        return dict(run)
    path = run.results if isinstance(run, Run) else Path(run)
    file = path / RESULTS if path.is_dir() else path
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


def _lasting(result: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in result.items() if name not in _DROPPED}
    if isinstance(kept.get("provenance"), dict):
        kept["provenance"] = {
            name: value
            for name, value in kept["provenance"].items()
            if name not in _DROPPED_PROVENANCE
        }
    return kept


def _rounded(value: Any) -> Any:
    """Round what differs between two machines by the order in which they add."""
    if isinstance(value, float) and math.isfinite(value):
        return float(f"{value:.{_DIGITS}g}")
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_rounded(each) for each in value]
    return value
