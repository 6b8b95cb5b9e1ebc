"""What the hub does to show dashboards to readers. Trusted: it says who reads, as the hub found out when they signed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from annotated_types import Gt, Le
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mindzie.access import kinds
from mindzie.access.board_versions import shown_version
from mindzie.access.entrance import Place, place_of
from mindzie.access.given import given
from mindzie.access.grants import ended, link_holds
from mindzie.access.identity import Actor, storable
from mindzie.access.new_grants import new_grant
from mindzie.access.services import hash_of
from mindzie.access.visits import add_visit
from mindzie.access.vouched import workspace_for
from mindzie.access.workspace import Workspace
from mindzie.core.errors import NotFoundError, SignInError
from mindzie.core.operation import Operation
from mindzie.store.database import Scope
from mindzie.store.models import (
    Dashboard,
    DashboardVersion,
    Grant,
    PublicLink,
    Tenant,
    User,
)
from mindzie.store.types import now

VARIABLE: Final = "MINDZIE_GRANT"
"""The environment variable that has the grant of a dashboard's kernel."""
HOURS: Final = 12
"""For which a grant holds at most."""
Hours = Annotated[float, Gt(0), Le(HOURS)]


@dataclass(frozen=True, slots=True)
class Showing:
    """A visit of a reader, and what shows them the dashboard.

    Parameters
    ----------
    tenant, dashboard : UUID
        Of what.
    name, description : str
        Of the dashboard.
    version : int
        Number of the version shown.
    kind : {"voila", "panel"}
        A notebook or an app.
    content : str
        Its text.
    sha256 : str
        Of the content.
    filters : tuple of Operation
        Of the public link.
    grant : str
        What the kernel gets; it opens what is shown to this reader, and nothing else.
    expires_at : datetime
        When the grant ends.
    """

    tenant: UUID
    dashboard: UUID
    name: str
    description: str
    version: int
    kind: str
    content: str = field(repr=False)
    sha256: str
    filters: tuple[Operation, ...]
    grant: str = field(repr=False)
    expires_at: datetime


def show(
    place: Place, tenant: UUID, user: UUID, dashboard: UUID, *, hours: float = HOURS
) -> Showing:
    """Show a dashboard to a person: write the visit down, and make a grant.

    Parameters
    ----------
    place : Place
        The database and the storage.
    tenant, user : UUID
        Who, as the hub found out when they signed in.
    dashboard : UUID
        What they ask for.
    hours : float
        How long the grant holds, 12 at most.

    Returns
    -------
    Showing
        For the kernel.

    Raises
    ------
    SignInError
        Where the person or the tenant is gone or stopped.
    NotFoundError
        Where the dashboard is not theirs to see, not published, or shows nothing.
    LimitError
        Where they have 100 open already.
    """
    hours = given(Hours, float(hours), "hours")
    door = workspace_for(place, tenant, user)._door  # noqa: SLF001 - of this layer
    with place.database.writing(Scope(tenant)) as session:
        visit = door.visit(session)
        board = visit.row(kinds.DASHBOARD, dashboard)
        version = shown_version(visit, board)
        if board.published_at is None or version is None:
            raise NotFoundError(f"The dashboard {board.name!r} has nothing published to show.")
        add_visit(session, version, visit.actor.name, user=user)
        return _showing(session, board, version, hours, user=user)


