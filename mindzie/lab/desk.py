"""For whom an act is done: the workspace of whose server it is, and the notebooks beside it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from importlib.util import find_spec
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final

from mindzie.core.errors import MindzieError, MissingPackageError
from mindzie.core.lazy import lazy
from mindzie.lab.notebooks import Notebooks

if TYPE_CHECKING:
    from mindzie.access.workspace import Workspace

_one_at_a_time: Final = Lock()


@dataclass(frozen=True)
class Desk:
    """Where acts find what they need.

    Parameters
    ----------
    notebooks : Notebooks
        Of the server.
    """

    notebooks: Notebooks

    @lazy
    def workspace(self) -> Workspace:
        """The workspace, opened anew: rights are those of now."""
        import mindzie as mz

        return mz.workspace()

    @property
    def has_workers(self) -> bool:
        """Whether others do the runs: those of the hub."""
        from mindzie.access.remote.objects import Remote

        return isinstance(self.workspace, Remote)

    def check_runs(self) -> None:
        """Refuse where nobody could do a run."""
        if not self.has_workers and find_spec("papermill") is None:
            raise MissingPackageError("papermill is not installed: pip install 'mindzie[runs]'.")

    def work_off(self) -> None:
        """Do what waits on this machine, beside the server; on the hub its workers do."""
        if not self.has_workers:
            Thread(target=_work_off, args=(self.workspace,), daemon=True).start()


def _work_off(ws: Workspace) -> None:
    from mindzie.investigations.worker import work_off

    try:
        with _one_at_a_time:
            for _ in work_off(ws):
                pass
    except MindzieError as error:
        logging.getLogger(__name__).warning("Runs were not done: %s", error)
