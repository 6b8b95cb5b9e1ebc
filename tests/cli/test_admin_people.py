"""Tenants, people and programs from the command line, on both databases."""

from __future__ import annotations

import re

import pytest

import mindzie as mz
from mindzie.access.accounts import sign_in
from mindzie.access.keys import open_with_key
from mindzie.access.workspace import Workspace
from mindzie.core.errors import SettingError, SignInError
from tests.cli.admin_running import Admin, admin, process, refused, settings

__all__ = ["admin", "process", "settings"]
PASSWORD = "canary-of-a-person"


def _member(admin: Admin, email: str, role: str = "viewer", tenant: str = "acme") -> str:
    token = admin("people", "invite", email, "--role", role, "--tenant", tenant).out.strip()
    name = email.partition("@")[0].title()
    done = admin("people", "accept", "--name", name, given=f"{token}\n{PASSWORD}\n")
    assert done.out == f"{name} is one of {tenant} now.\n", done
    return token


def test_a_tenant_from_its_making_to_its_end(admin: Admin) -> None:
    made = admin(
        "tenants", "create", "acme", "--max-users", "2", "--description", "An organisation"
    )
    assert made.code == 0
    assert made.out == (
        "Made acme. Next: mindzie admin people invite E-MAIL --role 'tenant admin' --tenant acme\n"
    )
    refused(admin("tenants", "create", "acme"), "There is a tenant 'acme' already")
    assert (
        admin("tenants", "change", "acme", "--max-cases", "9", "--no-limit", "max_users").code == 0
    )
    (acme,) = [each for each in admin("tenants", "list", "--json").json if each["name"] == "acme"]
    assert (acme["max_users"], acme["max_cases"], acme["description"]) == (
        None,
        9,
        "An organisation",
    )
    shown = admin("tenants", "list").out.splitlines()
    assert shown[0].split()[:2] == ["name", "active"]
    assert any(line.split()[:5] == ["acme", "yes", "-", "-", "9"] for line in shown)

    refused(
        admin("tenants", "delete", "acme", "--yes"), "The tenant 'acme' is active: stop it first"
    )
    assert admin("tenants", "stop", "acme").code == 0
    asked = admin("tenants", "delete", "acme", given="n\n")
    assert asked.code == 1
    assert "Remove acme with everything that is its" in asked.out
    assert "acme" in admin("tenants", "list").out
    assert admin("tenants", "delete", "acme", given="y\n").out.endswith("Removed acme.\n")
    assert "acme" not in admin("tenants", "list").out


def test_people_from_invitation_to_their_end(admin: Admin) -> None:
    admin("tenants", "create", "acme")
    _member(admin, "ada@acme.example", "tenant admin")
    token = _member(admin, "ben@acme.example")
    refused(
        admin("people", "accept", "--name", "Eve", given=f"{token}\n{PASSWORD}\n"),
        "This invitation does not hold",
    )
    found = {
        each["name"]: each for each in admin("people", "list", "--tenant", "acme", "--json").json
    }
    assert [(name, each["roles"]) for name, each in found.items()] == [
        ("Ada", "tenant admin"),
        ("Ben", "viewer"),
    ]
    of = ("--tenant", "acme")
    assert admin("people", "give", "Ben", "--role", "analyst", *of).code == 0
    assert admin("people", "take", "ben@acme.example", "--role", "viewer", *of).code == 0
    refused(
        admin("people", "take", "Ben", "--role", "viewer", *of), "does not have the role 'viewer'"
    )
    refused(admin("people", "take", "Ada", "--role", "tenant admin", *of), "last")
    assert re.search(
        r"Ben +ben@acme.example +analyst +local +yes", admin("people", "list", *of).out
    )

    assert (
        Workspace.open(*_place(sign_in("acme", "ben@acme.example", PASSWORD))).me["name"] == "Ben"
    )
    assert admin("people", "reset", "Ben", *of, given="another-password\n").code == 0
    with pytest.raises(SignInError):
        sign_in("acme", "ben@acme.example", PASSWORD)
    assert admin("people", "stop", found["Ben"]["id"], *of).code == 0
    with pytest.raises(SignInError):
        sign_in("acme", "ben@acme.example", "another-password")
    assert admin("people", "admit", "Ben", *of).code == 0
    assert (
        sign_in("acme", "ben@acme.example", "another-password").subject == found["Ben"]["subject"]
    )


