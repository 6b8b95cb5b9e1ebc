"""What groups of commands share: how they are made, and how one of many is named by the end of its identifier."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

import typer

from mindzie.core.errors import NotFoundError
from mindzie.core.words import counted

T = TypeVar("T")
_SHORTEST: Final = 4


def add_group(
    app: typer.Typer, name: str, purpose: str, commands: Iterable[Callable[..., Any]]
) -> None:
    """Add a group of commands.

    Parameters
    ----------
    app : typer.Typer
        The application.
    name : str
        Of the group.
    purpose : str
        Its help.
    commands : iterable of callable
        Each is called as its function, with hyphens for underscores and none at the end.
    """
    group = typer.Typer(help=purpose, no_args_is_help=True)
    for command in commands:
        group.command(command.__name__.rstrip("_").replace("_", "-"))(command)
    app.add_typer(group, name=name)


def by_end(every: Iterable[T], said: str, thing: str, command: str) -> T:
    """Return the one whose identifier ends so.

    Parameters
    ----------
    every : iterable
        Things with an ``id``.
    said : str
        The end of an identifier, four letters or more.
    thing : str
        What one of them is called.
    command : str
        Lists them.

    Raises
    ------
    NotFoundError
        Where it is none, or several.
    """
    ends = [one for one in every if str(getattr(one, "id", "")).endswith(said)]
    if len(said) < _SHORTEST or len(ends) != 1:
        raise NotFoundError(f"{counted(len(ends), thing)} end in {said!r}: see `{command}`.")
    return ends[0]
