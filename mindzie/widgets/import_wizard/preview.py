"""What a log would be, by the first rows: figures, findings and one case."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import polars as pl

from mindzie.core.words import date
from mindzie.engine.build import build
from mindzie.engine.source_table import SourceTable
from mindzie.ingest.raw import Options, Raw
from mindzie.ingest.table import table_of
from mindzie.widgets.import_wizard.columns import HEAD
from mindzie.widgets.studio.case import case_story

Json = dict[str, Any]
_TIMES: Final = ("timestamp_format", "day_first", "offsets")
_PLACES: Final = {
    "null_case_ids": "case",
    "null_activities": "activity",
    "many_activities": "activity",
    "missing_timestamps": "timestamp",
    "unparsable_timestamps": "timestamp",
    "ambiguous_day_first": "timestamp",
    "both_day_first": "timestamp",
    "midnight_timestamps": "timestamp",
    "separate_time_of_day": "timestamp",
    "missing_starts": "start",
    "end_before_start": "start",
}
"""Roles that findings are about."""
_MOST_EVENTS: Final = 60
"""Of the case that is shown."""


def preview(raw: Raw, options: Options, case: str, where: str) -> Json:
    """Return what the first rows become.

    Parameters
    ----------
    raw : Raw
        The source.
    options : Options
        With the roles.
    case : str
        Column of the case.
    where : str
        The source, for messages.

    Returns
    -------
    dict
        ``rows`` looked at, ``figures``, ``notes`` at roles, how ``times`` are written, and the ``story`` of a case.

    Raises
    ------
    MindzieError
        Where no row can be used.
    """
    shown = _a_case(raw.frame[case])
    places = pl.int_range(raw.frame.height, eager=True)
    mask = (places < HEAD) | (raw.frame[case] == shown).fill_null(value=False)
    frame = raw.frame.filter(mask)
    rows = (places + 1 if raw.rows is None else raw.rows).filter(mask)
    table = table_of(replace(raw, frame=frame, rows=rows), options, where)
    return {
        "rows": frame.height,
        "figures": figures(table),
        "notes": [
            {"at": _PLACES[finding.id], "message": finding.title}
            for finding in table.readiness.findings
            if finding.id in _PLACES
        ],
        "times": {key: value for key, value in table.source.items() if key in _TIMES},
        "story": _story(table, shown),
    }


def figures(table: SourceTable) -> Json:
    """Return the size and period of what is read.

    Parameters
    ----------
    table : SourceTable
        Usable rows.

    Returns
    -------
    dict
        ``cases``, ``events``, ``activities``, ``rejected`` rows, ``first`` and ``last`` in the zone of the log.
    """
    frame = table.frame
    ends = frame["time"].min(), frame["time"].max()
    local = pl.Series(ends).cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(table.time_zone)
    first, last = (date(day) for day in local.dt.date())
    return {
        "cases": frame["case_id"].n_unique(),
        "events": frame.height,
        "activities": frame["activity"].n_unique(),
        "rejected": table.rejected["row"].n_unique(),
        "first": first,
        "last": last,
    }


def _a_case(cases: pl.Series) -> Any:
    """Return the first case of the source that has more than one row, else the first."""
    head = cases.head(HEAD).drop_nulls()
    again = head.filter(head.is_duplicated())
    return (again if len(again) else head).head(1).to_list()[0] if len(head) else None


def _story(table: SourceTable, case: Any) -> Json | None:
    ids = table.frame["case_id"]
    chosen = str(case) if (ids == str(case)).any() else ids[0]
    rows = table.frame.filter(ids == chosen).head(_MOST_EVENTS)
    return case_story(build(replace(table, frame=rows)), chosen)
