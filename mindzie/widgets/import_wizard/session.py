"""One import from its source to its log: what was chosen, what is known of it, and what is being done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mindzie.core.errors import CancelledError, SettingError
from mindzie.core.log import EventLog
from mindzie.demos import ProcessName, demo
from mindzie.widgets.import_wizard.desk import Desk, trouble
from mindzie.widgets.import_wizard.plan import NEEDED, Plan
from mindzie.widgets.import_wizard.source import Source
from mindzie.widgets.studio.work import Job, Work

Json = dict[str, Any]
_WORDS = {"case": "case", "activity": "activity", "timestamp": "time"}
_Looked = tuple[Plan, Json | None, Exception | None]


class Session:
    """The state of a wizard, without its page.

    Parameters
    ----------
    work : Work
        Where sources are read.
    tell : callable
        Takes what is to be shown, whenever it changes.
    landed : callable
        Takes the log.
    """

    def __init__(
        self, work: Work, tell: Callable[[Json], None], landed: Callable[[EventLog], None]
    ) -> None:
        self.plan = Plan()
        self.desk: Desk | None = None
        self.step = "source"
        self._work, self._tell, self._landed = work, tell, landed
        self._preview: Json | None = None
        self._checked: Json | None = None
        self._troubles: list[Json] = []
        self._version = 0

    def need(self) -> Desk:
        """Return what reads the source.

        Raises
        ------
        SettingError
            Where none is chosen.
        """
        if self.desk is None:
            message = "No source is chosen yet."
            raise SettingError(message)
        return self.desk

    def open(self, source: Source) -> None:
        """Take a source, and look at it."""
        self._work.cancel()
        self.desk, self.plan = Desk(source), Plan()
        self._preview = self._checked = None
        self._troubles, self.step = [], "columns"
        self._look()

    def change(self, plan: Plan) -> None:
        """Take another plan, and look what it makes of the source."""
        self.need()
        self._work.cancel()
        self.plan, self._checked, self._troubles = plan, None, []
        self.step = "columns"
        self._look()

    def go(self, step: str) -> None:
        """Go to a step: ``source``, ``columns`` or ``check``."""
        if step != "source":
            self.need()
        self.step = step
        self.tell()
        if step == "check" and self._checked is None:
            self._check()

    def run(self) -> None:
        """Import."""
        desk, plan = self.need(), self.plan
        self._work.submit("import", lambda job: desk.run(plan, job), self._ran)

    def demo(self, process: ProcessName) -> None:
        """Go on with generated data."""

        def work(job: Job) -> EventLog:
            job.step("Generating a log", 0.3)
            return demo(process)

        self._work.submit("import", work, self._ran)

    def cancel(self) -> None:
        """Stop what is done; what was known before stays."""
        self._work.cancel()
        self.tell()

    def _ran(self, log: EventLog | None, error: Exception | None) -> None:
        if log is not None:
            self.step = "studio"
            self._landed(log)
        self._failed(error)

    def _look(self) -> None:
        desk, plan = self.need(), self.plan
        self.tell()

        def done(made: _Looked | None, error: Exception | None) -> None:
            if (desk, plan) != (self.desk, self.plan):
                return  # another look is on its way
            self._preview = None
            if isinstance(error, CancelledError) and desk.looked is None:
                self.step = "source"
            if made is not None:
                self.plan, self._preview, error = made
            self._failed(error)

        self._work.submit("look", lambda job: _looked(desk, plan, job), done)

    def _check(self) -> None:
        desk, plan = self.need(), self.plan

        def done(made: Json | None, error: Exception | None) -> None:
            self._checked = made
            self.step = self.step if error is None else "columns"
            self._failed(error)

        self._work.submit("check", lambda job: desk.check(plan, job), done)

    def _failed(self, error: Exception | None) -> None:
        hidden = error is None or isinstance(error, CancelledError)
        self._troubles = [] if hidden else [trouble(error)]  # type: ignore[arg-type]
        self.tell()

    def tell(self) -> None:
        """Say what is to be shown."""
        self._version += 1
        desk = self.desk
        looked = desk.looked if desk is not None else None
        self._tell(
            {
                "version": self._version,
                "step": self.step,
                "source": None if desk is None else desk.source.told(),
                "reading": None if desk is None else desk.reading(),
                "looked": None if looked is None else looked.facts,
                "plan": {**self.plan.told(), "needed": list(NEEDED)},
                "preview": self._preview,
                "checked": self._checked,
                "troubles": [*(self._gaps() if looked else []), *self._troubles],
            }
        )

    def _gaps(self) -> list[Json]:
        return [
            {"at": role, "message": f"Choose the column of the {_WORDS[role]}."}
            for role in self.plan.missing
        ]


def _looked(desk: Desk, plan: Plan, job: Job) -> _Looked:
    looked = desk.look(plan, job)
    if not plan.roles:
        plan = plan.suggested(looked.suggestion, looked.missing)
    if plan.missing:
        return plan, None, None
    try:
        return plan, desk.preview(plan, job), None
    except CancelledError:
        raise
    except Exception as error:  # noqa: BLE001 - the columns are shown, and the error where it belongs
        return plan, None, error
