"""The commands that open a log in a browser: the studio in JupyterLab, dashboards by Voilà and Panel."""

from __future__ import annotations

from typing import Annotated

import typer

Port = Annotated[
    int | None, typer.Option(min=1, max=65535, help="Port to listen on; a free one if not given.")
]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")]
Source = Annotated[
    str | None,
    typer.Argument(
        metavar="[DATASET]",
        help="A data set folder or a log file; demo data if not given.",
        show_default=False,
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(studio)
    app.command()(serve)


def studio(dataset: Source = None, port: Port = None, no_browser: NoBrowser = False) -> None:
    """Open the studio on a data set in JupyterLab."""
    from mindzie.cli.lab import open_lab

    open_lab(dataset, port=port, browser=not no_browser)


def serve(
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="[DATASET|NOTEBOOK]",
            help="What to show; demo data if not given.",
            show_default=False,
        ),
    ] = None,
    panel: Annotated[
        bool, typer.Option("--panel", help="Serve by Panel instead of Voilà.")
    ] = False,
    port: Port = None,
    no_browser: NoBrowser = False,
) -> None:
    """Serve a dashboard of a data set, or any notebook without its code."""
    from mindzie.cli.serving import serve_panel, serve_voila

    (serve_panel if panel else serve_voila)(source, port=port, browser=not no_browser)
