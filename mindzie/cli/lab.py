"""The studio in JupyterLab: a notebook that has run when the page opens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from mindzie.cli.claims import claim_notebook, workspace_of
from mindzie.cli.serving import free_port, launch, need
from mindzie.cli.workspace import data_set, mark
from mindzie.core.home import home

_OFF: Final = {
    # asks for news and updates, and pops up
    "@jupyterlab/apputils-extension:announcements": True,
    # looks for what Panel sets up first, and complains in the console
    "@pyviz/jupyterlab_pyviz": True,
}


def open_lab(dataset: str | None, *, port: int | None, browser: bool) -> None:
    """Become a JupyterLab that shows the studio on a data set."""
    need("jupyterlab", "lab")
    folder = data_set(dataset)
    notebook = write_notebook(folder, claim=True)
    config = _write_config()
    launch(
        "jupyterlab", f"--port={port or free_port()}", "--no-browser", f"--ServerApp.root_dir={notebook.parent}",
        f"--LabApp.default_url=/lab/tree/{quote(notebook.name)}", "--LabApp.extension_manager=readonly", "--LabApp.news_url=",
        "--ServerApp.answer_yes=True", "--ServerApp.log_level=WARN", "--LabApp.log_level=WARN", "--ServerApp.jpserver_extensions=mindzie.cli.lab_start=True", *_as_root(),
        JUPYTER_CONFIG_PATH=str(config), JUPYTERLAB_WORKSPACES_DIR=str(workspace_of(notebook)), MINDZIE_STUDIO_NOTEBOOK=notebook.name, MINDZIE_STUDIO_BROWSER="1" if browser else "",
    )  # fmt: skip


def _as_root() -> list[str]:
    import os

    return ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


def studio_cells(folder: Path) -> list[str]:
    """Return the code of the studio's notebook."""
    return [f"import mindzie as mz\n\nlog = mz.open({str(folder)!r})\nmz.Studio(log)"]


def write_notebook(folder: Path, *, claim: bool = False) -> Path:
    """Write the studio's notebook for a data set, unless there is one: that is the user's own.

    Parameters
    ----------
    folder : Path
        The data set.
    claim : bool
        Whether this process takes it, so that no other studio has it while this one runs.

    Returns
    -------
    Path
        The notebook, in the workspace.
    """
    import nbformat
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    file = claim_notebook(_places(folder)) if claim else next(_places(folder))
    if file.exists():
        return file
    file.parent.mkdir(parents=True, exist_ok=True)
    words = f"# {folder.name}\n\nChoose filters and results in the studio; **Copy as code** gives the Python for a cell of your own below."
    cells = [new_markdown_cell(words), *map(new_code_cell, studio_cells(folder)), new_code_cell("")]
    spec = {"name": "python3", "display_name": "Python (Mindzie)", "language": "python"}
    metadata = {"kernelspec": spec, "mindzie": {"dataset": str(folder)}}
    nbformat.write(new_notebook(cells=cells, metadata=metadata), file)
    return file


def _places(folder: Path) -> Iterator[Path]:
    """Return where its notebooks may be: data sets of one name in different folders have their own."""
    file = home() / "workspace" / f"{folder.name}.ipynb"
    first = file if _owner(file) in (None, str(folder)) else file.with_stem(mark(folder))
    yield first
    numbered = (first.with_stem(f"{first.stem}-{number}") for number in count(2))
    yield from (place for place in numbered if not place.exists() or _owner(place) == str(folder))


def _owner(file: Path) -> str | None:
    try:
        named = json.loads(file.read_text(encoding="utf-8"))["metadata"]["mindzie"]["dataset"]
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return str(named)


def _write_config() -> Path:
    config = home() / "jupyter" / "config"
    (config / "labconfig").mkdir(parents=True, exist_ok=True)
    settings: dict[str, Any] = {
        "@jupyterlab/apputils-extension:notification": {
            "fetchNews": "false",
            "checkForUpdates": False,
        },
        # A saved notebook shows its maps alive also without a kernel.
        "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True},
    }
    for name, content in (
        ("page_config.json", {"disabledExtensions": _OFF}),
        ("default_setting_overrides.json", settings),
    ):
        (config / "labconfig" / name).write_text(json.dumps(content, indent=1), encoding="utf-8")
    return config
