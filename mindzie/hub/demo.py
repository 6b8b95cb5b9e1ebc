"""Two organisations to try the hub out with: people with passwords of their own, and a published event log in each."""

from __future__ import annotations

import secrets
from typing import Final

from mindzie.access.entrance import Place, place_of
from mindzie.access.installation import Installation
from mindzie.access.invitations import accept
from mindzie.access.permissions import ADMIN
from mindzie.access.workspace import Workspace
from mindzie.core.errors import ConflictError
from mindzie.demos import demo

TENANTS: Final = {"north": "order-to-cash", "south": "purchase-to-pay"}
"""Each with the process whose log is published in it."""
PEOPLE: Final = {"admin": ADMIN, "analyst": "developer", "reader": "viewer"}
"""Names to sign in with, and roles."""


def set_up(place: Place, cases: int = 2_000) -> dict[str, dict[str, str]]:
    """Make the organisations that are not there yet.

    Parameters
    ----------
    place : Place
        Where.
    cases : int
        Of each event log.

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
        made[tenant] = {name: secrets.token_urlsafe(12) for name in PEOPLE}
        office = here.office(tenant)
        for name, role in PEOPLE.items():
            token = office.invite(f"{name}@{tenant}.example", role)
            who = accept(token, name=name, login=name, password=made[tenant][name], url=place)
            if name == "analyst":
                log = demo(process, cases=cases)  # type: ignore[arg-type]
                Workspace.open(place, who).publish(log, process, note="A log to try things out")
    return made


def main() -> None:
    """Set up and print the passwords, this once."""
    for tenant, people in set_up(place_of()).items():
        for name, password in people.items():
            print(f"  organisation {tenant:6}  name {name:8}  password {password}", flush=True)  # noqa: T201 - this is what it is for


if __name__ == "__main__":
    main()
