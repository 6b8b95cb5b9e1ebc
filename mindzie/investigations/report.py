"""An executed notebook as one HTML file that opens anywhere, offline, for ever: still pictures, no scripts, nothing fetched."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from mindzie.core.log import package_version
from mindzie.investigations.about_run import of_run
from mindzie.pictures.still import style

_TEMPLATES: Final = Path(__file__).with_name("report_template")
# A live widget needs its kernel: the picture beside it is shown.
_PRIORITY: Final = (
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "text/html",
    "text/markdown",
    "text/plain",
)


def report(notebook: Any, *, code: bool = False, results: Mapping[str, Any] | None = None) -> str:
    """Return the report of an executed notebook.

    Parameters
    ----------
    notebook : NotebookNode
        With its outputs. A code cell's metadata ``{"mindzie": {"columns": 6}}`` gives it so many of the page's 12
        columns; the tag ``hide`` leaves it out.
    code : bool
        Whether the code is shown.
    results : mapping, optional
        What stands in ``results.json`` of the run, to say at the end what was run on which data.

    Returns
    -------
    str
        An HTML page whose policy forbids scripts and requests.
    """
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    settings = Config()
    now = datetime.now(UTC)
    settings.HTMLExporter.preprocessors = []
    exporter = HTMLExporter(
        config=settings,
        template_name="mindzie_report",
        extra_template_basedirs=[str(_TEMPLATES)],
        exclude_input=not code,
        exclude_anchor_links=True,
    )
    resources = {
        "mindzie": {
            "style": style(),
            "title": title_of(notebook),
            "made": f"Calculated on {now.day} {now:%B %Y, %H:%M} UTC by Mindzie {package_version()}",
            "priority": _PRIORITY,
            "code": code,
            "run": "" if results is None else of_run(results),
        }
    }
    page: str = exporter.from_notebook_node(_told(notebook, code=code), resources=resources)[0]
    return page


def _told(notebook: Any, *, code: bool) -> Any:
    """Leave out what a failed run did not come to; the error itself stands at the top."""
    places = [n for n, cell in enumerate(notebook.cells) if "mindzie_failed" in cell.metadata]
    if not places:
        return notebook
    before, failed = notebook.cells[: places[0]], notebook.cells[places[0]]
    outputs = [output for output in failed.outputs if output.output_type != "error"]
    if not outputs and not code:
        # headings of what is not there
        while len(before) > 1 and before[-1].cell_type == "markdown":
            before = before[:-1]
    kept = type(failed)({**failed, "outputs": outputs})
    return type(notebook)({**notebook, "cells": [*before, kept]})


def title_of(notebook: Any) -> str:
    """Return a notebook's title: that of its metadata, else its first heading."""
    named = notebook.metadata.get("title")
    headings = (
        line
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("# ")
    )
    return str(named or next(headings, "# Investigation").removeprefix("# "))
