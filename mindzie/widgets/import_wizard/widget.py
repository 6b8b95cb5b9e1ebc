"""The import wizard: a source is chosen, looked at, understood and checked, and becomes the log of a studio."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from os import PathLike
from typing import Any, Final

import anywidget
import traitlets as t

from mindzie.core.errors import SettingError
from mindzie.core.log import EventLog
from mindzie.widgets.bundle import bundle
from mindzie.widgets.import_wizard import messages as m
from mindzie.widgets.import_wizard.code import code, description
from mindzie.widgets.import_wizard.commands import Sources, chosen, looked_up, obey, said_by
from mindzie.widgets.import_wizard.databases import Databases
from mindzie.widgets.import_wizard.folder import offered
from mindzie.widgets.import_wizard.landing import land
from mindzie.widgets.import_wizard.session import Session
from mindzie.widgets.import_wizard.uploads import Uploads
from mindzie.widgets.messages import Ask
from mindzie.widgets.post import Post
from mindzie.widgets.studio.widget import Studio
from mindzie.widgets.studio.work import Job, Work

Json = dict[str, Any]
Reply = Callable[[Any, Exception | None], None]
MOST_BYTES: Final = 256 << 20


class ImportWizard(anywidget.AnyWidget):
    """From a file to the studio: choose it, say which columns are what, see what was found, import.

    Parameters
    ----------
    source : path or frame, optional
        As for `mindzie.read`, to begin with; else the reader chooses one.
    folder : path or bool, optional
        Whose files may be chosen: a folder, True for that of the notebook, False for none, so that files are uploaded only.
        Where not given, that of the notebook in JupyterLab, and none in a published page.
    databases : bool or list, optional
        What may be connected to: the connectors of a workspace and sources of `mindzie.connect` to choose from, True for any
        address, False for none. Where not given, any address and the workspace's connectors in JupyterLab, and none in a
        published page.
    max_upload : int
        Bytes that an uploaded file may have.

    Attributes
    ----------
    log : EventLog or None
        What was imported. It can be observed: ``wizard.observe(callback, "log")``.
    studio : Studio or None
        What the wizard has turned into.
    code : str
        Python that imports the same.

    Raises
    ------
    SourceError
        Where there is no such folder.

    Examples
    --------
    >>> import polars as pl
    >>> times = ["2024-05-06 07:08", "2024-05-07 09:10"]
    >>> wizard = ImportWizard(pl.DataFrame({"case": ["1", "1"], "activity": ["Pay", "Ship"], "time": times}))
    >>> wizard.set(resource=None)
    >>> wizard.run()
    >>> wizard.log.activities
    ('Pay', 'Ship')
    """

    # Takes the place of a logger of the base class, which speaks only of messages it does not know.
    log = t.Any(None, allow_none=True, read_only=True)

    shown = t.Dict(read_only=True).tag(sync=True)
    busy = t.Dict(read_only=True).tag(sync=True)
    asked = t.Any(None, allow_none=True).tag(sync=True, echo_update=False)
    told: t.List[Json] = t.List(read_only=True).tag(sync=True)

    studio_shown = t.Dict(read_only=True).tag(sync=True)
    studio_map = t.Dict(read_only=True).tag(sync=True)
    studio_overview = t.Dict(read_only=True).tag(sync=True)
    studio_busy = t.Dict(read_only=True).tag(sync=True)
    studio_asked = t.Any(None, allow_none=True).tag(sync=True, echo_update=False)
    studio_told: t.List[Json] = t.List(read_only=True).tag(sync=True)
    studio_height: t.Int[int | None, int | None] = t.Int(None, allow_none=True, read_only=True).tag(
        sync=True
    )

    def __init__(
        self,
        source: str | PathLike[str] | Any = None,
        *,
        folder: str | PathLike[str] | bool | None = None,
        databases: bool | Sequence[Any] | None = None,
        max_upload: int = MOST_BYTES,
    ) -> None:
        self.studio: Studio | None = None
        folder_offered = offered(folder)
        self._sources = Sources(
            Uploads(max_upload), folder_offered, Databases(databases, folder_offered)
        )
        self._post = Post(lambda answers: self.set_trait("told", list(answers)))
        super().__init__()
        self._work = Work(self._busy, self._sources.databases.stop)
        self._session = Session(self._work, self._show, self._land)
        self._session.tell()
        if source is not None:
            self.choose(source)

    @property
    def _esm(self) -> str:
        return bundle("import_wizard")

    # --- Python's side

    def choose(
        self,
        source: str | PathLike[str] | Any,
        table: str | None = None,
        *,
        query: str | None = None,
        schema: str | None = None,
    ) -> None:
        """Take a source and look at it.

        Parameters
        ----------
        source : path, frame or database
            As for `mindzie.read`, or what `mindzie.connect` returned.
        table, query, schema : str, optional
            Of a database: either a table or a query.

        Raises
        ------
        SettingError
            Where of a database neither a table nor a query is said, or of another source one is.
        """
        self._session.open(chosen(source, table, query, schema))

    def set(self, **settings: Any) -> None:
        """Say how the source is to be read.

        Parameters
        ----------
        **settings
            Roles and settings as for `mindzie.read`; None takes a setting back, and says of a role that no column has it.

        Raises
        ------
        SettingError
            Where there is no such setting.
        UnknownNameError
            A column the source does not have.
        """
        self._looked_at().change(said_by(self._session, settings))

    def check(self) -> None:
        """Read all rows as events, and show what was found in them."""
        self._looked_at().go("check")

    def run(self) -> None:
        """Import; the wizard becomes a studio on the log."""
        self._looked_at().run()

    @property
    def code(self) -> str:
        """Python that imports the same."""
        desk = self._looked_at().need()
        return code(desk.source, self._session.plan, desk.known.columns)

    @property
    def yaml(self) -> str:
        """The import as the file that ``mindzie import --config`` takes."""
        desk = self._looked_at().need()
        name = self._session.plan.settings.get("name") or desk.known.raw.name
        return description(desk.source, self._session.plan, desk.known.columns, str(name))

    def close(self) -> None:
        """End the work and the connection; an uploaded file is removed."""
        work: Work | None = getattr(self, "_work", None)
        if work is not None:
            work.close()
            self._sources.uploads.forget()
        if self.studio is not None:
            self.studio.close()
        super().close()

    def _looked_at(self) -> Session:
        """Return the session once the source is known: a cell may say more while it is looked at."""
        self._work.settle("look")
        return self._session

    def _land(self, log: EventLog) -> None:
        if self.studio is not None:
            self.studio.close()
        self.studio = land(log, self.set_trait)
        self.set_trait("log", log)

    def _show(self, shown: Json) -> None:
        folder = self._sources.folder
        offers = {
            "most": self._sources.uploads.most,
            "databases": self._sources.databases.offered,
            "folder": folder and folder.root.name,
            "files": folder.files() if folder and shown["step"] == "source" else [],
        }
        self.set_trait("shown", {**shown, "offers": offers})

    def _busy(self, job: Job | None) -> None:
        said: Json = {}
        if job is not None:
            said = {"kind": job.kind, "words": job.words, "part": job.part, "figures": job.figures}
        self.set_trait("busy", said)

    # --- the browser's side

    def set_state(self, sync_data: Json) -> None:
        """Take what a browser sets: its letters, and nothing else.

        They are heard and not kept: a password may be in them, and values of widgets are saved with notebooks.
        """
        if "asked" in sync_data:
            raw = sync_data["asked"]
            self._work.later(lambda: self._read(raw))
        super().set_state(
            {name: sync_data[name] for name in ("studio_asked",) if name in sync_data}
        )

    def _handle_msg(self, msg: Json) -> None:
        if msg["content"]["data"].get("method") in ("update", "request_state"):
            super()._handle_msg(msg)

    @t.observe("studio_asked")
    def _hand_on(self, change: Json) -> None:
        if self.studio is not None:
            self.studio.set_state({"asked": change["new"]})

    def _read(self, raw: Any) -> None:
        try:
            letters = self._post.hear(raw)
        except SettingError:
            return
        for page, number, message in letters:
            self._take(message, partial(self._post.answer, page, number))

    def _take(self, raw: Json, reply: Reply) -> None:
        try:
            message = m.read_message(raw)
            if isinstance(message, Ask):
                reply(self._answer(message), None)
            elif isinstance(message, m.DatabaseLetter):
                self._look_up(message, reply)
            else:
                reply(obey(message, self._session, self._sources), None)
        except Exception as error:  # noqa: BLE001 - shown where it happened
            reply(None, error)

    def _look_up(self, message: m.DatabaseLetter, reply: Reply) -> None:
        def work(job: Job) -> Any:
            job.step("Asking the database", 0.3)
            return looked_up(message, self._sources.databases)

        self._work.submit("database", work, reply)

    def _answer(self, asked: Ask) -> Any:
        desk = self._session.need()
        if isinstance(asked, m.Rows):
            order = {"descending": asked.descending, "search": asked.search}
            return desk.known.pages.page(asked.offset, asked.limit, sort=asked.sort, **order)  # type: ignore[arg-type]
        if isinstance(asked, m.Texts) and asked.do == "rejected":
            return desk.rejected()
        if isinstance(asked, m.Texts) and asked.do == "yaml":
            return {"name": f"{desk.known.raw.name}.yaml", "text": self.yaml}
        return self.code
