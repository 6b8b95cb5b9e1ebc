"""When an alert is raised: the rules there are, and the hours in which it waits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Annotated, Any, Final, Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from mindzie.core.errors import SettingError
from mindzie.core.refusals import spoken
from mindzie.core.settings import Duration, microseconds
from mindzie.core.zones import zone_named

Way = Literal["up", "down", "any"]
_QUIET: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class _OnFigure(_Rule):
    result: str
    """Name of the result."""
    figure: str = ""
    """Which of its figures; empty: the only one."""


class Threshold(_OnFigure):
    """A figure above or below a bound."""

    kind: Literal["threshold"]
    above: float | Duration | None = None
    below: float | Duration | None = None

    @model_validator(mode="after")
    def _bounded(self) -> Threshold:
        if self.above is None and self.below is None:
            raise ValueError("it needs a bound: above, below or both")
        return self


class Change(_OnFigure):
    """A figure that moved since the run accepted last, by a part of what it was."""

    kind: Literal["change"]
    by: Annotated[float, Field(gt=0)] = 0.1
    way: Way = "any"


class Trend(_OnFigure):
    """A figure that goes one way over the last runs: the test of Mann (1945) and Kendall (1975), at 5 %."""

    kind: Literal["trend"]
    runs: Annotated[int, Field(ge=5, le=100)] = 8
    way: Way = "any"


class Drift(_OnFigure):
    """A figure whose level shifted within the last runs: Page's cumulative sums (1954)."""

    kind: Literal["drift"]
    runs: Annotated[int, Field(ge=10, le=200)] = 20
    way: Way = "any"


class Variant(_Rule):
    """A variant that the run accepted last has not, with a share of the cases or more."""

    kind: Literal["variant"]
    result: str
    share: Annotated[float, Field(ge=0.01, le=1)] = 0.05


class Late(_Rule):
    """Data that is older than it should be: the current version, or the newest event in it."""

    kind: Literal["late"]
    after: Duration
    of: Literal["version", "event"] = "version"

    @model_validator(mode="after")
    def _some(self) -> Late:
        return _some_time(self)


class Missing(_Rule):
    """A run that failed, or that was not done for a while."""

    kind: Literal["missing"]
    after: Duration | None = None

    @model_validator(mode="after")
    def _some(self) -> Missing:
        return _some_time(self)


Rule = Threshold | Change | Trend | Drift | Variant | Late | Missing
_ADAPTER: Final = TypeAdapter[Rule](Annotated[Rule, Field(discriminator="kind")])
KINDS: Final = ("threshold", "change", "trend", "drift", "variant", "late", "missing")


T = TypeVar("T", Late, Missing)


def _some_time(rule: T) -> T:
    if rule.after is not None and microseconds(rule.after) < timedelta(minutes=1) / _MICROSECOND:
        raise ValueError("after must be a minute or more")
    return rule


_MICROSECOND: Final = timedelta(microseconds=1)


def rule_of(said: Mapping[str, Any]) -> Rule:
    """Return the rule that was given or kept.

    Parameters
    ----------
    said : mapping
        ``kind``, and what the kind needs.

    Returns
    -------
    Rule
        Checked.

    Raises
    ------
    SettingError
        Saying what does not fit.

    Examples
    --------
    >>> rule_of({"kind": "threshold", "result": "Case durations", "figure": "median", "above": "10 d"}).above
    'P10D'
    """
    if said.get("kind") not in KINDS:
        raise SettingError(
            f"A rule is an object with a kind, such as {{'kind': 'threshold', 'result': 'open cases', 'above': 100}}; kinds are {', '.join(KINDS)}."
        )
    try:
        return _ADAPTER.validate_python(dict(said))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = tuple(part for part in first["loc"] if part != said["kind"]) or ("rule",)
        message = spoken({**first, "loc": where[:1]})
    raise SettingError(f"The rule of kind {said['kind']!r}: {message.rstrip('.')}.")


def kept(rule: Rule) -> dict[str, Any]:
    """Return a rule as it is kept."""
    return rule.model_dump(exclude_none=True)


def seconds_of(bound: float | str) -> float:
    """Return a bound as a number; of a duration, its seconds."""
    return microseconds(bound) / 1e6 if isinstance(bound, str) else bound


def length_of(duration: str) -> timedelta:
    """Return a duration that a rule has."""
    return timedelta(microseconds=microseconds(duration))


def checked_quiet(text: str, zone: str) -> None:
    """Refuse hours that are none."""
    zone_named(zone)
    found = _QUIET.fullmatch(text)
    if text and (found is None or found.group(1, 2) == found.group(3, 4)):
        raise SettingError(
            f"Quiet hours are written as 20:00-07:00, from when until when, and not as {text!r:.40}."
        )


def quiet_until(moment: datetime, text: str, zone: str) -> datetime | None:
    """Return when quiet hours end, where a moment is within; None where it is not.

    Parameters
    ----------
    moment : datetime
        Any.
    text : str
        Such as ``20:00-07:00``; empty: none are quiet.
    zone : str
        In which they are meant.

    Returns
    -------
    datetime or None
        In that zone.

    Examples
    --------
    >>> from datetime import UTC
    >>> quiet_until(datetime(2025, 1, 1, 21, tzinfo=UTC), "20:00-07:00", "UTC").isoformat()
    '2025-01-02T07:00:00+00:00'
    """
    found = _QUIET.fullmatch(text)
    if found is None:
        return None
    begin, end = (time(int(found[at]), int(found[at + 1])) for at in (1, 3))
    here = moment.astimezone(ZoneInfo(zone))
    said = here.time()
    within = begin <= said < end if begin < end else said >= begin or said < end
    if not within:
        return None
    day = here.date() + timedelta(days=1 if said >= end else 0)
    # of an hour that comes twice, the one that it is
    return datetime.combine(day, end.replace(fold=here.fold), ZoneInfo(zone))
