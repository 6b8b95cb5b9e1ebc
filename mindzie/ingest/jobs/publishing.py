"""Imports into a data set of a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mindzie.core.errors import SettingError
from mindzie.ingest.jobs.kept import split
from mindzie.ingest.jobs.plan import ImportPlan, Target
from mindzie.ingest.jobs.progress import Tell
from mindzie.ingest.jobs.running import Imported, import_log

if TYPE_CHECKING:
    from mindzie.access.datasets import Dataset
    from mindzie.access.importing import ImportJob
    from mindzie.access.workspace import Workspace


def to_dataset(plan: ImportPlan, workspace: Workspace | None, progress: Tell | None) -> Imported:
    """Do an import into the data set that its target names; one that is not there is made.

    It is a job of the workspace, where a job could do it: others see it, and may cancel it. A database whose password is only
    known here is read here.
    """
    from mindzie.access.installation import workspace as own

    target = plan.target
    if target is None or target.dataset is None:
        raise SettingError("The import has no data set as its target.")
    workspace = workspace or own()
    if plan.source.kind is not None:
        log = import_log(plan, workspace=workspace, progress=progress)
        return Imported(log, version=workspace.publish(log, target.dataset, project=target.project))
    dataset, made = _dataset(workspace, target)
    try:
        job = _by_job(plan, workspace, dataset, progress)
    except BaseException:
        if made:  # nothing is there that was not there before
            dataset.refresh().delete()
        raise
    version = dataset.refresh().version()
    return Imported(version.log(enriched=False), version=version, job=job)


def _dataset(workspace: Workspace, target: Target) -> tuple[Dataset, bool]:
    from mindzie.access.publishing import dataset_named

    home = None if target.project is None else workspace.projects[target.project]
    return dataset_named(workspace._door, str(target.dataset), home)  # noqa: SLF001 - the way in which the layers share it


def _by_job(
    plan: ImportPlan, workspace: Workspace, dataset: Dataset, progress: Tell | None
) -> ImportJob:
    home = workspace.projects[dataset.project_id]
    connector, mapping = plan.source.connector, plan.mapping
    job = dataset.request_import(
        split(plan),
        connector=None if connector is None else home.connectors[connector],
        mapping=home.mappings[mapping] if isinstance(mapping, str) else None,
    )
    return job.run(progress)
