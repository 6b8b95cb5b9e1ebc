"""Settings in words: what a JSON schema says, for people."""

from __future__ import annotations

import json
from typing import Any

PLAIN = {"string": "text", "integer": "whole number", "number": "number", "boolean": "yes or no"}
PICKED = {
    "activity": "activity",
    "value": "value",
    "variant": "variant",
    "case": "case id",
    "duration": "duration",
    "date": "date",
    "moment": "date, or time relative to now",
    "calendar": "working calendar",
}


def settings_table(schema: dict[str, Any]) -> str:
    """Return a Markdown table of an operation's settings.

    Parameters
    ----------
    schema : dict
        Its JSON schema.

    Returns
    -------
    str
        Name, type, default and help of each.
    """
    rows = ["| setting | type | default | |", "|---|---|---|---|"]
    for name, offered in schema.get("properties", {}).items():
        needed = name in schema.get("required", ())
        default = "*needed*" if needed else default_of(offered.get("default"))
        described = " ".join(offered.get("description", "").split()).replace("``", "`")
        cells = (f"`{name}`", type_of(offered, schema.get("$defs", {})), default, described)
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows)


def default_of(value: Any) -> str:
    """Return a default as JSON has it; none and empty ones in words."""
    if value is None:
        return "none"
    return f"`{json.dumps(value, ensure_ascii=False)}`" if value not in ("", []) else "empty"


def type_of(offered: dict[str, Any], defs: dict[str, Any]) -> str:
    """Return a type in words."""
    if "$ref" in offered:
        return type_of(defs[offered["$ref"].rpartition("/")[2]], defs)
    if "anyOf" in offered:
        said = [type_of(o, defs) for o in offered["anyOf"] if o.get("type") != "null"]
        words = list(dict.fromkeys(said))
        if {"whole number", "number"} <= set(words):
            words.remove("whole number")
        return " or ".join(words)
    if "enum" in offered or "const" in offered:
        values = offered.get("enum", [offered.get("const")])
        return ", ".join(f"`{json.dumps(value).strip(chr(34))}`" for value in values)
    if offered.get("type") == "array":
        return _list_of(offered, defs)
    mark = offered.get("x-mindzie", {})
    if offered.get("properties") and not mark:
        return "object of " + " and ".join(f"`{name}`" for name in offered["properties"])
    return (
        _picked(mark) if mark else PLAIN.get(offered.get("type", ""), "object") + _bounds(offered)
    )


def _list_of(offered: dict[str, Any], defs: dict[str, Any]) -> str:
    parts = offered.get("prefixItems")
    if parts:
        return f"{len(parts)} of: " + ", ".join(dict.fromkeys(type_of(p, defs) for p in parts))
    items = offered.get("items", {})
    if items.get("prefixItems") and "map" in offered.get("x-mindzie", {}):
        return "pairs of activity and text"
    mark = offered.get("x-mindzie")
    return "list: " + (_picked(mark) if mark else type_of(items, defs))


def _picked(mark: dict[str, Any]) -> str:
    if mark["pick"] == "operation":
        return str(mark["kind"])
    if mark["pick"] == "value":
        return f"value of `{mark['of']}`" if "of" in mark else "value"
    if mark["pick"] != "attribute":
        return PICKED.get(mark["pick"], str(mark["pick"]))
    types = " or ".join(mark.get("types", ()))
    words = [types, "attribute", f"of each {mark['level']}" if "level" in mark else ""]
    return " ".join(filter(None, words))


def _bounds(offered: dict[str, Any]) -> str:
    low, high = offered.get("minimum"), offered.get("maximum")
    above = offered.get("exclusiveMinimum")
    if low is not None and high is not None:
        return f" from {low:g} to {high:g}"
    if above is not None:
        return f" above {above:g}"
    return (
        f", at least {low:g}"
        if low is not None
        else f", at most {high:g}"
        if high is not None
        else ""
    )
