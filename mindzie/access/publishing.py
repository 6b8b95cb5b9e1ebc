"""Into which data set a log goes that is published by name: the same one each time, or a refusal that says why."""

from __future__ import annotations

import contextlib

from mindzie.access import kinds
from mindzie.access.collection import Collection
from mindzie.access.datasets import Dataset
from mindzie.access.door import Door
from mindzie.access.fields import checked
from mindzie.access.opening import READY
from mindzie.access.projects import Project
from mindzie.core.errors import ConflictError, ForbiddenError, NotFoundError
from mindzie.store.models import Dataset as DatasetRecord
from mindzie.store.models import DatasetVersion, Snapshot

HOME = "My work"
"""The project that is made where somebody publishes without naming one."""


def dataset_named(door: Door, name: str, project: Project | None) -> tuple[Dataset, bool]:
    """Return the data set of a name, made where there is none.

    Parameters
    ----------
    door : Door
        Of who publishes.
    name : str
        The data set's.
    project : Project, optional
        Where it lives. Without it, it is the only one of the name that is seen; where none is, a new one in the project of
        who publishes.

    Returns
    -------
    tuple of Dataset and bool
        And whether it was made; publishing into it looks the rights up once more.

    Raises
    ------
    ConflictError
        Where several projects have one of the name.
    ForbiddenError
        Where the only one is not for the actor to write.
    SettingError
        Where it cannot be a name. Nothing is made in these cases.
    """
    name = checked(DatasetRecord, {"name": name}, new=False)["name"]
    found = _only(door, name) if project is None else _within(project, name)
    if found is not None:
        return found, False
    return (project or own_project(door)).datasets.create(name), True


def _within(project: Project, name: str) -> Dataset | None:
    with contextlib.suppress(NotFoundError):
        return project.datasets[name]
    return None


def _only(door: Door, name: str) -> Dataset | None:
    with door.reading() as visit:
        try:
            row = visit.named(kinds.DATASET, name)
        except NotFoundError:
            return None
        except ConflictError as error:
            raise ConflictError(f"{error} To publish, say which project, with project=.") from None
        if not visit.may(kinds.DATASET.change, row.project_id):
            where = visit.homes(kinds.DATASET, [row])
            raise ForbiddenError(
                f"There is a data set {name!r} already, in {where}, and you may not publish there: choose another name, or say with project= where to make one of this name."
            )
        return Dataset(door, row)


def dataset_with(door: Door, fingerprint: str, project: Project | None) -> Dataset | None:
    """Return the newest data set in sight, of a project where one is given, of which a version has this content."""
    with door.reading() as visit:
        chosen = (
            visit.visible(kinds.DATASET)
            .join(DatasetVersion, DatasetVersion.dataset_id == DatasetRecord.id)
            .join(Snapshot, Snapshot.version_id == DatasetVersion.id)
            .where(Snapshot.fingerprint == fingerprint, DatasetVersion.state == READY)
            .order_by(DatasetRecord.id.desc())
        )
        if project is not None:
            chosen = chosen.where(DatasetRecord.project_id == project.id)
        row = visit.session.scalars(chosen.limit(1)).first()
        return None if row is None else Dataset(door, row)


def own_project(door: Door) -> Project:
    """Return the project for what an actor publishes without naming one, made where there is none."""
    # a name is unique in the tenant, and somebody else may have it out of sight
    me = door.actor
    for name in (HOME, f"Work of {me.name}", f"Work of {me.name} ({me.id})"):
        found = _found_or_made(Collection(door, Project), name)
        if found is not None and found.created_by == me.id:
            return found
    raise ConflictError("Say into which project to publish, with project=.")


def _found_or_made(projects: Collection[Project], name: str) -> Project | None:
    with contextlib.suppress(NotFoundError):
        return projects[name]
    with contextlib.suppress(ConflictError):
        return projects.create(name)
    # taken: by oneself a moment ago, or by somebody out of sight
    with contextlib.suppress(NotFoundError):
        return projects[name]
    return None
