"""The demo processes by name, and their events as a source table."""

from __future__ import annotations

import operator
from typing import Literal

import polars as pl

from mindzie.core.errors import SettingError, WrongTypeError, unknown
from mindzie.core.readiness import Readiness
from mindzie.demos.calendar import COUNTRY, FIRST_DAY, LAST_DAY, TIME_ZONE
from mindzie.demos.frame import events
from mindzie.demos.order_to_cash import ORDER_TO_CASH
from mindzie.demos.process import Process
from mindzie.demos.purchase_to_pay import PURCHASE_TO_PAY
from mindzie.engine.source_table import SourceTable

ProcessName = Literal["order-to-cash", "purchase-to-pay"]
PROCESSES = {process.name: process for process in (ORDER_TO_CASH, PURCHASE_TO_PAY)}


def generate(
    process: ProcessName = "order-to-cash", cases: int = 10_000, seed: int = 0
) -> pl.DataFrame:
    """Return a demo process's events with readable column names, sorted by case and time.

    Parameters
    ----------
    process, cases, seed
        As for :func:`mindzie.demos.demo`.

    Returns
    -------
    polars.DataFrame
        Times in microseconds since 1970, UTC.

    Raises
    ------
    UnknownNameError, SettingError, WrongTypeError
        As for :func:`mindzie.demos.demo`.

    Examples
    --------
    >>> generate("order-to-cash", cases=1)["activity"][0]
    'Receive order'
    """
    table = source_table(process, cases, seed)
    return table.frame.rename({attribute.column: attribute.name for attribute in table.attributes})


def source_table(
    process: ProcessName = "order-to-cash", cases: int = 10_000, seed: int = 0
) -> SourceTable:
    """Return a demo process's events as the source of a log.

    Parameters
    ----------
    process, cases, seed
        As for :func:`mindzie.demos.demo`.

    Returns
    -------
    SourceTable
        Without findings: every row can be used.

    Raises
    ------
    UnknownNameError, SettingError, WrongTypeError
        As for :func:`mindzie.demos.demo`.

    Examples
    --------
    >>> source_table("purchase-to-pay", cases=0).frame.height
    0
    """
    if process not in PROCESSES:
        raise unknown("demo process", str(process), PROCESSES, where="Mindzie")
    chosen = PROCESSES[process]
    cases, seed = _whole("cases", cases), _whole("seed", seed)
    frame, attributes = events(chosen, cases, seed)
    return SourceTable(
        frame=frame,
        attributes=attributes,
        name=process,
        time_zone=TIME_ZONE,
        roles=_roles(chosen),
        source=_source(chosen, cases, seed),
        readiness=Readiness.of((), rows_read=frame.height, rows_used=frame.height),
    )


def _whole(name: str, value: int) -> int:
    """Return a setting that must be a whole number from 0 on."""
    try:
        number = operator.index(value)
    except TypeError:
        raise WrongTypeError(
            f"demo(..., {name}={value!r}): {name} must be a whole number, not {type(value).__name__}."
        ) from None
    if number < 0:
        raise SettingError(f"demo(..., {name}={number}): {name} must be 0 or more.")
    return number


def _roles(process: Process) -> dict[str, str]:
    return {
        "case": process.case_name,
        "activity": "Activity",
        "timestamp": "Completed",
        "start": "Started",
        "resource": "User",
    }


def _source(process: Process, cases: int, seed: int) -> dict[str, object]:
    return {
        "format": "demo",
        "process": process.name,
        "cases": cases,
        "seed": seed,
        "story": " ".join(process.story.split()),
        "calendar": f"{COUNTRY}: nationwide public holidays, 24 and 31 December",
        "period": [FIRST_DAY.isoformat(), LAST_DAY.isoformat()],
    }
