"""What a report says of its run: by whom and on what data, its parameters, and where each figure comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from html import escape
from typing import Any, Final

from mindzie.core.words import counted
from mindzie.investigations.layout import DATA, DATASET, WHY

BEGIN: Final = '<section class="mz-run">'
"""With this it begins, at the end of a report on screen."""
_SHORT: Final = 12
_LONGEST: Final = 300
_ABOUT: Final = {"investigation": "Investigation", "reason": "Run", "asked_by": "Asked by"}


def of_run(results: Mapping[str, Any]) -> str:
    """Return HTML at the end of a report.

    Parameters
    ----------
    results : mapping
        What stands in ``results.json`` of the run.

    Returns
    -------
    str
        Sections with tables.

    Examples
    --------
    >>> "North" in of_run({"parameters": {"region": "North"}})
    True
    """
    return f"{BEGIN}<h2>About this run</h2>{facts(results)}</section>{sources(results)}"


def facts(results: Mapping[str, Any]) -> str:
    """Return tables of what a run was, and of its parameters."""
    return f"{_table(_run_of(results))}{_parameters(results)}"


def _run_of(results: Mapping[str, Any]) -> dict[str, str]:
    data = results.get("data") or {}
    seen = {result["provenance"]["fingerprint"] for result in _computed(results)}
    prints = sorted({*seen, *filter(None, [data.get("fingerprint")])})
    made = str(results.get("finished", ""))
    reason = results.get("reason")
    about = {**results, "reason": WHY.get(str(reason), reason)}
    facts = {
        **{said: str(about.get(name) or "") for name, said in _ABOUT.items()},
        "Data set": f"{data['name']}, version {data['version']}" if data else "",
        "Fingerprint of the data": ", ".join(each[:_SHORT] for each in prints),
        "Calculated": f"{datetime.fromisoformat(made):%Y-%m-%d %H:%M} UTC" if made else "",
        "Mindzie": str(results.get("mindzie", "")),
        "State": "" if results.get("status") == "completed" else "stopped at an error",
    }
    return {name: said for name, said in facts.items() if said}


def _table(facts: Mapping[str, str]) -> str:
    rows = "".join(
        f"<tr><th scope='row'>{escape(name)}</th><td>{escape(said[:_LONGEST])}</td></tr>"
        for name, said in facts.items()
    )
    return f'<table class="mz-paper">{rows}</table>'


def _parameters(results: Mapping[str, Any]) -> str:
    given = {
        str(name): said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
        for name, said in (results.get("parameters") or {}).items()
        if said is not None and not (results.get("data") and (name, said) == (DATASET, DATA))
    }
    return f"<h3>Parameters</h3>{_table(given)}" if given else ""


def _computed(results: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for result in results.get("results", ()):
        if result.get("provenance"):
            yield result


def sources(results: Mapping[str, Any]) -> str:
    """Return a table of where the figures come from; nothing where none was calculated."""
    rows = "".join(_source(result) for result in _computed(results))
    if not rows:
        return ""
    heads = "".join(
        f"<th scope='col'>{name}</th>" for name in ("Result", "Calculated by", "After", "Data")
    )
    return (
        '<section class="mz-sources"><h2>Where the figures come from</h2>'
        f'<table class="mz-paper"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></section>'
    )


def _source(result: Mapping[str, Any]) -> str:
    known = result["provenance"]
    operation = known.get("operation") or {}
    settings = {name: said for name, said in (operation.get("settings") or {}).items() if said}
    said = json.dumps(settings, ensure_ascii=False) if settings else ""
    steps = known.get("recipe") or []
    after = counted(len(steps), "step") if steps else "nothing"
    cells = (
        result["name"],
        f"{operation.get('op', '')} {said[:_LONGEST]}".strip(),
        after,
        str(known["fingerprint"])[:_SHORT],
    )
    return f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in cells)}</tr>"
