"""The workspace: one tenant's world as one of its people or programs may see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from pydantic import InstanceOf
from sqlalchemy import select, update

from mindzie.access import limits, publishing_settings
from mindzie.access.account import Account
from mindzie.access.alerting import Alert, Delivery, Destination
from mindzie.access.audit_log import AuditLog
from mindzie.access.collection import Collection, view
from mindzie.access.dashboards import Dashboard
from mindzie.access.datasets import Dataset, Version, checked_note
from mindzie.access.door import Door
from mindzie.access.entrance import Place, place_of
from mindzie.access.fields import checked
from mindzie.access.gallery import cards
from mindzie.access.given import Text, given
from mindzie.access.identity import Actor, Identity
from mindzie.access.importing import ImportJob
from mindzie.access.investigating import Investigation
from mindzie.access.invitations import Invitation, invite
from mindzie.access.mappings import Mapping
from mindzie.access.people import Group, User
from mindzie.access.projects import Project
from mindzie.access.publishing import dataset_named, dataset_with
from mindzie.access.roles import Assignments, Roles
from mindzie.access.run_list import Runs
from mindzie.access.schedules import Schedule
from mindzie.access.secrets import Secrets
from mindzie.access.services import ServiceAccount
from mindzie.access.work import (
    ConformanceRule,
    Connector,
    FilterPreset,
    Pipeline,
    ProcessModel,
)
from mindzie.core.errors import SignInError
from mindzie.core.log import EventLog
from mindzie.store.database import Scope
from mindzie.store.models import Tenant
from mindzie.store.models import User as UserRecord
from mindzie.store.types import now


class Workspace:
    """One tenant's projects, data sets, people and rights, as far as the one who opened it may see them.

    Every collection works like a mapping from names; what belongs to another tenant is not found, ever. Rights are looked up
    anew in each act, so what is taken away is gone at once.
    """

    def __init__(self, door: Door) -> None:
        self._door = door

    @classmethod
    def open(cls, url: str | Place, identity: Identity) -> Self:
        """Open the workspace of an identity's tenant.

        Parameters
        ----------
        url : str
            ``sqlite:///path`` or ``postgresql://user:password@host/name``.
        identity : Identity
            Who comes, as a provider vouches.

        Returns
        -------
        Workspace
            Theirs.

        Raises
        ------
        SignInError
            Where the tenant does not exist or the identity is not one of its people.
        StoreError
            Where the database cannot be reached, or is of another version.
        """
        given(InstanceOf[Identity], identity, "identity")
        place = place_of(url)
        with place.database.writing(Scope(None)) as session:
            chosen = (
                select(Tenant.id, UserRecord)
                .join(UserRecord, UserRecord.tenant_id == Tenant.id)
                .where(Tenant.name == identity.tenant, Tenant.active, UserRecord.active)
                .where(
                    UserRecord.provider == identity.provider, UserRecord.subject == identity.subject
                )
            )
            found = session.execute(chosen).one_or_none()
            if found is None:
                raise SignInError(
                    "This account has no access to this workspace: ask an administrator of your organisation to invite it."
                )
            tenant, user = found
            # no change of theirs: who edits this user meanwhile finds the same revision
            seen = {"last_seen_at": now(), "updated_at": UserRecord.updated_at}
            session.execute(update(UserRecord).where(UserRecord.id == user.id).values(seen))
            actor = Actor("user", user.id, user.name)
        return cls(place.door(tenant, actor))

    @property
    def tenant(self) -> dict[str, Any]:
        """Name, description, limits, what is used of them, and what is allowed of dashboards; needs the permission ``tenant.read``."""
        with self._door.reading() as visit:
            visit.need("tenant.read")
            row = visit.session.get_one(Tenant, visit.tenant)
            names = ("users", "analysts", "cases", "bytes")
            told = {name: getattr(row, f"max_{name}") for name in names}
            return {
                "name": row.name,
                "description": row.description,
                "limits": told,
                "used": limits.usage(visit.session),
                "publishing": publishing_settings.settings_of(row),
            }

    def describe(self, description: str) -> None:
        """Change what is said of the tenant; needs the permission ``tenant.change``."""
        with self._door.writing() as visit:
            visit.need("tenant.change")
            values = checked(Tenant, {"description": description}, new=False)
            row = visit.session.get_one(Tenant, visit.tenant)
            before, row.description = row.description, values["description"]
            told = {"description": row.description}
            visit.note(
                "tenant.change", "tenant", name=row.name, before={"description": before}, after=told
            )

    def change_publishing(
        self,
        *,
        public_links: bool | None = None,
        origins: Sequence[str] | None = None,
        visit_days: int | None = None,
    ) -> None:
        """Change what is allowed of dashboards beyond the tenant's people; needs the permission ``publishing.change``.

        Parameters
        ----------
        public_links : bool, optional
            Whether dashboards may be opened to anybody who has a link. Off: no link shows anything, those made before neither.
        origins : sequence of str, optional
            Hosts whose pages may show dashboards within them, such as ``https://intranet.example``.
        visit_days : int, optional
            For how many days it is kept who looked at dashboards, 1 to 3,660.
        """
        values = publishing_settings.checked_settings(public_links, origins, visit_days)
        with self._door.writing() as visit:
            publishing_settings.change(visit, values)

    def gallery(self) -> list[dict[str, Any]]:
        """Return the published dashboards that you may open, by name.

        Returns
        -------
        list of dict
            ``id``, ``name``, ``description``, ``project`` (None where that is out of your sight), ``kind``, ``version``,
            ``published_at``, ``data_at`` (when the newest of its data sets was published), and the media type of ``picture``.
        """
        with self._door.reading() as visit:
            return cards(visit)

    @property
    def me(self) -> dict[str, Any]:
        """Who opened the workspace: kind, id, name, and the permissions in the whole tenant."""
        with self._door.reading() as visit:
            actor = visit.actor
            return {
                "kind": actor.kind,
                "id": actor.id,
                "name": actor.name,
                "permissions": sorted(visit.rights.everywhere),
            }

    @view
    def projects(self) -> Collection[Project]:
        """Projects."""
        return Collection(self._door, Project)

    @view
    def datasets(self) -> Collection[Dataset]:
        """Data sets of all projects."""
        return Collection(self._door, Dataset)

    @view
    def versions(self) -> Collection[Version]:
        """Versions of all data sets, by identifier."""
        return Collection(self._door, Version)

    @view
    def pipelines(self) -> Collection[Pipeline]:
        """Enrichment pipelines."""
        return Collection(self._door, Pipeline)

    @view
    def filter_presets(self) -> Collection[FilterPreset]:
        """Filter presets."""
        return Collection(self._door, FilterPreset)

    @view
    def process_models(self) -> Collection[ProcessModel]:
        """Process models."""
        return Collection(self._door, ProcessModel)

    @view
    def conformance_rules(self) -> Collection[ConformanceRule]:
        """Conformance rules."""
        return Collection(self._door, ConformanceRule)

    @view
    def investigations(self) -> Collection[Investigation]:
        """Investigations."""
        return Collection(self._door, Investigation)

    @view
    def runs(self) -> Runs:
        """Runs."""
        return Runs(self._door)

    @view
    def schedules(self) -> Collection[Schedule]:
        """Schedules."""
        return Collection(self._door, Schedule)

    @view
    def alerts(self) -> Collection[Alert]:
        """Alerts on what runs find."""
        return Collection(self._door, Alert)

    @view
    def deliveries(self) -> Collection[Delivery]:
        """Messages of alerts, on their way or delivered."""
        return Collection(self._door, Delivery)

    @view
    def destinations(self) -> Collection[Destination]:
        """Where messages are sent."""
        return Collection(self._door, Destination)

    @view
    def dashboards(self) -> Collection[Dashboard]:
        """Dashboards."""
        return Collection(self._door, Dashboard)

    @view
    def connectors(self) -> Collection[Connector]:
        """Connectors."""
        return Collection(self._door, Connector)

    @view
    def mappings(self) -> Collection[Mapping]:
        """Mappings."""
        return Collection(self._door, Mapping)

    @view
    def import_jobs(self) -> Collection[ImportJob]:
        """Imports."""
        return Collection(self._door, ImportJob)

    @view
    def users(self) -> Collection[User]:
        """People."""
        return Collection(self._door, User)

    @view
    def groups(self) -> Collection[Group]:
        """Groups of people."""
        return Collection(self._door, Group)

    @view
    def service_accounts(self) -> Collection[ServiceAccount]:
        """Programs with rights of their own."""
        return Collection(self._door, ServiceAccount)

    @view
    def roles(self) -> Roles:
        """The tenant's own roles, and which are built in."""
        return Roles(self._door)

    @view
    def role_assignments(self) -> Assignments:
        """Who has which role."""
        return Assignments(self._door)

    @view
    def secrets(self) -> Secrets:
        """Secrets, by name."""
        return Secrets(self._door)

    @view
    def invitations(self) -> Collection[Invitation]:
        """Invitations, accepted and revoked ones too."""
        return Collection(self._door, Invitation)

    def invite(self, email: str, role: str = "viewer", *, days: int = 7) -> str:
        """Invite somebody.

        Parameters
        ----------
        email : str
            To whom; sending it is the caller's.
        role : str
            A role in the whole tenant, with no more permissions than the inviter has.
        days : int
            How long it holds, 1 to 90 days.

        Returns
        -------
        str
            The token, for ``mindzie.access.invitations.accept``. It is shown this once.

        Raises
        ------
        ForbiddenError
            Without the permission ``people.change``, or where the role has more than the inviter.
        """
        return invite(self._door, email, role, days)

    @property
    def account(self) -> Account:
        """How one signs in oneself, where that is with a local account."""
        return Account(self._door)

    @property
    def audit(self) -> AuditLog:
        """Who did what; needs the permission ``audit.read``."""
        return AuditLog(self._door)

    def publish(
        self, log: EventLog, name: str, *, project: str | Project | None = None, note: str = ""
    ) -> Version:
        """Publish a log as the next version of a data set, which is made where there is none of the name.

        Without a project it is the one data set of the name that you see, in whatever project. Where you see none, a new one is
        made in a project of your own: "My work", or "Work of" and your name where somebody else has that.

        Parameters
        ----------
        log : EventLog
            What to publish.
        name : str
            The data set.
        project : Project or str, optional
            Where it lives; needed where you see several of the name, or where the only one is not for you to write.
        note : str
            What changed.

        Returns
        -------
        Version
            The new one; the current one where it has this content already.

        Raises
        ------
        ConflictError
            Where several projects have one of the name; they are named.
        ForbiddenError, LimitError, StoreError, DataSetError
            As ``Dataset.publish``.

        Examples
        --------
        >>> import mindzie as mz
        >>> ws = mz.workspace()
        >>> ws.publish(mz.demo("order-to-cash", cases=20), "orders").number
        1
        >>> ws.datasets["orders"].log().case_count
        20
        """
        note = checked_note(log, note)  # before a data set is made for it
        home = None if project is None else self.projects[project]
        return dataset_named(self._door, name, home)[0].publish(log, note)

    def dataset_of(self, fingerprint: str, project: str | Project | None = None) -> Dataset | None:
        """Return the data set that a log was opened from, by the log's content.

        Parameters
        ----------
        fingerprint : str
            Of the log as it was published, ``log.fingerprint``, before a pipeline's enrichments.
        project : Project or str, optional
            Where to look; everywhere where not given.

        Returns
        -------
        Dataset or None
            One that you see and of which a version has this content, the newest such; None where there is none.

        Examples
        --------
        >>> import mindzie as mz
        >>> log = mz.demo("order-to-cash", cases=20)
        >>> mz.workspace().publish(log, "orders looked for").number
        1
        >>> mz.workspace().dataset_of(log.fingerprint).name
        'orders looked for'
        """
        home = None if project is None else self.projects[project]
        return dataset_with(self._door, given(Text, fingerprint, "fingerprint"), home)

    def __repr__(self) -> str:
        projects, datasets = len(self.projects), len(self.datasets)
        return f"<workspace of {self._door.actor.name!r}: {projects} project{'s' * (projects != 1)}, {datasets} data set{'s' * (datasets != 1)}>"

    def _repr_html_(self) -> str:
        return f"<h4>Projects</h4>{self.projects._repr_html_()}<h4>Data sets</h4>{self.datasets._repr_html_()}"