def _place(identity):
    from mindzie.access.entrance import place_of

    return place_of(), identity


def test_roles_are_listed_with_what_they_allow(admin: Admin) -> None:
    admin("tenants", "create", "acme")
    found = {
        each["name"]: each for each in admin("roles", "list", "--tenant", "acme", "--json").json
    }
    assert "people.change" in found["tenant admin"]["permissions"]
    assert found["viewer"]["permissions"] == [
        "projects.read",
        "datasets.read",
        "runs.read",
        "dashboards.read",
    ]
    assert re.search(r"viewer +4 +Dashboards", admin("roles", "list", "--tenant", "acme").out)


def test_roles_of_the_tenants_own_from_making_to_removal(admin: Admin) -> None:
    of = ("--tenant", "acme")
    admin("tenants", "create", "acme")
    _member(admin, "ada@acme.example", "tenant admin")
    read = ("--permission", "datasets.read", "--permission", "projects.read")
    made = admin("roles", "create", "auditor", *read, "--description", "Looks", *of)
    assert (made.code, made.out) == (0, "Made the role auditor.\n")
    refused(admin("roles", "create", "x", "--permission", "datasets.reed", *of), "'datasets.read'")
    refused(admin("roles", "change", "auditer", "--description", "x", *of), "'auditor'")
    refused(admin("roles", "create", "Viewer", *of), "is a built-in role")
    assert admin("roles", "change", "auditor", *of).code == 2  # nothing to change
    admin("people", "give", "Ada", "--role", "auditor", *of)
    admin("services", "create", "night", "--role", "auditor", *of)
    changed = admin("roles", "change", "auditor", "--new-name", "reader", *read[:2], *of)
    assert changed.out == "Changed the role reader.\n"
    own = admin("roles", "list", *of, "--json").json[-1]
    assert (own["name"], own["permissions"], own["description"]) == (
        "reader",
        ["datasets.read"],
        "Looks",
    )
    shown = admin("roles", "given", *of).out.splitlines()
    assert [line.split() for line in shown] == [
        ["role", "kind", "to", "project_id"],
        ["tenant", "admin", "person", "Ada", "-"],
        ["reader", "person", "Ada", "-"],
        ["reader", "program", "night", "-"],
    ]
    refused(admin("roles", "delete", "reader", *of), "take it from them first")
    admin("people", "take", "Ada", "--role", "reader", *of)
    assert len(admin("roles", "given", *of, "--json").json) == 2


def test_invitations_are_listed_and_revoked(admin: Admin) -> None:
    of = ("--tenant", "acme")
    admin("tenants", "create", "acme")
    _member(admin, "ada@acme.example", "tenant admin")
    token = admin("people", "invite", "ben@acme.example", *of).out.strip()
    assert token not in admin("people", "invitations", "--json", *of).out
    assert [line.split()[:3] for line in admin("people", "invitations", *of).out.splitlines()] == [
        ["email", "role", "state"],
        ["ada@acme.example", "tenant", "admin"],
        ["ben@acme.example", "viewer", "open"],
    ]
    refused(admin("people", "revoke", "bem@acme.example", *of), "'ben@acme.example'")
    refused(admin("people", "revoke", "ada@acme.example", *of), "open invitation")
    assert admin("people", "revoke", "ben@acme.example", *of).code == 0
    states = [each["state"] for each in admin("people", "invitations", "--json", *of).json]
    assert states == ["accepted", "revoked"]
    refused(
        admin("people", "accept", "--name", "Ben", given=f"{token}\n{PASSWORD}\n"), "does not hold"
    )


