"""What starts the processes of runs: each is forked from here, with everything imported, and forks its kernel."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from mindzie.core.launcher import launch
from mindzie.investigations.lean import leave_out

WARM: Final = (
    "mindzie.investigations.apart_process",
    "mindzie.investigations.kernel_process",
    "mindzie.investigations.kernel",
    "mindzie.investigations.report",
    "papermill.execute",
    "papermill.engines",
    "papermill.clientwrap",
    "nbconvert.exporters.html",
    "jupyter_client.provisioning.factory",
    "jupyter_client.provisioning.local_provisioner",
    "jinja2.ext",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.debugger",
    *("IPython.core.completerlib", "IPython.core.logger", "IPython.extensions.storemagic"),
    *("tornado.locks", "tornado.queues", "tornado.platform.asyncio", "zmq.utils.garbage"),
    *("encodings.ascii", "encodings.latin_1", "encodings.unicode_escape", "runpy", "pdb"),
    "psutil",
    "numpy.ma",
    "numpy.random",
    "pyarrow.ipc",
    *("narwhals._polars.namespace", "narwhals._polars.dataframe", "narwhals._polars.group_by"),
    "mindzie.operations",
    "mindzie.access.remote.objects",
    "mindzie.engine.snapshot",
    "mindzie.widgets.results",
    "mindzie.demos",
)
"""What runs and their kernels have imported when they begin."""


def _run(folder: Path, _: Mapping[str, str], tell: int) -> None:
    from mindzie.investigations.apart_process import begin

    begin(folder, tell)


if __name__ == "__main__":
    leave_out()
    launch(WARM, _run)
