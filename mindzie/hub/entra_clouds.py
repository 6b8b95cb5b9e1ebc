"""Microsoft's clouds, and how the directories in them are told apart."""

from __future__ import annotations

import re
from typing import Final, NamedTuple


class Cloud(NamedTuple):
    """Where a cloud signs people in, where it answers questions about them, and where it is administered."""

    login: str
    graph: str
    portal: str


CLOUDS: Final = {
    "public": Cloud(
        "https://login.microsoftonline.com",
        "https://graph.microsoft.com",
        "https://entra.microsoft.com",
    ),
    "us-government": Cloud(
        "https://login.microsoftonline.us",
        "https://graph.microsoft.us",
        "https://entra.microsoft.us",
    ),
    "us-defense": Cloud(
        "https://login.microsoftonline.us",
        "https://dod-graph.microsoft.us",
        "https://entra.microsoft.us",
    ),
    "china": Cloud(
        "https://login.partner.microsoftonline.cn",
        "https://microsoftgraph.chinacloudapi.cn",
        "https://entra.microsoftonline.cn",
    ),
}
ANY: Final = "organizations"
"""In place of a directory: every one, of which the workspace says which are enrolled."""
GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def issuer_of(directory: str, login: str = CLOUDS["public"].login) -> str:
    """Return the address that a directory's tokens are issued by.

    Parameters
    ----------
    directory : str
        Its identifier, "Directory (tenant) ID" in the portal.
    login : str
        Where its cloud signs people in.

    Returns
    -------
    str
        What ``mindzie admin entra enrol`` keeps.

    Examples
    --------
    >>> issuer_of("0aa1b2c3-0000-4000-8000-000000000001")
    'https://login.microsoftonline.com/0aa1b2c3-0000-4000-8000-000000000001/v2.0'
    """
    return f"{login.rstrip('/')}/{directory}/v2.0"
