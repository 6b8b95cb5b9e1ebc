"""A workspace with an investigation, and a Jupyter server of its owner."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import mindzie as mz
from tests.hosts.servers import free_port, jupyter_env, serve

TOKEN = "of-the-tests"
SETTINGS = "from typing import Literal\ndataset: str | None = None\nregion: Literal['North', 'South'] = 'North'\ntop: int | None = 10"
QUESTION = "import mindzie as mz\nmz.record(mz.open(dataset).case_count, 'orders')"


OTHERS = (
    "jupyter_lsp",
    "jupyter_server_terminals",
    "jupyterlab",
    "notebook_shim",
    "panel.io.jupyter_server_extension",
    "voila.server_extension",
)
"""Extensions that take their time to start."""


def report() -> Any:
    """Return a notebook that counts."""
    return new_notebook(
        cells=[
            new_markdown_cell("# Orders", id="words"),
            new_code_cell(SETTINGS, id="settings", metadata={"tags": ["parameters"]}),
            new_code_cell(QUESTION, id="question"),
        ],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
    )


def fill(ws: Any) -> Any:
    """Make a project with a data set and an investigation; return that."""
    project = ws.projects.create("Order desk")
    ws.publish(mz.demo("order-to-cash", cases=30), "orders", project=project)
    made = project.investigations.create("How many", dataset_id=project.datasets["orders"])
    made.save(report())
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the server shows, with a notebook in it."""
    made = tmp_path_factory.mktemp("lab") / "shown"
    made.mkdir()
    nbformat.write(report(), made / "late.ipynb")
    (made / "notes.txt").write_text("no notebook")
    nbformat.write(report(), made.parent / "outside.ipynb")
    return made


@pytest.fixture(scope="module")
def ws(folder: Path) -> Iterator[Any]:
    """The workspace of whose server it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINDZIE_HOME", str(folder.parent / "mindzie_home"))
        made = mz.workspace()
        fill(made)
        yield made


@pytest.fixture(scope="module")
def server(folder: Path, root: Path, ws: Any) -> Iterator[httpx.Client]:
    """A Jupyter server that finds Mindzie by itself."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [
        sys.executable, "-m", "jupyter_server", f"--port={port}", "--ServerApp.port_retries=0", "--ip=127.0.0.1",
        f"--ServerApp.root_dir={folder}", f"--IdentityProvider.token={TOKEN}", "--ServerApp.open_browser=False", "--allow-root",
    ]  # fmt: skip
    env = jupyter_env(folder.parent, root)
    others = dict.fromkeys(OTHERS, False)
    config = {"ServerApp": {"jpserver_extensions": others}}
    Path(env["JUPYTER_CONFIG_DIR"], "jupyter_server_config.json").write_text(json.dumps(config))
    log = folder.parent / "server.log"
    with (
        serve(command, f"{url}/api", log=log, cwd=folder, env=env),
        httpx.Client(base_url=url, timeout=60) as made,
    ):
        yield made
