"""Who is in the organisations to try the hub out with: people of a directory, chosen by a click, or accounts with passwords."""

from __future__ import annotations

import json
import secrets
import subprocess
from collections.abc import Iterable
from dataclasses import asdict
from os import set_inheritable
from typing import Any, Final
from urllib.parse import urlsplit

from mindzie.access.entrance import Place
from mindzie.access.installation import Installation
from mindzie.access.invitations import accept
from mindzie.access.permissions import ADMIN
from mindzie.access.signing_on import enter, ways
from mindzie.access.workspace import Workspace
from mindzie.core.errors import SettingError
from mindzie.core.own_process import command, environment
from mindzie.hub.demo_directory import CLIENT, LOOPBACK, Person, guid
from mindzie.hub.settings import HubSettings

PEOPLE: Final = {"admin": ADMIN, "analyst": "developer", "reader": "viewer"}
"""Names to sign in with, and roles."""
_TITLES: Final = {"admin": "Administrator", "analyst": "Analyst", "reader": "Reader"}
"""App roles, by name."""
_STRANGERS: Final = "west"
"""An organisation that has a directory, and is not enrolled."""
_HERE: Final = frozenset({LOOPBACK, "localhost", "::1"})


def by_passwords(place: Place, tenant: str) -> tuple[dict[str, Workspace], dict[str, str]]:
    """Invite people who sign in with accounts of the workspace.

    Parameters
    ----------
    place : Place
        Where.
    tenant : str
        Their organisation.

    Returns
    -------
    tuple of dict
        Their workspaces, and their passwords, which are kept nowhere.
    """
    office, people = Installation(place).office(tenant), dict[str, Workspace]()
    words = {name: secrets.token_urlsafe(12) for name in PEOPLE}
    for name, role in PEOPLE.items():
        token = office.invite(f"{name}@{tenant}.example", role)
        who = accept(token, name=name, login=name, password=words[name], url=place)
        people[name] = Workspace.open(place, who)
    return people, words


def by_directory(place: Place, tenant: str, address: str) -> dict[str, Workspace]:
    """Enrol a directory for an organisation, give roles to its app roles, and let its people in once.

    Parameters
    ----------
    place : Place
        Where.
    tenant : str
        The organisation.
    address : str
        Of the stand-in for Microsoft Entra ID.

    Returns
    -------
    dict of Workspace
        Theirs, by name.
    """
    here, people = Installation(place), dict[str, Workspace]()
    office = here.office(tenant)
    for name, title in _TITLES.items():
        mirror = office.groups.create(title, external_id=title)
        office.role_assignments.give(PEOPLE[name], mirror)
        who = _person(tenant, name).vouched(address)
        here.directories.enrol(tenant, who.provider)
        entered = enter(place, who, ways(place, who)[0].tenant, again=True)
        people[name] = Workspace.open(place, entered.identity)
    return people


def _person(tenant: str, name: str) -> Person:
    title = _TITLES[name]
    return Person(
        oid=guid(f"{tenant}/{name}"),
        tid=guid(tenant),
        name=f"{title} of {tenant.capitalize()}",
        roles=[title],
        email=f"{name}@{tenant}.example",
    )


def trusted_directory(place: Place, tenants: Iterable[str]) -> str:
    """Return the address of the stand-in that the organisations were made with; empty where they sign in with passwords."""
    known = {*tenants}
    for one in Installation(place).directories.listed():
        address, ours, _ = str(one["provider"]).partition(f"/{guid(one['tenant'])}/")
        if one["tenant"] in known and ours and urlsplit(address).hostname == LOOPBACK:
            return address
    return ""


def may_stand_in(settings: HubSettings, given: Iterable[str]) -> bool:
    """Return whether a stand-in for a directory may be: nobody decided how to sign in, and the hub is for this machine alone.

    Parameters
    ----------
    settings : HubSettings
        Of the hub.
    given : iterable of str
        Names of what is set in the environment.

    Returns
    -------
    bool
        False for each set-up that others can reach.

    Examples
    --------
    >>> may_stand_in(HubSettings(), []), may_stand_in(HubSettings(address="http://:8000"), [])
    (True, False)
    """
    decided = {"MINDZIE_HUB_SIGN_IN", "MINDZIE_HUB_SIGN_ON", "MINDZIE_HUB_SETTINGS"} & {*given}
    here = urlsplit(settings.address).hostname in _HERE
    return here and not decided and not settings.public_url and not settings.subdomains


def stand_in(address: str, settings: HubSettings, tenants: Iterable[str]) -> dict[str, str]:
    """Start the stand-in; it ends with this process, whatever program that becomes.

    Parameters
    ----------
    address : str
        Its own.
    settings : HubSettings
        Of the hub.
    tenants : iterable of str
        Organisations whose people it knows.

    Returns
    -------
    dict of str
        What the hub is told in its environment.

    Raises
    ------
    SettingError
        Where it cannot listen.
    """
    homes = {guid(name): name.capitalize() for name in tenants}
    homes[guid(_STRANGERS)] = f"{_STRANGERS.capitalize()}, which is not enrolled"
    people = [_person(tenant, name) for tenant in tenants for name in _TITLES]
    people.append(_person(_STRANGERS, "analyst"))
    word = secrets.token_urlsafe(32)
    told: dict[str, Any] = {
        "secret": word,
        "port": urlsplit(address).port,
        "redirects": [f"{settings.address.rstrip('/')}/hub/oauth_callback"],
        "directories": homes,
        "people": [asdict(one) for one in people],
    }
    process = subprocess.Popen(  # noqa: S603 - our own module
        command("mindzie.hub.demo_directory"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(),
        text=True,
        start_new_session=True,
    )
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("The process has no pipes.")
    process.stdin.write(json.dumps(told) + "\n")
    process.stdin.flush()
    # the hub, which this process becomes, keeps it open; the stand-in ends when it closes
    set_inheritable(process.stdin.fileno(), True)
    said = json.loads(process.stdout.readline() or "{}")
    if said.get("address") != address:
        with process:
            process.stdin.close()
        raise SettingError(
            f"The stand-in for a directory cannot listen at {address}: {said.get('error', 'it did not start')}. Set MINDZIE_HUB_DASHBOARDS_PORT to another port, whose neighbour it takes, or remove the hub's folder to begin again."
        )
    sign_on = {"authority": address, "client_id": CLIENT, "client_secret": word}
    sign_on["login_service"] = "Microsoft (a stand-in)"
    return {"MINDZIE_HUB_SIGN_IN": "entra", "MINDZIE_HUB_SIGN_ON": json.dumps(sign_on)}
