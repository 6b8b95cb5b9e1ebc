"""Two columns that are said for one role: of a date, and of its time of day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from mindzie.core.errors import SettingError

PAIRS: Final = ("timestamp", "start")
"""Roles that two columns may have together."""


def pairs_as_steps(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings of reading in which a role has one column: that which a step of the mapping joins of two.

    Parameters
    ----------
    settings : mapping
        As for `mindzie.read`; ``timestamp`` and ``start`` may each be two columns.

    Returns
    -------
    dict
        With ``mapping`` where two columns are joined.

    Raises
    ------
    SettingError
        Where there are not two columns.

    Examples
    --------
    >>> made = pairs_as_steps({"timestamp": ["Date", "Time"]})
    >>> made["timestamp"], made["mapping"].steps[0].step
    ('Date Time', 'date_and_time')
    """
    pairs = {
        role: column_pair(role, settings[role]) for role in PAIRS if _is_several(settings.get(role))
    }
    made = dict(settings)
    if not pairs:
        return made
    from mindzie.ingest.mapping.steps import DateAndTime
    from mindzie.ingest.mapping.values import Mapping as ColumnMapping

    steps, later = list[Any](), list(pairs.values())
    for role, (day, clock) in pairs.items():
        later = later[1:]
        keep = any(day in pair for pair in later)
        steps.append(DateAndTime(date=day, time=clock, keep_date=keep))
        made[role] = steps[-1].name
    known = ColumnMapping.load(made.get("mapping") or {})
    made["mapping"] = known.model_copy(update={"steps": (*known.steps, *steps)})
    return made


def column_pair(role: str, said: Sequence[Any]) -> tuple[str, str]:
    """Return the columns of the date and of the time of day that were said for a role.

    Parameters
    ----------
    role : str
        For the message.
    said : sequence
        What was said.

    Returns
    -------
    tuple of str
        The two.

    Raises
    ------
    SettingError
        Where they are not two, or the role has no time.

    Examples
    --------
    >>> column_pair("start", ["Date", "Time"])
    ('Date', 'Time')
    """
    if role not in PAIRS:
        raise SettingError(f"{role}={list(said)!r} must be one column.")
    if len(said) != 2 or not all(isinstance(name, str) for name in said) or said[0] == said[1]:  # noqa: PLR2004
        raise SettingError(
            f"{role}={list(said)!r} must be one column, or two: that of the date and that of the time of day."
        )
    return said[0], said[1]


def _is_several(said: Any) -> bool:
    return isinstance(said, Sequence) and not isinstance(said, str)
