"""Dashboards: panels over a data set, or a notebook or an app in published versions, for people who see no code."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import delete, select

from mindzie.access import kinds
from mindzie.access.board_content import prepared
from mindzie.access.board_panels import of_panels
from mindzie.access.board_versions import (
    DashboardVersion,
    check_publisher,
    draft,
    kept,
    shown_version,
    told,
)
from mindzie.access.collection import Collection
from mindzie.access.door import Visit
from mindzie.access.given import Number, given
from mindzie.access.items import Item
from mindzie.access.opening import open_current, without_rows_of_the_source
from mindzie.access.public_links import PublicLink, new_link
from mindzie.access.sharing import Shared
from mindzie.access.visits import visits_of
from mindzie.access.work import Panel
from mindzie.core.errors import NotFoundError
from mindzie.core.families import Filter
from mindzie.core.log import EventLog
from mindzie.store import models
from mindzie.store.types import now


class Dashboard(Shared, Item):
    """Panels over a data set, or a published notebook or app."""

    kind = kinds.DASHBOARD

    @property
    def panels(self) -> Collection[Panel]:
        """Its panels."""
        return Collection(self._door, Panel, self)

    @property
    def versions(self) -> Collection[DashboardVersion]:
        """What was published, for who may change it."""
        return Collection(self._door, DashboardVersion, self)

    @property
    def links(self) -> Collection[PublicLink]:
        """Its public links, revoked ones too; needs ``projects.share`` in the project."""
        return Collection(self._door, PublicLink, self)

    def publish(
        self,
        source: Any = None,
        *,
        kind: str | None = None,
        note: str = "",
        picture: Any = None,
        datasets: Any = None,
    ) -> DashboardVersion | None:
        """Show a notebook or an app to those it is shared with, as its next version.

        Readers see what it shows, not its code, and run it with a right to read this dashboard and the data sets it names, and nothing
        else. Publishing so makes figures of these data sets known to all who see the dashboard, also without the project.

        Parameters
        ----------
        source : path or mapping, optional
            A file ``.ipynb`` (shown by Voila) or ``.py`` (a Panel app), or a notebook. Where not given, what was published before is
            opened again; a dashboard of panels shows them as they are now.
        kind : {"voila", "panel"}, optional
            By the file's name where not given.
        note : str
            What changed.
        picture : path or bytes, optional
            SVG or PNG for the gallery; the first that the notebook shows where not given, False for none.
        datasets : list, optional
            Data sets of the project that it shows, by name; where not given, those that the code takes as ``ws.datasets["name"]``.

        Returns
        -------
        DashboardVersion or None
            The version shown from now on; the same content again makes none. None where there is nothing to show: neither
            that, nor panels over a data set.

        Raises
        ------
        SettingError
            Where it is no notebook and no app, or too large.
        NotFoundError
            Where a data set is not in the project, or out of your sight.
        ForbiddenError
            Without the permission ``dashboards.change``. Nothing is changed in these cases.
        """
        if source is None:
            return self.publish_content(None)
        content, kind, still = prepared(source, kind, picture)
        return self.publish_content(content, kind=kind, note=note, picture=still, datasets=datasets)

    def publish_content(
        self,
        content: Any,
        *,
        kind: str | None = None,
        note: str = "",
        picture: bytes | None = None,
        datasets: Any = None,
    ) -> DashboardVersion | None:
        """Publish what was read already, as ``publish`` does with what it reads from files.

        Parameters
        ----------
        content : mapping or str
            A notebook, or the text of an app; None opens what was published before, or shows the panels.
        kind : {"voila", "panel"}
            Which.
        note, picture, datasets
            As for ``publish``.
        """
        made = None if content is None else draft(content, kind, note, picture, datasets)
        with self._door.writing() as visit:
            row = self._mine(visit)
            made = made or of_panels(visit, row)
            if made is not None:
                row.current = kept(visit, row, made).number
            version = self._show(visit, row, "publish")
        return None if version is None else DashboardVersion(self._door, version)

    def roll_back(self, number: int) -> None:
        """Show an earlier version again, or take over who shows it.

        Parameters
        ----------
        number : int
            Of the version; all stay.

        Raises
        ------
        NotFoundError
            Where there is none of the number, or you do not see what it shows.
        """
        number = given(Number, number, "number of a version")
        with self._door.writing() as visit:
            row = self._mine(visit)
            row.current = number
            self._show(visit, row, "roll_back")

    def _show(self, visit: Visit, row: Any, act: str) -> models.DashboardVersion | None:
        version = shown_version(visit, row)
        if version is not None:
            check_publisher(visit, version)
        row.published_at, row.published_by = now(), visit.actor.id
        after = None if version is None else told(version)
        visit.note(f"dashboards.{act}", self.kind.title, row, after=after)
        visit.session.flush()
        self._row = row
        return version

    def unpublish(self) -> None:
        """Close it to all who cannot change it; who looks at it sees no more of it."""
        with self._door.writing() as visit:
            row = self._mine(visit)
            row.published_at = None
            mine = select(models.DashboardVersion.id).filter_by(dashboard_id=row.id)
            chosen = delete(models.Grant).where(models.Grant.version_id.in_(mine))
            visit.session.execute(chosen.execution_options(synchronize_session=False))
            visit.note("dashboards.unpublish", self.kind.title, row)
            visit.session.flush()
        self._row = row

    @property
    def picture(self) -> dict[str, Any] | None:
        """The still picture of what is shown: ``type`` and ``data``; None where there is none."""
        with self._door.reading() as visit:
            version = shown_version(visit, visit.row(self.kind, self.id))
            if version is None or version.picture is None:
                return None
            return {"type": version.picture_type, "data": version.picture}

    def visits(self, limit: int = 1_000) -> list[dict[str, Any]]:
        """Return who looked at it, the last first, for who may change it.

        Parameters
        ----------
        limit : int
            At most so many.

        Returns
        -------
        list of dict
            ``at``, ``version``, ``reader`` and ``user``, their identifier, or ``link``, the public link's.
        """
        limit = given(Number, limit, "limit")
        with self._door.reading() as visit:
            row = visit.row(self.kind, self.id)
            visit.need(self.kind.change, row.project_id)
            return visits_of(visit, row.id, limit)

    def new_link(self, name: str, *, days: int = 30, filters: Any = ()) -> str:
        """Make a public link: whoever has it sees the dashboard, without signing in.

        Parameters
        ----------
        name : str
            For whom, or for what.
        days : int
            How long it holds, 1 to 366 days.
        filters : list of Filter
            That hold when it is opened.

        Returns
        -------
        str
            The token, of which the hub's address for it is made. It is shown this once.

        Raises
        ------
        ForbiddenError
            Without the permission ``projects.share``, or where your organisation does not allow public links.
        """
        return new_link(self._door, self.id, name, days, filters)

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
