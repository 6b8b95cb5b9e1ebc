"""A published notebook as a page, by Voilà, on a kernel that runs already."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import nbformat
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from jupyter_client.ioloop.manager import AsyncIOLoopKernelManager
from jupyter_server._tz import utcnow
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import Application
from traitlets.config import Config
from voila import notebook_renderer
from voila.app import Voila
from voila.exporter import VoilaExporter

from mindzie.hub.boards.kernel_client import PageKernelClient
from mindzie.hub.boards.screening import KERNEL
from mindzie.hub.boards.sockets import fetched

TEMPLATES: Final = Path(__file__).parents[2] / "dashboards" / "jupyter" / "voila" / "templates"
_SPEC: Final = {"name": "python3", "display_name": "Python 3", "language": "python"}
_DENIED: Final = ["@pyviz/jupyterlab_pyviz", "@mindzie/lab", "@voila-dashboards/jupyterlab-preview"]
"""Extensions that look for what only JupyterLab has."""
_ON_ERROR: Final = "Who published it sees why in their own notebook: please tell them."
_PATIENCE: Final = 120.0


class _Compiled(BytecodeCache):
    """Keeps compiled templates: Voilà compiles all of them for every page anew."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in what is kept."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


class _Exporter(VoilaExporter):  # type: ignore[misc]
    """Voilà's, with templates that are compiled once."""

    compiled = _Compiled()

    def _create_environment(self) -> Any:
        made = super()._create_environment()
        made.bytecode_cache = self.compiled
        return made


# Voilà names it there, and takes no other by its configuration
notebook_renderer.VoilaExporter = _Exporter


class OneKernel(AsyncMappingKernelManager):
    """Knows the page's kernel, which neither begins nor ends here."""

    page_kernel = ""

    def take(self, kernel: str, connection: Path) -> Any:
        """Take the kernel that listens at the sockets of a connection file."""
        manager: Any = AsyncIOLoopKernelManager(
            parent=self,
            log=self.log,
            owns_kernel=False,
            kernel_name=_SPEC["name"],
            client_factory=PageKernelClient,
        )
        manager.load_connection_file(str(connection))
        manager.kernel_id, manager.execution_state, manager.reason = kernel, "idle", ""
        manager.last_activity, manager.connections = utcnow(), 1
        manager.ready.set_result(None)
        self._kernels[kernel], self.page_kernel = manager, kernel
        self._kernel_connections[kernel], self._kernel_ports[kernel] = 0, manager.ports
        return manager

    async def start_kernel(self, *, env: dict[str, str] | None = None, **_: Any) -> str:  # type: ignore[override]
        """Tell the kernel of the request, in place of starting one."""
        asked = {name: (env or {}).get(name, "") for name in ("QUERY_STRING",)}
        await self.tell(asked)
        return self.page_kernel

    async def tell(self, environment: dict[str, str]) -> None:
        """Set the kernel's environment."""
        client: Any = self.get_kernel(self.page_kernel).client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=_PATIENCE)
            await client.execute_interactive(
                f"import os; os.environ.update({environment!r}); del os",
                silent=True,
                store_history=False,
                allow_stdin=False,
                timeout=_PATIENCE,
            )
        finally:
            client.stop_channels()


class NotebookPage:
    """Voilà for one notebook and one kernel.

    Parameters
    ----------
    folder : Path
        Of the page.
    base : str
        Path of its address.
    """

    def __init__(self, folder: Path, base: str) -> None:
        self._notebook, self._base = folder / "dashboard.ipynb", base
        self._write({"cells": [], "nbformat": 4, "nbformat_minor": 5, "metadata": {}})
        self._app = _voila(self._notebook, base)
        self._app.connection_dir = str(folder / "run")
        self.application = Application(
            **{**self._app.init_settings(), "disable_check_xsrf": True, "allow_origin": "*"}
        )
        self.application.add_handlers(".*$", self._app.init_handlers())
        self._kernels: OneKernel = self._app.kernel_manager
        self._kernels.take(KERNEL, folder / "run" / "kernel.json")

    async def warm(self, path: Path) -> None:
        """Show a notebook without cells at a socket: what can be done before the dashboard is known is done then, by the kernel too."""
        await self._kernels.tell({})
        await fetched(str(path), self._base)

    async def take(self, content: str, environment: dict[str, str]) -> None:
        """Show a notebook from now on; its kernel has an environment from now on."""
        self._write(json.loads(content))
        await self._kernels.tell(environment)

    def _write(self, said: dict[str, Any]) -> None:
        notebook = nbformat.from_dict(said)
        # what a notebook says of its host, its template or its kernel, is nothing to go by here
        notebook.metadata = nbformat.NotebookNode(kernelspec=dict(_SPEC))
        nbformat.write(notebook, self._notebook)


def _voila(notebook: Path, base: str) -> Any:
    app = Voila(config_file_paths=[], log_level="WARN")
    its = Config()
    its.VoilaConfiguration.template = "mindzie"
    its.VoilaConfiguration.theme = "system"
    its.VoilaConfiguration.extension_denylist = _DENIED
    its.VoilaConfiguration.allow_template_override = "NO"
    its.VoilaConfiguration.allow_theme_override = "YES"
    its.VoilaConfiguration.file_allowlist = []
    its.VoilaConfiguration.multi_kernel_manager_class = OneKernel
    its.VoilaExecutor.cell_error_instruction = _ON_ERROR
    its.Voila.base_url = its.Voila.server_url = base
    its.Voila.notebook_path = str(notebook)
    its.Voila.root_dir = str(notebook.parent)
    app.update_config(its)
    app.initialize(argv=[])
    return app
