"""Imports into a data set of a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mindzie.core.errors import SettingError
from mindzie.ingest.jobs.plan import ImportPlan
from mindzie.ingest.jobs.progress import Tell
from mindzie.ingest.jobs.running import Imported, import_log

if TYPE_CHECKING:
    from mindzie.access.workspace import Workspace


def to_dataset(plan: ImportPlan, workspace: Workspace | None, progress: Tell | None) -> Imported:
    """Do an import into the data set that its target names; one that is not there is made."""
    from mindzie.access.installation import workspace as own

    target = plan.target
    if target is None or target.dataset is None:
        raise SettingError("The import has no data set as its target.")
    workspace = workspace or own()
    log = import_log(plan, workspace=workspace, progress=progress)
    version = workspace.publish(log, target.dataset, project=target.project)
    return Imported(log, version=version)
