"""Runs of a workspace or an investigation, the latest of which are found by the database."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from annotated_types import Ge, Le
from pydantic import AfterValidator, AwareDatetime

from mindzie.access.collection import Collection
from mindzie.access.door import Door
from mindzie.access.given import given, in_utc
from mindzie.access.items import Item
from mindzie.access.runs import Run
from mindzie.store import models

State = Literal["waiting", "running", "done", "failed", "cancelled"]


class Runs(Collection[Run]):
    """Runs by identifier."""

    def __init__(self, door: Door, inside: Item | None = None) -> None:
        super().__init__(door, Run, inside)

    def latest(
        self,
        limit: int = 100,
        *,
        investigation: UUID | None = None,
        state: str | None = None,
        since: datetime | None = None,
    ) -> list[Run]:
        """Return the runs that were asked for last, the newest first.

        Parameters
        ----------
        limit : int
            How many at most, up to 10,000.
        investigation : UUID, optional
            Of this one only.
        state : {"waiting", "running", "done", "failed", "cancelled"}, optional
            In this state only.
        since : datetime, optional
            Asked for at this moment or later; with a time zone.

        Returns
        -------
        list of Run
            Those in sight.

        Examples
        --------
        >>> import mindzie as mz
        >>> mz.workspace().runs.latest(10, state="running")
        []
        """
        most = given(Annotated[int, Ge(1), Le(10_000)], limit, "limit")
        record = models.Run
        asked: dict[Any, Any] = {
            record.investigation_id: given(UUID | None, investigation, "investigation"),
            record.state: given(State | None, state, "state"),
        }
        here = [column == value for column, value in asked.items() if value is not None]
        moment = given(Annotated[AwareDatetime, AfterValidator(in_utc)] | None, since, "since")
        if moment is not None:
            here.append(record.created_at >= moment)
        with self._door.reading() as visit:
            chosen = self._chosen(visit).where(*here).order_by(None)
            rows = list(visit.session.scalars(chosen.order_by(record.id.desc()).limit(most)))
        return [Run(self._door, row) for row in rows]
