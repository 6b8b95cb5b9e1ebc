"""Imports into a data set of a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mindzie.core.errors import NotFoundError, SettingError
from mindzie.ingest.jobs.kept import split
from mindzie.ingest.jobs.plan import ImportPlan, Target
from mindzie.ingest.jobs.progress import Tell
from mindzie.ingest.jobs.running import Imported, earlier, import_log

if TYPE_CHECKING:
    from mindzie.access.datasets import Dataset
    from mindzie.access.projects import Project
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
    dataset, made = _dataset(workspace, target)
    way = _by_job if plan.source.kind is None else _here
    try:
        return way(plan, workspace, dataset, progress)
    except BaseException:
        if made:  # nothing is there that was not there before
            dataset.refresh().delete()
        raise


def _here(
    plan: ImportPlan, workspace: Workspace, dataset: Dataset, progress: Tell | None
) -> Imported:
    before = earlier(plan, dataset)
    log = import_log(plan, workspace=workspace, after=before, progress=progress)
    if log is before:
        return Imported(log, version=dataset.version(), is_new=False)
    last = dataset.current
    version = dataset.publish(log)
    return Imported(log, version=version, is_new=version.number != last)


def _dataset(workspace: Workspace, target: Target) -> tuple[Dataset, bool]:
    from mindzie.access.publishing import dataset_named

    home = None if target.project is None else _project(workspace, target.project)
    return dataset_named(workspace._door, str(target.dataset), home)  # noqa: SLF001 - the way in which the layers share it


def _project(workspace: Workspace, name: str) -> Project:
    try:
        return workspace.projects[name]
    except NotFoundError as error:
        hint = f"In Python, mz.workspace().projects.create({name!r}) makes it."
        raise NotFoundError(f"{error} {hint}") from None


def _by_job(
    plan: ImportPlan, workspace: Workspace, dataset: Dataset, progress: Tell | None
) -> Imported:
    home = workspace.projects[dataset.project_id]
    connector, mapping = plan.source.connector, plan.mapping
    job = dataset.request_import(
        split(plan),
        connector=None if connector is None else home.connectors[connector],
        mapping=home.mappings[mapping] if isinstance(mapping, str) else None,
    )
    job.run(progress)
    version = dataset.refresh().version()
    is_new = job.version_number is not None
    return Imported(version.log(enriched=False), version=version, job=job, is_new=is_new)
