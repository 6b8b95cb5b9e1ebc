"""What a stored log says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from mindzie.core.readiness import Readiness
from mindzie.core.settings import AttributeType, Level

Severity = Literal["error", "warning", "info"]
FORMAT = 1
"""Version of the folder's layout."""


class Attribute(BaseModel):
    """A column of a log by its logical name.

    Parameters
    ----------
    name : str
        As analysts see it.
    column : str
        The physical column of the events or cases relation.
    type : {"text", "number", "boolean", "date", "duration"}
        Dates and durations are integers of microseconds.
    level : {"case", "event"}
        An attribute that is constant within every case is of level case.
    kind : str
        ``"attribute"`` of the source, ``"built-in"``, ``"enrichment"``, ``"conformance issue"`` (true means that the case breaks a
        rule) or ``"conformance count"`` (how many rules it breaks).
    rule : str, optional
        Of a conformance issue: the rule's name.
    severity : {"error", "warning", "info"}, optional
        Of a conformance issue.
    unit : str
        Of working time, as a ``Column`` says it; empty otherwise.

    Examples
    --------
    >>> Attribute(name="Region", column="region", type="text", level="case").kind
    'attribute'
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    column: str
    type: AttributeType
    level: Level
    kind: str = "attribute"
    rule: str | None = None
    severity: Severity | None = None
    unit: str = ""


class Manifest(BaseModel):
    """Identity and description of one immutable data set version.

    Parameters
    ----------
    fingerprint : str
        Hash of the content; the same content has the same one whatever file it came from.
    activities : tuple of str
        Names in order of their codes.
    first_time, last_time : int
        Span of the events, microseconds UTC.
    now : int, optional
        Frozen time of the data set, microseconds UTC.

    Examples
    --------
    >>> Manifest(name="empty", fingerprint="0", time_zone="UTC").case_count
    0
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = FORMAT
    name: str
    fingerprint: str
    time_zone: str
    activities: tuple[str, ...] = ()
    event_count: int = 0
    case_count: int = 0
    variant_count: int = 0
    first_time: int = 0
    last_time: int = 0
    now: int | None = None
    has_start_time: bool = False
    attributes: tuple[Attribute, ...] = ()
    roles: Mapping[str, str] = {}
    source: Mapping[str, Any] = {}
    expected_order: tuple[str, ...] = ()
    readiness: Readiness = Readiness()
    versions: Mapping[str, str] = {}
