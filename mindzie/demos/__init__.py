"""Generated logs an analyst believes: the same seed gives the same log on every machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mindzie.demos.table import PROCESSES, ProcessName, generate, source_table

if TYPE_CHECKING:
    from mindzie.core.log import EventLog

__all__ = ["PROCESSES", "ProcessName", "demo", "generate", "source_table"]


def demo(process: ProcessName = "order-to-cash", cases: int = 10_000, seed: int = 0) -> EventLog:
    """Generate an event log of a company in Germany, January 2024 to June 2025.

    Working hours, holidays, seasons, teams with queues, rework, deviations, late payments, open cases and a change on
    the way are in it; each process's module tells the story to find.

    Parameters
    ----------
    process : {"order-to-cash", "purchase-to-pay"}
        What the log is about.
    cases : int
        How many cases, each of 10 or 11 events on average; the shares stay the same, the teams grow with them.
    seed : int
        0 or more; another seed gives another log of the same kind.

    Returns
    -------
    EventLog
        With start and completion times, resources, and attributes of cases and events.

    Raises
    ------
    UnknownNameError
        Where there is no such process.
    SettingError
        Where `cases` or `seed` is negative.
    WrongTypeError
        Where `cases` or `seed` is not a whole number.

    Examples
    --------
    >>> demo("purchase-to-pay", cases=100).case_count
    100
    """
    from mindzie.engine.build import build

    return build(source_table(process, cases, seed))
