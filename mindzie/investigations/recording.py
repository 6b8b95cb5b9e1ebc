"""Results of a run: every result that a cell shows, or records, travels in the cell's output and is collected afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from mindzie.core.display import RESULT_MIME
from mindzie.core.errors import WrongTypeError
from mindzie.core.results import Number, Result

Value = TypeVar("Value")


def record(value: Value, name: str = "") -> Value:
    """Keep a result among the results of the run, though no cell shows it.

    Parameters
    ----------
    value : Result, int, float, str or bool
        A figure of one's own is kept without provenance.
    name : str
        What to call it; a result's own title if not given.

    Returns
    -------
    Result, int, float, str or bool
        The same value.

    Raises
    ------
    WrongTypeError
        Where it is nothing of the kind.

    Examples
    --------
    >>> record(3, "open cases")
    3
    """
    if not isinstance(value, Result | int | float | str | bool | None):
        message = f"Results are recorded, and plain figures, but not a {type(value).__name__}: give a result such as log.calculate(...) returns."
        raise WrongTypeError(message)
    result = value if isinstance(value, Result) else Number(value, title=name)
    from mindzie.core.display import recorded

    made = recorded(result)
    if made:
        from IPython.display import display

        made[0]["name"] = name or result.title
        display({RESULT_MIME: made}, raw=True)
    return value


def taken(notebook: Any) -> list[dict[str, Any]]:
    """Take the recorded results out of an executed notebook.

    Parameters
    ----------
    notebook : NotebookNode
        Is left without them, and without outputs that held nothing else.

    Returns
    -------
    list of dict
        ``name``, ``cell`` (1 for the first code cell), then the result as JSON.
    """
    found = list(_found(notebook))
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(RESULT_MIME, None)
        if "outputs" in cell:
            cell.outputs = [output for output in cell.outputs if output.get("data", True)]
    return found


def _found(notebook: Any) -> Iterator[dict[str, Any]]:
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, 1):
        for output in cell.outputs:
            payload: list[Mapping[str, Any]] = output.get("data", {}).get(RESULT_MIME, [])
            for item in payload:
                yield {"name": item.get("name") or item.get("title", ""), "cell": number, **item}
