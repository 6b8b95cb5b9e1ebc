"""Which runs a page of runs lists, and what it says of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

import polars as pl

from mindzie.access.runs import Run
from mindzie.core.words import counted, duration
from mindzie.investigations.layout import WHY

STATES: Final = ("waiting", "running", "done", "failed", "cancelled")
PERIODS: Final = {"Last 24 hours": 1, "Last 7 days": 7, "Last 30 days": 30, "All time": None}
"""Days by what the page calls them."""
TOLD: Final = 4
"""Last letters of an identifier, as commands take them."""
MOST: Final = 500
"""Runs listed, the newest."""
_OF: Final[dict[str, Any]] = {"run": pl.String, "investigation": pl.String, "asked": pl.Datetime("us", "UTC"), "state": pl.String, "seconds": pl.Float64}  # fmt: skip


def table(runs: Iterable[Run], names: dict[UUID, str]) -> pl.DataFrame:
    """Return a row for each run, for the chart and the list.

    Parameters
    ----------
    runs : iterable of Run
        In the order of the rows.
    names : dict
        Investigations by identifier.

    Returns
    -------
    polars.DataFrame
        ``run``, ``investigation``, ``asked``, ``state`` and ``seconds``, empty where it has not ended.
    """
    rows = [
        (str(run.id), names.get(run.investigation_id, ""), run.created_at, run.state, seconds(run))
        for run in runs
    ]
    return pl.DataFrame(rows, schema=_OF, orient="row")


def listed(rows: Any) -> Any:
    """Return the rows of the list as text that sorts as it should."""
    shown = rows.select(
        "run",
        pl.col("investigation").alias("Investigation"),
        pl.col("asked").dt.strftime("%Y-%m-%d %H:%M:%S").alias("Asked for (UTC)"),
        pl.col("state").alias("State"),
        pl.Series("Took", [duration(one) if one is not None else "" for one in rows["seconds"]]),
    )
    return shown.to_pandas()


def seconds(run: Run) -> float | None:
    """Return how long a run took; None where it has not ended or never began."""
    if run.started_at is None or run.finished_at is None:
        return None
    return float((run.finished_at - run.started_at).total_seconds())


def about(run: Run, name: str) -> list[tuple[str, str]]:
    """Return what is said of a run beside its log.

    Parameters
    ----------
    run : Run
        Which.
    name : str
        Of its investigation.

    Returns
    -------
    list of tuple
        A word and what it is.
    """
    took, progress = seconds(run), run.progress or {}
    facts: list[tuple[str, Any]] = [
        ("Investigation", name),
        ("State", run.state),
        ("Asked for", f"{run.created_at:%d %b %Y %H:%M:%S} UTC{f', {WHY.get(run.reason, run.reason)}' if run.reason else ''}"),
        ("Took", None if took is None else duration(took)),
        ("Progress", f"{progress['cell']} of {counted(progress['cells'], 'cell')}" if "cells" in progress else None),
        ("Parameters", ", ".join(f"{key}={value!r}" for key, value in run.parameters.items())),
        ("Error", run.error),
        ("Accepted", None if run.accepted_at is None else f"{run.accepted_at:%d %b %Y %H:%M} UTC. {run.accepted_note or ''}"),
        ("Changed", _changed(run)),
    ]  # fmt: skip
    return [(word, str(said)) for word, said in facts if said]


def _changed(run: Run) -> str | None:
    if run.compared_with is None or run.changed is None:
        return None
    return f"{counted(run.changed, 'result')} since the run accepted before"


def by_name(names: dict[UUID, str]) -> dict[str, str]:
    """Return identifiers by name; names that several projects have are told apart."""
    several = {name for name, times in Counter(names.values()).items() if times > 1}
    return {
        f"{name} ({str(key)[-TOLD:]})" if name in several else name: str(key)
        for key, name in names.items()
    }


def said_of(count: int) -> str:
    """Return what the page says of how many runs it lists."""
    if count == 0:
        return "<p>No run fits. Ask for one with <code>investigation.request_run()</code>, or choose a longer time.</p>"
    return (
        f"<p>The newest {MOST} runs that fit; choose less to see older ones.</p>"
        if count == MOST
        else ""
    )
