"""Imports as jobs keep them: a plan without its target, whose connector and mapping are rows of the workspace."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mindzie.access.origin import is_passed_on
from mindzie.core.errors import SettingError
from mindzie.ingest.jobs.plan import ImportPlan
from mindzie.ingest.mapping.values import Mapping

if TYPE_CHECKING:
    from mindzie.access.importing import ImportJob

_BESIDE: Final = ("reading", "mapping", "increments", "most_rejected")
_MENDS: Final = "mends"
_THE_JOBS: Final = "of the job"


def checked_source(
    said: AnyMapping[str, Any], has_connector: bool, has_mapping: bool
) -> dict[str, Any]:
    """Return what a job is asked to read as it is kept.

    Parameters
    ----------
    said : mapping
        ``file``, or ``table`` or ``query``; beside them ``reading``, ``mapping``, ``increments`` and ``most_rejected``.
    has_connector, has_mapping : bool
        Whether the job has them as rows.

    Returns
    -------
    dict
        JSON.

    Raises
    ------
    SettingError
        With everything that is wrong.
    """
    if "connector" in said:
        raise SettingError(
            "The connector is given beside the source: connector=workspace.connectors[...]."
        )
    if "kind" in said:
        raise SettingError(
            "A job reads a database by a connector of the workspace, which has its address and its password: make one with project.connectors.create(...)."
        )
    if has_mapping and "mapping" in said:
        raise SettingError("The job has a mapping already: leave mapping out of the source.")
    if isinstance(said.get("mapping"), str):
        raise SettingError(
            "A mapping of the workspace is given beside the source: mapping=workspace.mappings[...]."
        )
    stored = _stored(_plan(said, has_connector))
    return stored | ({_MENDS: str(said[_MENDS])} if _MENDS in said else {})


def _plan(said: AnyMapping[str, Any], has_connector: bool) -> ImportPlan:
    source = {name: value for name, value in said.items() if name not in (*_BESIDE, _MENDS)}
    if isinstance(source.get("file"), str) and "://" not in source["file"]:
        if is_passed_on() and not Path(source["file"]).is_absolute():
            raise SettingError(
                "The worker that reads the file is on another machine: give its whole path there, or read it here and publish the log with workspace.publish(mz.read(...), name)."
            )
        source["file"] = str(Path(source["file"]).expanduser().absolute())
    if has_connector:
        source["connector"] = _THE_JOBS
    return ImportPlan(source=source, **{name: said[name] for name in _BESIDE if name in said})


def _stored(plan: ImportPlan) -> dict[str, Any]:
    said = plan.to_json()
    source = said.pop("source")
    source.pop("connector", None)
    return {**source, **said}


def checked_mapping(definition: Any) -> dict[str, Any]:
    """Return a mapping's JSON with all its settings; what is none is refused."""
    return Mapping.load(definition).to_json()


def plan_of(job: ImportJob) -> ImportPlan:
    """Return the plan of a job, with the version of the mapping that it was asked for with."""
    stored = {name: value for name, value in job.source.items() if name != _MENDS}
    if job.mapping_id is not None:
        stored["mapping"] = mapping_of(job)
    return _plan(stored, job.connector_id is not None)


def mapping_of(job: ImportJob) -> dict[str, Any]:
    """Return the definition that a job's mapping had when it was asked for."""
    from mindzie.access import kinds
    from mindzie.access.mappings import Mapping as Kept

    door = job._door  # noqa: SLF001 - the way in which the layers share it
    with door.reading() as visit:
        kept = Kept(door, visit.row(kinds.MAPPING, job.mapping_id))
    return kept.version(job.mapping_version)


def mends(job: ImportJob) -> str | None:
    """Return the identifier of the job whose rejected rows a job adds, where it does that."""
    found = job.source.get(_MENDS)
    return None if found is None else str(found)


def split(plan: ImportPlan) -> dict[str, Any]:
    """Return a plan as the source that a job is asked for with."""
    said = plan.model_copy(update={"target": None})
    if isinstance(said.mapping, str):
        said = said.model_copy(update={"mapping": None})
    return _stored(said)
