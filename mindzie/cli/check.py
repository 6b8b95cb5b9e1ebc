"""The command that compares a run with the accepted one."""

from __future__ import annotations

import json
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from mindzie.cli.runs import Given, pairs
from mindzie.cli.serving import need
from mindzie.core.errors import DataSetError, MindzieError, SettingError, SourceError

_STOPPED: Final = 128 + signal.SIGTERM


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(check)


def check(
    notebook: Annotated[
        str,
        typer.Argument(
            metavar="NOTEBOOK_OR_RUN",
            help="A notebook or the name of a template, which is run; or the folder that a run wrote.",
            show_default=False,
        ),
    ],
    accepted: Annotated[
        Path,
        typer.Option(
            metavar="DIR",
            help="The folder of accepted results, a file for each notebook; put it under version control.",
            show_default=False,
        ),
    ],
    tolerance: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[RESULT=]PART",
            help="How far figures may move, as a part of the larger one; of one result by its name. Repeat it.  [default: 0.01]",
            show_default=False,
        ),
    ] = None,
    absolute: Annotated[
        float,
        typer.Option(
            min=0,
            metavar="AMOUNT",
            help="How far any figure may move; rows that count no more cases or events may come and go.",
        ),
    ] = 0,
    param: Given = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="Make these results the accepted ones.")
    ] = False,
    note: Annotated[
        str, typer.Option(metavar="TEXT", help="With --accept: why they are right.")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep the run here.", show_default=False),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write what changed as a page with a map of the differences.",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say all that changed as JSON.")] = False,
    timeout: Annotated[
        int | None, typer.Option(min=1, metavar="SECONDS", help="Longest time for one cell.")
    ] = None,
) -> None:
    """Run a notebook, and compare its results with those that were accepted last.

    Exit codes: 0 nothing changed, or it is accepted now; 1 something changed that is not accepted; 2 it could not be told.
    """
    need("papermill", "runs")
    if note and not accept:
        message = "A note says why results are accepted: give --accept too."
        raise SettingError(message)
    # A machine that stops the check finds no kernel and no folder left of it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_STOPPED))
    with _told(), _run(notebook, pairs(param or []), out, timeout) as folder:
        same = _compared(folder, accepted, (tolerance or [], absolute), html, as_json=as_json)
        if accept:
            from mindzie.investigations.comparing import accept as accept_run

            typer.echo(f"accepted: {accept_run(folder, accepted, note)}", err=as_json)
        elif not same:
            sys.exit(1)


@contextmanager
def _told() -> Iterator[None]:
    """Let a full disk be an error, and not a change."""
    try:
        yield
    except OSError as error:
        if isinstance(error, MindzieError):
            raise
        message = f"{error}: the check could not read or write there."
        raise DataSetError(message) from None


@contextmanager
def _run(
    notebook: str, parameters: dict[str, str], out: Path | None, timeout: int | None
) -> Iterator[Path]:
    """Yield the folder of a run that is complete; one made for the check goes with it unless it is to be kept."""
    if Path(notebook).is_dir():
        if parameters or out or timeout:
            message = f"{notebook} is a run already: -p, --out and --timeout are for notebooks."
            raise SettingError(message)
        yield Path(notebook)
        return
    from mindzie.investigations import run

    with tempfile.TemporaryDirectory(prefix="mindzie-check-") as beside:
        made = run(notebook, out or Path(beside) / "run", parameters, timeout=timeout)
        if made.error:
            raise SourceError(
                f"Cell {made.error.cell} of {made.notebook.name} failed, so nothing is compared\n\n{made.error.source}\n\n{made.error.message}"
            )
        yield made.results.parent


def _compared(
    folder: Path,
    accepted: Path,
    tolerances: tuple[list[str], float],
    html: Path | None,
    *,
    as_json: bool,
) -> bool:
    from mindzie.investigations.comparing import accepted_file, compare, read_record

    record = read_record(folder)
    if record.error:
        raise SourceError(
            f"The run of {record.notebook} failed in cell {record.error.cell}, so nothing is compared: {record.error.message}"
        )
    file = accepted_file(accepted, record.notebook)
    usual, named = _tolerances(*tolerances)
    if not file.exists():
        typer.echo(
            f"{record.notebook}: nothing is accepted yet in {accepted}. Look at the run, then accept it with --accept.",
            err=as_json,
        )
        return False
    comparison = compare(file, record, usual, tolerances=named)
    if html:
        html.write_text(comparison.html(), encoding="utf-8")
    said: Any = comparison.to_json() if as_json else None
    typer.echo(json.dumps(said, ensure_ascii=False, indent=1) if as_json else comparison.text())
    return comparison.same


def _tolerances(given: list[str], absolute: float) -> tuple[Any, dict[str, Any]]:
    from mindzie.investigations.comparing import Tolerance

    made = {}
    for text in given:
        name, _, part = text.rpartition("=")
        try:
            made[name.strip()] = Tolerance(float(part), absolute)
        except ValueError:
            message = f"A tolerance is a number such as 0.01, or RESULT=0.01 for one result, not {text!r}."
            raise SettingError(message) from None
    return made.pop("", Tolerance(absolute=absolute)), made
