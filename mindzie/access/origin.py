"""From where an act comes, as far as a process can tell of itself."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from typing import Any, Final

from mindzie.access.identity import storable

CLIENT_VARIABLE: Final = "MINDZIE_CLIENT"
"""Where somebody sits who works in a process elsewhere, such as the address that a hub saw; set by who starts the process."""
_LONGEST: Final = 200


def origin() -> dict[str, Any]:
    """Return from where what is done now comes.

    Returns
    -------
    dict
        ``host`` and ``process``; ``surface``: ``notebook``, ``dashboard`` (a notebook shown by Voila), ``command`` or
        ``program``; ``program``: what was started; ``client``: what ``MINDZIE_CLIENT`` says, where it says something.

    Examples
    --------
    >>> sorted(origin())[:2]
    ['host', 'process']
    """
    found = {"host": platform.node(), "process": os.getpid(), "surface": _surface()}
    if program := _program():
        found["program"] = program
    client = os.environ.get(CLIENT_VARIABLE, "").strip()
    return {**found, "client": _kept(client)} if client else found


def said_of(origin: dict[str, Any]) -> str:
    """Return an origin in words.

    Examples
    --------
    >>> said_of({"host": "node-1", "process": 7, "surface": "notebook", "client": "10.0.0.8"})
    'notebook on node-1 for 10.0.0.8'
    """
    surface, program = origin.get("surface", "program"), origin.get("program")
    what = program if surface == "program" and program else surface
    host = f" on {origin['host']}" if origin.get("host") else ""
    return f"{what}{host}" + (f" for {origin['client']}" if origin.get("client") else "")


def _surface() -> str:
    program = _program()
    if program == "ipykernel":
        voila = os.environ.get("SERVER_SOFTWARE", "").startswith("voila/")
        return "dashboard" if voila else "notebook"
    return "command" if program == "mindzie" else "program"


def _program() -> str:
    path = Path(sys.argv[0] if sys.argv else "")
    name = path.parent.name if path.name == "__main__.py" else path.name
    if name.startswith("ipykernel"):
        return "ipykernel"
    return "" if name.startswith("-") else _kept(name.removesuffix(".exe"))


def _kept(text: str) -> str:
    return text[:_LONGEST] if storable(text) else ""
