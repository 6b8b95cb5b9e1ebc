"""Forms of operations, made from their JSON schemas: which control a setting has, and what it offers."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

from mindzie.core.operation import Operation, picks
from mindzie.operations import operations
from mindzie.widgets.studio.compared import follow_type

Json = dict[str, Any]
_MAIN_SETTINGS: Final = 3
_LIMITS: Final = {
    "minimum": "min",
    "exclusiveMinimum": "above",
    "maximum": "max",
    "exclusiveMaximum": "below",
    "maxLength": "longest",
}
_SCALARS: Final = {
    "string": "text",
    "integer": "integer",
    "number": "number",
    "boolean": "flag",
}


@cache
def catalogue(kind: str) -> tuple[Json, ...]:
    """Return the form of every operation of a kind.

    Parameters
    ----------
    kind : {"filter", "calculator", "enrichment"}
        The kind.

    Returns
    -------
    tuple of dict
        ``op``, ``title``, ``category``, ``help`` and ``fields``, by category and title.

    Examples
    --------
    >>> [form["title"] for form in catalogue("filter") if form["op"] == "cases_with_activity"]
    ['Cases with activity']
    """
    forms = [form(cls) for cls in operations(kind)]
    return tuple(sorted(forms, key=lambda made: (made["category"], made["title"])))


def form(cls: type[Operation]) -> Json:
    """Return the form of an operation.

    Parameters
    ----------
    cls : type of Operation
        The operation.

    Returns
    -------
    dict
        ``fields`` is a list in the order of a form: what matters most first.
    """
    schema = cls.model_json_schema()
    required = set(schema.get("required", ()))
    fields = [
        field(name, part, schema.get("$defs", {}), required=name in required)
        for name, part in schema.get("properties", {}).items()
    ]
    follow_type(fields)
    main = cls.main_settings or _first(fields)
    for made in fields:
        made["main"] = made["required"] or made["name"] in main or made["name"] == "keep"
    of = {name: mark.of for name, marks in picks(cls).items() for mark in marks if mark.of}
    fields.sort(key=lambda made: (made["name"] == "keep", not made["main"], made["name"] in of))
    return {
        "kind": cls.kind,
        "op": cls.id,
        "title": said(cls.id),
        "category": said(cls.category),
        "help": cls.description(),
        "fields": fields,
    }


def _first(fields: list[Json]) -> tuple[str, ...]:
    rest = [made["name"] for made in fields if made["name"] != "keep"]
    return tuple(rest[:_MAIN_SETTINGS])


def said(name: str) -> str:
    """Return a name of ours as people write it.

    Examples
    --------
    >>> said("min_occurrences")
    'Min occurrences'
    """
    text = re.sub(r"[_\s]+", " ", name).strip()
    return text[:1].upper() + text[1:]


def field(name: str, schema: Json, defs: Json, *, required: bool) -> Json:
    """Return one setting of a form.

    Parameters
    ----------
    name : str
        Of the setting.
    schema, defs : dict
        Its JSON schema, and the definitions it may refer to.
    required : bool
        Whether it has no default.

    Returns
    -------
    dict
        ``control`` says how it is asked for: ``activity``, ``attribute``, ``value``, ``variant``, ``case``,
        ``duration``, ``date``, ``moment``, ``calendar``, ``operation``, ``choice``, ``flag``, ``integer``, ``number``, ``text`` or ``json``;
        ``many`` whether there may be several.
    """
    made: Json = {
        "name": name,
        "label": said(name),
        "help": schema.get("description", ""),
        "required": required,
        "default": schema.get("default"),
        "optional": False,
        "many": False,
        "control": "json",
    }
    _read(schema, defs, made)
    if name == "keep" and made["control"] == "flag":
        made["control"] = "keep"
    return made


def _read(schema: Json, defs: Json, made: Json) -> None:
    schema = _resolved(schema, defs)
    options = [_resolved(part, defs) for part in schema.get("anyOf", ())]
    if options:
        kinds = [part for part in options if part.get("type") != "null"]
        made["optional"] = made["optional"] or len(kinds) < len(options)
        if len(kinds) == 1:
            _read({**kinds[0], **_marked(schema)}, defs, made)
            return
        schema = {**_widest(kinds), **_marked(schema)}
    made.update({ours: schema[theirs] for theirs, ours in _LIMITS.items() if theirs in schema})
    mark = schema.get("x-mindzie")
    if schema.get("type") == "array" and "prefixItems" not in schema:
        made["many"] = True
        if not mark:
            _read(schema.get("items", {}), defs, made)
            return
    if mark:
        made.update(mark)
        made["control"] = mark["pick"]
    elif "enum" in schema or "const" in schema:
        made.update(control="choice", options=schema.get("enum") or [schema["const"]])
    elif schema.get("type") in _SCALARS:
        made["control"] = _SCALARS[schema["type"]]


def _resolved(schema: Json, defs: Json) -> Json:
    if "$ref" in schema:
        target = defs.get(schema["$ref"].rpartition("/")[2], {})
        return _resolved({**target, **{k: v for k, v in schema.items() if k != "$ref"}}, defs)
    return schema


def _marked(schema: Json) -> Json:
    return {key: schema[key] for key in ("x-mindzie",) if key in schema}


def _widest(kinds: list[Json]) -> Json:
    """Choose how to ask for one of several types: what is marked, else a choice, else text."""
    marked = [part for part in kinds if "x-mindzie" in part]
    arrays = [part for part in kinds if part.get("type") == "array"]
    if marked:
        return (next((part for part in marked if part in arrays), None)) or marked[0]
    types = {part.get("type") for part in kinds}
    if types <= {"integer", "number"}:
        return {"type": "number"}
    return {"type": "string"} if types & {"string"} and not arrays else {}
