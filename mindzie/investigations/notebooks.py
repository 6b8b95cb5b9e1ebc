"""Where notebooks come from: files, and the templates that Mindzie carries."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from mindzie.core.errors import SourceError, unknown

_PACKAGE: Final = Path(__file__).resolve().parent.parent
_PLACES: Final = (_PACKAGE / "notebook_templates", _PACKAGE.parent / "notebook_templates")


def templates() -> dict[str, Path]:
    """Return the notebook templates by name."""
    place = next((folder for folder in _PLACES if folder.is_dir()), _PLACES[0])
    return {file.stem: file for file in sorted(place.glob("*.ipynb"))}


def find_notebook(name: str | Path) -> Path:
    """Return the notebook of a path or of a template's name.

    Parameters
    ----------
    name : str or Path
        Such as ``"process_overview"`` or ``"reports/monthly.ipynb"``.

    Returns
    -------
    Path
        A file.

    Raises
    ------
    UnknownNameError
        Where there is neither.
    """
    path = Path(name)
    if path.is_file():
        return path
    known = templates()
    if str(name) not in known:
        raise unknown("notebook", str(name), known, "this folder or among the templates")
    return known[str(name)]


def read_notebook(path: Path) -> Any:
    """Return a notebook, always with a kernelspec.

    Raises
    ------
    SourceError
        Where the file is not a notebook of version 4.
    """
    import nbformat

    from mindzie.investigations.kernel import NAME

    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except (
        OSError,
        ValueError,
        AttributeError,
        KeyError,
        TypeError,
        nbformat.ValidationError,
    ) as error:
        raise SourceError(
            f"{path} is not a notebook: {str(error).splitlines()[0] if str(error) else type(error).__name__}."
        ) from None
    notebook.metadata["kernelspec"] = {
        "name": NAME,
        "display_name": "Python 3",
        "language": "python",
    }
    return notebook


def with_values(notebook: Any, values: Mapping[str, Any]) -> Any:
    """Give a notebook values of its parameters, in a cell after those it declares.

    Parameters
    ----------
    notebook : NotebookNode
        Is changed.
    values : mapping
        Literals by name.

    Returns
    -------
    NotebookNode
        The same notebook.
    """
    from nbformat.v4 import new_code_cell

    lines = "\n".join(f"{name} = {value!r}" for name, value in values.items())
    tagged = (
        place
        for place, cell in enumerate(notebook.cells, 1)
        if "parameters" in cell.metadata.get("tags", ())
    )
    notebook.cells.insert(
        next(tagged, 0), new_code_cell(lines, metadata={"tags": ["injected-parameters"]})
    )
    return notebook
