"""Keys, audit, health, backups and upgrades from the command line, on both databases."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import mindzie as mz
from mindzie.access.installation import LAPTOP
from tests.cli.admin_running import Admin, admin, process, refused, settings
from tests.servers.databases import on_postgresql, on_sqlite
from tests.servers.postgresql import PASSWORD, PostgreSQL

__all__ = ["admin", "process", "settings"]
GROUPS = {
    (): (
        *("upgrade", "check", "backup", "restore", "tenants", "people", "services", "roles"),
        *("entra", "keys", "audit"),
    ),
    ("tenants",): ("list", "create", "change", "stop", "admit", "delete"),
    ("people",): (
        *("list", "invite", "invitations", "revoke", "accept", "stop", "admit", "reset"),
        *("give", "take"),
    ),
    ("roles",): ("list", "create", "change", "delete", "given"),
    ("entra",): ("enrol", "list", "map", "withdraw", "check"),
    ("services",): ("list", "create", "key", "revoke"),
    ("keys",): ("new", "list", "rotate"),
    ("audit",): ("list", "export", "verify"),
}
LEAVES = [
    (*group, name) for group, names in GROUPS.items() for name in names if (name,) not in GROUPS
]


@pytest.mark.parametrize("group", GROUPS, ids=" ".join)
@on_sqlite
def test_a_group_lists_its_commands_in_their_order(admin: Admin, group: tuple[str, ...]) -> None:
    shown = admin(*group, "--help")
    assert shown.code == 0
    listed = re.findall(r"│ ([a-z]+) {2,}\S", shown.out.partition("Commands")[2])
    assert tuple(listed) == GROUPS[group]


@pytest.mark.parametrize("command", LEAVES, ids=" ".join)
@on_sqlite
def test_each_command_says_what_it_does_and_asks_no_secret_as_option(
    admin: Admin, command: tuple[str, ...]
) -> None:
    shown = admin(*command, "--help")
    assert shown.code == 0
    assert f" admin {' '.join(command)}" in shown.out.splitlines()[1]
    assert re.search(r"\n +[A-Z].+[.,]", shown.out), "a sentence"
    # a flag that has one read from standard input is none
    assert not re.search(r"--(password|token|key|secret)\b(?! +<bool>)", shown.out)
    if command != ("keys", "new"):
        assert "MINDZIE_WORKSPACE" in shown.out


def test_the_shell_completes_commands() -> None:
    words = {
        "_MINDZIE_COMPLETE": "complete_bash",
        "COMP_WORDS": "mindzie admin tenants s",
        "COMP_CWORD": "3",
    }
    code = "import sys; sys.argv = ['mindzie']; from mindzie.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **words},
    )
    assert done.stdout.split() == ["stop"]


@on_sqlite
def test_the_embedded_workspace_needs_no_setting_up(
    process: Admin, settings: dict[str, str]
) -> None:
    Path(settings["MINDZIE_HOME"], "workspace.db").unlink()
    assert process("people", "list", "--json").json[0]["roles"] == "tenant admin"
    assert process("check").out == "All is well.\n"
    assert Path(settings["MINDZIE_HOME"], "workspace.db").stat().st_mode & 0o777 == 0o600


def test_keys_are_made_listed_and_rotated(
    admin: Admin, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (admin("keys", "new").out.strip() for _ in range(2))
    assert re.fullmatch(r"[A-Za-z0-9+/]{43}=", first)
    admin("tenants", "create", "acme")
    if backend == "postgresql":
        refused(admin("keys", "list"), "There is no key for secrets: set MINDZIE_KEYS")
        monkeypatch.setenv("MINDZIE_KEYS", first)
    _keep(admin)
    (before,) = admin("keys", "list", "--json").json
    assert (before["secrets"], before["there"], before["newest"]) == (1, True, True)
    monkeypatch.setenv("MINDZIE_KEYS", f"{second},{first}") if backend == "postgresql" else None
    assert admin("keys", "rotate").out == "1 secret has the newest key now.\n"
    after = admin("keys", "list", "--json").json
    assert [(each["secrets"], each["newest"]) for each in after] == [(1, True), (0, False)]
    assert after[1]["key"] == before["key"]
    assert admin("check").code == 0


def _keep(admin: Admin) -> None:
    """Keep a secret as its tenant's administrator."""
    from mindzie.access.accounts import sign_in
    from mindzie.access.entrance import place_of
    from mindzie.access.workspace import Workspace

    token = admin(
        "people", "invite", "a@b.example", "--role", "tenant admin", "--tenant", "acme"
    ).out
    admin("people", "accept", "--name", "Ada", given=f"{token}canary-of-a-person\n")
    identity = sign_in("acme", "a@b.example", "canary-of-a-person")
    Workspace.open(place_of(), identity).secrets.keep("erp", "canary-of-a-secret")


