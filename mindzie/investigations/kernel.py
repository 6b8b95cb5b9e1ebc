"""The kernel of investigations: this very interpreter, whatever kernels are installed on the machine."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from mindzie.core.display import RECORDING

NAME: Final = "python3"
# What a kernel has to say about itself is not what a run or a page has to say.
_QUIET: Final = "--IPKernelApp.log_level=50"
_ARGV: Final = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", _QUIET]


_OF_A_RUN: Final = [sys.executable, "-P", "-m", "mindzie.investigations.kernel_process", *_ARGV[3:]]


class RecordingKernel(AsyncKernelManager):
    """Starts a kernel of this interpreter whose results are recorded."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """What is started."""
        return KernelSpec(
            argv=_OF_A_RUN, display_name="Mindzie", language="python", env={RECORDING: "1"}
        )


def write_kernelspec(jupyter: Path) -> Path:
    """Write a kernelspec of this interpreter.

    Parameters
    ----------
    jupyter : Path
        A Jupyter data folder, as in ``JUPYTER_PATH``.

    Returns
    -------
    Path
        The kernelspec's file.
    """
    folder = jupyter / "kernels" / NAME
    folder.mkdir(parents=True, exist_ok=True)
    spec: dict[str, Any] = {
        "argv": _ARGV,
        "display_name": "Python (Mindzie)",
        "language": "python",
        "metadata": {"debugger": True},
    }
    file = folder / "kernel.json"
    file.write_text(json.dumps(spec, indent=1), encoding="utf-8")
    return file
