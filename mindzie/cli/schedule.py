"""``mindzie schedule``: when investigations of the workspace run by themselves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from mindzie.cli.doors import Database, opened
from mindzie.cli.groups import add_group
from mindzie.cli.runs import Given, asked_for
from mindzie.core.slots import Missed

if TYPE_CHECKING:
    from mindzie.access.schedules import Schedule

_PURPOSE: Final = "Let investigations run by themselves, at times and after new data; `mindzie runs work` does it."
Name = Annotated[str, typer.Argument(metavar="SCHEDULE", help="Its name.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    commands = (add, list_, next_, pause, resume, run, remove)
    add_group(app, "schedule", _PURPOSE, commands)


def add(
    name: Annotated[str, typer.Argument(help="What it is called.", show_default=False)],
    investigation: Annotated[str, typer.Argument(help="What is run.", show_default=False)],
    cron: Annotated[
        str,
        typer.Option(
            metavar="CRON",
            help="Minute, hour, day of the month, month and day of the week, such as '0 6 * * MON-FRI'.",
            show_default=False,
        ),
    ] = "",
    zone: Annotated[str, typer.Option(metavar="ZONE", help="The time zone of CRON.")] = "UTC",
    on_new_data: Annotated[
        bool, typer.Option("--on-new-data", help="After each new version of its data set.")
    ] = False,
    missed: Annotated[
        Missed, typer.Option(help="Of the times that no worker saw, none, the last or all.")
    ] = "last",
    param: Given = None,
    workspace: Database = None,
) -> None:
    """Let an investigation run by itself from now on."""
    ws = opened(workspace)
    asked = ws.investigations[investigation]
    made = ws.projects[asked.project_id].schedules.create(
        name,
        investigation_id=asked,
        cron=cron,
        time_zone=zone,
        on_new_data=on_new_data,
        missed=missed,
        parameters=asked_for(asked, param),
    )
    typer.echo(_line(made))


def list_(as_json: AsJson = False, workspace: Database = None) -> None:
    """List schedules, and when they run next."""
    found = list(opened(workspace).schedules)
    if as_json:
        return typer.echo(json.dumps([_facts(each) for each in found], ensure_ascii=False))
    for schedule in found:
        typer.echo(_line(schedule))
    return None


def _facts(schedule: Schedule) -> dict[str, Any]:
    return {**schedule.to_json(), "words": schedule.words}


def _line(schedule: Schedule) -> str:
    ahead = [f"next {slot:%Y-%m-%d %H:%M %Z}" for slot in schedule.next(1)]
    wrong = [schedule.error] if schedule.error else []
    return "  ".join([schedule.name, schedule.words, *ahead, *wrong])


def next_(
    schedule: Name,
    count: Annotated[int, typer.Option("--count", "-n", help="How many times.")] = 5,
    workspace: Database = None,
) -> None:
    """Print the next times of a schedule."""
    for slot in opened(workspace).schedules[schedule].next(count):
        typer.echo(f"{slot:%a %Y-%m-%d %H:%M %Z}")


def pause(schedule: Name, workspace: Database = None) -> None:
    """Let it run no more until it is resumed; nothing is caught up with then."""
    found = opened(workspace).schedules[schedule]
    found.pause()
    typer.echo(_line(found))


def resume(schedule: Name, workspace: Database = None) -> None:
    """Let it run again from now on, with your rights."""
    found = opened(workspace).schedules[schedule]
    found.resume()
    typer.echo(_line(found))


def run(schedule: Name, workspace: Database = None) -> None:
    """Ask for a run with its parameters now."""
    made = opened(workspace).schedules[schedule].run_now()
    typer.echo(f"{made.id}  {made.state}")


def remove(schedule: Name, workspace: Database = None) -> None:
    """Remove it; its runs stay."""
    opened(workspace).schedules[schedule].delete()
    typer.echo(f"{schedule} is removed.")