def test_programs_from_key_to_revocation(admin: Admin, backend: str) -> None:
    admin("tenants", "create", "acme")
    of = ("--tenant", "acme")
    made = admin("services", "create", "night import", "--role", "developer", *of)
    assert made.out == (
        "Made night import. Next: mindzie admin services key 'night import' --tenant acme\n"
    )
    key = admin(
        "services", "key", "night import", "--name", "prod", "--days", "30", *of
    ).out.strip()
    assert open_with_key(key).me["name"] == "night import"
    with pytest.MonkeyPatch.context() as patch:
        assert mz.workspace(key=key).me["kind"] == "service"
        patch.setenv("MINDZIE_API_KEY", key)
        assert mz.workspace().me["name"] == "night import"
        patch.setenv("MINDZIE_API_KEY", f"{key}x")
        with pytest.raises(SignInError, match="lets nobody in"):
            mz.workspace()
    if backend == "postgresql":
        with pytest.raises(SettingError, match=r"workspace\(key=\.\.\.\), or set MINDZIE_API_KEY"):
            mz.workspace()
    (shown,) = admin("services", "list", *of, "--json").json
    assert shown["account"] == "night import"
    assert shown["last_used_at"]
    assert key.startswith(shown["prefix"])
    listed = admin("services", "list", *of).out
    assert key not in listed
    assert re.search(r"  20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ  ", listed)
    refused(
        admin("services", "revoke", shown["prefix"][:-1], *of), f"Did you mean '{shown['prefix']}'"
    )
    assert admin("services", "revoke", shown["prefix"], *of).code == 0
    with pytest.raises(SignInError):
        open_with_key(key)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("people", "list", "--tenant", "acne"),
            "There is no tenant 'acne' in this installation. Did you mean 'acme'?",
        ),
        (("tenants", "delete", "acne"), "Did you mean 'acme'?"),
        (("people", "invite", "x@y.example", "--role", "analist", "--tenant", "acme"), "'analyst'"),
        (("people", "invite", "nobody", "--tenant", "acme"), "it is no e-mail address"),
        (("people", "stop", "Adda", "--tenant", "acme"), "Did you mean 'Ada'?"),
        (("services", "key", "night", "--tenant", "acme"), "no service account 'night'"),
        (("tenants", "create", " "), "name of a tenant"),
        (("tenants", "change", "acme", "--no-limit", "max_user"), "Did you mean 'max_users'?"),
        (("audit", "export", "--format", "xml", "--tenant", "acme"), "csv"),
        (("people", "accept", "--name", "Eve"), "nothing on standard input"),
        (("people", "reset", "Ada", "--tenant", "acme"), "nothing on standard input"),
    ],
)
def test_what_is_wrong_is_said_in_a_paragraph(
    admin: Admin, arguments: tuple[str, ...], said: str
) -> None:
    admin("tenants", "create", "acme")
    _member(admin, "ada@acme.example", "tenant admin")
    refused(admin(*arguments), said)


def test_a_short_password_is_refused_and_the_invitation_still_holds(admin: Admin) -> None:
    admin("tenants", "create", "acme")
    token = admin("people", "invite", "ada@acme.example", "--tenant", "acme").out.strip()
    refused(
        admin("people", "accept", "--name", "Ada", given=f"{token}\nshort\n"), "12 to 1,024 letters"
    )
    assert admin("people", "accept", "--name", "Ada", given=f"{token}\n{PASSWORD}\n").code == 0


def test_secrets_are_read_from_a_pipe_by_a_process_without_terminal(process: Admin) -> None:
    assert process("tenants", "create", "acme").code == 0
    token = process(
        "people", "invite", "ada@acme.example", "--role", "tenant admin", "--tenant", "acme"
    ).out
    done = process("people", "accept", "--name", "Ada", given=f"{token}{PASSWORD}\n")
    assert (done.code, done.err) == (0, "")
    (ada,) = process("people", "list", "--tenant", "acme", "--json").json
    assert (ada["name"], ada["roles"]) == ("Ada", "tenant admin")
