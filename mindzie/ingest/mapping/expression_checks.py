"""What goes together in an expression, and the messages where something does not, which point at the place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from mindzie.core.errors import SettingError, UnknownNameError, nearest
from mindzie.ingest.mapping.functions import Kind


@dataclass(frozen=True, slots=True)
class Value:
    """A part of an expression: what it computes, and the kind of what comes out."""

    expression: pl.Expr
    kind: Kind


class Checks:
    """Looks at the kinds of parts.

    Parameters
    ----------
    text : str
        The whole expression, for messages.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    def need(self, node: Any, value: Value, kind: Kind) -> None:
        """Refuse a part that is of another kind than is needed."""
        if value.kind not in {kind, "nothing"}:
            raise self.refused(
                node,
                f"{node.sql()} is {said(value.kind)}, but {said(kind)} is needed ({advice(kind)})",
            )

    def alike(self, node: Any, left: Value, right: Value) -> None:
        """Refuse two parts of different kinds beside each other."""
        if "nothing" not in {left.kind, right.kind} and left.kind != right.kind:
            raise self.refused(
                node,
                f"{node.sql()} sets {said(left.kind)} beside {said(right.kind)}: turn one into the other with number(), text() or date()",
            )

    def joined(self, node: Any, kind: Kind, value: Value) -> Kind:
        """Return the kind of a result that comes from several parts, which must be alike."""
        if "nothing" not in {kind, value.kind} and kind != value.kind:
            raise self.refused(
                node,
                f"one part gives {said(kind)}, another {said(value.kind)}: all must give the same",
            )
        return value.kind if kind == "nothing" else kind

    def place(self, node: Any) -> str:
        """Return where a part begins."""
        start = next((each.meta["start"] for each in node.walk() if "start" in each.meta), None)
        where = "" if start is None else f", letter {start + 1}"
        return f"the expression {self.text!r}{where}"

    def refused(self, node: Any, what: str) -> SettingError:
        """Return a refusal that points at the place."""
        return SettingError(f"In {self.place(node)}: {what}.")


def unknown_word(kind: str, name: str, known: Any, where: str) -> UnknownNameError:
    """Return the error for a column or function that there is not."""
    close = nearest(name, known)
    hint = (
        f"Did you mean {' or '.join(map(repr, close))}?"
        if close
        else f"There are: {', '.join(sorted(known)[:20])}."
    )
    return UnknownNameError(f"In {where}: there is no {kind} {name!r}. {hint}")


def said(kind: str) -> str:
    """Return a kind as people say it."""
    return {
        "number": "a number",
        "date": "a date",
        "boolean": "a condition",
        "duration": "a duration",
    }.get(kind, kind)


def advice(kind: str) -> str:
    """Return how something becomes of a kind."""
    calls = {"number": "number(...)", "text": "text(...)", "date": "date(..., '%Y-%m-%d')"}
    return f"{calls[kind]} makes it one" if kind in calls else "compare it with something"
