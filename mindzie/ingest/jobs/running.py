"""Doing an import: read, map, check, write, publish; each step told, and nothing changed before the last."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from mindzie.core.errors import SettingError, SourceError
from mindzie.core.log import EventLog
from mindzie.core.words import counted
from mindzie.engine.build import build
from mindzie.ingest.files import read_file
from mindzie.ingest.jobs.expecting import Looking
from mindzie.ingest.jobs.plan import ImportPlan, ImportSource
from mindzie.ingest.jobs.progress import Meter, Tell
from mindzie.ingest.mapping.values import Mapping
from mindzie.ingest.reading import ReadSettings, options_of
from mindzie.ingest.table import table_of
from mindzie.ingest.watching import watched

if TYPE_CHECKING:
    from mindzie.access.datasets import Dataset, Version
    from mindzie.access.importing import ImportJob
    from mindzie.access.workspace import Workspace
    from mindzie.ingest.connectors.source import Source

Engine = Literal["polars", "duckdb"]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import made.

    Parameters
    ----------
    log : EventLog
        The log, with ``readiness`` and ``rejected``.
    folder : Path, optional
        Where it was saved.
    version : Version, optional
        The data set's version that has it.
    job : ImportJob, optional
        The job that made it, which has the rejected rows too.
    is_new : bool
        False where nothing was new, so that the version is the one that was there.
    """

    log: EventLog
    folder: Path | None = None
    version: Version | None = None
    job: ImportJob | None = None
    is_new: bool = True


def import_log(
    plan: ImportPlan,
    *,
    workspace: Workspace | None = None,
    after: EventLog | None = None,
    progress: Tell | None = None,
    engine: Engine = "polars",
) -> EventLog:
    r"""Read the log that a plan describes, telling how far it is; nothing is written.

    Parameters
    ----------
    plan : ImportPlan
        What to read and how.
    workspace : Workspace, optional
        Which has the connector, the secret or the mapping that the plan names.
    after : EventLog, optional
        What the plan read before, with increments: only what is new is read.
    progress : callable, optional
        Is told the `Progress`; what it raises stops the import.
    engine : {"polars", "duckdb"}
        What the log runs on.

    Returns
    -------
    EventLog
        As from `mindzie.read`; ``after`` itself where nothing is new.

    Raises
    ------
    SourceError
        Where it cannot be read, or more rows are rejected than the plan allows.
    SettingError, UnknownNameError
        Where the plan names what there is not.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "orders.csv")
    >>> _ = path.write_text("order,step,time\n1,Pay,2025-01-01 10:00\n1,Ship,2025-01-02 11:00\n")
    >>> import_log(ImportPlan(source={"file": str(path)})).event_count
    2
    """
    meter = Meter(progress)
    mapping = _mapping(plan, workspace)
    if plan.source.file is None:
        source = source_of(plan.source, workspace)
        return read_database(plan, source, mapping, meter, after=after, engine=engine)
    return read_of_file(plan, mapping, meter, engine=engine)


def run_import(
    plan: ImportPlan, *, workspace: Workspace | None = None, progress: Tell | None = None
) -> Imported:
    """Do an import, to its target.

    Parameters
    ----------
    plan : ImportPlan
        With a target.
    workspace : Workspace, optional
        Of the target, and of what the plan names; the one of this machine's user where not given.
    progress : callable, optional
        Is told the `Progress`; what it raises stops the import.

    Returns
    -------
    Imported
        The log, and where it is.

    Raises
    ------
    SettingError
        Where the plan has no target.
    SourceError, DataSetError, StoreError
        Where it cannot be read, or not be written. Nothing is changed then.
    """
    if plan.target is None:
        raise SettingError("The import has no target: say folder or dataset.")
    if plan.target.folder is not None:
        return _to_folder(plan, Path(plan.target.folder), workspace, progress)
    from mindzie.ingest.jobs.publishing import to_dataset

    return to_dataset(plan, workspace, progress)


def _to_folder(
    plan: ImportPlan, folder: Path, workspace: Workspace | None, progress: Tell | None
) -> Imported:
    if folder.exists():
        raise SettingError(
            f"{folder} exists already and a data set is never changed: choose another folder."
        )
    last = list[Any]()

    def told(now: Any) -> None:
        last[:] = [now]
        if progress is not None:
            progress(now)

    log = import_log(plan, workspace=workspace, progress=told)
    told(_moved(last, "write"))
    log.save(folder)
    return Imported(log, folder=folder)


def _moved(last: list[Any], step: str) -> Any:
    from dataclasses import replace

    return replace(last[-1], step=step, seconds_left=None)


