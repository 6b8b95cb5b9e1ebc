"""What the hub calls a person: safe in file names, addresses and clusters, and the same for ever."""

from __future__ import annotations

import base64
from uuid import UUID


def hub_name(tenant: UUID, user: UUID) -> str:
    """Return the hub's name of one of a tenant's people.

    It is made of identifiers alone: two people of one name stay two, and who marries, moves or is renamed keeps their files.

    Parameters
    ----------
    tenant : UUID
        The tenant; the end of its identifier is what the people of one have in common.
    user : UUID
        The person.

    Returns
    -------
    str
        32 letters and digits, as many as a name of an operating system may have.

    Examples
    --------
    >>> hub_name(UUID(int=0xABCD), UUID(int=1))
    'tabcd-aaaaaaaaaaaaaaaaaaaaaaaaae'
    """
    person = base64.b32encode(user.bytes).decode().rstrip("=").lower()
    return f"t{tenant.hex[-4:]}-{person}"
