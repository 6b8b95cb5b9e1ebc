"""What one reading of a source took, on its way to a log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from mindzie.core.log import EventLog
from mindzie.core.readiness import Finding


@dataclass(frozen=True, slots=True)
class Taken:
    """What one reading took.

    Parameters
    ----------
    frame : polars.DataFrame
        The rows, with the types of the source.
    aside : polars.DataFrame, optional
        What cannot be rows: ``row``, ``reason`` and where it is.
    positions : mapping, optional
        Of a stream: the place in each of its parts from which the next reading goes on.
    findings : tuple of Finding
        What is to be said of it.
    """

    frame: pl.DataFrame
    aside: pl.DataFrame | None = None
    positions: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def last_of_each(taken: Taken, key: Sequence[str]) -> Taken:
    """Return of the rows that a key names the last one each."""
    if not key or not {*key} <= {*taken.frame.columns}:
        return taken
    last = taken.frame.unique(key, keep="last", maintain_order=True)
    return replace(taken, frame=last)


def with_columns_of(log: EventLog, frame: pl.DataFrame) -> pl.DataFrame:
    """Add what a log has and these records happen to leave out."""
    own = [
        a.name.removesuffix(" (source)") for a in log.manifest.attributes if a.kind == "attribute"
    ]
    names = dict.fromkeys((*log.roles.values(), *own))
    return frame.with_columns(
        pl.lit(None, pl.String).alias(n) for n in names if n not in frame.columns
    )