def test_the_audit_log_is_listed_exported_and_verified(admin: Admin) -> None:
    admin("tenants", "create", "=acme()", "--description", "=1+1")
    of = ("--tenant", "=acme()")
    admin("services", "create", "@night", *of)
    listed = admin("audit", "list", *of, "--json").json
    assert [each["action"] for each in listed] == [
        "tenant.create",
        "service_accounts.create",
        "role_assignments.create",
    ]
    assert [
        each["number"] for each in admin("audit", "list", "--limit", "1", *of, "--json").json
    ] == [3]
    some = admin("audit", "list", "--action", "service_accounts.", "--until", "2999-01-01", *of)
    assert len(some.out.splitlines()) == 2
    rows = list(csv.DictReader(io.StringIO(admin("audit", "export", *of).out, newline="")))
    assert rows[0]["object_name"] == "'=acme()"
    assert rows[1]["object_name"] == "'@night"
    lines = admin("audit", "export", "--format", "json", *of).out.splitlines()
    told = [json.loads(line) for line in lines]
    assert told[:3] == listed
    assert told[3]["action"] == "audit.export"
    verified = admin("audit", "verify", *of)
    assert verified.code == 0
    head = verified.out.split()[-1]
    assert verified.out.startswith("5 entries, whole. Head, to be noted elsewhere: ")
    assert admin("audit", "verify", "--head", head, *of).code == 0
    other = admin("audit", "verify", "--head", "0" * 64, *of)
    assert other.code == 1
    assert "is not in the chain" in other.out


def test_the_installations_own_log_tells_of_whole_tenants(admin: Admin, tmp_path: Path) -> None:
    own = ("--installation",)
    admin("tenants", "create", "acme")
    assert admin("audit", "list", *own).out == "None.\n"
    assert admin("backup", str(tmp_path / "monday")).code == 0
    admin("tenants", "stop", "acme")
    assert admin("tenants", "delete", "acme", "--yes").out == "Removed acme.\n"
    told = admin("audit", "list", *own, "--json").json
    assert [(each["action"], each["object_name"]) for each in told] == [
        ("installation.backup", str(tmp_path / "monday")),
        ("tenant.delete", "acme"),
    ]
    assert len(admin("audit", "list", *own, "--action", "tenant.").out.splitlines()) == 2
    assert len(admin("audit", "export", *own).out.splitlines()) == 3
    assert admin("audit", "verify", *own).out.startswith("3 entries, whole.")
    assert "installation" not in admin("tenants", "list").out


