"""From where an act comes, as far as a process can tell of itself."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

from mindzie.access.identity import storable

CLIENT_VARIABLE: Final = "MINDZIE_CLIENT"
"""Where somebody sits who works in a process elsewhere, such as the address that a hub saw; set by who starts the process."""
_LONGEST: Final = 200
_OWN_WORDS: Final = ("surface", "program", "host", "client", "forwarded_for")
_THROUGH: ContextVar[Mapping[str, Any] | None] = ContextVar("through", default=None)


@contextmanager
def through(surface: str, said: object = None, **seen: str | None) -> Iterator[None]:
    """Let what is done within come through this process from elsewhere, such as from a notebook through the hub.

    Parameters
    ----------
    surface : str
        What this process is to those elsewhere: ``hub``.
    said : object
        The other side's own ``origin()``. Nobody proves it, so it is kept apart, under ``said``; what is no origin is left out.
    **seen : str or None
        What this process knows by itself, such as ``client``, the address that it was called from.

    Examples
    --------
    >>> with through("hub", {"surface": "notebook", "host": "pc"}, client="10.0.0.8"):
    ...     found = origin()
    >>> found["surface"], found["client"], found["said"]
    ('hub', '10.0.0.8', {'surface': 'notebook', 'host': 'pc'})
    """
    told = {name: _kept(value) for name, value in seen.items() if value}
    own = _own_words(said)
    before = _THROUGH.set({"surface": surface, **told, **({"said": own} if own else {})})
    try:
        yield
    finally:
        _THROUGH.reset(before)


def is_passed_on() -> bool:
    """Return whether what is done now comes ``through`` this process, whose files and folders are not those of who asks."""
    return _THROUGH.get() is not None


def origin() -> dict[str, Any]:
    """Return from where what is done now comes.

    Returns
    -------
    dict
        ``host`` and ``process``; ``surface``: ``notebook``, ``dashboard`` (a notebook shown by Voila), ``command`` or
        ``program``; ``program``: what was started; ``client``: what ``MINDZIE_CLIENT`` says, where it says something. Of what
        comes ``through`` this process, what is said there instead of the last three.

    Examples
    --------
    >>> sorted(origin())[:2]
    ['host', 'process']
    """
    here = {"host": platform.node(), "process": os.getpid()}
    if passed := _THROUGH.get():
        return {**here, **passed}
    found = {**here, "surface": _surface()}
    if program := _program():
        found["program"] = program
    client = _kept(os.environ.get(CLIENT_VARIABLE, ""))
    return {**found, "client": client} if client else found


def said_of(origin: dict[str, Any]) -> str:
    """Return an origin in words.

    Examples
    --------
    >>> said_of({"host": "node-1", "process": 7, "surface": "notebook", "client": "10.0.0.8"})
    'notebook on node-1 for 10.0.0.8'
    >>> said_of({"host": "hub-1", "surface": "hub", "said": {"surface": "notebook", "host": "pc"}})
    'hub on hub-1, which was told: notebook on pc'
    """
    told = origin.get("said")
    first = _phrase({"surface": "program", **origin})
    return f"{first}, which was told: {_phrase(told)}" if told else first


def _phrase(origin: Mapping[str, Any]) -> str:
    surface, program = origin.get("surface"), origin.get("program")
    words = [program if surface == "program" and program else surface]
    client = origin.get("client") or origin.get("forwarded_for")
    places = (("on", origin.get("host")), ("for", client))
    words += [f"{word} {place}" for word, place in places if place]
    return " ".join(word for word in words if word)


def _own_words(said: object) -> dict[str, str]:
    found = said if isinstance(said, Mapping) else {}
    words = {name: found.get(name) for name in _OWN_WORDS}
    kept = {name: _kept(word) for name, word in words.items() if isinstance(word, str)}
    return {name: word for name, word in kept.items() if word}


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
    # it is shown in terminals: signs that steer them are none of an address
    shown = "".join(letter if letter.isprintable() else " " for letter in text[:_LONGEST])
    return shown.strip() if storable(text) else ""
