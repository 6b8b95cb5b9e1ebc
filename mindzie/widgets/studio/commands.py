"""What commands of the browser make of a state; nothing here knows widgets or logs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

from mindzie.core.families import Calculator, Filter
from mindzie.core.operation import load
from mindzie.widgets import messages as m
from mindzie.widgets.studio.state import State


def filter_of(stored: Any) -> Filter:
    """Return a filter from itself or its stored form.

    Parameters
    ----------
    stored : Filter or dict
        What is given.

    Returns
    -------
    Filter
        Its settings are checked, its names not yet.
    """
    return cast("Filter", load(stored, "filter"))


def calculator_of(stored: Any) -> Calculator:
    """Return a calculator from itself or its stored form."""
    return cast("Calculator", load(stored, "calculator"))


_CHANGES: Final[dict[type[Any], Callable[[State, Any], State]]] = {
    m.AddFilter: lambda state, to: state.with_filter(filter_of(to.operation), to.place),
    m.EditFilter: lambda state, to: state.with_edited(to.place, filter_of(to.operation)),
    m.RemoveFilter: lambda state, to: state.without_filter(to.place),
    m.MoveFilter: lambda state, to: state.moved(to.place, to.to),
    m.SwitchFilter: lambda state, to: state.switched(to.place, on=to.on),
    m.SetResult: lambda state, to: state.with_result(calculator_of(to.operation), to.place),
    m.RemoveResult: lambda state, to: state.without_result(to.place),
}


def changed(state: State, message: m.Message) -> State | None:
    """Return the state a command leads to; None where the message changes no filters or results.

    Parameters
    ----------
    state : State
        The present one.
    message : Message
        What the browser sent.

    Returns
    -------
    State or None
        A new state.

    Raises
    ------
    MindzieError
        Where the operation or the place does not exist.

    Examples
    --------
    >>> changed(State(), m.Simple(do="undo")) is None
    True
    """
    make = _CHANGES.get(type(message))
    return make(state, message) if make else None
