"""Object-centric logs (OCEL 2.0): found in JSON, XML or SQLite, read as six tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

EVENTS: Final = {"id": pl.String, "type": pl.String, "time": pl.String}
OBJECTS: Final = {"id": pl.String, "type": pl.String}
EVENT_VALUES: Final = {"id": pl.String, "name": pl.String, "value": pl.String}
OBJECT_VALUES: Final = {**EVENT_VALUES, "time": pl.String}
RELATIONS: Final = {"id": pl.String, "object": pl.String, "qualifier": pl.String}


@dataclass(frozen=True, slots=True)
class ObjectLog:
    """What an object-centric log holds, every value as the text it is.

    Parameters
    ----------
    events : polars.DataFrame
        ``id``, ``type`` and ``time``, in the order of the file.
    objects : polars.DataFrame
        ``id`` and ``type``.
    event_values : polars.DataFrame
        ``id`` of the event, ``name`` and ``value``.
    object_values : polars.DataFrame
        ``id`` of the object, ``name``, ``value`` and the ``time`` from which it holds.
    of_events : polars.DataFrame
        ``id`` of an event, the ``object`` it is of, and the ``qualifier`` of that.
    of_objects : polars.DataFrame
        ``id`` of an object, another ``object``, and the ``qualifier``.
    """

    events: pl.DataFrame
    objects: pl.DataFrame
    event_values: pl.DataFrame
    object_values: pl.DataFrame
    of_events: pl.DataFrame
    of_objects: pl.DataFrame
