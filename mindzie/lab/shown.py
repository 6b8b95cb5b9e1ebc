"""What the panel lists."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from mindzie.core.slots import said
from mindzie.core.words import counted, duration
from mindzie.lab.desk import Desk

MOST_RUNS: Final = 50


def shown(desk: Desk) -> dict[str, Any]:
    """Return what there is in the workspace, as its owner may see it.

    Parameters
    ----------
    desk : Desk
        Whose.

    Returns
    -------
    dict
        A list for each section: what each thing is called, where it lives, and what is to be said of it.
    """
    ws = desk.workspace
    projects = {one.id: one.name for one in ws.projects}
    data = {one.id: one for one in ws.datasets}
    asked = {one.id: one for one in ws.investigations}

    def row(one: Any, says: str, **more: Any) -> dict[str, Any]:
        return {
            "id": one.id,
            "name": one.name,
            "project": projects.get(one.project_id, ""),
            "says": says,
            **more,
        }

    return {
        "investigations": [row(one, _about(one, data), ready=one.current is not None) for one in asked.values()],
        "runs": [run_told(one, asked.get(one.investigation_id)) for one in ws.runs.latest(MOST_RUNS)],
        "schedules": [
            row(one, one.error or said(one.cron, one.time_zone, on_new_data=one.on_new_data), active=one.active, wrong=bool(one.error), next=_next(one))
            for one in ws.schedules
        ],
        "datasets": [row(one, _version(one.current), ready=one.current is not None) for one in data.values()],
        "dashboards": [row(one, _published(one), at=_moment(one.published_at)) for one in ws.dashboards],
    }  # fmt: skip


def run_told(run: Any, asked: Any) -> dict[str, Any]:
    """Return what is said of a run.

    Parameters
    ----------
    run : Run
        Which.
    asked : Investigation or None
        What it was a run of, where that is in sight.

    Returns
    -------
    dict
        As the panel's lists have it, with how far it is.
    """
    far = run.progress or {}
    share = far["cell"] / far["cells"] if run.state == "running" and far.get("cells") else None
    return {
        "id": run.id,
        "name": "a run" if asked is None else asked.name,
        "investigation": run.investigation_id,
        "state": run.state,
        "says": _of_run(run, far),
        "share": share,
        "at": _moment(run.created_at),
        "accepted": run.accepted_at is not None,
    }


def _of_run(run: Any, far: dict[str, Any]) -> str:
    if run.error:
        return str(run.error).splitlines()[0]
    if run.state == "running":
        return f"cell {far['cell']} of {far['cells']}" if "cells" in far else "starting"
    if run.state == "waiting":
        return "waits for its turn"
    took = None
    if run.started_at is not None and run.finished_at is not None:
        seconds = (run.finished_at - run.started_at).total_seconds()
        took = duration(round(seconds) or seconds)
    changed = None if run.changed is None else f"{run.changed or 'none'} changed"
    results = counted(len(run.results), "result") if run.state == "done" else None
    return ", ".join(
        filter(None, [results, changed, took, "accepted" if run.accepted_at else None])
    )


def _about(asked: Any, data: dict[Any, Any]) -> str:
    if asked.current is None:
        return "no notebook yet"
    seen = data.get(asked.dataset_id)
    return "" if seen is None else f"looks into {seen.name}"


def _version(number: int | None) -> str:
    return "nothing published yet" if number is None else f"version {number}"


def _published(board: Any) -> str:
    if board.published_at is None:
        return "not published"
    return "published" if board.current is None else f"version {board.current}"


def _next(schedule: Any) -> str | None:
    """Return when it runs next, by the clock of its own zone, which its words name; an error stands there instead of them."""
    if schedule.next_at is None or not schedule.active:
        return None
    at = schedule.next_at.astimezone(ZoneInfo(schedule.time_zone))
    return f"{at:%a %d %b %H:%M}{f' {schedule.time_zone}' if schedule.error else ''}"


def _moment(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()
