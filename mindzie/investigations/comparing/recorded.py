"""What a run recorded, read back: a ``results.json``, a run's folder, or an accepted file."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from mindzie.core.errors import SourceError
from mindzie.core.refusals import refusal
from mindzie.core.results import Column, Provenance
from mindzie.investigations.running import RESULTS, Run

_MODEL: Final = ConfigDict(frozen=True, extra="ignore")
_ABSOLUTE: Final = re.compile(r"(/|[A-Za-z]:[/\\]|\\\\)")
_SEPARATORS: Final = re.compile(r"[/\\]")


class Rows(BaseModel):
    """Rows of a table, of a series, or of one side of a graph."""

    model_config = _MODEL
    columns: list[Column] = []
    rows: list[dict[str, Any]] = []
    facts: dict[str, Any] = {}
    row_count: int | None = None
    axis: str | None = None
    split: str | None = None


class Recorded(Rows):
    """One result of a run."""

    name: str
    kind: str
    value: Any = None
    unit: str = ""
    nodes: Rows | None = None
    edges: Rows | None = None
    provenance: Provenance | None = None


class Stopped(BaseModel):
    """Where a run failed."""

    model_config = _MODEL
    cell: int
    message: str


class Record(BaseModel):
    """All results of a run, each under a name of its own.

    Parameters
    ----------
    notebook : str
        Its file's name.
    investigation : str, optional
        What it was a run of, in a workspace.
    parameters : dict
        Those it was given; of a path, its last part.
    note : str
        Why it was accepted.
    error : Stopped, optional
        Where it failed.
    results : list of Recorded
        In the notebook's order.
    """

    model_config = _MODEL
    notebook: str = ""
    investigation: str | None = None
    parameters: dict[str, Any] = {}
    note: str = ""
    error: Stopped | None = None
    results: list[Recorded] = []

    @property
    def title(self) -> str:
        """What people know it by; nothing where that is not known."""
        return self.investigation or self.notebook

    @property
    def by_name(self) -> dict[str, Recorded]:
        """The results; the second of a name is called ``name (2)``."""
        seen: Counter[str] = Counter()
        made = {}
        for result in self.results:
            seen[result.name] += 1
            made[_numbered(result.name, seen[result.name])] = result
        return made

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """Of the data, each once."""
        found = (result.provenance for result in self.results)
        return tuple(dict.fromkeys(known.fingerprint for known in found if known))


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name} ({number})"


def read_record(source: Record | Run | Mapping[str, Any] | str | Path) -> Record:
    """Read what a run recorded.

    Parameters
    ----------
    source : Record, Run, mapping, str or Path
        A run, its folder, its ``results.json``, or the content of one.

    Returns
    -------
    Record
        Its results.

    Raises
    ------
    SourceError
        Where there is none, or it is damaged.

    Examples
    --------
    >>> read_record({"results": [{"name": "open cases", "kind": "number", "value": 3}]}).by_name["open cases"].value
    3
    """
    if isinstance(source, Record):
        return source
    if isinstance(source, Mapping):
        return _checked(placeless(dict(source)), "These results")
    path = source.results if isinstance(source, Run) else Path(source)
    file = path / RESULTS if path.is_dir() else path
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SourceError(
            f"{file} holds no results of a run: {getattr(error, 'strerror', None) or error}. Name the folder that `mindzie run` wrote."
        ) from None
    return _checked(placeless(content), str(file))


def _checked(content: Any, where: str) -> Record:
    try:
        return Record.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        raise SourceError(f"{where}: not as a run leaves it, {place}: {refusal(first)}.") from None


def placeless(content: Any) -> Any:
    """Return a run's results without where on a machine they came from: of a parameter that is a path, the last part is kept."""
    if not isinstance(content, dict) or not isinstance(content.get("parameters"), dict):
        return content
    return {**content, "parameters": _last_parts(content["parameters"])}


def _last_parts(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _last_parts(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_last_parts(each) for each in value]
    if isinstance(value, str) and _ABSOLUTE.match(value):
        return _SEPARATORS.split(value.rstrip("/\\"))[-1]
    return value
