"""What to click about a finding: its own advice names settings of Python."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from mindzie.core.readiness import Finding, Readiness

Json = dict[str, Any]

_ROLE: Final = "In step 2, choose another column as {}"
_ZONE: Final = "In step 2, under More, write the Time zone"
_CLICKS: Final[dict[str, str]] = {
    "null_case_ids": _ROLE.format("Case") + ", if another says what belongs together.",
    "null_activities": _ROLE.format("Activity") + ", if another says what was done.",
    "many_activities": _ROLE.format("Activity")
    + ", if another says what was done; or group the names in the source.",
    "missing_timestamps": _ROLE.format("Time") + ", if another says when it was done.",
    "missing_starts": _ROLE.format("Start") + ", or correct the source.",
    "end_before_start": "In step 2, exchange Start and Time if the columns are swapped.",
    "midnight_timestamps": "In step 2, choose a column with the time of day as Time, or one that orders events as Order.",
    "separate_time_of_day": "In step 2, choose that column as Time of day.",
    "ties": "In step 2, choose a column that numbers the events as Order.",
    "clock_gaps": _ZONE + " if it is another, or give times with offset.",
    "clock_overlaps": _ZONE + " if it is another, or give times with offset.",
    "clock_outliers": "Correct the source, or keep a period by a filter in the studio.",
    "one_event_cases": "Keep longer cases by a filter in the studio.",
    "lifecycle_rows": "Keep completions alone by a filter on this attribute in the studio.",
    "encoding": "In step 2, choose another Encoding if letters look wrong.",
    "other_sheets": "In step 2, choose another Sheet.",
    "shared_events": "In step 2, choose another type of object as the case if sums over events matter.",
    "events_without_case": "In step 2, choose another type of object as the case to see them.",
    "infinite_numbers": "Write a number in the source.",
    "mapping_rejected": "Mend the values in the source.",
    "unknown_expected_activities": "Write them as they are in the source.",
    "more_to_read": "Import again to load what is left.",
}


def _other_order(finding: Finding) -> str:
    other = "month" if "The day" in finding.done else "day"
    return f"In step 2, under Dates, choose {other} first if that is wrong."


def _zones(finding: Finding) -> str:
    if "counted" in finding.change:
        return f"{_ZONE} in which days and hours are to be counted."
    return f"{_ZONE} of the times without offset if it is another."


def _unread(finding: Finding) -> str:
    if "day_first" in finding.change:
        return "In step 2, under Dates, choose the other order of day and month."
    return (
        _ROLE.format("Time") + "; or, under More, write their Date format, such as %d.%m.%Y %H:%M."
    )


def _marks(finding: Finding) -> str:
    found = {mark for sample in finding.sample for mark in sample["marks"]}
    texts = ", ".join(sorted(found))
    return f"In step 2, under Means missing, tick {texts} to read them as missing."


_WORKED_OUT: Final[dict[str, Callable[[Finding], str]]] = {
    "ambiguous_day_first": _other_order,
    "unparsable_timestamps": _unread,
    "missing_marks": _marks,
    "mixed_time_zones": _zones,
}
SETTING: Final = re.compile(r"\b[a-z_]+=")
"""What is left to say in Python alone."""


def clicks(finding: Finding) -> str:
    """Return what to do about a finding on the page.

    Parameters
    ----------
    finding : Finding
        Of a log's readiness.

    Returns
    -------
    str
        What to choose and where; the finding's own advice where that is for everybody.

    Examples
    --------
    >>> clicks(Finding(id="ties", title="2 events tie", count=2, change="Give order= (a column)."))
    'In step 2, choose a column that numbers the events as Order.'
    """
    if made := _WORKED_OUT.get(finding.id):
        return made(finding)
    return _CLICKS.get(finding.id, finding.change)


def readiness_json(readiness: Readiness) -> Json:
    """Return a readiness report for the page.

    Parameters
    ----------
    readiness : Readiness
        Of a log.

    Returns
    -------
    dict
        As the report has it, with advice to click.
    """
    findings = tuple(
        found.model_copy(update={"change": clicks(found)}) for found in readiness.findings
    )
    return readiness.model_copy(update={"findings": findings}).model_dump(mode="json")
