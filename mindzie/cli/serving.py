"""Dashboards in a browser: any notebook by Voilà, the overview also by Panel."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from mindzie.cli.workspace import data_set, mark
from mindzie.core.errors import MissingPackageError, SourceError
from mindzie.core.home import home

_PACKAGE: Final = Path(str(files("mindzie")))
_JUPYTER: Final = _PACKAGE / "dashboards" / "jupyter"
# They look for what only JupyterLab has, and say so in the browser's console.
_DENIED: Final = ("@pyviz/jupyterlab_pyviz", "@mindzie/lab", "@voila-dashboards/jupyterlab-preview")
_GONE_AFTER: Final = 300
"""Seconds after which the kernel of a page that nobody has open is ended; whoever has one open keeps it."""


def serve_voila(source: str | None, *, port: int | None, browser: bool) -> None:
    """Serve a notebook, or the overview of a data set, without code."""
    need("voila", "dashboards")
    from mindzie.investigations.notebooks import find_notebook

    shown = Path(source).resolve() if source and source.endswith(".ipynb") else None
    if shown is not None and not shown.is_file():
        raise SourceError(f"There is no notebook {source}.")
    notebook = shown or _overview(find_notebook("process_overview"), data_set(source))
    launch(
        "voila", str(notebook), f"--port={port or free_port()}", "--template=mindzie", "--theme=system", "--Voila.ip=127.0.0.1",
        f"--MappingKernelManager.cull_idle_timeout={_GONE_AFTER}", f"--MappingKernelManager.cull_interval={_GONE_AFTER // 5}",
        "--preheat_kernel=True", "--pool_size=1", *(f"--VoilaConfiguration.extension_denylist={name}" for name in _DENIED),
         *([] if browser else ["--no-browser"]),
    )  # fmt: skip


def _overview(template: Path, dataset: Path) -> Path:
    """Write the template with its data set; this file is ours and written anew each time."""
    import nbformat

    from mindzie.investigations.notebooks import read_notebook, with_values

    made = with_values(read_notebook(template), {"dataset": str(dataset)})
    folder = home() / "served"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{mark(dataset)}.ipynb"
    nbformat.write(made, file)
    return file


def serve_panel(source: str | None, *, port: int | None, browser: bool) -> None:
    """Serve the overview by Panel."""
    need("panel", "dashboards")
    places = (
        _PACKAGE / "dashboards" / "entry" / "overview.py",
        _PACKAGE.parent / "dashboards" / "overview.py",
    )
    entry = next(place for place in places if place.is_file())
    os.environ["MINDZIE_DATASET"] = str(data_set(source))
    launch(
        "panel",
        "serve",
        str(entry),
        f"--port={port or free_port()}",
        "--address=127.0.0.1",
        *(["--show"] if browser else []),
    )


def need(package: str, extra: str) -> None:
    """Refuse where a package is missing, naming the extra that has it."""
    from importlib.util import find_spec

    if find_spec(package) is None:
        raise MissingPackageError(f"{package} is not installed: pip install 'mindzie[{extra}]'.")


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def launch(module: str, *arguments: str, **environment: Any) -> None:
    """Become a server: this process is it from now on, so that a signal reaches it."""
    from mindzie.investigations.kernel import write_kernelspec

    own = home() / "jupyter"
    write_kernelspec(own)
    paths = [str(own), str(_JUPYTER), os.environ.get("JUPYTER_PATH", "")]
    os.environ.update({"JUPYTER_PATH": os.pathsep.join(filter(None, paths)), **environment})
    command = [sys.executable, "-m", module, *arguments]
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(sys.executable, command)  # noqa: S606 - our own interpreter
    sys.exit(subprocess.call(command))  # noqa: S603 - our own interpreter
