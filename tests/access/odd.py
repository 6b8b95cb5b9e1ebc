"""A call of every public method for each of its arguments, with whatever value."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from mindzie.access.account import Account
from mindzie.access.audit_log import AuditLog
from mindzie.access.collection import Collection
from mindzie.access.identity import Identity
from mindzie.access.installation import Installation
from mindzie.access.items import Item
from mindzie.access.roles import Assignments, Roles
from mindzie.access.run_list import Runs
from mindzie.access.secrets import Secrets
from mindzie.access.workspace import Workspace
from tests.access.calls import Caller, _subclasses
from tests.access.world import PASSWORD

VALUES: dict[str, Any] = {
    "nothing": None,
    "no letter": "",
    "a zero": "\0",
    "half a letter": "\ud800",
    "two lines": "a\nb",
    "a long text": "x" * 70_000,
    "a path": "/dev/null/x",
    "true": True,
    "a number": 999,
    "below zero": -1,
    "beyond 64 bits": 2**70,
    "a fraction": 1.5,
    "no number": float("nan"),
    "bytes": b"\xff",
    "an empty list": [],
    "an empty object": {},
    "a list of anything": [object()],
    "an object of anything": {"x": object()},
    "an object without names": {5: float("inf")},
    "anything": object(),
    "an identifier": UUID(int=1),
    "a moment without zone": datetime(2024, 2, 29),  # noqa: DTZ001 - that is what is odd
    "the last moment": datetime.max.replace(tzinfo=UTC),
    "a type": str,
    "a Path": Path("/dev/null/x"),
}
Act = Callable[[Caller, Any], Any]
PUBLISHING = ("kind", "note", "picture", "datasets")
ACTS: dict[str, Act] = {
    "Workspace.open url": lambda c, v: Workspace.open(v, Identity("acme", "sso", "nobody")),
    "Workspace.open identity": lambda c, v: Workspace.open(c.place, v),
    "Workspace.describe description": lambda c, v: c.ws.describe(v),
    "Workspace.invite email": lambda c, v: c.ws.invite(v),
    "Workspace.invite role": lambda c, v: c.ws.invite("a@b.example", v),
    "Workspace.invite days": lambda c, v: c.ws.invite("a@b.example", days=v),
    "Workspace.dataset_of fingerprint": lambda c, v: c.ws.dataset_of(v),
    "Workspace.dataset_of project": lambda c, v: c.ws.dataset_of("0" * 64, project=v),
    "Workspace.publish log": lambda c, v: c.ws.publish(v, "new"),
    "Workspace.publish name": lambda c, v: c.ws.publish(c.log, v),
    "Workspace.publish project": lambda c, v: c.ws.publish(c.log, "new", project=v),
    "Workspace.publish note": lambda c, v: c.ws.publish(c.log, "new", note=v),
    "Account.change_password old": lambda c, v: c.ws.account.change_password(v, PASSWORD),
    "Account.change_password new": lambda c, v: c.ws.account.change_password(PASSWORD, v),
    "Account.new_second_factor password": lambda c, v: c.ws.account.new_second_factor(v),
    "Account.confirm_second_factor code": lambda c, v: c.ws.account.confirm_second_factor(v),
    "Account.drop_second_factor password": lambda c, v: c.ws.account.drop_second_factor(v),
    "AuditLog.verify head": lambda c, v: c.ws.audit.verify(v),
    "AuditLog.export format": lambda c, v: c.ws.audit.export(v, limit=1),
    "AuditLog.export choice": lambda c, v: [c.ws.audit.export(**{n: v}) for n in ("limit", "x")],
    "Collection.get key": lambda c, v: c.ws.projects.get(v),
    "Collection.create name": lambda c, v: c.ws.projects.create(v),
    "Collection.create fields": lambda c, v: c.ws.datasets.create("new", project=v),
    "Runs.latest limit": lambda c, v: c.ws.runs.latest(v),
    "Runs.latest investigation": lambda c, v: c.ws.runs.latest(investigation=v),
    "Runs.latest state": lambda c, v: c.ws.runs.latest(state=v),
    "Runs.latest since": lambda c, v: c.ws.runs.latest(since=v),
    "Secrets.keep name": lambda c, v: c.ws.secrets.keep(v, "x"),
    "Secrets.keep value": lambda c, v: c.ws.secrets.keep("new", v),
    "Secrets.keep description": lambda c, v: c.ws.secrets.keep("new", "x", v),
    "Roles.create name": lambda c, v: c.ws.roles.create(v),
    "Roles.create fields": lambda c, v: c.ws.roles.create("new", permissions=v),
    "Assignments.give role": lambda c, v: c.ws.role_assignments.give(v, c.it("user")),
    "Assignments.give to": lambda c, v: c.ws.role_assignments.give("viewer", v),
    "Assignments.give project": lambda c, v: c.ws.role_assignments.give(
        "viewer", c.it("user"), project=v
    ),
    "Item.change fields": lambda c, v: c.it("project").change(x=v),
    "Task.failed error": lambda c, v: c.it("running run").failed(v),
    "Shared.share user": lambda c, v: c.it("project").share(user=v),
    "Shared.share group": lambda c, v: c.it("project").share(group=v),
    "Shared.share level": lambda c, v: c.it("project").share(group=c.it("group"), level=v),
    "Shared.unshare user": lambda c, v: c.it("project").unshare(user=v),
    "Shared.unshare group": lambda c, v: c.it("project").unshare(group=v),
    "Dataset.version number": lambda c, v: c.it("dataset").version(v),
    "Dataset.log number": lambda c, v: c.it("dataset").log(v),
    "Dataset.log enriched": lambda c, v: c.it("dataset").log(enriched=v),
    "Dataset.log engine": lambda c, v: c.it("dataset").log(engine=v),
    "Dataset.publish log": lambda c, v: c.it("dataset").publish(v),
    "Dataset.publish note": lambda c, v: c.it("dataset").publish(c.log, v),
    "Dataset.request_import source": lambda c, v: c.it("dataset").request_import(v),
    "Dataset.request_import connector": lambda c, v: c.it("dataset").request_import(
        {"table": "x"}, connector=v
    ),
    "Dataset.request_import mapping": lambda c, v: c.it("dataset").request_import(
        {"file": "x"}, mapping=v
    ),
    "Version.log enriched": lambda c, v: c.it("version").log(enriched=v),
    "Version.log engine": lambda c, v: c.it("version").log(engine=v),
    "Dashboard.log engine": lambda c, v: c.it("dashboard").log(engine=v),
    "Dashboard.publish source": lambda c, v: c.it("dashboard").publish(v),
    **{
        f"Dashboard.publish {name}": lambda c, v, name=name: c.it("dashboard").publish(
            {"cells": []}, **{name: v}
        )
        for name in PUBLISHING
    },
    "Dashboard.publish_content content": lambda c, v: [
        c.it("dashboard").publish_content(v, kind=kind) for kind in ("voila", "panel")
    ],
    **{
        f"Dashboard.publish_content {name}": lambda c, v, name=name: c.it(
            "dashboard"
        ).publish_content({"cells": []}, **{"kind": "voila", name: v})
        for name in PUBLISHING
    },
    "Dashboard.roll_back number": lambda c, v: c.it("dashboard").roll_back(v),
    "Dashboard.visits limit": lambda c, v: c.it("dashboard").visits(v),
    "Dashboard.new_link name": lambda c, v: c.it("dashboard").new_link(v),
    "Dashboard.new_link days": lambda c, v: c.it("dashboard").new_link("new", days=v),
    "Dashboard.new_link filters": lambda c, v: c.it("dashboard").new_link("new", filters=v),
    "Project.publish source": lambda c, v: c.it("project").publish(v, "new"),
    "Project.publish name": lambda c, v: c.it("project").publish({"cells": []}, v),
    **{
        f"Project.publish {name}": lambda c, v, name=name: c.it("project").publish(
            {"cells": []}, f"new {name}", **{name: v}
        )
        for name in (*PUBLISHING, "description")
    },
    **{
        f"Workspace.change_publishing {name}": lambda c, v, name=name: c.ws.change_publishing(
            **{name: v}
        )
        for name in ("public_links", "origins", "visit_days")
    },
    "Investigation.request_run parameters": lambda c, v: c.it("investigation").request_run(v),
    "Investigation.request_run again": lambda c, v: c.it("investigation").request_run(again=v),
    "Investigation.run parameters": lambda c, v: c.it("investigation").run(v),
    "Investigation.run again": lambda c, v: c.it("investigation").run(again=v),
    "Investigation.run progress": lambda c, v: c.it("investigation").run(progress=v),
    "Investigation.known parameters": lambda c, v: c.it("investigation").known(v),
    "Investigation.save content": lambda c, v: [
        c.it("investigation").save(said) for said in ({"cells": [v]}, v)
    ],
    "Schedule.next count": lambda c, v: c.it("schedule").next(v),
    "Run.done results": lambda c, v: c.it("running run").done(v),
    "Run.run progress": lambda c, v: c.it("run").run(v),
    "Run.wait seconds": lambda c, v: c.it("done run").wait(v),
    "Run.save folder": lambda c, v: c.it("done run").save(v),
    "Run.accept note": lambda c, v: c.it("done run").accept(v),
    "ImportJob.run progress": lambda c, v: c.it("file import").run(v),
    "ImportJob.done version": lambda c, v: c.it("running import").done(v, {}),
    "ImportJob.done progress": lambda c, v: c.it("running import").done(None, v),
    "ImportJob.save_rejected path": lambda c, v: c.it("done import").save_rejected(v),
    "ImportJob.mend path": lambda c, v: c.it("done import").mend(v),
    "Mapping.version number": lambda c, v: c.it("mapping").version(v),
    "User.reset_account password": lambda c, v: c.it("user").reset_account(v),
    "Group.add user": lambda c, v: c.it("group").add(v),
    "Group.remove user": lambda c, v: c.it("group").remove(v),
    "ServiceAccount.new_key name": lambda c, v: c.it("service account").new_key(v),
    "ServiceAccount.new_key expires_at": lambda c, v: c.it("service account").new_key("new", v),
    "Secret.replace value": lambda c, v: c.it("secret").replace(v),
    **{
        f"AuditLog.entries {name}": lambda c, v, name=name: c.ws.audit.entries(**{name: v})
        for name in inspect.signature(AuditLog.entries).parameters
        if name != "self"
    },
}
OPERATORS: dict[str, Callable[[Installation, Any], Any]] = {
    "Installation.office tenant": lambda here, v: here.office(v),
    "Installation.backup folder": lambda here, v: here.backup(v),
    "Installation.restore folder": lambda here, v: here.restore(v),
    "Installation.problems deep": lambda here, v: here.problems(deep=v) and None,
    "Installation.repair found": lambda here, v: here.repair(v),
    "Tenants.create name": lambda here, v: here.create(v),
    "Tenants.create fields": lambda here, v: [
        here.create(f"new {at}", **{name: v})
        for at, name in enumerate(("description", "max_users", "max_cases", "x"))
    ],
    "Tenants.change tenant": lambda here, v: here.change(v),
    "Tenants.change fields": lambda here, v: here.change("empty", max_bytes=v),
    "Tenants.stop tenant": lambda here, v: here.stop(v),
    "Tenants.admit tenant": lambda here, v: here.admit(v),
    "Tenants.delete tenant": lambda here, v: here.delete(v),
    "Tenants.enrol identity": lambda here, v: here.enrol(v, name="new"),
    "Tenants.enrol name": lambda here, v: here.enrol(Identity("empty", "sso", "new"), name=v),
    "Tenants.enrol email": lambda here, v: here.enrol(
        Identity("empty", "sso", "new 2"), name="new", email=v
    ),
    "Tenants.enrol role": lambda here, v: here.enrol(
        Identity("empty", "sso", "new 3"), name="new", role=v
    ),
}


def arguments(*classes: type) -> Iterator[str]:
    """Return the names of all arguments of all public methods, each under the class that has the method."""
    for cls in classes:
        for name, member in vars(cls).items():
            if name.startswith("_") or not (callable(member) or isinstance(member, classmethod)):
                continue
            for argument in inspect.signature(getattr(cls, name)).parameters:
                if argument not in {"self", "cls", "visit", "_visit", "values"}:
                    yield f"{cls.__name__}.{name} {argument}"


def of_workspaces() -> set[str]:
    """Return the names of all arguments that people and programs may give."""
    mixed = {base for cls in _subclasses(Item) for base in cls.__mro__[:-1]}
    own = (Workspace, Account, AuditLog, Collection, Secrets, Roles, Assignments, Runs)
    return set(arguments(*own, *mixed))
