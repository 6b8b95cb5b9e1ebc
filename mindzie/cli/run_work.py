"""``mindzie runs work``: the worker that does the runs of investigations."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from mindzie.cli.doors import AllTenants, Database, OwnUid, WithParent, settle, worked_on
from mindzie.cli.serving import need
from mindzie.cli.stopping import stoppable, worked_off

if TYPE_CHECKING:
    from mindzie.investigations.rooms import Rooms
    from mindzie.investigations.worker import Ended, Limits

_PAUSE: Final = 1.0
_MB: Final = 1_000_000
_RUNS: Final = "Runs as system users of their own"


def work(
    watch: Annotated[
        bool, typer.Option("--watch/--once", help="Go on waiting for more, or end when none waits.")
    ] = False,
    all_tenants: AllTenants = False,
    seconds: Annotated[
        float, typer.Option(min=0.1, help="Longest time for a run.", metavar="SECONDS")
    ] = 3600,
    memory: Annotated[
        int | None,
        typer.Option(
            min=1, help="Most memory for a run; half of this machine's if not given.", metavar="MB"
        ),
    ] = None,
    at_once: Annotated[
        int | None,
        typer.Option(min=1, help="Most runs of one tenant at a time, by all workers.", metavar="N"),
    ] = None,
    own_uid: OwnUid = 0,
    with_parent: WithParent = False,
    first_uid: Annotated[
        int | None,
        typer.Option(
            min=1000,
            metavar="N",
            rich_help_panel=_RUNS,
            help="Started as root: each run is a system user with a new number, from this one on.",
            show_default=False,
        ),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            rich_help_panel=_RUNS,
            help="root's own folder, which keeps the next number.",
            show_default=False,
        ),
    ] = None,
    runtime: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            rich_help_panel=_RUNS,
            help="Where runs have their folders; made anew, a short path.",
            show_default=False,
        ),
    ] = None,
    workspace: Database = None,
) -> None:
    """Do the runs that wait, those that schedules ask for, and those whose worker is gone; send what alerts say."""
    need("papermill", "runs")
    from mindzie.core.home import home
    from mindzie.core.system_users import open_to_itself
    from mindzie.investigations.warm_rooms import Users, rooms_of_worker
    from mindzie.investigations.worker import Limits

    users, failed = None, False
    if first_uid is not None:
        users = Users(first_uid, state or home() / "run-users", own_uid)
    limits = Limits(seconds, _half() if memory is None else memory * _MB, at_once)
    with stoppable() as told, rooms_of_worker(runtime, users) as rooms:
        settle(own_uid, with_parent=with_parent)
        open_to_itself(yes=False)  # notebooks of the same account do not read its environment
        where = worked_on(workspace, all_tenants=all_tenants)
        failed = _serve(where, limits, rooms, told, watch=watch)
    raise typer.Exit(1 if failed else 0)


def _half() -> int:
    import psutil

    return int(psutil.virtual_memory().total // 2)


def _serve(where: Any, limits: Limits, rooms: Rooms, told: Event, *, watch: bool) -> bool:
    from mindzie.investigations.alerts.postman import Postman
    from mindzie.investigations.ticking import Clock

    with Clock(where, told=_warned), Postman(where, told=_warned) as postman:
        failed = _work(where, limits, rooms, told, pause=_PAUSE if watch else None)
        if not told.is_set():
            postman.look()  # what the last run found
    return failed


def _work(where: Any, limits: Limits, rooms: Rooms, told: Event, *, pause: float | None) -> bool:
    from mindzie.investigations.warm_rooms import LauncherGoneError
    from mindzie.investigations.worker import work_off

    return worked_off(
        lambda: work_off(where, limits=limits, rooms=rooms),
        _line,
        told,
        pause=pause,
        ends=LauncherGoneError,
    )


def _line(ended: Ended) -> str:
    error = ended.error.splitlines()[0] if ended.error else ""
    return f"{ended.run}  {ended.state}  {ended.name}  {error}".rstrip()


def _warned(message: str) -> None:
    typer.echo(f"mindzie: {message}", err=True)