def read_of_file(
    plan: ImportPlan, mapping: Mapping | None, meter: Meter, *, engine: Engine = "polars"
) -> EventLog:
    """Read a plan's file."""
    settings = {**plan.settings(), "mapping": mapping}
    options = options_of(cast(ReadSettings, settings))
    where = str(plan.source.file)
    meter.step("read")
    with watched(Looking(meter)):
        raw = read_file(where, options)
    if raw.frame.is_empty():
        raise SourceError(
            f"{where} has no events. Check that the export is complete and covers the right period."
        )
    meter.rows(raw.frame.height)
    meter.step("map")
    table = table_of(raw, options, where)
    meter.step("check", loaded=table.frame.height, rejected=table.rejected.height)
    _check(plan, table.rejected.height, meter.read)
    return build(table, engine=engine)


def read_database(
    plan: ImportPlan,
    source: Source,
    mapping: Mapping | None,
    meter: Meter,
    *,
    after: EventLog | None = None,
    engine: Engine = "polars",
) -> EventLog:
    """Read a plan's table or query; after an earlier log, what is new."""
    meter.step("read")
    if after is not None:
        with watched(Looking(meter)):
            new = source.read_new(after, progress=meter.rows, engine=engine)
        if new is not after:
            meter.step("check", loaded=new.event_count, rejected=new.rejected.height)
        return new
    said = plan.source
    if meter.told and said.table is not None:
        meter.expect(source.count(said.table, said.in_schema))
    elif meter.told and said.query is not None:
        meter.expect(source.estimate(said.query, said.parameters))
    settings = plan.settings()
    if mapping is not None:
        settings["mapping"] = mapping.to_json()
    more = {} if plan.increments is None else dict(plan.increments)
    with watched(Looking(meter)):
        log = source.read(
            said.table, query=said.query, schema=said.in_schema, parameters=said.parameters,
            progress=meter.rows, engine=engine, **more, **settings,
        )  # fmt: skip
    meter.step("check", loaded=log.event_count, rejected=log.rejected.height)
    _check(plan, log.rejected.height, meter.read)
    return log


def earlier(plan: ImportPlan, dataset: Dataset) -> EventLog | None:
    """Return the log that a plan's earlier import into a data set made, where it reads on from there."""
    from mindzie.ingest.connectors.increments import Increment

    if dataset.current is None:
        return None
    log = dataset.log(enriched=False)
    if "increment" not in log.manifest.source:
        return None
    last, said = Increment.of(log), plan.source
    same = (last.source.get("table"), last.source.get("query"), last.source.get("schema"))
    cursor = None if plan.increments is None else plan.increments.cursor
    goes_on = same == (said.table, said.query, said.in_schema) and last.cursor == cursor
    return log if goes_on else None


def _check(plan: ImportPlan, rejected: int, read: int) -> None:
    if read and rejected / read > plan.most_rejected:
        raise SourceError(
            f"{counted(rejected, 'row')} of {read:,} are rejected, more than the share {plan.most_rejected:g} that most_rejected allows: look at them with mz.read(...).rejected, and mend the source or the mapping."
        )


def _mapping(plan: ImportPlan, workspace: Workspace | None) -> Mapping | None:
    if not isinstance(plan.mapping, str):
        return plan.mapping
    if workspace is None:
        raise SettingError(
            f"The mapping {plan.mapping!r} is one of a workspace: say which, with workspace=."
        )
    return Mapping.load(workspace.mappings[plan.mapping].definition)


def source_of(said: ImportSource, workspace: Workspace | None) -> Source:
    """Return the database that a plan names, with its password.

    Raises
    ------
    SettingError
        Where the workspace or the variable that it needs is not there.
    """
    from mindzie.ingest.connectors import connect

    if workspace is None and (said.connector or said.password_secret):
        raise SettingError(
            "The connector or secret is one of a workspace: say which, with workspace=."
        )
    if said.connector and workspace is not None:
        return connect(workspace.connectors[said.connector])
    names = ("host", "port", "database", "user", "options")
    given = {name: getattr(said, name) for name in names if getattr(said, name) is not None}
    if said.password_secret:
        return connect(str(said.kind), password=said.password_secret, workspace=workspace, **given)
    return connect(str(said.kind), password=_from_variable(said.password_variable), **given)


def _from_variable(name: str | None) -> Any:
    from pydantic import SecretStr

    if name is None:
        return None
    if name not in os.environ:
        raise SettingError(
            f"The environment variable {name!r} with the password is not set: set it."
        )
    return SecretStr(os.environ[name])
