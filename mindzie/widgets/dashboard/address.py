"""The filters in the address of a published dashboard: who is sent it sees the same."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from typing import Final, cast

from mindzie.core.errors import MindzieError
from mindzie.core.families import Filter
from mindzie.core.log import EventLog
from mindzie.core.operation import load

VARIABLE: Final = "MINDZIE_FILTERS"
"""The environment variable in which a published page finds the filters of its address."""


def stored(filters: Iterable[Filter]) -> str:
    """Return filters as an address has them.

    Examples
    --------
    >>> stored(())
    '[]'
    """
    return json.dumps([one.to_json() for one in filters], separators=(",", ":"))


def asked(log: EventLog) -> tuple[Filter, ...] | None:
    """Return the filters of this page's address.

    Parameters
    ----------
    log : EventLog
        What they are for.

    Returns
    -------
    tuple of Filter or None
        None where there are none, or they do not fit: an address may be old, and anybody may have written it.
    """
    with suppress(MindzieError, ValueError, TypeError, RecursionError):
        said = json.loads(os.environ.get(VARIABLE, ""))
        found = tuple(cast("Filter", load(one, "filter")) for one in said)
        log.filter(*found).case_count  # noqa: B018 - those that do not fit are refused here
        return found or None
    return None
