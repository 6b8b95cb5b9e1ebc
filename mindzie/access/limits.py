"""What a tenant may have, and the words when it has it all."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from mindzie.access.door import Visit
from mindzie.access.permissions import NAMES, ROLES
from mindzie.core.errors import LimitError
from mindzie.store.models import (
    Dataset,
    DatasetVersion,
    Membership,
    Role,
    RoleAssignment,
    Snapshot,
    Tenant,
    User,
)

_LOOKS = frozenset(name for name in NAMES if name.endswith((".read", ".see_all")))
_MORE = "Ask who runs this installation for more, or remove what is not needed."


def usage(visit: Visit) -> dict[str, int]:
    """Return what the tenant has: users, analysts, cases of current versions, bytes of all snapshots.

    Parameters
    ----------
    visit : Visit
        A transaction.

    Returns
    -------
    dict of str to int
        By the names of the limits, without ``max_``.
    """
    session = visit.session
    active = select(User.id).where(User.active)
    return {
        "users": session.scalar(select(func.count()).select_from(active.subquery())) or 0,
        "analysts": len(_analysts(visit) & set(session.scalars(active))),
        "cases": _cases(visit),
        "bytes": session.scalar(select(func.sum(Snapshot.size))) or 0,
    }


def check_people(visit: Visit) -> None:
    """Refuse more users, or more who change things, than the tenant may have."""
    _check(visit, "users", "analysts")


def check_cases_and_bytes(visit: Visit, dataset: Dataset | None = None, cases: int = 0) -> None:
    """Refuse more data than the tenant may have.

    Parameters
    ----------
    visit : Visit
        A transaction that is about to be kept.
    dataset : Dataset, optional
        One about to get a new version.
    cases : int
        Cases of that version.
    """
    if dataset is not None:
        tenant = visit.session.get_one(Tenant, visit.tenant)
        other = _cases(visit, Dataset.id != dataset.id)
        if tenant.max_cases is not None and other + cases > tenant.max_cases:
            raise LimitError(
                f"Your organisation may have {tenant.max_cases:,} cases in its current data sets; with this it would have {other + cases:,}. {_MORE}"
            )
    _check(visit, "cases", "bytes")


def _check(visit: Visit, *names: str) -> None:
    tenant, has = visit.session.get_one(Tenant, visit.tenant), usage(visit)
    for name in names:
        limit = getattr(tenant, f"max_{name}")
        if limit is not None and has[name] > limit:
            raise LimitError(
                f"Your organisation may have {limit:,} {name}; with this it would have {has[name]:,}. {_MORE}"
            )


def _cases(visit: Visit, *conditions: Any) -> int:
    chosen = (
        select(func.sum(Snapshot.case_count))
        .join(DatasetVersion, DatasetVersion.id == Snapshot.version_id)
        .join(Dataset, Dataset.id == DatasetVersion.dataset_id)
        .where(Dataset.current == DatasetVersion.number, Snapshot.role == "original", *conditions)
    )
    return int(visit.session.scalar(chosen) or 0)


def _analysts(visit: Visit) -> set[Any]:
    session = visit.session
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
