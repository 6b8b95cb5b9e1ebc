"""What a grant opens: one dashboard as its reader may see it, and the data sets whose figures were published with it.

The code of a dashboard is its author's and runs for readers who may do more than the author. So it never has a reader's rights: it has
those of a grant, looked up anew in each act.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import select

from mindzie.access.identity import Actor
from mindzie.access.kinds import DASHBOARD, DATASET
from mindzie.access.rights import Rights, rights_of
from mindzie.core.errors import SignInError
from mindzie.store.models import (
    Dashboard,
    DashboardVersion,
    Dataset,
    Grant,
    PublicLink,
    ServiceAccount,
    User,
)
from mindzie.store.types import now

if TYPE_CHECKING:
    from mindzie.access.door import Visit

_READS: Final = frozenset({DASHBOARD.read})


def rights_by_grant(visit: Visit) -> Rights:
    """Return what the actor's grant opens.

    Parameters
    ----------
    visit : Visit
        With all rights of the reader.

    Returns
    -------
    Rights
        To read; nothing in any project.

    Raises
    ------
    SignInError
        Where the grant has ended: its time is over, the dashboard is not published any more, or not open to the reader.
    """
    chosen = (
        select(DashboardVersion, Dashboard)
        .join(Dashboard, Dashboard.id == DashboardVersion.dashboard_id)
        .join(Grant, Grant.version_id == DashboardVersion.id)
        .where(Grant.id == visit.actor.grant, Grant.expires_at > now())
        .where(Dashboard.published_at.is_not(None))
    )
    found = visit.session.execute(chosen).one_or_none()
    if found is None or not _is_open(visit, found[1].id):
        raise ended()
    version, board = found
    keys = readable(visit, board, version.datasets)
    return Rights(_READS, {}, frozenset({board.id}), datasets=frozenset(keys))


def ended() -> SignInError:
    """Return the refusal of a grant that opens nothing, whyever."""
    return SignInError("This dashboard is not open any more: open it again from your dashboards.")


def _is_open(visit: Visit, board: UUID) -> bool:
    if visit.actor.kind == "link":
        link: PublicLink | None = visit.session.get(PublicLink, visit.actor.id)
        return link is not None and link.dashboard_id == board and link_holds(link)
    return visit.session.scalar(visit.visible(DASHBOARD).where(Dashboard.id == board)) is not None


def link_holds(link: PublicLink) -> bool:
    """Return whether a public link is neither revoked nor over."""
    return link.revoked_at is None and link.expires_at > now()


def readable(visit: Visit, board: Dashboard, named: list[str]) -> set[UUID]:
    """Return which of the data sets named by a version are published: those of its project that its publisher reads.

    A right that is taken from the publisher closes them. A publisher who has left changes nothing: another takes the dashboard
    over by publishing it, or rolling it back.
    """
    session = visit.session
    mine = Dataset.project_id == board.project_id, Dataset.id.in_([UUID(key) for key in named])
    publisher = _publisher(visit, board.published_by)
    if publisher is None:
        return set(session.scalars(select(Dataset.id).where(*mine)))
    theirs = replace(visit, actor=publisher, rights=rights_of(session, publisher))
    return {row.id for row in session.scalars(theirs.visible(DATASET).where(*mine))}


def _publisher(visit: Visit, key: UUID | None) -> Actor | None:
    for kind, record in (("user", User), ("service", ServiceAccount)):
        row: Any = None if key is None else visit.session.get(record, key)
        if row is not None and row.active:
            return Actor(kind, row.id, row.name)
    return None
