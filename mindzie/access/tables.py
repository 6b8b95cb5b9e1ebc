"""How objects show themselves in a notebook: what says something first, in words, without identifiers of others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from mindzie.access import audit

_FIRST = ("name", "number", "description")
_LEFT_OUT = {"content", "created_by", "updated_at"}
_LONGEST = 60
_LEFT = " style='text-align:left'"


def rows_of(title: str, facts: Mapping[str, Any]) -> str:
    """Return a table of one object: a fact a row.

    Parameters
    ----------
    title : str
        What it is.
    facts : mapping
        By name; empty ones are left out.

    Returns
    -------
    str
        HTML, all of it escaped.
    """
    body = "".join(
        f"<tr><th{_LEFT}>{_said(name)}</th><td{_LEFT}>{escape(_text(facts[name]))}</td></tr>"
        for name in [*_chosen(facts), *(["id"] if "id" in facts else [])]
        if not _empty(facts[name])
    )
    return f"<div><b>{escape(title)}</b></div><table><tbody>{body}</tbody></table>"


def table_of(found: Sequence[Mapping[str, Any]]) -> str:
    """Return a table of objects of one kind: an object a row.

    Parameters
    ----------
    found : sequence of mapping
        The facts of each; what is empty for all is left out.

    Returns
    -------
    str
        HTML, all of it escaped.
    """
    columns = [
        name for name in _chosen(found[0]) if not all(_empty(facts[name]) for facts in found)
    ]
    head = "".join(f"<th{_LEFT}>{_said(name)}</th>" for name in columns)
    body = "".join(
        "<tr>"
        + "".join(f"<td{_LEFT}>{escape(_short(facts[name]))}</td>" for name in columns)
        + "</tr>"
        for facts in found
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _chosen(facts: Mapping[str, Any]) -> list[str]:
    names = [
        name
        for name in facts
        if name != "id" and not name.endswith("_id") and name not in _LEFT_OUT
    ]
    return sorted(names, key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST))


def _said(name: str) -> str:
    return escape(name.removesuffix("_at").replace("_", " "))


def _empty(value: Any) -> bool:
    return value is None or value in ("", {}, [], ())


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(audit.plain(value))


def _short(value: Any) -> str:
    text = _text(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
