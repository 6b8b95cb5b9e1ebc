"""A column with so many different names that it is hardly one of activities."""

from __future__ import annotations

from typing import Final

import polars as pl

from mindzie.core.errors import SourceError
from mindzie.core.limits import shortened
from mindzie.core.readiness import Finding
from mindzie.core.words import counted
from mindzie.ingest.raw import Options

MANY: Final = 5_000
"""Processes have tens of activities, seldom hundreds."""
SAMPLE: Final = 100_000


def many_activities(
    frame: pl.DataFrame, column: str, options: Options, where: str
) -> tuple[Finding, ...]:
    """Ask whether the column is right; where the caller has said it is, only tell what it costs.

    Raises
    ------
    SourceError
        The column was guessed, and has more than `MANY` names.
    """
    values = frame[column]
    if len(values) <= MANY or values.head(SAMPLE).n_unique() < MANY // 10:
        return ()
    names = values.n_unique()
    if names <= MANY:
        return ()
    said = f"{column!r} has {counted(names, 'different value')}"
    if options.activity is None:
        some = ", ".join(
            shortened(str(name), 40)
            for name in values.drop_nulls().unique(maintain_order=True).head(3)
        )
        raise SourceError(
            f"Is {column!r} the activity of {where}? It has {counted(names, 'different value')}, such as {some}; processes have "
            f"tens. Say it: mz.read(source, activity='...'), or activity={column!r} if it is right."
        )
    return (
        Finding(
            id="many_activities",
            title=f"{said}, taken as activities",
            count=names,
            severity="warning",
            done="They were taken as said.",
            change="Give activity= if another column says what was done, or group the names in the source.",
        ),
    )
