"""The application, its exit codes and its way with errors.

Exit codes: 0 done, 1 the work failed, 2 the input is wrong.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from mindzie.cli import (
    admin,
    alerts,
    check,
    connect,
    dashboards,
    data,
    hosts,
    importing,
    jobs,
    projects,
    run_queue,
    runs,
    schedule,
)
from mindzie.core.errors import MindzieError
from mindzie.core.log import package_version

app = typer.Typer(
    name="mindzie",
    help="Process mining: import event logs, look at them, calculate, run and publish notebooks.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 the work failed, 2 the input is wrong.",
)
for group in (
    importing,
    data,
    connect,
    projects,
    jobs,
    runs,
    run_queue,
    schedule,
    alerts,
    dashboards,
    check,
    hosts,
    admin,
):
    group.add_to(app)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(package_version())
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Process mining: import event logs, look at them, calculate, run and publish notebooks."""


def main() -> None:
    """Run a command; an error that was foreseen is one paragraph on standard error, without a traceback."""
    try:
        app()
    except MindzieError as error:
        typer.echo(f"mindzie: {error}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        # a folder that may not be written, a full disk
        typer.echo(f"mindzie: {error}", err=True)
        sys.exit(1)
