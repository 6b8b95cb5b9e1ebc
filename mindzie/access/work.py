"""What lives in a project beside its data sets and investigations."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import select

from mindzie.access import kinds
from mindzie.access.collection import Collection
from mindzie.access.door import Visit
from mindzie.access.items import Item
from mindzie.access.opening import open_current, without_rows_of_the_source
from mindzie.access.sharing import Shared
from mindzie.core.errors import NotFoundError
from mindzie.core.families import Filter
from mindzie.core.log import EventLog
from mindzie.store import models
from mindzie.store.types import now


class FilterPreset(Item):
    """Filters under a name: ``log.filter(*preset.filters)``."""

    kind = kinds.PRESET


class ProcessModel(Item):
    """How a process should run, as text of its format."""

    kind = kinds.MODEL


class ConformanceRule(Item):
    """A rule, as the enrichments that mark the cases that break it."""

    kind = kinds.RULE


class Pipeline(Item):
    """Enrichments that each new version of a data set gets."""

    kind = kinds.PIPELINE


class Connector(Item):
    """A source system."""

    kind = kinds.CONNECTOR

    @classmethod
    def check_facts(cls, visit: Visit, values: dict[str, Any]) -> None:
        """Refuse a secret from who may not keep one: sent to an address of one's choice, it is read."""
        if values.get("secret_id") is not None:
            visit.need(kinds.SECRET.change)

    def _before_change(self, visit: Visit, row: Any, values: dict[str, Any]) -> None:
        # that it goes elsewhere from now on is the same
        if values.get("secret_id", row.secret_id) is not None and any(
            name in values and values[name] != getattr(row, name) for name in ("kind", "settings")
        ):
            visit.need(kinds.SECRET.change)


class Panel(Item):
    """A figure, a table, a chart or a map on a dashboard."""

    kind = kinds.PANEL


class Dashboard(Shared, Item):
    """Panels over a data set, or a published notebook."""

    kind = kinds.DASHBOARD

    @property
    def panels(self) -> Collection[Panel]:
        """Its panels."""
        return Collection(self._door, Panel, self)

    def publish(self) -> None:
        """Open it to those it is shared with."""
        self._mark("publish", "published_at", now())

    def unpublish(self) -> None:
        """Close it to all who cannot change it."""
        self._mark("unpublish", "published_at", None)

    def log(self, *, engine: str = "polars") -> EventLog:
        """Open what it shows: its data set's current version, with its filters.

        Who sees the dashboard may do so, also without the data set's project. With filters, it has neither the source's rejected
        rows nor examples of its rows in ``readiness``, among which there may be some that the filters leave out.

        Parameters
        ----------
        engine : {"polars", "duckdb"}
            What the log runs on.

        Returns
        -------
        EventLog
            The log.

        Raises
        ------
        NotFoundError
            Where it shows no data set, or nothing has been published there yet.
        DataSetError
            Where a byte of it is not as it was published.
        """
        with self._door.reading() as visit:
            row = visit.row(self.kind, self.id)
            if row.dataset_id is None:
                raise NotFoundError(f"The dashboard {row.name!r} shows no data set.")
            place, found = open_current(self._door, visit, row.dataset_id)
        log = self._door.files.open(place, found.files, engine)
        if not row.filters:
            return log
        return without_rows_of_the_source(log).filter(*cast(tuple[Filter, ...], row.filters))

    def _before_delete(self, visit: Visit, row: Any) -> None:
        for share in visit.session.scalars(
            select(models.Share).where(models.Share.dashboard_id == row.id)
        ):
            visit.session.delete(share)
