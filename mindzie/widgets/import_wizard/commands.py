"""What messages of the browser do to an import."""

from __future__ import annotations

from typing import Any, get_args

from mindzie.core.errors import ForbiddenError, SettingError
from mindzie.widgets.import_wizard import messages as m
from mindzie.widgets.import_wizard.folder import Folder
from mindzie.widgets.import_wizard.plan import Plan
from mindzie.widgets.import_wizard.session import Session
from mindzie.widgets.import_wizard.source import Source
from mindzie.widgets.import_wizard.uploads import Uploads

Json = dict[str, Any]


def obey(message: m.Message, session: Session, uploads: Uploads, folder: Folder | None) -> Json:
    """Do what a message asks for.

    Parameters
    ----------
    message : Message
        Not a question.
    session : Session
        The import.
    uploads : Uploads
        Files on their way.
    folder : Folder, optional
        Whose files may be chosen.

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
        return {"received": uploads.begin(message.name, message.size).received}
    if isinstance(message, m.Piece):
        return _piece(message, session, uploads)
    if isinstance(message, m.OpenFile):
        session.open(_file(message, folder))
    elif isinstance(message, m.OpenDemo):
        session.demo(message.process)
    elif isinstance(message, m.Go):
        _go(message, session)
    else:
        session.change(_planned(message, session))
    return {}


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
            session.need().has(value)
            plan = plan.giving(name, value)
        elif name in known:
            plan = plan.saying(name, tuple(value) if isinstance(value, list) else value)
        else:
            message = f"The wizard has no setting {name!r}. It has: {', '.join((*roles, *known))}."
            raise SettingError(message)
    return plan


def _piece(message: m.Piece, session: Session, uploads: Uploads) -> Json:
    upload = uploads.take(message.offset, message.data)
    if upload.complete:
        session.open(Source.of(upload.path, called=upload.name, path=upload.name))
    return {"received": upload.received}


def _file(message: m.OpenFile, folder: Folder | None) -> Source:
    if folder is None:
        reason = "Files are not chosen here: upload one."
        raise ForbiddenError(reason)
    return Source.of(folder.path(message.path), path=folder.written(message.path))


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
    if isinstance(message, m.LeaveOut):
        desk.has(message.column)
        return plan.leaving(message.column, out=message.out)
    if isinstance(message, m.Dates):
        desk.has(*message.columns)
        return plan.made_of(message.columns)
    reason = "The import wizard does not understand this message."
    raise SettingError(reason)
