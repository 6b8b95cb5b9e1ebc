"""A notebook in which a log is imported by clicks."""

from __future__ import annotations

from typing import Any, Final

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from mindzie.lab.desk import Desk
from mindzie.lab.notebooks import places

_NAME: Final = "Import a log"
_WORDS: Final = """# Import a log

Choose a file or a database, and say what its columns are. Then `wizard.log` is the log, and `mz.workspace().publish(wizard.log, "orders")` keeps it in your workspace."""
_CODE: Final = "import mindzie as mz\n\nwizard = mz.ImportWizard()\nwizard"


def open_import(desk: Desk, folder: str = "") -> dict[str, Any]:
    """Put a new notebook with the import wizard into the server's folder.

    Parameters
    ----------
    desk : Desk
        Whose.
    folder : str
        Where: the wizard lists the files beside its notebook. The top, where there is no such folder.

    Returns
    -------
    dict
        ``path`` of the notebook.
    """
    above = f"{folder.strip('/')}/" if folder and desk.notebooks.has_folder(folder) else ""
    path = next(
        place
        for place in (above + one for one in places(_NAME))
        if desk.notebooks.there(place) is None
    )
    made = new_notebook(cells=[new_markdown_cell(_WORDS), new_code_cell(_CODE)])
    return {"path": desk.notebooks.write(path, dict(made))}
