"""``mindzie jobs``: imports that wait, run, are done or failed."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from mindzie.cli.doors import (
    AllTenants,
    Database,
    OwnUid,
    WithParent,
    opened,
    settle,
    worked_on,
)
from mindzie.cli.groups import add_group, by_end
from mindzie.cli.importing import telling
from mindzie.cli.stopping import stoppable, worked_off
from mindzie.core.errors import SettingError
from mindzie.core.spreadsheets import csv_text
from mindzie.core.words import counted

if TYPE_CHECKING:
    from mindzie.access.entrance import Place
    from mindzie.access.importing import ImportJob
    from mindzie.access.workspace import Workspace

_PURPOSE: Final = "Imports of the workspace: look at them, do them, stop them, mend rejected rows."
_PAUSE: Final = 2.0
Job = Annotated[
    str, typer.Argument(metavar="JOB", help="Its identifier, or the end of it.", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class State(StrEnum):
    """How far jobs are."""

    waiting = "waiting"
    running = "running"
    done = "done"
    failed = "failed"
    cancelled = "cancelled"


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    commands = (list_, show, run, cancel, retry, rejected)
    add_group(app, "jobs", _PURPOSE, commands)


def list_(
    state: Annotated[State | None, typer.Option(help="Only those.")] = None,
    as_json: AsJson = False,
    workspace: Database = None,
) -> None:
    """List imports, the oldest first."""
    ws = opened(workspace)
    found = [job for job in ws.import_jobs if state is None or job.state == state.value]
    if as_json:
        return typer.echo(json.dumps([job.to_json() for job in found], ensure_ascii=False))
    names = {each.id: each.name for each in ws.datasets}
    for job in found:
        typer.echo(f"{job.id}  {job.state:9}  {names.get(job.dataset_id, '')}  {_about(job)}")
    return None


def _about(job: ImportJob) -> str:
    from mindzie.ingest.jobs import Progress

    what = job.source.get("file") or job.source.get("table") or "a query"
    if job.error:
        return f"{what}: {job.error}"
    if job.state == State.running and job.progress:
        return f"{what}: {Progress.of(job.progress)}"
    if job.version_number is not None:
        rejected = int(job.progress.get("rows_rejected") or 0)
        more = f", {counted(rejected, 'row')} rejected" if rejected else ""
        return f"{what}: version {job.version_number}{more}"
    return str(what)


def show(job: Job, workspace: Database = None) -> None:
    """Show an import as JSON: what it reads, how far it is, what went wrong."""
    found = _found(opened(workspace), job)
    typer.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=1))


def run(
    job: Annotated[
        str | None,
        typer.Argument(metavar="JOB", help="This one only.", show_default=False),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch/--once", help="Go on waiting for more, or end when none waits.")
    ] = False,
    folder: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DIR",
            help="Folder, or beginning of an address, whose files are read for everybody; repeat it.",
        ),
    ] = None,
    all_tenants: AllTenants = False,
    own_uid: OwnUid = 0,
    with_parent: WithParent = False,
    workspace: Database = None,
) -> None:
    """Do the imports that wait, and those whose worker is gone."""
    if job is not None:
        if all_tenants:
            raise SettingError("Say one of JOB and --all-tenants.")
        with telling() as tell:
            done = _found(opened(workspace), job).run(tell)
        return typer.echo(f"{done.id}  {done.state}  {_about(done)}")
    settle(own_uid, with_parent=with_parent)
    with stoppable() as told:
        where = worked_on(workspace, all_tenants=all_tenants)
        failed = _work(where, folder or [], told, pause=_PAUSE if watch else None)
        raise typer.Exit(1 if failed else 0)
    return None


def _work(
    where: Workspace | Place, folders: list[str], told: Event, *, pause: float | None
) -> bool:
    from mindzie.ingest.jobs.worker import work_off

    with telling() as tell:
        return worked_off(
            lambda: work_off(where, folders=folders, told=lambda _: tell),
            lambda job: f"{job.id}  {job.state}  {_about(job)}",
            told,
            pause=pause,
        )


def cancel(job: Job, workspace: Database = None) -> None:
    """Stop an import; it changes nothing then."""
    _act(workspace, job, lambda found: found.cancel())


def retry(job: Job, workspace: Database = None) -> None:
    """Let an import that failed or was cancelled wait again."""
    _act(workspace, job, lambda found: found.retry())


def rejected(
    job: Job,
    out: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="Write them to a new file in place of printing them."),
    ] = None,
    mended: Annotated[
        Path | None,
        typer.Option(
            metavar="CSV", help="Add the rows of that file, which were mended, as the next version."
        ),
    ] = None,
    workspace: Database = None,
) -> None:
    """Print the rows that could not be used as CSV for a spreadsheet, or add mended ones."""
    found = _found(opened(workspace), job)
    if mended is not None and out is not None:
        raise SettingError("Say one of --out and --mended.")
    if mended is not None:
        made = found.mend(mended)
        return typer.echo(f"{made.id}  {made.state}  {_about(made)}")
    if out is None:
        return typer.echo(csv_text(found.rejected), nl=False)
    found.save_rejected(out)
    return typer.echo(f"{counted(found.rejected.height, 'row')} written to {out}.")


def _act(workspace: str | None, job: str, act: Callable[[Any], Any]) -> None:
    found = _found(opened(workspace), job)
    act(found)
    typer.echo(f"{found.id}  {found.state}")


def _found(ws: Workspace, said: str) -> ImportJob:
    return by_end(ws.import_jobs, said, "import", "mindzie jobs list")
