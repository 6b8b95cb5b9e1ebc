"""Schedules: when investigations run by themselves, at times and after new data."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, get_args
from zoneinfo import ZoneInfo

from annotated_types import Ge, Le

from mindzie.access import kinds, run_asked
from mindzie.access.audit import facts
from mindzie.access.door import Visit
from mindzie.access.given import given
from mindzie.access.items import Item
from mindzie.access.runs import Run
from mindzie.core.errors import SettingError, unknown
from mindzie.core.slots import Cron, Missed, said
from mindzie.store import models
from mindzie.store.types import now

_DEFAULTS: Final = {"cron": "", "time_zone": "UTC", "missed": "last", "active": True}
_LONGEST: Final = 1000
_WHEN: Final = ("cron", "time_zone", "active")
_AFTER_WHAT: Final = ("investigation_id", "on_new_data", "active")


class Schedule(Item):
    """When an investigation runs by itself: at times, after new versions of its data set, or both.

    Its runs work with the rights of whoever last changed it, its investigation or the notebook.
    """

    kind = kinds.SCHEDULE

    @property
    def words(self) -> str:
        """When it runs, such as ``At 02:00 every day (Europe/Berlin)``."""
        when = said(self.cron, self.time_zone, on_new_data=self.on_new_data)
        return when if self.active else f"{when}, paused"

    def next(self, count: int = 5) -> list[datetime]:
        """Return the next times at which it runs.

        Parameters
        ----------
        count : int
            How many.

        Returns
        -------
        list of datetime
            In its time zone; none where it is paused, or runs after new data only.

        Raises
        ------
        SettingError
            Where the number is not between 1 and 1,000.
        """
        count = given(Annotated[int, Ge(1), Le(_LONGEST)], count, "count")
        if not (self.cron and self.active):
            return []
        found = Cron(self.cron, self.time_zone).upcoming(count, now())
        return [slot.astimezone(ZoneInfo(self.time_zone)) for slot in found]

    def pause(self) -> None:
        """Let it run no more until it is resumed; what comes meanwhile is not caught up with."""
        self._turn("pause", active=False)

    def resume(self) -> None:
        """Let it run again from now on, with the rights of who resumes it."""
        self._turn("resume", active=True)

    def run_now(self) -> Run:
        """Ask for a run by hand, with its parameters.

        Returns
        -------
        Run
            Waiting.

        Raises
        ------
        ConflictError
            Where the investigation has no notebook yet.
        """
        with self._door.writing() as visit:
            above = visit.changeable(self.kind, self.id)
            asked = visit.changeable(kinds.INVESTIGATION, above.investigation_id, kinds.RUN.change)
            row = run_asked.new_run(
                visit, asked, above.parameters, asker=visit.actor.id, schedule_id=above.id
            )
            visit.note("runs.request", kinds.RUN.title, row, name=asked.name, after=facts(row))
        return Run(self._door, row)

    def _turn(self, act: str, *, active: bool) -> None:
        with self._door.writing() as visit:
            row = self._mine(visit)
            values: dict[str, Any] = {"active": active}
            self._before_change(visit, row, values)
            for name, value in values.items():
                setattr(row, name, value)
            visit.note(f"{self.kind.table}.{act}", self.kind.title, row)
            visit.session.flush()
        self._row = row

    @classmethod
    def before_create(cls, visit: Visit, values: dict[str, Any]) -> None:
        """Refuse times that are none, and look from now on."""
        told = {**_DEFAULTS, **values}
        _check(told)
        values |= {"runs_as": visit.actor.id, "next_at": _first(told), **_seen(visit, told)}

    def _before_change(self, visit: Visit, row: Any, values: dict[str, Any]) -> None:
        """Refuse times that are none; what changes counts from now on."""
        names = (*_DEFAULTS, "on_new_data", "investigation_id")
        told = {name: values.get(name, getattr(row, name)) for name in names}
        changed = {name for name in names if told[name] != getattr(row, name)}
        _check(told)
        if "investigation_id" in changed:
            visit.row(kinds.INVESTIGATION, told["investigation_id"])
        if changed & {*_WHEN}:
            values["next_at"] = _first(told)
        if changed & {*_AFTER_WHAT}:
            values |= _seen(visit, told)
        values |= {"runs_as": visit.actor.id, "error": None}


def _check(told: dict[str, Any]) -> None:
    if told["missed"] not in get_args(Missed):
        raise SettingError(
            str(unknown("way", told["missed"], get_args(Missed), "which missed slots are run"))
        )
    if told["cron"]:
        Cron(told["cron"], told["time_zone"])
    elif not told.get("on_new_data"):
        raise SettingError(
            "A schedule runs at times, as with cron='0 6 * * MON-FRI', after new data, with on_new_data=True, or both: say which."
        )


def _first(told: dict[str, Any]) -> datetime | None:
    if not (told["cron"] and told["active"]):
        return None
    return next(Cron(told["cron"], told["time_zone"]).after(now()))


def _seen(visit: Visit, told: dict[str, Any]) -> dict[str, Any]:
    """Return what is not new any more."""
    asked = visit.session.get_one(models.Investigation, told["investigation_id"])
    if asked.dataset_id is None:
        if told.get("on_new_data") and told["active"]:
            raise SettingError(
                f"The investigation {asked.name!r} looks into no data set, so no new data comes: give it one first, or say when, with cron=."
            )
        return {"seen_dataset": None, "seen_version": None}
    current = visit.session.get_one(models.Dataset, asked.dataset_id).current
    return {"seen_dataset": asked.dataset_id, "seen_version": current}
