"""OCEL 2.0 in XML."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias
from xml.etree import ElementTree as ET

import polars as pl

from mindzie.core.errors import SourceError
from mindzie.ingest.bounds import Room
from mindzie.ingest.ocel import EVENT_VALUES, EVENTS, OBJECT_VALUES, OBJECTS, RELATIONS, ObjectLog
from mindzie.ingest.ocel_cases import as_cases
from mindzie.ingest.raw import Options, Raw

Rows: TypeAlias = list[tuple[str | None, ...]]


class _Reader:
    """Collects the rows of the tables while the file is read."""

    def __init__(self) -> None:
        self.events: Rows = []
        self.objects: Rows = []
        self.event_values: Rows = []
        self.object_values: Rows = []
        self.of_events: Rows = []
        self.of_objects: Rows = []

    def event(self, node: ET.Element) -> None:
        key = node.get("id")
        self.events.append((key, node.get("type"), node.get("time")))
        for part in node.iter():
            if (tag := _tag(part)) == "attribute":
                self.event_values.append((key, part.get("name"), _text(part)))
            elif tag in {"relationship", "object"}:
                self.of_events.append((key, part.get("object-id"), part.get("qualifier")))

    def object(self, node: ET.Element) -> None:
        key = node.get("id")
        self.objects.append((key, node.get("type")))
        for part in node.iter():
            if (tag := _tag(part)) == "attribute":
                value = (key, part.get("name"), _text(part), part.get("time"))
                self.object_values.append(value)
            elif tag == "relationship" or (tag == "object" and part is not node):
                self.of_objects.append((key, part.get("object-id"), part.get("qualifier")))

    def tables(self) -> ObjectLog:
        return ObjectLog(
            events=pl.DataFrame(self.events, EVENTS, orient="row"),
            objects=pl.DataFrame(self.objects, OBJECTS, orient="row"),
            event_values=pl.DataFrame(self.event_values, EVENT_VALUES, orient="row"),
            object_values=pl.DataFrame(self.object_values, OBJECT_VALUES, orient="row"),
            of_events=pl.DataFrame(self.of_events, RELATIONS, orient="row"),
            of_objects=pl.DataFrame(self.of_objects, RELATIONS, orient="row"),
        )


def read_ocel_xml(path: Path, where: str, name: str, options: Options, room: Room) -> Raw:
    """Read OCEL 2.0 in XML; one object type is the case."""
    del room
    reader = _Reader()
    readers: dict[str, Callable[[ET.Element], None]] = {
        "event": reader.event,
        "object": reader.object,
    }
    try:
        for _, node in ET.iterparse(path):  # noqa: S314 - no document type, so no entities
            tag = _tag(node)
            if tag in readers and node.get("id") is not None:
                readers[tag](node)
                node.clear()
    except (ET.ParseError, ValueError, LookupError) as error:
        raise SourceError(
            f"{where} cannot be read as OCEL 2.0 in XML: {error}. Check that the file is complete."
        ) from None
    return as_cases(reader.tables(), where, name, options)


def _tag(node: ET.Element) -> str:
    return node.tag.rsplit("}", 1)[-1]


def _text(node: ET.Element) -> str | None:
    return node.get("value") if node.text is None else node.text.strip()
