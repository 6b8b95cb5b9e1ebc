"""Running what the panel and the toolbar name, now and by itself."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from mindzie.core.errors import ConflictError, SettingError
from mindzie.core.slots import Cron, Missed
from mindzie.investigations.parameters import Parameter, declared, given
from mindzie.lab.desk import Desk
from mindzie.lab.shown import run_told

_DATA: Final = "dataset"
_TIMES: Final = 5


def form(desk: Desk, investigation: UUID) -> dict[str, Any]:
    """Return the parameters of an investigation as fields of a form.

    Parameters
    ----------
    desk : Desk
        Whose.
    investigation : UUID
        Which.

    Returns
    -------
    dict
        ``name``, ``has_data`` and ``fields``: name, kind, choices, and the value as text.
    """
    asked = desk.workspace.investigations[investigation]
    return {
        "name": asked.name,
        "has_data": asked.dataset_id is not None,
        "fields": [_field(one, asked.parameters) for one in _asked_for(asked)],
    }


def run(
    desk: Desk, investigation: UUID, parameters: dict[str, str] | None = None, again: bool = False
) -> dict[str, Any]:
    """Ask for a run; on this machine it is done at once, on the hub by a worker."""
    desk.check_runs()
    asked = desk.workspace.investigations[investigation]
    made = asked.request_run(_values(asked, parameters or {}), again=again)
    desk.work_off()
    return run_told(made, asked)


def steer_run(desk: Desk, run: UUID, act: Literal["cancel", "retry", "accept"]) -> dict[str, Any]:
    """Cancel a run, let it wait again, or accept its results."""
    found = desk.workspace.runs[run]
    getattr(found, act)()
    if act == "retry":
        desk.work_off()
    return run_told(found.refresh(), None)


def times(desk: Desk, cron: str, time_zone: str) -> dict[str, Any]:  # noqa: ARG001 - as all acts
    """Say when a schedule would run."""
    if not cron.strip():
        return {"words": "", "next": []}
    try:
        found = Cron(cron.strip(), time_zone)
    except SettingError as error:  # somebody is writing it
        return {"wrong": str(error)}
    zone = ZoneInfo(time_zone)
    slots = found.upcoming(_TIMES, datetime.now(UTC))
    return {
        "words": f"{found.words} ({time_zone})",
        "next": [f"{slot.astimezone(zone):%a %d %b %Y %H:%M}" for slot in slots],
    }


def schedule(
    desk: Desk,
    *,
    investigation: UUID,
    name: str,
    cron: str = "",
    time_zone: str = "UTC",
    on_new_data: bool = False,
    missed: Missed = "last",
    parameters: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Let an investigation run by itself from now on."""
    ws = desk.workspace
    asked = ws.investigations[investigation]
    made = ws.projects[asked.project_id].schedules.create(
        name, investigation_id=asked, cron=cron.strip(), time_zone=time_zone, on_new_data=on_new_data, missed=missed,
        parameters=_values(asked, parameters or {}),
    )  # fmt: skip
    return {"name": made.name, "words": made.words, "has_workers": desk.has_workers}


def steer_schedule(
    desk: Desk, schedule: UUID, act: Literal["pause", "resume", "run_now", "delete"]
) -> dict[str, Any]:
    """Pause a schedule, let it go on, run it now, or remove it."""
    found = desk.workspace.schedules[schedule]
    if act == "run_now":
        desk.check_runs()
    getattr(found, act)()
    if act == "run_now":
        desk.work_off()
    return {"name": found.name}


def _asked_for(asked: Any) -> list[Parameter]:
    """Return what is asked of who runs it: the data are those of the investigation."""
    if asked.current is None:
        raise ConflictError(f"The investigation {asked.name!r} has no notebook yet: save one.")
    found = declared(asked.notebooks[asked.current].content)
    return [one for one in found if one.name != _DATA or asked.dataset_id is None]


def _values(asked: Any, said: Mapping[str, str]) -> dict[str, Any]:
    known = {one.name: one for one in _asked_for(asked)}
    kept = {
        name: None if text == "" and name in known and _is_optional(known[name]) else text
        for name, text in said.items()
    }
    return given(tuple(known.values()), kept, asked.name)


def _field(parameter: Parameter, own: Mapping[str, Any]) -> dict[str, Any]:
    choices = _choices(parameter.type)
    kinds = _members(parameter.type)
    number = bool(kinds) and set(kinds) <= {int, float, type(None)}
    return {
        "name": parameter.name,
        "kind": "choice" if choices else "number" if number else "text",
        "choices": choices,
        "value": _text(own.get(parameter.name, parameter.default)),
        "optional": _is_optional(parameter),
    }


def _choices(kind: Any) -> list[str]:
    found = [choice for one in _members(kind) for choice in _of_one(one)]
    others = [one for one in _members(kind) if one is not type(None) and not _of_one(one)]
    return [] if others else found


def _of_one(kind: Any) -> list[str]:
    if kind is bool:
        return ["true", "false"]
    if typing.get_origin(kind) is Literal:
        return [_text(one) for one in typing.get_args(kind)]
    return []


def _members(kind: Any) -> tuple[Any, ...]:
    union = typing.get_origin(kind) in (typing.Union, types.UnionType)
    return typing.get_args(kind) if union else (kind,)


def _is_optional(parameter: Parameter) -> bool:
    if str in _members(parameter.type) and parameter.default is not None:
        return False
    try:
        return parameter.convert(None) is None
    except SettingError:
        return False


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
