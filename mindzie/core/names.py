"""Physical column names: safe on every engine, readable where possible."""

from __future__ import annotations

import re
from collections.abc import Iterable

RESERVED = frozenset({
    "case", "position", "activity", "time", "start_time", "resource", "next_activity", "time_to_next", "case_id", "case_hash", "start",
    "end", "duration", "event_count", "variant", "start_activity", "end_activity", "first_resource", "has_rework", "activity_name",
    "start_year", "start_quarter", "start_month", "start_weekday", "row", "order", "code", "name", "value", "count", "old",
})  # fmt: skip


def column_for(name: str, taken: Iterable[str] = ()) -> str:
    """Return a column name for an attribute.

    Parameters
    ----------
    name : str
        The attribute's name, any text.
    taken : iterable of str
        Columns that exist; engines compare without regard to case.

    Returns
    -------
    str
        Lower case letters, digits and underscores, unlike all that are taken or reserved.

    Examples
    --------
    >>> column_for("Customer Region")
    'customer_region'
    >>> column_for("time")
    'time_2'
    """
    slug = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:60]
    slug = slug if slug and not slug[0].isdigit() else f"a_{slug}".rstrip("_")
    known = {column.lower() for column in taken}
    made, number = slug, 1
    while made in RESERVED or made in known:
        number += 1
        made = f"{slug}_{number}"
    return made
