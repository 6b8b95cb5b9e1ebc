"""``mindzie runs``: runs of investigations that wait, run, are done or failed, and the worker that does them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from mindzie.cli.doors import Database, opened
from mindzie.cli.groups import add_group, by_end
from mindzie.cli.jobs import AsJson, State
from mindzie.cli.run_work import work
from mindzie.cli.runs import Given, asked_for, pairs
from mindzie.cli.serving import need
from mindzie.core.errors import NotFoundError
from mindzie.core.words import counted

if TYPE_CHECKING:
    from mindzie.access.runs import Run
    from mindzie.access.workspace import Workspace

_PURPOSE: Final = (
    "Runs of the workspace's investigations: ask for them, do them, look at them, stop them."
)
RunId = Annotated[
    str,
    typer.Argument(metavar="RUN", help="Its identifier, or the end of it.", show_default=False),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    commands = (
        list_,
        show,
        add,
        start,
        log,
        changes,
        pdf,
        keep,
        download,
        accept,
        cancel,
        retry,
        work,
    )
    add_group(app, "runs", _PURPOSE, commands)


def list_(
    state: Annotated[State | None, typer.Option(help="Only those.")] = None,
    investigation: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only its.", show_default=False)
    ] = None,
    as_json: AsJson = False,
    workspace: Database = None,
) -> None:
    """List runs, the oldest first, with when they were asked for (UTC)."""
    ws = opened(workspace)
    every = ws.runs if investigation is None else ws.investigations[investigation].runs
    found = [run for run in every if state is None or run.state == state.value]
    if as_json:
        return typer.echo(json.dumps([run.to_json() for run in found], ensure_ascii=False))
    names = {each.id: each.name for each in ws.investigations}
    for run in found:
        typer.echo(
            f"{run.id}  {run.created_at:%Y-%m-%d %H:%M}  {run.state:9}  {names.get(run.investigation_id, '')}  {about(run)}".rstrip()
        )
    return None


def about(run: Run) -> str:
    """Say in a line what became of a run, or how far it is."""
    if run.error:
        return str(run.error).splitlines()[0]
    if run.state == State.running and run.progress:
        return f"cell {run.progress.get('cell')} of {run.progress.get('cells')}"
    if run.same_as is not None:
        return f"as run {run.same_as}"
    if run.state == State.done:
        accepted = ", accepted" if run.accepted_at is not None else ""
        changes = counted(run.changed, "change") if run.changed else "no change"
        changed = "" if run.changed is None else f", {changes}"
        return f"{counted(len(run.results), 'result')}{changed}{accepted}"
    return ""


def show(run: RunId, workspace: Database = None) -> None:
    """Show a run as JSON: why it was made, how far it is, its figures, what went wrong."""
    found = _found(opened(workspace), run)
    typer.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=1))


def add(
    name: Annotated[str, typer.Argument(help="What it is called.", show_default=False)],
    notebook: Annotated[
        str,
        typer.Argument(
            help="A notebook, or the name of a template such as process_overview.",
            show_default=False,
        ),
    ],
    dataset: Annotated[
        str, typer.Option(metavar="NAME", help="What it looks into.", show_default=False)
    ],
    param: Given = None,
    workspace: Database = None,
) -> None:
    """Make an investigation of a notebook or a template; of one that is there, its next version."""
    need("nbformat", "runs")
    from mindzie.access.board_content import without_outputs
    from mindzie.investigations.notebooks import find_notebook, read_notebook
    from mindzie.investigations.parameters import declared, given

    ws = opened(workspace)
    content = without_outputs(read_notebook(find_notebook(notebook)))
    values = given(declared(content), pairs(param or []), notebook)
    data = ws.datasets[dataset]
    mine = ws.projects[data.project_id].investigations
    made = next((each for each in mine if each.name == name), None)
    if made is None:
        made = mine.create(name, dataset_id=data, parameters=values)
    elif values:
        made = made.change(parameters=values)
    typer.echo(f"{made.name}  notebook {made.save(content).number}  looks into {data.name}")


def start(
    investigation: Annotated[str, typer.Argument(metavar="NAME", show_default=False)],
    param: Given = None,
    again: Annotated[
        bool, typer.Option("--again", help="Also where the same was run already.")
    ] = False,
    here: Annotated[
        bool, typer.Option("--here", help="Do it now, in place of leaving it to a worker.")
    ] = False,
    workspace: Database = None,
) -> None:
    """Ask for a run of an investigation; where the same was run already, that one is named."""
    asked = opened(workspace).investigations[investigation]
    given = asked_for(asked, param)
    if here:
        need("papermill", "runs")
        found = asked.run(given, again=again)
    else:
        found = asked.request_run(given, again=again)
    typer.echo(f"{found.id}  {found.state}  {about(found)}".rstrip())
    if found.state == State.done and not here:
        typer.echo("The same was run already; --again runs it anew.", err=True)
    raise typer.Exit(1 if found.state == State.failed else 0)


def log(run: RunId, workspace: Database = None) -> None:
    """Print what a run's worker and notebook said."""
    typer.echo(_found(opened(workspace), run).log, nl=False)


