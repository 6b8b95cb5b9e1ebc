"""What starts pages of dashboards: each is forked from here, with everything imported."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from mindzie.core.launcher import Orders, launch

__all__ = ["WARM", "Orders"]
WARM: Final = (
    "ipykernel.kernelapp",
    "ipywidgets",
    "mindzie.access.remote.objects",
    "mindzie.hub.boards.notebook_page",
    "mindzie.hub.boards.page",
    "mindzie.widgets.dashboard",
    "mindzie.dashboards.overview",
    "mindzie.operations",
    "holoviews.plotting.bokeh",
    "mindzie.pictures.plots",
    "panel.io.application",
    "bokeh.server.server",
)
"""What pages have imported when they begin."""


def _page(folder: Path, said: Mapping[str, str], tell: int) -> None:
    from mindzie.hub.boards.page import run

    run(folder, said["base"], tell)


if __name__ == "__main__":
    launch(WARM, _page)
