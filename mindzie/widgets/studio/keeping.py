"""What a studio does with the workspace: it saves investigations and publishes dashboards."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from mindzie.core.errors import MindzieError, SettingError
from mindzie.widgets import messages as m
from mindzie.widgets.studio.desk import Desk
from mindzie.widgets.studio.publishing import holders, publish
from mindzie.widgets.studio.saving import home_of, save
from mindzie.widgets.studio.state import State
from mindzie.widgets.studio.work import Job, Work
from mindzie.widgets.where import own_notebook

if TYPE_CHECKING:
    from mindzie.access.dashboards import Dashboard
    from mindzie.access.investigating import Investigation

Json = dict[str, Any]
Reply = Callable[[Any, Exception | None], None]
_NOT_HERE: Final = (
    "Saving and publishing is done from the notebook: this page only shows the studio."
)


class Keeping:
    """The part of a studio that keeps what is shown."""

    _desk: Desk
    _state: State
    _work: Work

    def save_as_investigation(self, name: str, project: str | None = None) -> Investigation:
        """Keep what is shown in the workspace: a readable notebook that runs by itself and gives the same figures.

        Parameters
        ----------
        name : str
            The investigation's; one that is there gets the notebook as its next version.
        project : str, optional
            Where it is kept; the project of the data set where not given. A log that no data set holds yet is published there
            under its name.

        Returns
        -------
        Investigation
            To run, schedule or change.

        Raises
        ------
        ConflictError
            Where the name of the log or of the investigation belongs to another.
        ForbiddenError, NotFoundError
            Where the project is not yours to change, or to see.

        Examples
        --------
        >>> import mindzie as mz
        >>> studio = mz.Studio(mz.demo("order-to-cash", cases=30, seed=7), [mz.filters.Rework()])
        >>> project = mz.workspace().projects.create("Questions")
        >>> studio.save_as_investigation("What is done twice", "Questions").current
        1
        """
        return self._saved(self._state, name, project)

    def publish(
        self,
        name: str,
        project: str | None = None,
        *,
        description: str | None = None,
        share_with: Iterable[str | UUID] | str | UUID = (),
    ) -> Dashboard:
        """Show what is on screen as a dashboard, to people who see no code.

        Readers begin with the studio's filters, and may change them.

        Parameters
        ----------
        name : str
            The dashboard's; one that is there gets another version.
        project : str, optional
            Where it lives; the project of the data set where not given. A log that no data set holds yet is published there under
            its name.
        description : str, optional
            What it shows, for the gallery.
        share_with : iterable of str or UUID
            People (by name, e-mail address or identifier) and groups (by name) who may see it from now on.

        Returns
        -------
        Dashboard
            Published.

        Raises
        ------
        ConflictError
            Where the name of the log belongs to another data set.
        ForbiddenError, NotFoundError
            Where the project is not yours to publish in, or to see.
        SettingError
            Where nobody, or several people, have a name in ``share_with``. Nothing is published then.

        Examples
        --------
        >>> import mindzie as mz
        >>> studio = mz.Studio(mz.demo("order-to-cash", cases=30, seed=7), [mz.filters.Rework()])
        >>> project = mz.workspace().projects.create("Desk of orders")
        >>> studio.publish("Done twice", "Desk of orders", description="What is repeated.").current
        1
        """
        whom = holders(share_with)
        made = self._published(self._state, name, project, description)
        for one in whom:
            made.share(**one)
        return made

    @property
    def _map_settings(self) -> Json:
        return self._desk.map.settings if self._desk.map is not None else {}

    def _saved(self, state: State, name: str, project: str | None) -> Investigation:
        return save(self._desk.log, state, name, project, map_settings=self._map_settings)

    def _published(
        self, state: State, name: str, project: str | None, description: str | None
    ) -> Dashboard:
        return publish(
            self._desk.log,
            state,
            name,
            project,
            description=description,
            map_settings=self._map_settings,
        )

    def _keep(self, asked: m.Save | m.Publish, reply: Reply) -> None:
        if not own_notebook():
            raise SettingError(_NOT_HERE)
        state = self._state

        def work(job: Job) -> Json:
            if isinstance(asked, m.Publish):
                job.step("Publishing the dashboard", 0.3)
                return self._publish_asked(asked, state)
            job.step("Saving the investigation", 0.3)
            with self._desk.log.turn():
                made = self._saved(state, asked.name, asked.project)
            return {"name": made.name, "number": made.current, "project": home_of(made)}

        self._work.submit(asked.do, work, reply)

    def _publish_asked(self, asked: m.Publish, state: State) -> Json:
        from mindzie.access.board_address import board_address

        with self._desk.log.turn():
            made = self._published(state, asked.name, asked.project, asked.description or None)
        told = {
            "name": made.name,
            "number": made.current,
            "project": home_of(made),
            "link": board_address(made.id),
        }
        try:
            for one in holders((*asked.people, *asked.groups)):
                made.share(**one)
        except MindzieError as error:
            # it is there, and the page says what is missing
            told["unshared"] = str(error)
        return told
