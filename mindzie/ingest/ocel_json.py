"""OCEL 2.0 in JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from mindzie.core.errors import SourceError
from mindzie.ingest.bounds import Room
from mindzie.ingest.ocel import EVENT_VALUES, EVENTS, OBJECT_VALUES, OBJECTS, RELATIONS, ObjectLog
from mindzie.ingest.ocel_cases import as_cases
from mindzie.ingest.raw import Options, Raw

_VALUE: Final = {"name": pl.String, "value": pl.String}
_RELATIONS: Final = pl.List(pl.Struct({"objectId": pl.String, "qualifier": pl.String}))
_EVENT: Final[dict[str, type[pl.DataType] | pl.DataType]] = {
    "id": pl.String,
    "type": pl.String,
    "time": pl.String,
    "attributes": pl.List(pl.Struct(_VALUE)),
    "relationships": _RELATIONS,
}
_OBJECT: Final[dict[str, type[pl.DataType] | pl.DataType]] = {
    "id": pl.String,
    "type": pl.String,
    "attributes": pl.List(pl.Struct({**_VALUE, "time": pl.String})),
    "relationships": _RELATIONS,
}
_SCHEMA: Final = {
    "events": pl.List(pl.Struct(_EVENT)),
    "objects": pl.List(pl.Struct(_OBJECT)),
}


def read_ocel_json(path: Path, where: str, name: str, options: Options, room: Room) -> Raw:
    """Read OCEL 2.0 in JSON; one object type is the case."""
    del room
    try:
        whole = pl.read_json(path, schema=_SCHEMA)
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise _unreadable(where, error) from None
    except BaseException as error:  # a panic of Rust is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise _unreadable(where, error) from None
    if whole.height != 1:
        raise _unreadable(where, "it is not one object")
    log = _tables(_exploded(whole, "events"), _exploded(whole, "objects"))
    return as_cases(log, where, name, options)


def _unreadable(where: str, error: object) -> SourceError:
    said = str(error).split("\n", 1)[0]
    return SourceError(
        f"{where} cannot be read as OCEL 2.0 in JSON: {said}. Check that the file is complete."
    )


def _exploded(whole: pl.DataFrame, part: str) -> pl.DataFrame:
    rows = whole.select(pl.col(part).explode()).drop_nulls()
    return rows.unnest(part)


def _tables(events: pl.DataFrame, objects: pl.DataFrame) -> ObjectLog:
    return ObjectLog(
        events=events.select(*EVENTS),
        objects=objects.select(*OBJECTS),
        event_values=_parts(events, "attributes").select(*EVENT_VALUES),
        object_values=_parts(objects, "attributes").select(*OBJECT_VALUES),
        of_events=_parts(events, "relationships").select(*RELATIONS),
        of_objects=_parts(objects, "relationships").select(*RELATIONS),
    )


def _parts(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """Return a row for each part of a list, with the id of what it is of."""
    listed = frame.select("id", column).filter(pl.col(column).list.len() > 0)
    fields = listed.explode(column).unnest(column)
    return fields.rename({"objectId": "object"}, strict=False)
