"""Answering what a notebook asks of its workspace, with the rights of the person the hub vouches for."""
# ruff: noqa: SLF001 - what is private to objects of the workspace is of this layer

from __future__ import annotations

import inspect
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Annotated, Any, Final
from uuid import UUID

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.orm.attributes import set_committed_value

from mindzie.access.account import Account
from mindzie.access.audit_log import AuditLog
from mindzie.access.collection import Collection
from mindzie.access.items import Item
from mindzie.access.origin import through
from mindzie.access.remote.frames import unframed
from mindzie.access.remote.surface import NESTED, ROOTS, allowed, is_act
from mindzie.access.remote.wire import packed, unpacked
from mindzie.access.workspace import Workspace
from mindzie.core.errors import ForbiddenError, MindzieError, SettingError, WrongTypeError
from mindzie.core.log import EventLog
from mindzie.engine.snapshot import open_snapshot

Chain = Annotated[list[str | dict[str, str]], Field(max_length=8)]
"""How an object is reached from the workspace: names of members, and ``{"item": identifier}``."""
_STRANGE: Final = "The question is not understood: both sides need the same version."


class Question(BaseModel):
    """What is asked.

    Parameters
    ----------
    chain : list
        Of what.
    revision : int, optional
        The state in which it was looked at.
    name : str
        Which member.
    args, kwargs : list, dict
        As ``wire.packed`` made them; None where the member is looked at, not called.
    origin : object
        What the notebook's process says of itself, as ``origin.origin``.
    """

    model_config = ConfigDict(extra="ignore", strict=True)

    chain: Chain
    revision: int | None = None
    name: str
    args: list[Any] | None = None
    kwargs: dict[str, Any] = Field(default_factory=dict)
    origin: object = None


def answer(
    ws: Workspace,
    said: dict[str, Any],
    sent: Sequence[Path],
    out: Path,
    seen: Mapping[str, str | None] | None = None,
    *,
    surface: str = "hub",
) -> tuple[dict[str, Any], list[Path]]:
    """Answer a question.

    Parameters
    ----------
    ws : Workspace
        Of who asks.
    said : dict
        The question.
    sent : sequence of Path
        Event logs that came with it.
    out : Path
        An empty folder for those of the answer.
    seen : mapping, optional
        What is known here of from where it is asked, for the audit log.
    surface : str
        What this process is, as in ``origin.through``.

    Returns
    -------
    tuple of dict and list of Path
        ``result``, and ``self`` as it is now, or ``error``; the folders that go with it.
    """
    folders = list[Path]()
    pack = _Packer(out, folders)
    try:
        question = Question.model_validate(said)
        with through(surface, question.origin, **(seen or {})):
            target = _reached(ws, question)
            found = _done(ws, target, question, sent)
        told = {"result": packed(found, pack)}
        if isinstance(target, Item):
            told["self"] = packed(target, pack)
    except ValidationError:
        return _error(
            SettingError("The question is not understood: both sides need the same version.")
        ), []
    except MindzieError as error:
        return _error(error), []
    return told, folders


def _error(error: MindzieError) -> dict[str, Any]:
    return {"error": {"kind": type(error).__name__, "text": str(error)}}


def _reached(ws: Workspace, question: Question) -> Any:
    found: Any = ws
    for step in question.chain:
        if isinstance(step, dict):
            if not isinstance(found, Collection):
                raise _closed(found, "an object in it")
            found = found[_identifier(step.get("item", ""))]
        else:
            if not _may(ws, found, step) or is_act(type(found), step):
                raise _closed(found, step)
            found = getattr(found, step)
    if isinstance(found, Item) and question.revision is not None:
        # who looked at it earlier must not change what somebody else changed meanwhile
        set_committed_value(found._row, "revision", question.revision)
    return found


