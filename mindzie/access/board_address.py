"""Where the hub shows a dashboard, for programs that run in one of its servers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final
from urllib.parse import urljoin
from uuid import UUID

_OPEN: Final = "../services/dashboards/open/"


def board_address(dashboard: UUID, environment: Mapping[str, str] | None = None) -> str | None:
    """Return the address of a dashboard's page on the hub that runs this server.

    Parameters
    ----------
    dashboard : UUID
        Its identifier.
    environment : mapping, optional
        ``os.environ`` where not given.

    Returns
    -------
    str or None
        A path where the hub does not say which host it has; None where there is no hub.

    Examples
    --------
    >>> board_address(UUID(int=7), {"JUPYTERHUB_BASE_URL": "/"})
    '/services/dashboards/open/00000000-0000-0000-0000-000000000007'
    """
    given = os.environ if environment is None else environment
    base = given.get("JUPYTERHUB_BASE_URL")
    if base is None:
        return None
    hub = given.get("JUPYTERHUB_PUBLIC_HUB_URL") or f"{base}hub/"
    return urljoin(hub, f"{_OPEN}{dashboard}")
