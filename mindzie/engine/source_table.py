"""What a source becomes before it is a log: usable rows with known roles and types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import polars as pl

from mindzie.core.manifest import Severity
from mindzie.core.readiness import Readiness
from mindzie.core.settings import AttributeType, Level


class SourceAttribute(NamedTuple):
    """An attribute by its logical name, and where its values are."""

    name: str
    """As in the source."""
    column: str
    """The column of the frame, such as ``"attribute_0"``."""
    type: AttributeType
    """Dates and durations are integers of microseconds."""
    kind: str = "attribute"
    """As in ``Attribute``, where an enriched log becomes a source again; so are rule and severity."""
    rule: str | None = None
    severity: Severity | None = None
    level: Level | None = None
    """None is "case where it is constant within every case"."""


def _no_rejected() -> pl.DataFrame:
    return pl.DataFrame(schema={"row": pl.Int64, "reason": pl.String})


@dataclass(frozen=True, slots=True)
class SourceTable:
    """The usable rows of a source, in source order.

    Parameters
    ----------
    frame : polars.DataFrame
        ``case_id`` (text), ``activity`` (text), ``time`` (microseconds, UTC), ``row`` (source record number from 1), optionally
        ``start_time`` (never null), ``resource`` and ``order``, and a column for every attribute. Texts may be
        categories.
    attributes : tuple of SourceAttribute
        Logical names and types of the attribute columns.
    name : str
        What the log is called.
    time_zone : str
        IANA name of the zone in which times without offset were read.
    expected_order : tuple of str
        Activities in the order that decides between equal times.
    roles : mapping
        Role to source column.
    source : mapping
        Where the rows are from and how they were read.
    readiness : Readiness
        What was found.
    rejected : polars.DataFrame
        Rows kept aside: ``row``, ``reason`` and the source columns as text.
    now : int, optional
        Frozen time, microseconds UTC.

    Examples
    --------
    >>> frame = pl.DataFrame({"case_id": ["1"], "activity": ["Pay"], "time": [0], "row": [1]})
    >>> SourceTable(frame, name="tiny").frame.height
    1
    """

    frame: pl.DataFrame
    attributes: tuple[SourceAttribute, ...] = ()
    name: str = "log"
    time_zone: str = "UTC"
    expected_order: tuple[str, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    source: Mapping[str, Any] = field(default_factory=dict)
    readiness: Readiness = field(default_factory=Readiness)
    rejected: pl.DataFrame = field(default_factory=_no_rejected)
    now: int | None = None
