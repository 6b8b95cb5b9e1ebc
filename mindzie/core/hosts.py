"""Which machines a workspace's connectors and alerts may call: not those behind the operator's own firewall, unless he says so."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any, Final
from urllib.parse import urlsplit

from mindzie.core.errors import SourceError

VARIABLE: Final = "MINDZIE_SOURCE_HOSTS"
"""Hosts, patterns such as ``*.example.org`` and networks such as ``10.1.0.0/16``, with commas between."""
_TRANSLATED: Final = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv4 as networks that have IPv6 alone write it."""


def refuse_private(host: str, address: str, label: str) -> None:
    """Refuse an address within the operator's own networks that he did not allow.

    Parameters
    ----------
    host : str
        As the connector names it.
    address : str
        What that name means.
    label : str
        What messages call the source.

    Raises
    ------
    SourceError
        Saying what the operator could set.
    """
    number = _number(address)
    if not is_private(address):
        return
    if any(_fits(said.strip(), host, number) for said in os.environ.get(VARIABLE, "").split(",")):
        return
    raise SourceError(
        f"{label} is not called: {host!r} lies in a private network, which a workspace may not call. The operator can allow it, by {VARIABLE}={host}."
    )


def is_private(address: str) -> bool:
    """Return whether an address lies in somebody's own network, and not in the one of all.

    Examples
    --------
    >>> is_private("8.8.8.8"), is_private("10.1.2.3"), is_private("::ffff:10.1.2.3"), is_private("64:ff9b::a01:203")
    (False, True, True, True)
    """
    number = _number(address)
    return not number.is_global or number.is_multicast


def _number(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return an address; of one that stands for another, as gateways between the two kinds take it, that other."""
    number = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(number, ipaddress.IPv4Address):
        return number
    if number in _TRANSLATED:
        return ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
    return number.ipv4_mapped or number.sixtofour or number


def allowed_addresses(host: str, label: str, *, private: bool = False) -> tuple[str, ...]:
    """Return what a host's name means, if anything; it is refused where one of it lies in a private network, unless these are allowed."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()  # who calls it will say so
    addresses = tuple(dict.fromkeys(str(address[0]) for *_, address in found))
    for address in () if private else addresses:
        refuse_private(host, address, label)
    return addresses


def refuse_private_hosts(hosts: str, label: str) -> None:
    """Refuse hosts of which one lies in a private network; each is ``HOST:PORT``."""
    for place in hosts.split(","):
        allowed_addresses(urlsplit(f"//{place}").hostname or place, label)


def tracer(host: str, label: str) -> Callable[[str, dict[str, Any]], None]:
    """Return what looks at each connection of httpx before a request goes over it: names may change their meaning."""

    def traced(event: str, info: dict[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            stream = info["return_value"]
            address = stream.get_extra_info("server_addr")
            try:
                refuse_private(host, str(address[0]), label)
            except SourceError:
                stream.close()
                raise

    return traced


def _fits(said: str, host: str, number: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if not said:
        return False
    try:
        return number in ipaddress.ip_network(said, strict=False)
    except ValueError:
        return fnmatchcase(host.lower(), said.lower())