def changes(
    run: RunId,
    page: Annotated[
        Path | None,
        typer.Option("--html", help="Write it as a page.", metavar="FILE", show_default=False),
    ] = None,
    as_json: AsJson = False,
    workspace: Database = None,
) -> None:
    """Say what changed since the run accepted last with the same parameters; ends with 1 where something did."""
    found = _found(opened(workspace), run)
    said = found.changes
    if said is None:
        raise NotFoundError(
            f"{found.id} was compared with none: accept one with the same parameters before the next runs."
        )
    if page is not None:
        page.write_text(found.changes_page or "", encoding="utf-8")
    typer.echo(json.dumps(said, ensure_ascii=False) if as_json else said["text"])
    raise typer.Exit(0 if said["same"] else 1)


def keep(
    investigation: Annotated[str, typer.Argument(metavar="NAME", show_default=False)],
    runs: Annotated[
        int | None, typer.Option(help="How many keep it; all if not given.", show_default=False)
    ] = None,
    days: Annotated[
        int | None, typer.Option(help="How long; for ever if not given.", show_default=False)
    ] = None,
    workspace: Database = None,
) -> None:
    """Say how many runs of an investigation keep what they left, and how long; accepted ones always do."""
    from mindzie.access.kept_runs import words

    made = opened(workspace).investigations[investigation].change(keep_runs=runs, keep_days=days)
    typer.echo(f"{made.name} keeps {words(made)}.")


def pdf(
    run: RunId,
    out: Annotated[Path, typer.Argument(metavar="FILE", help="To write.", show_default=False)],
    workspace: Database = None,
) -> None:
    """Write a run's report as PDF, with a cover."""
    found = _found(opened(workspace), run)
    out.write_bytes(found.pdf)
    typer.echo(f"{found.id} written to {out}.")


def download(
    run: RunId,
    out: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder.", show_default=False)],
    workspace: Database = None,
) -> None:
    """Write all that a run left: notebook, report, results and log."""
    found = _found(opened(workspace), run)
    found.save(out)
    typer.echo(f"{found.id} written to {out}.")


def accept(
    run: RunId,
    note: Annotated[str, typer.Option(help="Why.", metavar="TEXT")] = "",
    workspace: Database = None,
) -> None:
    """Take a run's results for what the next ones are compared with."""
    found = _found(opened(workspace), run)
    found.accept(note)
    typer.echo(f"{found.id}  accepted")


def cancel(run: RunId, workspace: Database = None) -> None:
    """Stop a run; its process ends within a second or two."""
    found = _found(opened(workspace), run)
    found.cancel()
    typer.echo(f"{found.id}  {found.state}")


def retry(run: RunId, workspace: Database = None) -> None:
    """Let a run that failed or was cancelled wait again."""
    found = _found(opened(workspace), run)
    found.retry()
    typer.echo(f"{found.id}  {found.state}")


def _found(ws: Workspace, said: str) -> Run:
    return by_end(ws.runs, said, "run", "mindzie runs list")