def show_link(place: Place, token: str, *, hours: float = HOURS) -> Showing:
    """Show a dashboard to whoever has a public link: count the visit, and make a grant.

    Parameters
    ----------
    place : Place
        The database and the storage.
    token : str
        As ``Dashboard.new_link`` gave it.
    hours : float
        How long the grant holds, 12 at most.

    Returns
    -------
    Showing
        With the link's filters.

    Raises
    ------
    SignInError
        Where it shows nothing; why is not said.
    LimitError
        Where 1,000 visits by it are open already.
    """
    hours = given(Hours, float(hours), "hours")
    refused = SignInError(
        "This link shows nothing: it may be mistyped, revoked or over. Ask who gave it to you for a new one."
    )
    tenant = _tenant_of(place, PublicLink, token)
    if tenant is None:
        raise refused
    with place.database.writing(Scope(tenant)) as session:
        chosen = select(PublicLink, Dashboard, DashboardVersion).where(
            PublicLink.token_hash == hash_of(token),
            Dashboard.id == PublicLink.dashboard_id,
            Dashboard.published_at.is_not(None),
            DashboardVersion.dashboard_id == Dashboard.id,
            DashboardVersion.number == Dashboard.current,
            select(Tenant.id).where(Tenant.active, Tenant.public_links.is_(True)).exists(),
        )
        found = session.execute(chosen).one_or_none()
        if found is None or not link_holds(found[0]):
            raise refused
        link, board, version = found
        seen = {"visit_count": PublicLink.visit_count + 1, "last_visit_at": now()}
        values = {**seen, "updated_at": PublicLink.updated_at}
        counted = update(PublicLink).where(PublicLink.id == link.id).values(values)
        session.execute(counted.execution_options(synchronize_session=False))
        add_visit(session, version, f"link {link.name}"[:200], link=link.id)
        return _showing(session, board, version, hours, link=link)


def _showing(
    session: Session,
    board: Dashboard,
    version: DashboardVersion,
    hours: float,
    *,
    user: UUID | None = None,
    link: PublicLink | None = None,
) -> Showing:
    until = now() + timedelta(hours=hours)
    if link is not None:
        until = min(until, link.expires_at)
    grant = new_grant(session, version, until, user=user, link=None if link is None else link.id)
    return Showing(
        tenant=board.tenant_id,
        dashboard=board.id,
        name=board.name,
        description=board.description,
        version=version.number,
        kind=version.shown_by,
        content=version.content,
        sha256=version.sha256,
        filters=() if link is None else tuple(link.filters),
        grant=grant,
        expires_at=until,
    )


def open_grant(grant: str, url: str | Place | None = None) -> Workspace:
    """Open what a grant shows: one dashboard and the data sets that it names, to read.

    Parameters
    ----------
    grant : str
        As ``show`` made it.
    url : str or Place, optional
        Of the database.

    Returns
    -------
    Workspace
        In which everything else is not found or refused.

    Raises
    ------
    SignInError
        Where the grant has ended.
    """
    place = place_of(url)
    tenant = _tenant_of(place, Grant, grant)
    if tenant is None:
        raise ended()
    with place.database.reading(Scope(tenant)) as session:
        chosen = (
            select(Grant, User.name)
            .outerjoin(User, User.id == Grant.user_id)
            .where(Grant.token_hash == hash_of(grant))
        )
        found = session.execute(chosen).one_or_none()
        if found is None:
            raise ended()
        row, name = found
        actor = (
            Actor("link", row.link_id, "public link", grant=row.id)
            if row.user_id is None
            else Actor("user", row.user_id, name, grant=row.id)
        )
    ws = Workspace(place.door(tenant, actor))
    with ws._door.reading():  # noqa: SLF001 - refuses what has ended
        return ws


def holds(place: Place, grant: str) -> bool:
    """Return whether a grant still opens something: ask now and then, and end the kernels of those that do not."""
    try:
        open_grant(grant, place)
    except SignInError:
        return False
    return True


def end(place: Place, grant: str) -> None:
    """End a grant with its visit; nothing happens where it has ended."""
    tenant = _tenant_of(place, Grant, grant)
    if tenant is not None:
        with place.database.writing(Scope(tenant)) as session:
            chosen = delete(Grant).where(Grant.token_hash == hash_of(grant))
            session.execute(chosen.execution_options(synchronize_session=False))


def origins(place: Place, tenant: UUID) -> tuple[str, ...]:
    """Return the hosts whose pages may show dashboards of a tenant within them, such as ``https://intranet.example``."""
    with place.database.reading(Scope(tenant)) as session:
        return tuple(session.scalar(select(Tenant.origins).where(Tenant.id == tenant)) or ())


def _tenant_of(place: Place, record: type[Grant | PublicLink], token: str) -> UUID | None:
    """Return the tenant of a token; the hash of a random token finds it without saying anything of others."""
    if not isinstance(token, str) or not (token.isascii() and storable(token)):
        return None
    with place.database.reading(Scope(None)) as session:
        return session.scalar(select(record.tenant_id).where(record.token_hash == hash_of(token)))
