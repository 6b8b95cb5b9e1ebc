"""What a tenant may have, and the words when it has it all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mindzie.access.permissions import NAMES, ROLES
from mindzie.core.errors import LimitError
from mindzie.core.words import counted
from mindzie.store.models import (
    DashboardVersion,
    Dataset,
    DatasetVersion,
    Membership,
    Role,
    RoleAssignment,
    Run,
    Snapshot,
    Tenant,
    User,
)

PEOPLE: Final = ("users", "analysts")
DATA: Final = ("cases", "bytes")
_LOOKS = frozenset(name for name in NAMES if name.endswith((".read", ".see_all")))
_MORE = "Ask who runs this installation for more, or remove what is not needed."


def usage(session: Session) -> dict[str, int]:
    """Return what the tenant has: users, analysts, cases of current versions, bytes of all snapshots, of what runs left and of published dashboards.

    Parameters
    ----------
    session : Session
        Of the tenant.

    Returns
    -------
    dict of str to int
        By the names of the limits, without ``max_``.
    """
    active = select(User.id).where(User.active)
    return {
        "users": session.scalar(select(func.count()).select_from(active.subquery())) or 0,
        "analysts": len(_analysts(session) & set(session.scalars(active))),
        "cases": _cases(session),
        "bytes": sum(
            int(session.scalar(select(func.sum(one.size))) or 0)
            for one in (Snapshot, Run, DashboardVersion)
        ),
    }


@contextmanager
def within_limits(session: Session, tenant: UUID, *names: str) -> Iterator[None]:
    """Refuse a change by which the tenant would have more than it may; what takes away is allowed above a limit, too.

    Parameters
    ----------
    session : Session
        Of the tenant; the change is made within.
    tenant : UUID
        The tenant.
    *names : {"users", "analysts", "cases", "bytes"}
        What the change may add to.

    Raises
    ------
    LimitError
        With the limit.
    """
    before = usage(session)
    yield
    session.flush()
    row, after = session.get_one(Tenant, tenant), usage(session)
    for name in names:
        limit = getattr(row, f"max_{name}")
        if limit is not None and after[name] > max(limit, before[name]):
            raise LimitError(
                f"Your organisation may have {_said(name, limit)}; with this it would have {_said(name, after[name])}. {_MORE}"
            )


def check_cases(session: Session, dataset: Dataset, cases: int) -> None:
    """Refuse a version with more cases than the tenant may have, before it is written.

    Parameters
    ----------
    session : Session
        Of the tenant.
    dataset : Dataset
        About to get a new version.
    cases : int
        Cases of that version.
    """
    tenant = session.get_one(Tenant, dataset.tenant_id)
    has, others = _cases(session), _cases(session, Dataset.id != dataset.id)
    if tenant.max_cases is not None and others + cases > max(tenant.max_cases, has):
        raise LimitError(
            f"Your organisation may have {_said('cases', tenant.max_cases)} in its current data sets; with this it would have {_said('cases', others + cases)}. {_MORE}"
        )


def _said(limit: str, amount: int) -> str:
    return counted(amount, limit.removesuffix("s"))


def _cases(session: Session, *conditions: Any) -> int:
    chosen = (
        select(func.sum(Snapshot.case_count))
        .join(DatasetVersion, DatasetVersion.id == Snapshot.version_id)
        .join(Dataset, Dataset.id == DatasetVersion.dataset_id)
        .where(Dataset.current == DatasetVersion.number, Snapshot.role == "original", *conditions)
    )
    return int(session.scalar(chosen) or 0)


def _analysts(session: Session) -> set[Any]:
    found = set[Any]()
    own = {role.name: frozenset(role.permissions) for role in session.scalars(select(Role))}
    for given in session.scalars(select(RoleAssignment)):
        names = (
            frozenset(ROLES[given.role][1]) if given.role in ROLES else own.get(given.role, _LOOKS)
        )
        if names <= _LOOKS:
            continue
        if given.user_id is not None:
            found.add(given.user_id)
        elif given.group_id is not None:
            mine = select(Membership.user_id).where(Membership.group_id == given.group_id)
            found |= set(session.scalars(mine))
    return found