def _identifier(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise SettingError("An object is told by its identifier (a UUID).") from None


def _may(ws: Workspace, found: Any, name: str) -> bool:
    who = ws._door.actor
    return allowed(type(found), name, reading=who.grant is not None, running=who.run is not None)


def _closed(found: Any, name: str) -> ForbiddenError:
    return ForbiddenError(
        f"{name!r} of a {type(found).__name__} is not to be had from here: it is done by workers of this installation, by its operator, or by people themselves."
    )


def _done(ws: Workspace, target: Any, question: Question, sent: Sequence[Path]) -> Any:
    kind = type(target)
    if not _may(ws, target, question.name):
        raise _closed(target, question.name)
    if question.args is None:
        if is_act(kind, question.name):
            raise _closed(target, question.name)
        return getattr(target, question.name)
    if not is_act(kind, question.name):
        raise _closed(target, question.name)
    args, kwargs = _given(ws, question, sent)
    act = getattr(target, question.name)
    try:
        inspect.signature(act).bind(*args, **kwargs)
    except TypeError as error:
        raise WrongTypeError(f"{question.name}: {error}.") from None
    found = act(*args, **kwargs)
    return list(found) if isinstance(found, Iterator) else found


def _given(
    ws: Workspace, question: Question, sent: Sequence[Path]
) -> tuple[list[Any], dict[str, Any]]:
    marks = {
        "ref": lambda value: _reached(ws, Question(chain=value["chain"], name="")),
        "log": lambda number: open_snapshot(sent[number]),
    }
    try:
        args = unpacked(question.args, marks)
        return args, {name: unpacked(value, marks) for name, value in question.kwargs.items()}
    except MindzieError:
        raise
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError):
        raise SettingError(_STRANGE) from None


def exchange(
    opened: Callable[[], Workspace],
    body: IO[bytes],
    folder: Path,
    seen: Mapping[str, str | None],
    *,
    surface: str = "hub",
    passed: Mapping[str, str] | None = None,
) -> tuple[dict[str, Any], list[Path]]:
    """Answer what came over a line.

    Parameters
    ----------
    opened : callable
        Opens the workspace of who asks, or refuses.
    body : file
        A frame.
    folder : Path
        An empty one, for what comes and what goes.
    seen : mapping
        What is known here of from where it is asked.
    surface : str
        What this process is, as in ``origin.through``.
    passed : mapping, optional
        What is added to what the other side says of itself.

    Returns
    -------
    tuple of dict and list of Path
        As ``answer``.
    """
    parts = [folder / name for name in ("in", "out")]
    for part in parts:
        part.mkdir()
    try:
        question, sent = unframed(body, parts[0])
        ws = opened()
    except MindzieError as error:
        return _error(error), []
    said = question.get("origin")
    origin = {**(said if isinstance(said, dict) else {}), **(passed or {})}
    return answer(ws, {**question, "origin": origin}, sent, parts[1], seen, surface=surface)


class _Packer:
    """Says how objects of the workspace, logs and tables travel."""

    def __init__(self, out: Path, folders: list[Path]) -> None:
        self._out, self._folders = out, folders

    def __call__(self, value: Any) -> tuple[str, Any] | None:
        if isinstance(value, Item):
            return "ref", self._item(value)
        if isinstance(value, Collection | Account | AuditLog):
            return "part", type(value).__name__
        if isinstance(value, EventLog):
            folder = self._room()
            folder.rmdir()
            value.save(folder)
            self._folders.append(folder)
            return "log", [len(self._folders) - 1, value.engine]
        if isinstance(value, pl.DataFrame):
            folder = self._room()
            value.write_ipc(folder / "table.arrow")
            self._folders.append(folder)
            return "table", len(self._folders) - 1
        return None

    def _room(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self._out))

    def _item(self, item: Item) -> dict[str, Any]:
        row, kind = item._row, type(item)
        facts = {name: getattr(row, name) for name in item.shown()}
        return {
            "kind": kind.__name__,
            "chain": _chain(item),
            "revision": row.revision,
            "label": item.label,
            "facts": {name: packed(value, self) for name, value in facts.items()},
        }


def _chain(item: Item) -> list[Any]:
    here = {"item": str(item.id)}
    if type(item) in ROOTS:
        return [ROOTS[type(item)], here]
    above, column, inside = NESTED[type(item)]
    return [above, {"item": str(getattr(item._row, column))}, inside, here]
