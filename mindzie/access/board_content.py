"""What is published as a dashboard: a notebook or an app, as text, with the data sets that it names."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from typing import Any, Final

from mindzie.access.board_picture import first_picture, read_picture
from mindzie.access.given import given_json, given_path
from mindzie.access.identity import storable
from mindzie.core.errors import SettingError, unknown

KINDS: Final = {".ipynb": "voila", ".py": "panel"}
"""How a file is shown, by the ending of its name."""
MOST: Final = 4 * 2**20
"""Bytes of a notebook without outputs, or of an app."""
_NBFORMAT: Final = 4


@dataclass(frozen=True, slots=True)
class Content:
    """What readers' kernels run.

    Parameters
    ----------
    kind : {"voila", "panel"}
        A notebook or an app.
    text : str
        Notebook in JSON without outputs, or Python.
    names : tuple of str
        Data sets that the code takes by name.
    """

    kind: str
    text: str
    names: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """Tell it from all others."""
        return hashlib.sha256(f"{self.kind}\n{self.text}".encode()).hexdigest()


def prepared(source: Any, kind: str | None, picture: Any) -> tuple[Any, str | None, bytes | None]:
    """Read what is published, and its picture, where they lie: on the machine of who publishes.

    Parameters
    ----------
    source, kind, picture
        As for ``Dashboard.publish``.

    Returns
    -------
    tuple
        The notebook without outputs, or the text of the app; its kind; the picture.
    """
    content, kind = read_source(source, kind)
    still = first_picture(content) if picture is None else read_picture(picture)
    return (without_outputs(content) if kind == "voila" else content), kind, still


def read_source(source: Any, kind: str | None) -> tuple[Any, str | None]:
    """Read what is published.

    Parameters
    ----------
    source : path or mapping
        A file ``.ipynb`` or ``.py``, or a notebook.
    kind : {"voila", "panel"}, optional
        How it is shown; by the file's name where not given.

    Returns
    -------
    tuple
        The notebook, or the text of the app, and its kind.

    Raises
    ------
    SettingError
        Where there is no such file, or it is neither.
    """
    if isinstance(source, Mapping):
        return source, kind or "voila"
    if not isinstance(source, str | PathLike):
        raise SettingError(
            "A dashboard is published from a file .ipynb or .py, or from a notebook as an object."
        )
    path = given_path(source, "source")
    kind = kind or KINDS.get(path.suffix.lower())
    if kind is None:
        raise SettingError(
            f"{path} is neither a notebook (.ipynb) nor an app (.py): say what it is with kind='voila' or kind='panel'."
        )
    try:
        text = path.read_text("utf-8")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise SettingError(f"{path} cannot be read: {why}.") from None
    return (_notebook(text, str(path)) if kind == "voila" else text), kind


def _notebook(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise SettingError(f"{where} is no notebook: it is not JSON.") from None


def checked_content(content: Any, kind: Any) -> Content:
    """Return what is published as it is kept, or say what is wrong.

    Parameters
    ----------
    content : mapping or str
        A notebook, or the text of an app.
    kind : {"voila", "panel"}
        Which.

    Returns
    -------
    Content
        Without outputs.

    Raises
    ------
    SettingError
        Where it is no such thing, or too large.

    Examples
    --------
    >>> checked_content("log = ws.datasets['orders'].log()", "panel").names
    ('orders',)
    """
    if not isinstance(kind, str) or kind not in KINDS.values():
        raise unknown("kind of dashboard", str(kind), tuple(KINDS.values()), "Mindzie")
    if kind == "voila":
        notebook = without_outputs(content)
        text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True)
        codes = [_source(cell) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    else:
        text = _app(content)
        codes = [text]
    if (much := len(text.encode())) > MOST:
        raise SettingError(
            f"A dashboard has at most {MOST:,} bytes without outputs (this one has {much:,}): keep data in data sets and pictures small."
        )
    return Content(kind, text, tuple(dict.fromkeys(_named(codes))))


def without_outputs(content: Any) -> dict[str, Any]:
    """Return a notebook without what it found when it was run.

    Examples
    --------
    >>> cell = {"cell_type": "code", "source": "1", "metadata": {}, "outputs": [{}], "execution_count": 3}
    >>> without_outputs({"nbformat": 4, "metadata": {}, "cells": [cell]})["cells"][0]["outputs"]
    []
    """
    found = given_json(content, "notebook")
    cells = found.get("cells")
    if found.get("nbformat", _NBFORMAT) != _NBFORMAT or not isinstance(cells, list):
        raise SettingError("A notebook is an object with a list of cells (nbformat 4).")
    for number, cell in enumerate(cells, 1):
        if not isinstance(cell, dict) or not isinstance(cell.get("cell_type"), str):
            raise SettingError(f"Cell {number} of the notebook is no cell: it has no cell_type.")
        if not isinstance(_source(cell), str) or not isinstance(cell.get("metadata", {}), dict):
            raise SettingError(f"Cell {number} of the notebook is no cell: its source is no text.")
    metadata = found.get("metadata")
    metadata = dict(metadata) if isinstance(metadata, dict) else {}
    metadata.pop("widgets", None)
    minor = found.get("nbformat_minor")
    return {
        "nbformat": _NBFORMAT,
        "nbformat_minor": minor if isinstance(minor, int) else 4,
        "metadata": metadata,
        "cells": [_bare(cell) for cell in cells],
    }


def _bare(cell: dict[str, Any]) -> dict[str, Any]:
    kept = {"source": "", **cell, "metadata": dict(cell.get("metadata", {}))}
    kept["metadata"].pop("execution", None)
    if cell["cell_type"] == "code":
        return {**kept, "outputs": [], "execution_count": None}
    return kept


def _source(cell: Mapping[str, Any]) -> Any:
    said = cell.get("source", "")
    if isinstance(said, list) and all(isinstance(line, str) for line in said):
        return "".join(said)
    return said


def _app(content: Any) -> str:
    if not isinstance(content, str) or not content.strip() or not storable(content):
        raise SettingError("An app is Python as text.")
    try:
        ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        raise SettingError(
            f"The app is no Python{f': look at line {line}' if line else ''}."
        ) from None
    return content


def _named(codes: list[str]) -> Iterator[str]:
    """Return the names in ``....datasets["name"]`` and ``....datasets.get("name")``, also of texts that have a name in the code."""
    trees = [tree for code in codes if (tree := _tree(code)) is not None]
    texts = {name: said for tree in trees for name, said in _texts(tree)}
    for node in (node for tree in trees for node in ast.walk(tree)):
        holder: ast.expr | None = None
        said: ast.expr | None = None
        if isinstance(node, ast.Subscript):
            holder, said = node.value, node.slice
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            holder = node.func.value if node.func.attr == "get" else None
            said = node.args[0]
        if not isinstance(holder, ast.Attribute) or holder.attr != "datasets":
            continue
        if isinstance(said, ast.Constant) and isinstance(said.value, str):
            yield said.value
        elif isinstance(said, ast.Name) and said.id in texts:
            yield texts[said.id]


def _tree(code: str) -> ast.Module | None:
    plain = "\n".join("" if line.lstrip()[:1] in "%!?" else line for line in code.splitlines())
    try:
        return ast.parse(plain)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None  # what a kernel alone understands; its data sets are said with datasets=


def _texts(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        value = getattr(node, "value", None)
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield from ((one.id, value.value) for one in targets if isinstance(one, ast.Name))
