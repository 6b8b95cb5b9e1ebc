"""A source as it was found, before its columns have a meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from mindzie.core.readiness import Finding
from mindzie.core.settings import AttributeType

if TYPE_CHECKING:
    from mindzie.ingest.exact_times import ExactTimes


@dataclass(frozen=True, slots=True)
class Raw:
    """The columns of a source, as text or as typed by the source, in source order."""

    frame: pl.DataFrame
    name: str
    source: dict[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    rows: pl.Series | None = None
    """Numbers of the records, where they are not simply 1, 2, 3."""
    aside: pl.DataFrame | None = None
    """Rows that a mapping could not read, as in ``SourceTable.rejected``."""
    origin: pl.DataFrame | None = None
    """The columns before a mapping, where there was one; ``rows`` are places in it."""
    ways: Mapping[str, ExactTimes] = field(default_factory=dict)
    """How the texts of columns were written that are held as times; texts may be held as categories too."""


@dataclass(frozen=True, slots=True)
class Hints:
    """How values are written, as far as it is known."""

    zone: str = "UTC"
    day_first: bool | None = None
    date_format: str | None = None
    decimal: str | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller of ``read`` said about the source; None is "find out", False "there is none"."""

    case: str | None = None
    activity: str | None = None
    timestamp: str | None = None
    start: str | Literal[False] | None = None
    resource: str | Literal[False] | None = None
    order: str | None = None
    timezone: str | None = None
    expected_order: tuple[str, ...] = ()
    delimiter: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    day_first: bool | None = None
    date_format: str | None = None
    null_values: tuple[str, ...] = ()
    name: str | None = None
    attributes: tuple[str, ...] | None = None
    types: dict[str, AttributeType] = field(default_factory=dict)
    sheet: str | int | None = None
    header_row: int | None = None
    member: str | None = None
    object_type: str | None = None
    max_bytes: int | None = None
    mapping: Any = None
    may_pack: bool = False
    """Whether the reader takes texts as categories and times, as ``Raw.ways`` says; no setting of the caller's."""

    @property
    def as_texts(self) -> bool:
        """Return whether the texts of columns must be there as texts: steps of a mapping are for texts."""
        return self.mapping is not None

    @property
    def packs_times(self) -> bool:
        """Return whether texts may be held as times: not where the caller said how times are written."""
        return self.date_format is None

    @property
    def zone(self) -> str:
        """Return the zone of times without offset."""
        return self.timezone or "UTC"

    @property
    def hints(self) -> Hints:
        """Return what the caller said about how values are written."""
        return Hints(self.zone, self.day_first, self.date_format, self.decimal)
