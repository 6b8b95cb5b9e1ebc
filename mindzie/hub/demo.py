"""Try the hub out: two organisations with people, an event log and dashboards in each, a directory that vouches for them, and the hub itself."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from mindzie.access.entrance import Place, place_of
from mindzie.access.installation import Installation
from mindzie.access.workspace import Workspace
from mindzie.core.errors import ConflictError, MindzieError, SettingError
from mindzie.core.log import EventLog
from mindzie.demos import demo
from mindzie.hub.demo_boards import APP, notebook
from mindzie.hub.demo_directory import LOOPBACK
from mindzie.hub.demo_people import (
    by_directory,
    by_passwords,
    may_stand_in,
    stand_in,
    trusted_directory,
)
from mindzie.hub.settings import HubSettings
from mindzie.hub.spawner import unreachable
from mindzie.pictures.log_picture import log_map

TENANTS: Final = {"north": "order-to-cash", "south": "purchase-to-pay"}
"""Each with the process whose log is published in it."""
_CONFIG: Final = Path("hub_config", "jupyterhub_config.py")


def set_up(place: Place, cases: int = 2_000, directory: str = "") -> dict[str, dict[str, str]]:
    """Make the organisations that are not there yet.

    Parameters
    ----------
    place : Place
        Where.
    cases : int
        Of each event log.
    directory : str
        Address of the stand-in for Microsoft Entra ID that vouches for their people; where not given, they get passwords.

    Returns
    -------
    dict
        Passwords by organisation and name, of those that were made now; they are kept nowhere.
    """
    here, made = Installation(place), dict[str, dict[str, str]]()
    for tenant, process in TENANTS.items():
        try:
            here.create(tenant, description="An organisation to try things out.")
        except ConflictError:
            continue
        try:
            if directory:
                people = by_directory(place, tenant, directory)
            else:
                people, made[tenant] = by_passwords(place, tenant)
            log = demo(process, cases=cases)  # type: ignore[arg-type]
            _publish(people, process, log)
        except BaseException:  # half of one would be taken for the whole the next time
            here.stop(tenant)
            here.delete(tenant)
            raise
    return made


def _publish(people: dict[str, Workspace], process: str, log: EventLog) -> None:
    analyst, title = people["analyst"], process.replace("-", " ").capitalize()
    project = analyst.projects.create(title, description="To try things out.")
    analyst.publish(log, process, project=project, note="A log to try things out")
    with TemporaryDirectory() as folder:
        app = Path(folder, "app.py")
        app.write_text(APP.format(dataset=process, title=f"{title}, by Panel"), "utf-8")
        for source, name, about, picture in (
            (
                notebook(title, process),
                title,
                "How cases run, and where their time goes.",
                log_map(log),
            ),
            (app, f"{title}, by Panel", "The same figures as an app.", None),
        ):
            board = project.publish(
                source,
                name,
                description=about,
                picture=picture and picture.encode(),
                datasets=[process],
            )
            board.share(user=people["reader"].me["id"])


def spawner_here(settings: HubSettings) -> str:
    """Return the spawner that works on this machine: ``separate`` for root whose files others may read, else ``shared``."""
    return "separate" if os.geteuid() == 0 and not _closed(settings) else "shared"


def _closed(settings: HubSettings) -> list[str]:
    return unreachable(settings.python, str(settings.folder.resolve() / "homes" / "x"), __file__)


def main() -> None:
    """Set up, say who can log in, and become the hub."""
    settings, place = HubSettings.read(), place_of()
    os.environ.setdefault("MINDZIE_HUB_SPAWNER", spawner_here(settings))
    wanted = may_stand_in(settings, os.environ)
    new = not {one["name"] for one in Installation(place).tenants()}
    address = f"http://{LOOPBACK}:{settings.dashboards_port + 1}" if wanted and new else ""
    made = set_up(place, directory=trusted_directory(place, TENANTS) or address)
    address = trusted_directory(place, TENANTS)
    if address and wanted:
        os.environ.update(stand_in(address, settings, TENANTS))
        _say("Log in as anybody of two organisations, by a click: no passwords, on this machine.")
    elif address:
        raise SettingError(
            "The organisations here were made to log in by a stand-in for a directory, which is for this machine alone. To try out another way to log in, remove the hub's folder (.hub), or name another one."
        )
    else:
        _say_passwords(made)
    if os.environ["MINDZIE_HUB_SPAWNER"] == "shared":
        _say(
            "To try it out only: all servers run as this machine's user, so whoever runs code can read all files of it.",
            "Started by root, with Python and this folder where others may read, each person gets a system user."
            + (f" Closed to others: {', '.join(closed)}." if (closed := _closed(settings)) else ""),
        )
    _say(f"Mindzie hub, in a moment: {settings.address}")
    command = [sys.executable, "-m", "jupyterhub", "-f", str(_CONFIG), "--log-level=WARN"]
    os.execv(sys.executable, command)  # noqa: S606 - ourselves


def _say_passwords(made: dict[str, dict[str, str]]) -> None:
    lines = [
        f"  {tenant:6}  {name:8}  {word}"
        for tenant, people in made.items()
        for name, word in people.items()
    ]
    if lines:
        _say(
            "Log in with these; passwords are shown this once:",
            "  organisation, name, password",
            *lines,
        )
    else:
        _say(
            "Log in as before. For a new password: mindzie admin people reset analyst --tenant north"
        )


def _say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)  # noqa: T201 - this is what it is for


if __name__ == "__main__":
    try:
        main()
    except MindzieError as error:
        sys.exit(str(error))
