"""What a notebook of the hub holds: objects that look like those of a workspace and ask the hub for every act."""
# ruff: noqa: SLF001 - what is private to objects of the workspace is of this layer

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import update_wrapper
from pathlib import Path
from types import MethodType
from typing import Any, Final, cast

import polars as pl

from mindzie.access.collection import Collection
from mindzie.access.items import Item
from mindzie.access.origin import origin
from mindzie.access.remote.link import Link, shelf
from mindzie.access.remote.surface import HERE, KINDS, allowed, is_act, members
from mindzie.access.remote.wire import packed, unpacked
from mindzie.access.workspace import Workspace
from mindzie.core.errors import SettingError
from mindzie.core.log import EventLog
from mindzie.engine.snapshot import open_snapshot

_OURS: Final = frozenset({"_link", "_chain", "_kind", "_state"})


def workspace_of(link: Link) -> Workspace:
    """Return the workspace of whom the hub knows behind a link.

    Parameters
    ----------
    link : Link
        To the hub.

    Returns
    -------
    Workspace
        To ``isinstance`` too; what it is asked, the hub answers.
    """
    return cast(Workspace, Remote(link, [], Workspace))


class Remote:
    """An object of a workspace, its facts at hand and its acts done by the hub.

    Parameters
    ----------
    link : Link
        To the hub.
    chain : list
        How it is reached there.
    kind : type
        What it is to whom uses it.
    state : dict, optional
        Facts, label and revision, of an object that has them.
    """

    def __init__(
        self,
        link: Link,
        chain: list[Any],
        kind: type,
        state: dict[str, Any] | None = None,
    ) -> None:
        self._link, self._chain, self._kind = link, chain, kind
        self._state = state or {}

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return self._kind

    def __getattr__(self, name: str) -> Any:
        if name in _OURS:  # not there yet: it is being copied
            raise AttributeError(name)
        if name in self._state.get("facts", {}):
            return self._state["facts"][name]
        if name == "label" and self._state:
            return self._state["label"]
        if name in HERE.get(self._kind.__name__, ()):
            return MethodType(getattr(self._kind, name), self)
        if name == "_door":
            raise SettingError(
                f"This {self._kind.__name__} is elsewhere: what reads it by itself, such as a connector, is done by workers of this installation. Ask for an import with dataset.request_import()."
            )
        if not allowed(self._kind, name) and hasattr(self._kind, name) and not name.startswith("_"):
            raise SettingError(
                f"{name!r} of a {self._kind.__name__} is not to be had from here: it is done by workers of this installation, or by its operator."
            )
        if not allowed(self._kind, name):
            there = ", ".join(sorted(one for one in dir(self) if not one.startswith("_")))
            raise AttributeError(f"A {self._kind.__name__} has no {name!r}; it has {there}.")
        return self._act(name) if is_act(self._kind, name) else self._ask(name)

    def _act(self, name: str) -> Callable[..., Any]:
        def act(*args: Any, **kwargs: Any) -> Any:
            return self._ask(name, args, kwargs)

        return update_wrapper(act, getattr(self._kind, name))

    def _ask(
        self, name: str, args: tuple[Any, ...] | None = None, kwargs: dict[str, Any] | None = None
    ) -> Any:
        sent = list[Path]()
        pack = _packer(sent)
        question = {
            "chain": self._chain,
            "revision": self._state.get("revision"),
            "name": name,
            "args": None if args is None else [packed(one, pack) for one in args],
            "kwargs": {key: packed(one, pack) for key, one in (kwargs or {}).items()},
            "origin": origin(),
        }
        answer, folders = self._link.ask(question, sent)
        marks = {
            "ref": self._object,
            "part": lambda said: Remote(self._link, [*self._chain, name], KINDS[said]),
            "log": lambda said: open_snapshot(folders[said[0]], said[1]),
            "table": lambda number: pl.read_ipc(folders[number] / "table.arrow"),
        }
        if "self" in answer:
            now = unpacked(answer["self"], marks)
            if now._chain == self._chain:
                self._state = now._state
        return unpacked(answer["result"], marks)

    def _object(self, said: dict[str, Any]) -> Remote:
        marks = {"ref": self._object}
        facts = {name: unpacked(value, marks) for name, value in said["facts"].items()}
        state = {"facts": facts, "label": said["label"], "revision": said["revision"]}
        return Remote(self._link, said["chain"], KINDS[said["kind"]], state)

    def __dir__(self) -> list[str]:
        """Return acts and facts, for completion."""
        here = HERE.get(self._kind.__name__, ())
        return sorted({*members(self._kind), *here, *self._state.get("facts", ())})

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Remote | Item)
            and bool(self._state)
            and type(other) is Remote
            and other._chain == self._chain
        )

    def __hash__(self) -> int:
        return hash(repr(self._chain))

    def __repr__(self) -> str:
        return (
            str(self._ask("__repr__", ()))
            if allowed(self._kind, "__repr__")
            else object.__repr__(self)
        )

    def _repr_html_(self) -> str | None:
        return str(self._ask("_repr_html_", ())) if allowed(self._kind, "_repr_html_") else None

    def __getitem__(self, key: Any) -> Any:
        return self._ask("__getitem__", (key,))

    def __len__(self) -> int:
        return int(self._ask("__len__", ()))

    def __bool__(self) -> bool:
        return len(self) > 0 if issubclass(self._kind, Collection) else True

    def __iter__(self) -> Iterator[Any]:
        return iter(self._ask("__iter__", ()))

    def __contains__(self, key: object) -> bool:
        return bool(self._ask("__contains__", (key,)))

    def _ipython_key_completions_(self) -> list[str]:
        found: list[str] = self._ask("_ipython_key_completions_", ())
        return found


def _packer(sent: list[Path]) -> Callable[[Any], tuple[str, Any] | None]:
    def pack(value: Any) -> tuple[str, Any] | None:
        if type(value) is Remote:
            return "ref", {"chain": value._chain}
        if isinstance(value, EventLog):
            sent.append(value.save(shelf() / "log"))
            return "log", len(sent) - 1
        return None

    return pack
