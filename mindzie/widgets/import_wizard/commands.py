"""What messages of the browser do to an import."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, get_args

from mindzie.core.errors import ForbiddenError, SettingError, SourceError
from mindzie.ingest.column_pairs import column_pair
from mindzie.widgets.import_wizard import messages as m
from mindzie.widgets.import_wizard.columns import first_rows
from mindzie.widgets.import_wizard.databases import Connection, Databases
from mindzie.widgets.import_wizard.folder import Folder
from mindzie.widgets.import_wizard.plan import Plan
from mindzie.widgets.import_wizard.session import Session
from mindzie.widgets.import_wizard.source import Given, Source
from mindzie.widgets.import_wizard.table import Table
from mindzie.widgets.import_wizard.uploads import Uploads
from mindzie.widgets.rows import Pages

Json = dict[str, Any]
_SETTING: Final = re.compile(r"\b(host|port|database|user)=")
_GLANCE: Final = 20
"""Rows of a table that are looked at before it is chosen."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What a reader may choose from.

    Parameters
    ----------
    uploads : Uploads
        Files on their way.
    folder : Folder, optional
        Whose files may be chosen.
    databases : Databases
        What may be connected to.
    """

    uploads: Uploads
    folder: Folder | None
    databases: Databases


def obey(message: m.Message, session: Session, sources: Sources) -> Json:
    """Do what a message asks for.

    Parameters
    ----------
    message : Message
        Not a question.
    session : Session
        The import.
    sources : Sources
        What may be chosen.

    Returns
    -------
    dict
        Of an upload how much of it has come.

    Raises
    ------
    MindzieError
        Where it cannot be done; nothing changes then.
    """
    if isinstance(message, m.BeginUpload):
        return {"received": sources.uploads.begin(message.name, message.size).received}
    if isinstance(message, m.Piece):
        return _piece(message, session, sources.uploads)
    if isinstance(message, m.OpenFile):
        session.open(_file(message, sources.folder))
    elif isinstance(message, m.OpenTable):
        session.open(_table(message, sources.databases))
    elif isinstance(message, m.OpenDemo):
        session.demo(message.process)
    elif isinstance(message, m.Go):
        _go(message, session)
    else:
        session.change(_planned(message, session))
    return {}


def chosen(
    source: Any, table: str | None = None, query: str | None = None, schema: str | None = None
) -> Source:
    """Return what Python chooses.

    Parameters
    ----------
    source : path, frame or database
        As for `mindzie.read`, or what `mindzie.connect` returned.
    table, query, schema : str, optional
        Of a database.

    Returns
    -------
    Source
        To be opened.

    Raises
    ------
    SettingError
        Where of a database neither a table nor a query is said, or of another source one is.
    """
    from mindzie.ingest.connectors.source import Source as Origin

    is_database = isinstance(source, Origin)
    if is_database and (table is None) == (query is None):
        message = "Say what to read of the database: either table=, or query=."
        raise SettingError(message)
    if not is_database and (table, query, schema) != (None, None, None):
        message = "table=, query= and schema= are for databases: leave them out."
        raise SettingError(message)
    return Table(Connection(source), table, query, schema) if is_database else Given.of(source)


def looked_up(message: m.DatabaseLetter, databases: Databases) -> Any:
    """Return what a database answers.

    Parameters
    ----------
    message : DatabaseLetter
        The question.
    databases : Databases
        What may be asked.

    Returns
    -------
    object
        JSON values, never with a password.

    Raises
    ------
    MindzieError
        Where it does not answer, or may not be asked.
    """
    try:
        return _looked_up(message, databases)
    except SourceError as error:
        # on the page the parts of an address are no settings
        raise SourceError(_SETTING.sub(r"the \1", str(error))) from None


def _looked_up(message: m.DatabaseLetter, databases: Databases) -> Any:
    if isinstance(message, m.Connect):
        if message.name is not None:
            return databases.connect(message.name)
        return databases.connect_to(message.address or "", message.password)
    if isinstance(message, m.Tables):
        return list(databases.need().origin.tables(message.place))
    if isinstance(message, m.Glance):
        frame = databases.need().origin.preview(
            message.table or message.query or "", _GLANCE, schema=message.place
        )
        return Pages(first_rows(frame)).page(0, _GLANCE)
    return databases.told()


def said_by(session: Session, settings: Json) -> Plan:
    """Return the plan with what Python says.

    Parameters
    ----------
    session : Session
        The import.
    settings : dict
        Roles and settings as for `mindzie.read`; None takes one back.

    Returns
    -------
    Plan
        To be taken.

    Raises
    ------
    SettingError
        Where there is no such setting.
    UnknownNameError
        A column the source does not have.
    """
    plan = session.plan
    roles, known = get_args(m.Role), (*get_args(m.Setting), "null_values")
    for name, value in settings.items():
        if name in roles:
            several = isinstance(value, (list, tuple))
            column, clock = column_pair(name, value) if several else (value, None)
            session.need().has(column, clock)
            plan = plan.giving(name, column)
            plan = plan.timed(name, clock) if clock else plan
        elif name in known:
            plan = plan.saying(name, tuple(value) if isinstance(value, list) else value)
        else:
            message = f"The wizard has no setting {name!r}. It has: {', '.join((*roles, *known))}."
            raise SettingError(message)
    return plan


def _piece(message: m.Piece, session: Session, uploads: Uploads) -> Json:
    upload = uploads.take(message.offset, message.data)
    if upload.complete:
        session.open(Given.of(upload.path, called=upload.name, path=upload.name))
    return {"received": upload.received}


def _file(message: m.OpenFile, folder: Folder | None) -> Given:
    if folder is None:
        reason = "Files are not chosen here: upload one."
        raise ForbiddenError(reason)
    return Given.of(folder.path(message.path), path=folder.written(message.path))


def _table(message: m.OpenTable, databases: Databases) -> Table:
    return Table(databases.need(), message.table, message.query, message.place)


def _go(message: m.Go, session: Session) -> None:
    if message.do == "cancel":
        session.cancel()
    elif message.do == "import":
        session.run()
    else:
        session.go(message.do)


def _planned(message: m.Message, session: Session) -> Plan:
    plan, desk = session.plan, session.need()
    if isinstance(message, m.Say):
        return plan.saying(message.setting, message.value)
    if isinstance(message, m.Missing):
        return plan.saying("null_values", message.texts)
    if isinstance(message, m.Give):
        desk.has(message.column)
        return plan.giving(message.role, message.column)
    if isinstance(message, m.Clock):
        desk.has(message.column)
        return plan.timed(message.role, message.column)
    if isinstance(message, m.LeaveOut):
        desk.has(message.column)
        return plan.leaving(message.column, out=message.out)
    if isinstance(message, m.Dates):
        desk.has(*message.columns)
        return plan.made_of(message.columns)
    reason = "The import wizard does not understand this message."
    raise SettingError(reason)
