"""Who asked for a task, as they are when it is done: a worker does nothing for those to whom it was closed meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from mindzie.access.door import Visit
from mindzie.access.identity import Actor
from mindzie.access.rights import rights_of
from mindzie.core.errors import ConflictError, ForbiddenError, NotFoundError, SettingError
from mindzie.store.models import ServiceAccount, User


def asker_of(visit: Visit, key: UUID | None, what: str) -> Actor:
    """Return who asked for a task.

    Parameters
    ----------
    visit : Visit
        The transaction, of the worker.
    key : UUID or None
        The user or the service account.
    what : str
        What the task is called.

    Returns
    -------
    Actor
        As they are now.

    Raises
    ------
    ForbiddenError
        Where they were stopped or removed.
    """
    user = None if key is None else visit.session.get(User, key)
    if user is not None and user.active:
        return Actor("user", user.id, user.name)
    service = None if key is None else visit.session.get(ServiceAccount, key)
    if service is not None and service.active:
        return Actor("service", service.id, service.name)
    raise _refusal(what, "their account has no access")


@contextmanager
def as_asker(
    visit: Visit, key: UUID | None, what: str, permission: str, rest: str
) -> Iterator[Visit]:
    """Look with the rights of who asked for a task.

    Parameters
    ----------
    visit : Visit
        The transaction, of the worker.
    key : UUID or None
        The user or the service account.
    what : str
        What the task is called.
    permission : str
        What it needs, for the message.
    rest : str
        What else may be closed to them, for the message.

    Yields
    ------
    Visit
        The same transaction, theirs.

    Raises
    ------
    ForbiddenError
        With what has changed, for whatever is refused within.
    """
    asker = asker_of(visit, key, what)
    theirs = Visit(visit.session, visit.tenant, asker, rights_of(visit.session, asker))
    try:
        yield theirs
    except (NotFoundError, SettingError):
        raise _refusal(what, f"{rest} is not open to them") from None
    except ForbiddenError:
        raise _refusal(what, f"they have no permission {permission!r} there") from None
    except ConflictError as error:
        raise ForbiddenError(str(error)) from None


def _refusal(what: str, why: str) -> ForbiddenError:
    return ForbiddenError(
        f"Who asked for the {what} may not do so any more: {why}. Ask for another one."
    )
