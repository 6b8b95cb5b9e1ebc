"""A real call of every public member of the workspace, by the name it has in the answers."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyotp
from sqlalchemy import inspect

from mindzie.access.account import Account
from mindzie.access.audit_log import AuditLog
from mindzie.access.collection import Collection, view
from mindzie.access.entrance import Place
from mindzie.access.items import Item
from mindzie.access.roles import Assignments, Roles
from mindzie.access.run_list import Runs
from mindzie.access.secrets import Secrets
from mindzie.access.workspace import Workspace
from mindzie.core.errors import NotFoundError
from mindzie.core.log import EventLog
from mindzie.store.types import new_id
from tests.access.world import PASSWORD

Call = Callable[["Caller"], Any]
NEW = itertools.count(1)


@dataclass
class Caller:
    """Somebody with a workspace, and what they call it for."""

    ws: Workspace
    target: dict[str, Item]
    log: EventLog
    ghostly: bool = False
    reopen: Callable[[], Workspace] | None = None
    used: set[str] = field(default_factory=set)
    place: Place | None = None

    def it(self, name: str) -> Any:
        """Return an object as this one holds it, whether it may be seen or not."""
        self.used.add(name)
        item = self.target[name]
        row = item._row
        if self.ghostly:
            left = inspect(row).unloaded
            columns = [one.key for one in row.__mapper__.column_attrs if one.key not in left]
            facts = {key: getattr(row, key) for key in columns}
            row = type(row)(**{**facts, "id": new_id()})
        return type(item)(self.ws._door, row)

    def within(self, collection: Any, name: str) -> None:
        """Raise NotFoundError where an object is not in a collection."""
        item = self.it(name)
        listed = item.id in {one.id for one in collection}
        assert (item in collection) == listed
        if not listed:
            raise NotFoundError("It is not in the collection.")

    def named(self, collection: Any, name: str) -> None:
        """Raise NotFoundError where a collection does not say its name."""
        names = collection.names()
        assert len(collection) == len(names)
        item = self.it(name)
        # numbers and roles are no names: those of others are the same
        shared = item.named_by in {"number", "role"}
        if item.label not in names or (shared and item not in collection):
            raise NotFoundError("It is not in the names.")

    def got(self, collection: Any, name: str) -> None:
        """Take an object by identifier, by itself and by name."""
        item = self.it(name)
        assert collection.get(item.id) == collection[item] == item
        if item.named_by == "name":
            assert collection[item.label] == item


PLAIN: dict[
    str, tuple[str, dict[str, Any] | None]
] = {  # collection of the workspace: what of it is looked for, facts of a new one
    "projects": ("project", {}),
    "datasets": ("dataset", {}),
    "versions": ("version", None),
    "pipelines": ("pipeline", {"enrichments": []}),
    "filter_presets": ("filter preset", {"filters": []}),
    "process_models": ("process model", {"format": "bpmn", "content": "x"}),
    "conformance_rules": ("conformance rule", {"enrichments": []}),
    "investigations": ("investigation", {}),
    "runs": ("run", None),
    "schedules": ("schedule", {"cron": "0 0 * * *"}),
    "alerts": ("alert", {"rule": {"kind": "missing"}}),
    "deliveries": ("delivery", None),
    "destinations": (
        "destination",
        {"kind": "email", "settings": {"host": "x", "to": ["a@x"], "sender": "a@x"}},
    ),
    "dashboards": ("dashboard", {}),
    "connectors": ("connector", {"kind": "x", "settings": {}}),
    "mappings": ("mapping", {"definition": {}}),
    "import_jobs": ("import job", None),
    "users": ("user", None),
    "groups": ("group", {}),
    "service_accounts": ("service account", {}),
    "roles": ("role", {}),
    "role_assignments": ("assignment", None),
    "secrets": ("secret", None),
    "invitations": ("invitation", None),
}
NESTED = {  # holder, its collection: what is looked for
    ("project", "datasets"): "dataset",
    ("project", "pipelines"): "pipeline",
    ("project", "filter_presets"): "filter preset",
    ("project", "process_models"): "process model",
    ("project", "conformance_rules"): "conformance rule",
    ("project", "investigations"): "investigation",
    ("project", "dashboards"): "dashboard",
    ("project", "connectors"): "connector",
    ("project", "mappings"): "mapping",
    ("project", "schedules"): "schedule",
    ("dataset", "versions"): "version",
    ("dataset", "imports"): "import job",
    ("investigation", "notebooks"): "notebook",
    ("investigation", "runs"): "run",
    ("investigation", "alerts"): "alert",
    ("alert", "deliveries"): "delivery",
    ("dashboard", "panels"): "panel",
    ("dashboard", "versions"): "dashboard version",
    ("dashboard", "links"): "public link",
    ("service account", "keys"): "API key",
}
CHANGES: dict[str, dict[str, Any]] = {
    "version": {"note": "changed"},
    "panel": {"position": {"row": 1}},
    "user": {"email": "changed@example.org"},
}
FIXED = {"dashboard version", "public link", "delivery"}
FIXED |= {"run", "import job", "notebook", "assignment", "invitation", "API key"}
KINDS = [name for name, _ in PLAIN.values()] + ["notebook", "panel", "API key"]
KINDS += ["dashboard version", "public link"]
DELETED = {"dataset": "spare dataset", "user": "user"}
TENANT_WIDE = {"projects", "groups", "service_accounts", "roles", "destinations"}
LOCAL = ("id", "label", "shown", "to_json", "next", "words")
"""What shows of an object what its holder has already."""
HOOKS = {"check_facts", "before_create"}
"""What kinds have for the collections they are made in."""


def _facts(caller: Caller, name: str, facts: dict[str, Any]) -> dict[str, Any]:
    needs = {
        "schedules": {"investigation_id": "investigation"},
        "alerts": {"destination_id": "destination"},
    }.get(name, {})
    return {**facts, **{key: caller.it(what) for key, what in needs.items()}}


def _create(name: str, facts: dict[str, Any] | None) -> Call:
    def call(caller: Caller) -> Any:
        collection = getattr(caller.ws, name)
        if facts is None:
            return collection.create("x")
        above = {"alerts": "investigation"}.get(name, "project")
        home = {} if name in TENANT_WIDE else {above: caller.it(above)}
        return collection.create(f"new {next(NEW)}", **home, **_facts(caller, name, facts))

    return call


def _create_within(holder: str, name: str) -> Call:
    facts: dict[str, Any] = {
        **{key: said for key, (_, said) in PLAIN.items()},
        "panels": {"calculators": []},
    }

    def call(caller: Caller) -> Any:
        collection = getattr(caller.it(holder), name)
        return collection.create(f"new {next(NEW)}", **_facts(caller, name, facts[name] or {}))

    return call


def _change(kind: str) -> Call:
    return lambda caller: caller.it(kind).change(
        **CHANGES.get(kind, {"description": "changed"} if kind not in FIXED else {})
    )


def _collections() -> Iterator[tuple[str, bool, Call]]:
    for name, (kind, facts) in PLAIN.items():
        yield f"Workspace.{name}", False, lambda c, n=name, k=kind: c.within(getattr(c.ws, n), k)
        yield f"{name}.names", False, lambda c, n=name, k=kind: c.named(getattr(c.ws, n), k)
        yield f"{name}.get", False, lambda c, n=name, k=kind: c.got(getattr(c.ws, n), k)
        yield f"{name}.create", True, _create(name, facts)
    for (holder, name), kind in NESTED.items():
        said = f"{holder}.{name}"
        yield said, False, lambda c, h=holder, n=name, k=kind: c.within(getattr(c.it(h), n), k)
        yield (
            f"{said}.get",
            False,
            lambda c, h=holder, n=name, k=kind: c.got(getattr(c.it(h), n), k),
        )
        if name not in {"versions", "imports", "notebooks", "runs", "keys", "links", "deliveries"}:
            yield f"{said}.create", True, _create_within(holder, name)


def _items() -> Iterator[tuple[str, bool, Call]]:
    for kind in KINDS:
        yield f"{kind}.refresh", False, lambda c, k=kind: c.it(k).refresh()
        yield f"{kind}.change", kind not in FIXED, _change(kind)
        yield f"{kind}.delete", True, lambda c, k=kind: c.it(DELETED.get(k, k)).delete()


def _taken(caller: Caller, group: Any, member: Any) -> None:
    group.remove(member)
    assert member.id not in {one.id for one in group.members}


def _second_factor(caller: Caller) -> pyotp.TOTP:
    found = pyotp.parse_uri(caller.ws.account.new_second_factor(PASSWORD))
    assert isinstance(found, pyotp.TOTP)
    return found


def _member(caller: Caller) -> None:
    if caller.it("member").id not in {one.id for one in caller.it("group").members}:
        raise AssertionError("the viewer is in the group")


def _saved(job: Any) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "rejected.csv")
        job.save_rejected(path)
        return path.read_text("utf-8")


def _kept(run: Any) -> str:
    with tempfile.TemporaryDirectory() as folder:
        run.save(Path(folder, "run"))
        return Path(folder, "run", "report.html").read_text("utf-8")


def _mended(caller: Caller) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "rejected.csv")
        path.write_text("row,reason,case,step,time\n3,,2,Pay,2025-01-04 05:06\n")
        assert caller.it("done import").mend(path).state == "done"


def _published(caller: Caller, board: Any) -> None:
    name = caller.it("dataset").label
    assert board.publish_content(f"ws.datasets[{name!r}]", kind="panel").datasets


def _gallery(caller: Caller) -> None:
    """Raise NotFoundError where a dashboard is not in the gallery."""
    if caller.it("dashboard").id not in {card["id"] for card in caller.ws.gallery()}:
        raise NotFoundError("It is not in the gallery.")


def _data_of_content(caller: Caller) -> None:
    """Raise NotFoundError where no data set in sight has the content."""
    data = caller.it("dataset").log(enriched=False)
    if caller.ws.dataset_of(data.fingerprint) is None:
        raise NotFoundError("No data set has it.")


ACTS: dict[str, tuple[bool, Call]] = {
    "Workspace.open": (True, lambda c: c.reopen() if c.reopen else None),
    "Workspace.tenant": (False, lambda c: c.ws.tenant["limits"]["users"]),
    "Workspace.describe": (True, lambda c: c.ws.describe("changed")),
    "Workspace.me": (False, lambda c: c.ws.me["permissions"]),
    "Workspace.invite": (True, lambda c: c.ws.invite("new@example.org")),
    "Workspace.publish": (
        True,
        lambda c: c.ws.publish(c.log, f"new {next(NEW)}", project=c.it("project")),
    ),
    "Workspace.gallery": (False, _gallery),
    "Workspace.dataset_of": (False, _data_of_content),
    "Workspace.change_publishing": (True, lambda c: c.ws.change_publishing(visit_days=30)),
    "Workspace.account": (False, lambda c: repr(c.ws.account)),
    "Workspace.audit": (False, lambda c: len(c.ws.audit)),
    "Account.facts": (False, lambda c: c.ws.account.facts),
    "Account.change_password": (
        True,
        lambda c: c.ws.account.change_password(PASSWORD, PASSWORD + "2"),
    ),
    "Account.new_second_factor": (True, lambda c: c.ws.account.new_second_factor(PASSWORD)),
    "Account.confirm_second_factor": (
        True,
        lambda c: c.ws.account.confirm_second_factor(_second_factor(c).now()),
    ),
    "Account.drop_second_factor": (True, lambda c: c.ws.account.drop_second_factor(PASSWORD)),
    "AuditLog.entries": (False, lambda c: c.ws.audit.entries(limit=5)[0]["action"]),
    "AuditLog.verify": (False, lambda c: c.ws.audit.verify()["whole"] or 1 / 0),
    "AuditLog.export": (True, lambda c: c.ws.audit.export("json", limit=5)),
    "runs.latest": (False, lambda c: c.within(c.ws.runs.latest(), "run")),
    "roles.built_in": (False, lambda c: c.ws.roles.built_in["viewer"]),
    "secrets.keep": (True, lambda c: c.ws.secrets.keep(f"new {next(NEW)}", "x")),
    "role_assignments.give": (True, lambda c: c.ws.role_assignments.give("viewer", c.it("group"))),
    "role_assignments.give in a project": (
        True,
        lambda c: c.ws.role_assignments.give("viewer", c.it("user"), project=c.it("project")),
    ),
    "project.publish": (
        True,
        lambda c: c.it("project").publish({"nbformat": 4, "cells": []}, f"new {next(NEW)}"),
    ),
    "project.archive": (True, lambda c: c.it("project").archive()),
    "project.restore": (True, lambda c: c.it("project").restore()),
    "project.share": (True, lambda c: c.it("project").share(group=c.it("group"), level="view")),
    "project.unshare": (
        True,
        lambda c: c.it("project").unshare(user=c.it("shared")),
    ),
    "project.shares": (False, lambda c: c.it("project").shares[0]["level"]),
    "dashboard.share": (True, lambda c: c.it("dashboard").share(user=c.it("member"))),
    "dashboard.unshare": (True, lambda c: c.it("dashboard").unshare(user=c.it("reader"))),
    "dashboard.shares": (False, lambda c: c.it("dashboard").shares[0]["level"]),
    "dashboard.publish": (True, lambda c: c.it("dashboard").publish()),
    "dashboard.publish_content": (True, lambda c: _published(c, c.it("dashboard"))),
    "dashboard.roll_back": (True, lambda c: c.it("dashboard").roll_back(1)),
    "dashboard.picture": (False, lambda c: c.it("dashboard").picture["type"]),
    "dashboard.visits": (False, lambda c: c.it("dashboard").visits()),
    "dashboard.new_link": (True, lambda c: c.it("dashboard").new_link("new")),
    "dashboard version.source": (False, lambda c: c.it("dashboard version").source),
    "public link.revoke": (True, lambda c: c.it("public link").revoke()),
    "dashboard.unpublish": (True, lambda c: c.it("dashboard").unpublish()),
    "dashboard.log": (False, lambda c: c.it("dashboard").log().case_count),
    "dashboard.refresh before it is published": (False, lambda c: c.it("draft").refresh()),
    "dashboard.log before it is published": (False, lambda c: c.it("draft").log().case_count),
    "dataset.log": (False, lambda c: c.it("dataset").log(1).case_count),
    "dataset.version": (False, lambda c: c.it("dataset").version().number),
    "dataset.publish": (True, lambda c: c.it("dataset").publish(c.log)),
    "dataset.request_import": (True, lambda c: c.it("dataset").request_import({"file": "y"})),
    "version.log": (False, lambda c: c.it("version").log().case_count),
    "version.use": (True, lambda c: c.it("version").use()),
    "investigation.request_run": (True, lambda c: c.it("investigation").request_run()),
    "investigation.run": (True, lambda c: c.it("investigation").run({"cases": 1})),
    "investigation.known": (False, lambda c: c.it("investigation").known()),
    "investigation.accepted": (False, lambda c: c.it("investigation").accepted),
    "investigation.save": (True, lambda c: c.it("investigation").save({"cells": [next(NEW)]})),
    "run.began": (True, lambda c: c.it("run").began()),
    "run.done": (True, lambda c: c.it("running run").done({})),
    "run.failed": (True, lambda c: c.it("running run").failed("why")),
    "run.cancel": (True, lambda c: c.it("run").cancel()),
    "alert.test": (True, lambda c: c.it("alert").test()),
    "delivery.cancel": (True, lambda c: c.it("delivery").cancel()),
    "delivery.retry": (True, lambda c: c.it("cancelled delivery").retry()),
    "schedule.pause": (True, lambda c: c.it("schedule").pause()),
    "schedule.resume": (True, lambda c: c.it("schedule").resume()),
    "schedule.run_now": (True, lambda c: c.it("schedule").run_now()),
    "run.retry": (True, lambda c: c.it("cancelled run").retry()),
    "run.run": (True, lambda c: c.it("run").run()),
    "run.wait": (False, lambda c: c.it("done run").wait()),
    "run.accept": (True, lambda c: c.it("done run").accept("as it was")),
    "run.report": (False, lambda c: c.it("done run").report),
    "run.pdf": (False, lambda c: c.it("done run").pdf[:4]),
    "run.log": (False, lambda c: c.it("done run").log),
    "run.notebook": (False, lambda c: c.it("done run").notebook["cells"]),
    "run.full_results": (False, lambda c: c.it("done run").full_results["results"]),
    "run.changes": (False, lambda c: c.it("done run").changes),
    "run.changes_page": (False, lambda c: c.it("done run").changes_page),
    "run.save": (False, lambda c: _kept(c.it("done run"))),
    "import job.began": (True, lambda c: c.it("import job").began()),
    "import job.done": (True, lambda c: c.it("running import").done(None, {})),
    "import job.failed": (True, lambda c: c.it("running import").failed("why")),
    "import job.cancel": (True, lambda c: c.it("import job").cancel()),
    "import job.retry": (True, lambda c: c.it("failed import").retry()),
    "import job.run": (True, lambda c: c.it("file import").run()),
    "import job.rejected": (False, lambda c: c.it("done import").rejected["reason"][0]),
    "import job.save_rejected": (False, lambda c: _saved(c.it("done import"))),
    "import job.mend": (True, _mended),
    "mapping.versions": (False, lambda c: c.it("mapping").versions[1]),
    "mapping.version": (False, lambda c: c.it("mapping").version(1)),
    "user.stop": (True, lambda c: c.it("user").stop()),
    "user.admit": (True, lambda c: c.it("user").admit()),
    "user.reset_account": (True, lambda c: c.it("user").reset_account(PASSWORD)),
    "group.add": (True, lambda c: c.it("group").add(c.it("user"))),
    "group.remove": (True, lambda c: _taken(c, c.it("group"), c.it("member"))),
    "group.members": (False, _member),
    "invitation.revoke": (True, lambda c: c.it("invitation").revoke()),
    "service account.new_key": (True, lambda c: c.it("service account").new_key("new")),
    "service account.stop": (True, lambda c: c.it("service account").stop()),
    "service account.admit": (True, lambda c: c.it("service account").admit()),
    "API key.revoke": (True, lambda c: c.it("API key").revoke()),
    "secret.replace": (True, lambda c: c.it("secret").replace("y")),
}
CALLS: dict[str, tuple[bool, Call]] = {
    **{name: (changes, call) for name, changes, call in (*_collections(), *_items())},
    **ACTS,
}


def members(cls: type) -> set[str]:
    """Return what a class offers: methods and properties, no facts about the class itself."""
    return {
        name
        for name in dir(cls)
        if not name.startswith("_")
        and (callable(getattr(cls, name)) or isinstance(getattr(cls, name), property | view))
    }


def expected() -> set[str]:
    """Return the names of all calls there must be, found by looking at the classes."""
    found = {f"Workspace.{name}" for name in members(Workspace)}
    found |= {f"Account.{name}" for name in members(Account)}
    found |= {f"AuditLog.{name}" for name in members(AuditLog)}
    special = {"roles": Roles, "role_assignments": Assignments, "secrets": Secrets, "runs": Runs}
    for name in PLAIN:
        found |= {f"{name}.{member}" for member in members(special.get(name, Collection))}
    classes = {cls.kind.title: cls for cls in _subclasses(Item) if "kind" in vars(cls)}
    renamed = {"data set": "dataset", "role assignment": "assignment"}
    for title, cls in classes.items():
        kind = renamed.get(title, title)
        found |= {f"{kind}.{member}" for member in members(cls) - set(LOCAL) - HOOKS}
    return found


def _subclasses(cls: type[Item]) -> Iterator[type[Item]]:
    for each in cls.__subclasses__():
        yield each
        yield from _subclasses(each)
