"""What a run leaves beside its results: what changed since the run accepted last, and its figures for those that come after."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from mindzie.access.accepted import accepted_before, left_by
from mindzie.access.door import Door
from mindzie.access.run_queue import RunTurn
from mindzie.access.runs import CHANGES, CHANGES_PAGE, LOG, RESULTS
from mindzie.core.errors import DataSetError, SourceError
from mindzie.investigations.comparing import Comparison, compare, read_record
from mindzie.investigations.comparing.changes import number
from mindzie.investigations.comparing.parts import Part, parts, unit
from mindzie.investigations.comparing.recorded import Recorded
from mindzie.store.models import Run

MOST: Final = 200
"""Results, and figures of each, that are kept for later runs."""
LEAST_SHARE: Final = 0.01
"""Of the cases: a rarer variant is not kept."""
_LONGEST: Final = 2000
"""Letters of a variant."""
_ZERO: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
"""In JSON, where a backslash may stand for itself."""


def difference(before: bytes, after: bytes) -> tuple[dict[str, Any], str]:
    """Return what changed from one run to another, as JSON and as a page that opens offline.

    Parameters
    ----------
    before, after : bytes
        Their ``results.json``.

    Returns
    -------
    tuple of dict and str
        The JSON has what changed in words, too, as ``text``.
    """
    found = compare(read_results(before), read_results(after))
    return {"text": found.text(), "count": _count(found), **found.to_json()}, found.html()


def read_results(results: bytes) -> dict[str, Any]:
    r"""Read a ``results.json``, as databases can keep it.

    Parameters
    ----------
    results : bytes
        The file.

    Returns
    -------
    dict
        What stands in it.

    Examples
    --------
    >>> read_results(b'{"a": "x\\u0000y", "b": NaN}')
    {'a': 'xy', 'b': 'NaN'}
    """
    # databases hold no zeros in texts, and JSON no NaN
    text = _ZERO.sub(r"\1", results.decode(errors="replace"))
    found: dict[str, Any] = json.loads(text, parse_constant=str)
    return found


def facts_of(door: Door, turn: RunTurn, left: Path) -> dict[str, Any]:
    """Write what changed to what a run leaves, and return what is kept in its row.

    Parameters
    ----------
    door : Door
        Of the worker.
    turn : RunTurn
        Its turn, at a run that is done.
    left : Path
        The folder with what it leaves.

    Returns
    -------
    dict
        Columns of the run: its figures, with which run it was compared, and how many results changed.
    """
    after = (left / RESULTS).read_bytes()
    facts: dict[str, Any] = {"figures": figures(read_results(after)), "compared_with": None}
    facts["changed"] = None
    with door.reading() as visit:
        accepted = accepted_before(visit, visit.session.get_one(Run, turn.run))
        found = None if accepted is None else left_by(visit, accepted)
    if accepted is None or found is None or RESULTS not in found[1]:
        return facts
    try:
        said, page = difference(door.files.read(*found, RESULTS), after)
    except (DataSetError, SourceError) as error:  # what was accepted is damaged, and not this run
        with (left / LOG).open("a", encoding="utf-8") as log:
            log.write(f"Not compared with the accepted run: {error}\n")
        return facts
    (left / CHANGES).write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")
    (left / CHANGES_PAGE).write_text(page, encoding="utf-8")
    return {**facts, "compared_with": accepted.id, "changed": said["count"]}


def _count(found: Comparison) -> int:
    return len(found.changed) + len(found.came) + len(found.went)


def figures(results: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures of a run by result: what later runs, and alerts, look at.

    Parameters
    ----------
    results : mapping
        What stands in its ``results.json``.

    Returns
    -------
    dict
        By name of the result, ``figures`` (value and unit by name; ``""`` is the value of a number), and ``variants`` (the share
        of each that has a hundredth of the cases or more), where it has any.

    Examples
    --------
    >>> figures({"results": [{"name": "open", "kind": "number", "value": 3, "unit": "cases"}]})
    {'open': {'figures': {'': [3, 'cases']}}}
    """
    found = list(read_record(results).by_name.items())[:MOST]
    kept = {name: _kept(result) for name, result in found}
    return {name: said for name, said in kept.items() if said}


def _kept(result: Recorded) -> dict[str, Any]:
    by = parts(result)
    said = dict(list(_figures(by))[:MOST])
    known = {"figures": said, "variants": _variants(by.get("rows"))}
    return {name: value for name, value in known.items() if value}


def _figures(by: Mapping[str, Part]) -> Iterator[tuple[str, list[Any]]]:
    for part in (by.get("value"), by["facts"], by.get("rows")):
        if part is None:
            continue
        if part.what == "figure" and "name" in part.columns:
            for row in part.rows:
                if number(row["value"]) is not None:
                    yield row["name"], [row["value"], row["unit"]]
        elif len(part.rows) == 1:
            for name, column in part.columns.items():
                if number(value := part.rows[0].get(name)) is not None:
                    yield "" if part.what == "figure" else name, [value, unit(column)]


def _variants(rows: Part | None) -> dict[str, float]:
    if rows is None or not {"activities", "share"} <= rows.columns.keys():
        return {}
    return {
        " → ".join(map(str, row["activities"]))[:_LONGEST]: row["share"]
        for row in rows.rows
        if isinstance(row.get("activities"), list)
        and (number(row.get("share")) or 0) >= LEAST_SHARE
    }
