"""A Jupyter server extension: runs the studio's notebook in the kernel that its page will find, then opens the page.

The page takes the session's kernel over, live widgets included, so that nobody has to run a cell first.
"""

from __future__ import annotations

import asyncio
import logging
import os
import warnings
import webbrowser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from mindzie.cli.lab import studio_cells


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "mindzie.cli.lab_start"}]


def _link_jupyter_server_extension(server: Any) -> None:  # noqa: ARG001 - as Jupyter calls it
    # Voila, which is imported by now where it is installed, has them shown.
    warnings.filterwarnings("ignore", category=DeprecationWarning, module="traitlets")
    # Jupyter's own defaults, which Tornado mends and complains about at every start.
    logging.getLogger("tornado.general").addFilter(
        lambda record: "websocket_ping_timeout" not in record.getMessage()
    )


def _load_jupyter_server_extension(server: Any) -> None:
    name = os.environ.get("MINDZIE_STUDIO_NOTEBOOK")
    if name:
        # else the server says its addresses as well, before anything is there
        server.identity_provider.token_generated = False
        # kept, so that it is not collected while it runs
        server.mindzie_start = asyncio.ensure_future(_start(server, name))


async def _start(server: Any, name: str) -> None:
    try:
        await _run(server, name)
    except Exception as error:  # noqa: BLE001 - the page opens all the same, with the cell to run
        server.log.warning("Mindzie could not run the notebook at the start: %s", error)
    address = _address(server)
    print(f"Mindzie studio: {address}", flush=True)
    if os.environ.get("MINDZIE_STUDIO_BROWSER"):
        webbrowser.open(address)


def _address(server: Any) -> str:
    token = server.identity_provider.token
    query = urlencode({"token": token}) if token else ""
    return urlsplit(str(server.public_url))._replace(query=query).geturl()


async def _run(server: Any, name: str) -> None:
    import nbformat
    from nbclient import NotebookClient

    file = Path(server.root_dir) / name
    notebook = nbformat.read(file, as_version=4)
    code = [
        cell.source for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()
    ]
    if not _is_ours(code):
        return
    session = await server.session_manager.create_session(
        path=name, name=name, type="notebook", kernel_name="python3"
    )
    kernel = server.kernel_manager.get_kernel(session["kernel"]["id"])
    client = NotebookClient(notebook, km=kernel, store_widget_state=False)
    async with client.async_setup_kernel(cleanup_kc=False):
        for place, cell in enumerate(notebook.cells):
            if cell.cell_type == "code" and cell.source.strip():
                await client.async_execute_cell(cell, place)
        if client.kc is not None:
            client.kc.stop_channels()
    nbformat.write(notebook, file)
    server.contents_manager.notary.sign(notebook)


def _is_ours(code: list[str]) -> bool:
    """Tell whether the notebook is as it was written: what the user wrote, the user runs."""
    return len(code) == 1 and code[0] == studio_cells(Path(_opened(code[0])))[0]


def _opened(source: str) -> str:
    import ast

    calls = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
    ]
    return (
        str(calls[0].args[0].value) if calls and isinstance(calls[0].args[0], ast.Constant) else ""
    )
