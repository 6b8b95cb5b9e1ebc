"""The workspace that commands work on: the user's own one, or a shared one by a service account's key."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from mindzie.access.entrance import Place
    from mindzie.access.workspace import Workspace

Database = Annotated[
    str | None,
    typer.Option(
        "--workspace",
        envvar="MINDZIE_WORKSPACE",
        metavar="URL",
        help="The workspace's database; the one of this machine's user if not given. MINDZIE_API_KEY opens a shared one.",
        show_default=False,
    ),
]

AllTenants = Annotated[
    bool,
    typer.Option(
        "--all-tenants", help="As the operator: those of all tenants of the installation."
    ),
]

WithParent = Annotated[
    bool, typer.Option("--with-parent", help="End when the program ends that started it.")
]
OwnUid = Annotated[
    int,
    typer.Option(
        "--own-uid", min=0, help="Started as root: be this system user. 0: stay.", metavar="N"
    ),
]


def opened(url: str | None) -> Workspace:
    """Open the workspace.

    Parameters
    ----------
    url : str, optional
        Of its database.

    Returns
    -------
    Workspace
        As far as the user, or the service account of the key, may see it.
    """
    from mindzie.access.installation import workspace

    return workspace(url)


def worked_on(url: str | None, *, all_tenants: bool) -> Workspace | Place:
    """Return what a worker works on.

    Parameters
    ----------
    url : str, optional
        Of the workspace's database.
    all_tenants : bool
        Whether it is the installation's, for all tenants.

    Returns
    -------
    Workspace or Place
        The workspace as its user sees it, or the installation.
    """
    from mindzie.access.entrance import place_of

    return place_of(url) if all_tenants else opened(url)


def settle(own_uid: int, *, with_parent: bool) -> None:
    """Become who a worker is, before it opens anything.

    Parameters
    ----------
    own_uid : int
        Number of a system user, where the worker was started as root; 0 stays who it is.
    with_parent : bool
        Whether it ends, as by SIGTERM, when the program ends that started it.
    """
    from mindzie.core.system_users import drop_rights, end_with_parent

    drop_rights(own_uid)
    if with_parent:  # who becomes somebody else loses it
        end_with_parent(signal.SIGTERM)