def test_without_keys_a_note_says_what_to_do_before_secrets_are_kept(
    admin: Admin, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin("tenants", "create", "acme")
    done, told = admin("check"), admin("check", "--json")
    assert (done.code, told.code) == (0, 0)
    notes = [] if backend == "sqlite" else ["note"]  # which makes its first key itself
    assert [each["kind"] for each in told.json] == notes
    *first, last = done.out.splitlines()
    assert last == "All is well."
    assert [line.partition(":")[0] for line in first] == notes
    for line in first:
        assert "no keys for them are configured" in line
        assert "mindzie admin keys new" in line
        assert "MINDZIE_KEYS or MINDZIE_KEY_FILE" in line
    monkeypatch.setenv("MINDZIE_KEYS", admin("keys", "new").out.strip())
    assert admin("check").out == "All is well.\n"


@on_sqlite
def test_a_date_that_is_none_is_said_in_our_words(admin: Admin) -> None:
    done = admin("audit", "list", "--since", "yesterday")
    assert done.code == 2
    assert "is no date: give one such as 2026-01-31" in " ".join(done.err.replace("│", " ").split())
    assert admin("audit", "list", "--since", "2026-01-31T14:00+02:00").code == 0


@pytest.mark.parametrize(
    "command",
    [
        ("services", "key", "night", "--days", "9999999"),
        ("audit", "list", "--since", "0001-01-01T00:00+14:00"),
        ("audit", "export", "--until", "9999-12-31T23:00-14:00"),
        ("tenants", "create", "acme", "--max-cases", "99999999999999999999"),
        ("tenants", "change", "local", "--max-bytes", "9223372036854775808"),
        ("people", "invite", "a@b.example", "--days", "99999999999999999999"),
        ("audit", "list", "--limit", "99999999999999999999"),
    ],
    ids=" ".join,
)
@on_sqlite
def test_what_is_out_of_range_is_said(admin: Admin, command: tuple[str, ...]) -> None:
    admin("tenants", "list")
    done = admin(*command)
    assert (done.code, done.out) == (2, "")
    assert "Traceback" not in done.err
    if {"--since", "--until"} & {*command}:
        assert "is no date" in done.err


@on_sqlite
def test_the_list_says_from_where(admin: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINDZIE_CLIENT", "198.51.100.7")
    admin("people", "invite", "ada@acme.example")
    shown = admin("audit", "list", "--action", "invitations.").out.splitlines()
    assert shown[0].split()[-1] == "from"
    assert re.search(r"  command on \S+ for 198\.51\.100\.7$", shown[1])
    (entry,) = admin("audit", "list", "--action", "invitations.", "--json").json
    assert entry["origin"]["client"] == "198.51.100.7"


@on_sqlite
def test_what_people_wrote_does_not_steer_the_terminal(admin: Admin) -> None:
    admin("roles", "create", "clerk", "--description", "reads\x1b[2J\n\x9b1mAll is well.\u202e")
    row = next(line for line in admin("roles", "list").out.splitlines() if "clerk" in line)
    assert row.endswith("reads [2J  1mAll is well.")


@on_sqlite
def test_a_backup_that_was_cut_short_is_named_by_the_next_one(
    process: Admin, settings: dict[str, str], tmp_path: Path
) -> None:
    room = tmp_path / "backups"
    died = "import sys; from pathlib import Path; from mindzie.access import backup; from mindzie.access.installation import Installation; import os; backup._copied = lambda *_: os._exit(9); here = Installation(); Installation().backup(Path(sys.argv[1]))"
    published = (
        "import mindzie as mz; mz.workspace().publish(mz.demo('order-to-cash', cases=5), 'orders')"
    )
    environment = {**os.environ, **settings}
    subprocess.run([sys.executable, "-c", published], check=True, env=environment)
    done = subprocess.run([sys.executable, "-c", died, room / "monday"], env=environment)
    assert done.returncode == 9
    (left,) = room.iterdir()
    assert left.name.startswith(".monday.")
    for name in ("monday", "tuesday"):
        said = process("backup", str(room / name))
        assert said.code == 0
        assert f"Not finished: {left}. Remove it, unless" in said.out
    shutil.rmtree(left)
    assert "Not finished" not in process("backup", str(room / "wednesday")).out


@on_sqlite
def test_what_was_repaired_is_said_without_what_to_do(
    admin: Admin, settings: dict[str, str]
) -> None:
    admin("tenants", "list")
    orphan = Path(settings["MINDZIE_HOME"], "snapshots", LONE, LONE, "1-original")
    mz.demo("order-to-cash", cases=5).save(orphan)
    path = f"{LONE}/{LONE}/1-original"
    assert admin("check", "--repair").out == (
        f"repaired: orphan: {path}: no version of a data set speaks of it.\n1 found, 1 repaired.\n"
    )


@on_sqlite
def test_a_refused_restore_makes_no_database(admin: Admin, tmp_path: Path) -> None:
    admin("tenants", "list")
    assert admin("check").code == 0  # which makes the storage this database's
    assert admin("backup", str(tmp_path / "monday")).code == 0
    new = ("--database", f"sqlite:///{tmp_path / 'new' / 'workspace.db'}")
    live = ("--storage", str(tmp_path / "snapshots"))
    refused(admin("restore", str(tmp_path / "monday"), *new, *live), "belongs to another database")
    refused(admin("restore", str(tmp_path), *new), "is no backup")
    assert not (tmp_path / "new").exists()
    assert admin("restore", str(tmp_path / "monday"), *new).code == 0


def test_a_backup_comes_back_elsewhere(
    admin: Admin, backend: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    admin("tenants", "create", "acme")
    admin("services", "create", "night", "--tenant", "acme")
    folder = tmp_path / "backups" / "monday"
    made = admin("backup", str(folder))
    assert re.fullmatch(r"[\d,]+ rows, 0 snapshots, 0 bytes\. Keep the keys.*\n", made.out), made
    refused(admin("backup", str(folder)), "exists already: choose another folder")
    refused(
        admin("restore", str(folder)), "There are tenants, or were, in", "--database and --storage"
    )
    assert PASSWORD not in admin("restore", str(folder)).err
    refused(admin("restore", str(tmp_path)), "is no backup")
    if backend == "postgresql":
        server: PostgreSQL = request.getfixturevalue("postgresql")
        where = [
            "--database",
            server.create("restored_by_command"),
            "--storage",
            str(tmp_path / "s2"),
        ]
        refused(admin("restore", str(folder), *where), "is empty: run `mindzie admin upgrade`")
        upgraded = admin("upgrade", *where[:2])
        assert upgraded.out.endswith("/restored_by_command: was fresh, is current.\n")
        assert PASSWORD not in upgraded.out
    else:
        where = ["--database", f"sqlite:///{tmp_path / 'other' / 'workspace.db'}"]
    assert admin("restore", str(folder), *where).code == 0
    names = [
        {each["name"] for each in admin("tenants", "list", "--json", *w).json} for w in ([], where)
    ]
    assert names[0] == names[1]
    assert (
        admin("services", "list", "--tenant", "acme", *where).out.splitlines()[1].split()[0]
        == "night"
    )
    assert admin("check", *where).out.endswith("All is well.\n")


def test_what_is_wrong_is_found_and_leftovers_are_removed(
    admin: Admin, settings: dict[str, str]
) -> None:
    admin("tenants", "create", "acme")
    assert admin("check").code == 0
    root = Path(settings.get("MINDZIE_STORAGE") or Path(settings["MINDZIE_HOME"], "snapshots"))
    orphan = root / LONE / LONE / "1-original"
    mz.demo("order-to-cash", cases=5).save(orphan)
    (root / "notes.txt").write_text("mine")
    found = admin("check")
    assert found.code == 1
    assert found.err == ""
    assert "2 found, 0 repaired." in found.out
    told = admin("check", "--repair", "--json")
    assert told.code == 1
    assert {(each["kind"], each["repaired"]) for each in told.json if each["kind"] != "note"} == {
        ("orphan", True),
        ("foreign", False),
    }
    assert not orphan.exists()
    assert (root / "notes.txt").exists()


LONE = "00000000-0000-0000-0000-000000000001"


@on_postgresql
def test_a_server_that_is_not_set_up_says_what_to_do(
    process: Admin, settings: dict[str, str], postgresql: PostgreSQL
) -> None:
    fresh = postgresql.create("fresh_for_admin")
    refused(process("tenants", "list", MINDZIE_WORKSPACE=fresh), "run `mindzie admin upgrade`")
    assert process("upgrade", MINDZIE_WORKSPACE=fresh).out.endswith("was fresh, is current.\n")
    assert process("upgrade", MINDZIE_WORKSPACE=fresh).out.endswith("was current, is current.\n")
    refused(
        process("tenants", "list", MINDZIE_WORKSPACE=fresh, MINDZIE_STORAGE=""),
        "Say where snapshots are kept",
    )
    assert process("tenants", "list", MINDZIE_WORKSPACE=fresh).out == "None.\n"
    said = (f"no tenant {LAPTOP!r}", "--tenant, or with MINDZIE_TENANT")
    refused(process("people", "list", MINDZIE_WORKSPACE=fresh), *said)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda url: url.replace(PASSWORD, "canary-of-another"),
            "refuses the name or the password",
        ),
        (lambda url: re.sub(r":\d+/", ":9/", url), "cannot be reached"),
        (lambda url: f"{url}_not_there", "is not there"),
        (lambda url: url.replace("postgresql:", "mysql:"), "sqlite:///PATH or postgresql://"),
    ],
)
@on_postgresql
def test_an_address_that_leads_nowhere_is_said_without_its_password(
    process: Admin, settings: dict[str, str], change, said: str
) -> None:
    done = process("tenants", "list", MINDZIE_WORKSPACE=change(settings["MINDZIE_WORKSPACE"]))
    refused(done, said)
    assert "canary" not in done.err


@on_postgresql
def test_a_role_that_is_above_row_level_security_is_refused(
    process: Admin, settings: dict[str, str], postgresql: PostgreSQL
) -> None:
    postgresql.run(
        "DO $$ BEGIN CREATE ROLE strong LOGIN SUPERUSER PASSWORD 'canary'; EXCEPTION WHEN duplicate_object THEN END $$"
    )
    url = settings["MINDZIE_WORKSPACE"].replace(f"mindzie:{PASSWORD}", "strong:canary")
    done = process("tenants", "list", MINDZIE_WORKSPACE=url)
    refused(done, "does not keep tenants apart", "NOSUPERUSER NOBYPASSRLS")
    assert "canary" not in done.err


@on_sqlite
def test_a_file_that_is_no_database_is_said(process: Admin, settings: dict[str, str]) -> None:
    path = Path(settings["MINDZIE_HOME"], "workspace.db")
    path.write_bytes(b"no database at all" * 100)
    refused(process("check"), "is damaged: restore a backup")
    path.unlink()
    sqlite3.connect(path).executescript("CREATE TABLE mine (a)").connection.close()
    refused(process("tenants", "list"), "holds tables that are not Mindzie's")
