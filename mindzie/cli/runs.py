"""The command that runs a notebook as an investigation."""

from __future__ import annotations

import logging
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from mindzie.cli.serving import need
from mindzie.core.errors import SettingError

if TYPE_CHECKING:
    from mindzie.access.investigating import Investigation

# As shells say it of a process that was terminated.
_STOPPED: Final = 128 + signal.SIGTERM
Given = Annotated[
    list[str] | None,
    typer.Option(
        "--param",
        "-p",
        metavar="NAME=VALUE",
        help="A parameter of the notebook; repeat it.",
        show_default=False,
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(run)


def run(
    notebook: Annotated[
        str,
        typer.Argument(
            help="A notebook, or the name of a template such as process_overview.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            metavar="DIR", help="The folder to write; it must not exist yet.", show_default=False
        ),
    ],
    param: Given = None,
    timeout: Annotated[
        int | None, typer.Option(min=1, metavar="SECONDS", help="Longest time for one cell.")
    ] = None,
    code: Annotated[bool, typer.Option("--code", help="Show the code in the report.")] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace what an earlier run left in DIR.")
    ] = False,
    pdf: Annotated[bool, typer.Option("--pdf", help="Leave report.pdf as well.")] = False,
) -> None:
    """Run a notebook with parameters: leaves the notebook, a report that opens offline, and its results.

    DIR gets NOTEBOOK.ipynb, report.html and results.json. A cell that fails ends the run with exit code 1; what ran is kept.
    """
    need("papermill", "runs")
    from mindzie.investigations import run as run_notebook

    # A scheduler that stops a run finds nothing half done beside the folder.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_STOPPED))
    given = pairs(param or [])
    try:
        made = run_notebook(
            notebook, out, given, timeout=timeout, code=code, overwrite=overwrite, pdf=pdf
        )
    except (KeyboardInterrupt, SystemExit):
        # the cell's task ends with its kernel and nobody asks for its error any more
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
        raise
    typer.echo(f"{made.status}: {made.report}")
    if made.error is not None:
        typer.echo(
            f"mindzie: cell {made.error.cell} of {made.notebook.name} failed\n\n{made.error.source}\n\n{made.error.message}",
            err=True,
        )
        sys.exit(1)


def pairs(texts: list[str]) -> dict[str, str]:
    """Split ``name=value`` texts."""
    for text in texts:
        if not text.partition("=")[0].strip() or "=" not in text:
            message = f"A parameter is written NAME=VALUE, not {text!r}."
            raise SettingError(message)
    return {name.strip(): value for name, _, value in (text.partition("=") for text in texts)}


def asked_for(investigation: Investigation, texts: list[str] | None) -> dict[str, Any]:
    """Return parameters of an investigation, given as ``name=value`` texts, as its notebook declares them."""
    said = pairs(texts or [])
    if not said or investigation.current is None:
        return dict(said)
    from mindzie.investigations.parameters import declared, given

    known = declared(investigation.notebooks[investigation.current].content)
    return given(known, said, f"the notebook of {investigation.name!r}")
