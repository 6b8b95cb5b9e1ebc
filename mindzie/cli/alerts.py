"""``mindzie alerts``: who is told of what runs of the workspace find."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from mindzie.cli.doors import Database, opened
from mindzie.cli.groups import add_group
from mindzie.cli.jobs import AsJson, State
from mindzie.cli.runs import pairs
from mindzie.core.errors import SettingError

if TYPE_CHECKING:
    from mindzie.access.alerting import Alert

_PURPOSE: Final = "Be told of what runs find, of data that is late and of runs that do not come; `mindzie runs work` sends it."
_LISTS: Final = ("to",)
_TEXTS: Final = ("result", "figure", "host", "sender", "user", "url")
"""Also where they look like a number."""
Name = Annotated[str, typer.Argument(metavar="ALERT", help="Its name.", show_default=False)]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", "-s", metavar="NAME=VALUE", help="Repeat it.", show_default=False),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    commands = (
        add,
        list_,
        try_,
        pause,
        resume,
        remove,
        sent,
        retry,
        destination,
        destinations,
    )
    add_group(app, "alerts", _PURPOSE, commands)


def add(
    name: Annotated[str, typer.Argument(help="What it is called.", show_default=False)],
    investigation: Annotated[str, typer.Argument(help="Whose runs.", show_default=False)],
    rule: Annotated[
        str,
        typer.Argument(
            help="threshold, change, trend, drift, variant, late or missing.", show_default=False
        ),
    ],
    to: Annotated[str, typer.Option(help="The destination.", metavar="NAME", show_default=False)],
    setting: Settings = None,
    severity: Annotated[str, typer.Option(help="info, warning or critical.")] = "warning",
    quiet: Annotated[
        str, typer.Option(help="Hours in which it waits, such as 20:00-07:00.", metavar="HOURS")
    ] = "",
    zone: Annotated[str, typer.Option(metavar="ZONE", help="The time zone of HOURS.")] = "UTC",
    schedule: Annotated[
        str | None, typer.Option(help="Of its runs only.", metavar="NAME", show_default=False)
    ] = None,
    workspace: Database = None,
) -> None:
    """Tell somebody where a rule holds, such as `threshold -s result=map -s figure=cases -s above=100`."""
    ws = opened(workspace)
    asked = ws.investigations[investigation]
    made = asked.alerts.create(
        name,
        rule={"kind": rule, **_values(setting)},
        destination_id=ws.destinations[to],
        severity=severity,
        quiet=quiet,
        time_zone=zone,
        schedule_id=None if schedule is None else ws.schedules[schedule],
    )
    typer.echo(_line(made))


def _values(texts: list[str] | None) -> dict[str, Any]:
    return {name: _value(name, text) for name, text in pairs(texts or []).items()}


def _value(name: str, text: str) -> Any:
    if name in _LISTS:
        return [one.strip() for one in text.split(",")]
    if name in _TEXTS:
        return text
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def _line(alert: Alert) -> str:
    held = f"since {alert.raised_at:%Y-%m-%d %H:%M} UTC" if alert.raised_at else ""
    state = held or ("calm" if alert.active else "paused")
    said = alert.error or alert.said or ""
    return f"{alert.name}  {alert.rule['kind']}  {alert.severity}  {state}  {said}".rstrip()


def list_(as_json: AsJson = False, workspace: Database = None) -> None:
    """List alerts, and which of them hold."""
    found = list(opened(workspace).alerts)
    if as_json:
        return typer.echo(json.dumps([one.to_json() for one in found], ensure_ascii=False))
    for one in found:
        typer.echo(_line(one))
    return None


def try_(alert: Name, workspace: Database = None) -> None:
    """Write a message that says it is a test."""
    made = opened(workspace).alerts[alert].test()
    typer.echo(f"{made.id}  {made.state}")


def pause(alert: Name, workspace: Database = None) -> None:
    """Let it look no more until it is resumed."""
    typer.echo(_line(opened(workspace).alerts[alert].change(active=False)))


def resume(alert: Name, workspace: Database = None) -> None:
    """Let it look again, as if nothing had been found."""
    typer.echo(_line(opened(workspace).alerts[alert].change(active=True)))


def remove(alert: Name, workspace: Database = None) -> None:
    """Remove it with its messages."""
    opened(workspace).alerts[alert].delete()
    typer.echo(f"{alert} is removed.")


def sent(
    state: Annotated[State | None, typer.Option(help="Only those.")] = None,
    as_json: AsJson = False,
    workspace: Database = None,
) -> None:
    """List messages, the oldest first: delivered, on their way, or why not."""
    found = [one for one in opened(workspace).deliveries if state in (None, one.state)]
    if as_json:
        return typer.echo(json.dumps([one.to_json() for one in found], ensure_ascii=False))
    for one in found:
        typer.echo(
            f"{one.id}  {one.state:9}  {one.occasion:6}  {one.message['alert']}  {one.error or ''}".rstrip()
        )
    return None


def retry(
    message: Annotated[str, typer.Argument(help="Its identifier.", show_default=False)],
    workspace: Database = None,
) -> None:
    """Let a message that failed wait to be sent again."""
    found = opened(workspace).deliveries[message]
    found.retry()
    typer.echo(f"{found.id}  {found.state}")


def destination(
    name: Annotated[str, typer.Argument(help="What it is called.", show_default=False)],
    kind: Annotated[str, typer.Argument(help="email, webhook or teams.", show_default=False)],
    setting: Settings = None,
    secret: Annotated[
        bool,
        typer.Option(
            "--secret",
            help="Read its secret from standard input: the password, the key that signs, or the workflow's address.",
        ),
    ] = False,
    workspace: Database = None,
) -> None:
    """Say where messages go, such as `email -s host=mail.example.org -s sender=m@example.org -s to=ada@example.org`."""
    ws = opened(workspace)
    key = None
    if secret:
        plain = sys.stdin.readline().rstrip("\r\n")
        if not plain:
            raise SettingError("There is nothing on standard input: write the secret there.")
        key = ws.secrets.keep(name, plain, f"Of the destination {name}.")
    try:
        made = ws.destinations.create(name, kind=kind, settings=_values(setting), secret_id=key)
    except BaseException:
        if key is not None:
            key.delete()
        raise
    typer.echo(f"{made.name}  {kind}")


def destinations(as_json: AsJson = False, workspace: Database = None) -> None:
    """List where messages go."""
    found = list(opened(workspace).destinations)
    if as_json:
        return typer.echo(json.dumps([one.to_json() for one in found], ensure_ascii=False))
    for one in found:
        told = ", ".join(f"{name}={value}" for name, value in one.settings.items())
        typer.echo(f"{one.name}  {one.to_json()['kind']}  {told}".rstrip())
    return None
