"""What a message says: the figure, what changed since the run accepted last, a picture, and where to look."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import polars as pl

from mindzie.access.accepted import Left
from mindzie.access.outbox import Letter
from mindzie.access.runs import CHANGES, RESULTS
from mindzie.core.errors import DataSetError, NotFoundError
from mindzie.core.results import Column, Series
from mindzie.pictures.png import png
from mindzie.pictures.still_chart import chart_svg
from mindzie.store.files import SnapshotFiles

LINK: Final = "MINDZIE_LINK"
"""Where people look at a run, with ``{run}`` in place of its identifier, such as ``https://mindzie.example.org/hub/``."""
WORDS: Final = {"raised": "Alert", "over": "Over", "test": "Test"}
_LINES: Final = 12
_LINE: Final = 300
_LONGEST: Final = 3000


@dataclass(frozen=True, slots=True)
class Message:
    """A message, ready for any destination.

    Parameters
    ----------
    title : str
        In a line.
    text : str
        What was found.
    facts : mapping of str to str
        Figure, what it was, investigation, project, parameters, run, time.
    changes : str
        What changed since the run accepted last; empty where nothing is known.
    link : str
        To the run; empty where the installation has no address.
    picture : bytes
        PNG; empty where there is none.
    """

    title: str
    text: str
    facts: Mapping[str, str]
    changes: str = ""
    link: str = ""
    picture: bytes = b""

    def plain(self) -> str:
        """Return it as plain text."""
        facts = "\n".join(f"{name}: {said}" for name, said in self.facts.items())
        changes = f"Since the run accepted last:\n{self.changes}" if self.changes else ""
        return "\n\n".join(filter(None, (self.text, facts, changes, self.link))) + "\n"

    def html(self, picture: str = "") -> str:
        """Return it as HTML that mail programs show, with a picture of that address."""
        rows = "".join(
            f'<tr><td style="padding:2px 16px 2px 0;color:#5c6b7a">{escape(name)}</td><td>{escape(said)}</td></tr>'
            for name, said in self.facts.items()
        )
        drawn = (
            f'<p><img src="{escape(picture)}" alt="{escape(self.text)}" style="max-width:100%;width:500px"></p>'
            if picture
            else ""
        )
        changes = (
            f'<p style="margin-bottom:4px">Since the run accepted last:</p><pre style="font:13px/1.45 sans-serif;white-space:pre-wrap;margin:0">{escape(self.changes)}</pre>'
            if self.changes
            else ""
        )
        link = f'<p><a href="{escape(self.link)}">Look at it</a></p>' if self.link else ""
        return (
            '<!DOCTYPE html><html lang="en"><body style="font:14px/1.5 sans-serif;color:#1b2430">'
            f'<h2 style="font-size:18px">{escape(self.title)}</h2><p>{escape(self.text)}</p>'
            f"<table style='font-size:14px;border-spacing:0'>{rows}</table>{drawn}{changes}{link}</body></html>"
        )


def message_of(letter: Letter, files: SnapshotFiles) -> Message:
    """Write the message of a delivery.

    Parameters
    ----------
    letter : Letter
        As the outbox gives it.
    files : SnapshotFiles
        Where runs leave what they leave.

    Returns
    -------
    Message
        What it says.
    """
    said = letter.message
    word = WORDS.get(str(said["occasion"]), "Alert")
    mark = f"{word} ({said['severity']})" if said["occasion"] == "raised" else word
    text = " ".join(str(said["text"]).splitlines()).rstrip(".")
    return Message(
        f"{mark}: {said['alert']}",
        f"{text[:1].upper()}{text[1:]}.",
        _facts(said),
        _changes(letter.left, files),
        _link(said),
        _picture(said, letter.left, files),
    )


def _facts(said: Mapping[str, Any]) -> dict[str, str]:
    facts = {
        "Figure": said["figure"],
        "Accepted": said["accepted"],
        "About": said["about"],
        "Investigation": said["investigation"],
        "Project": said["project"],
        "Parameters": _given(said.get("parameters", {})),
        "Run": said["run"],
        "Found": f"{str(said['at'])[:16].replace('T', ' ')} UTC",
    }
    return {name: str(value) for name, value in facts.items() if value}


def _given(parameters: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for name, value in parameters.items()
        if value is not None
    )[:_LINE]


def _link(said: Mapping[str, Any]) -> str:
    return os.environ.get(LINK, "").replace("{run}", str(said["run"] or ""))


def _read(left: Left | None, files: SnapshotFiles, name: str) -> dict[str, Any]:
    if left is None or name not in left[1]:
        return {}
    try:
        return dict(json.loads(files.read(*left, name), parse_constant=str))
    except (DataSetError, NotFoundError, ValueError):
        return {}  # removed since, or damaged: `check` names it, and the message goes without


def _changes(left: Left | None, files: SnapshotFiles) -> str:
    lines = str(_read(left, files, CHANGES).get("text", "")).splitlines()
    more = [f"and {len(lines) - _LINES} more lines"] if len(lines) > _LINES else []
    return "\n".join([*lines[:_LINES], *more])[:_LONGEST]


def _picture(said: Mapping[str, Any], left: Left | None, files: SnapshotFiles) -> bytes:
    try:
        drawn = _map(said, left, files) or _history(said)
        return png(drawn) if drawn else b""
    except Exception:  # noqa: BLE001 - whatever the run recorded: a message without a picture is better than none
        return b""


def _map(said: Mapping[str, Any], left: Left | None, files: SnapshotFiles) -> str:
    from mindzie.investigations.comparing.recorded import read_record
    from mindzie.pictures.map_svg import map_svg

    content = _read(left, files, RESULTS)
    found = read_record(content).by_name.get(str(said["result"])) if content else None
    if found is None or found.nodes is None or found.edges is None:
        return ""
    nodes, edges = (
        pl.DataFrame(one.rows, infer_schema_length=None) for one in (found.nodes, found.edges)
    )
    return map_svg(nodes, edges)


def _history(said: Mapping[str, Any]) -> str:
    values = said["values"]
    if len(values) < 2:  # noqa: PLR2004 - one bar says nothing
        return ""
    frame = pl.DataFrame({"run": range(1 - len(values), 1), "value": values})
    columns = (
        Column(name="run", type="number"),
        Column(name="value", type="number", unit=str(said["unit"])),
    )
    drawn = Series(frame, columns, axis="run", measures=("value",), title=str(said["result"]))
    return chart_svg(drawn)
