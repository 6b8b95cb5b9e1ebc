"""Keys for secrets: where they come from, and what happens when they are lost, wrong or damaged."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select, update

from mindzie.access import secrets
from mindzie.access.door import Door
from mindzie.access.entrance import Place
from mindzie.access.installation import Installation
from mindzie.access.keyring import KeyRing, as_text, key_id, new_key, write_keys
from mindzie.access.secrets import reveal, ring_of, rotate
from mindzie.access.workspace import Workspace
from mindzie.core.errors import KeyRingError
from mindzie.store.database import Scope
from mindzie.store.models import Secret
from tests.access.installing import keys, place, tenant
from tests.servers.databases import on_sqlite
from tests.store.filling import rows

__all__ = ["keys", "place"]


def told(ws: Workspace, name: str) -> str:
    """Return a secret as a connection gets it."""
    with ws._door.reading() as visit:
        key = visit.session.scalars(select(Secret.id).where(Secret.name == name)).one()
        return reveal(ws._door, visit, key).get_secret_value()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There is no key"),
        ("# only a comment\n", "There is no key"),
        ("not base64 at all!\n", "is not base64"),
        ("schlüssel\n", "it is no text of keys"),
        (as_text(b"k" * 32)[:-8] + "\n", "is not"),
        (as_text(b"short") + "\n", "is not 32 bytes long"),
        ("\0" * 100, "is not base64"),
    ],
    ids=["empty", "comment", "words", "letters", "cut", "short", "zeros"],
)
@on_sqlite
def test_a_file_that_holds_no_keys_is_refused_and_nothing_changes(
    place: Place, text: str, said: str
) -> None:
    ws = tenant(place)
    ws.secrets.keep("erp", "canary")
    file, before = place.folder / "keys", rows(place.database)
    kept = file.read_bytes()
    file.write_text(text, "utf-8")
    acts: list[Callable[[], object]] = [
        lambda: told(ws, "erp"),
        lambda: ws.secrets.keep("crm", "canary"),
        lambda: ws.secrets["erp"].replace("canary"),
        lambda: Installation(place).rotate_keys(),
    ]
    for act in acts:
        with pytest.raises(KeyRingError, match=said) as caught:
            act()
        assert str(file) in str(caught.value)
        assert "canary" not in str(caught.value)
    assert (rows(place.database), file.read_text("utf-8")) == (before, text)
    file.write_bytes(kept)
    assert told(ws, "erp") == "canary"


@on_sqlite
def test_the_embedded_file_is_for_its_owner_alone_and_is_not_made_anew(place: Place) -> None:
    ws = tenant(place)
    ws.secrets.keep("erp", "canary")
    file = place.folder / "keys"
    assert file.stat().st_mode & 0o777 == 0o600
    text = file.read_text()
    file.unlink()
    for act in (
        lambda: told(ws, "erp"),
        lambda: ws.secrets.keep("crm", "x"),
        Installation(place).rotate_keys,
    ):
        with pytest.raises(KeyRingError, match="No such file"):
            act()
    assert not file.exists()
    assert [each.kind for each in Installation(place).problems()] == ["key"]
    file.write_text(text)
    Installation(place).rotate_keys()
    assert file.stat().st_mode & 0o777 == 0o600
    assert told(ws, "erp") == "canary"


def test_keys_come_from_the_variable_then_the_file(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = new_key(), new_key(), new_key()
    write_keys(tmp_path / "mine", [second])
    monkeypatch.setenv("MINDZIE_KEY_FILE", str(tmp_path / "mine"))
    monkeypatch.delenv("MINDZIE_KEYS", raising=False)
    assert ring_of(place).ids == (key_id(second),)
    monkeypatch.setenv("MINDZIE_KEYS", f" {as_text(first)} , {as_text(third)}")
    assert ring_of(place).ids == (key_id(first), key_id(third))
    for text in ("schlüssel", ",", "AAAA", "****"):
        monkeypatch.setenv("MINDZIE_KEYS", text)
        with pytest.raises(KeyRingError, match="MINDZIE_KEYS") as caught:
            ring_of(place)
        assert text not in str(caught.value).replace("MINDZIE_KEYS", "") or text == ","
    monkeypatch.delenv("MINDZIE_KEYS")
    monkeypatch.setenv("MINDZIE_KEY_FILE", str(tmp_path / "not there"))
    with pytest.raises(KeyRingError, match="not there cannot be read"):
        ring_of(place)


def test_a_lost_key_is_named_and_nothing_changes(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = new_key(), new_key()
    monkeypatch.setenv("MINDZIE_KEYS", as_text(first))
    ws = tenant(place)
    ws.secrets.keep("erp", "canary")
    before = rows(place.database)
    monkeypatch.setenv("MINDZIE_KEYS", as_text(second))
    for act in (lambda: told(ws, "erp"), Installation(place).rotate_keys):
        with pytest.raises(KeyRingError, match=key_id(first)):
            act()
    assert rows(place.database) == before
    (problem,) = Installation(place).problems()
    assert problem.kind == "key"
    assert key_id(first) in problem.what
    monkeypatch.setenv("MINDZIE_KEYS", f"{as_text(second)},{as_text(first)}")
    assert Installation(place).rotate_keys() == 1
    monkeypatch.setenv("MINDZIE_KEYS", as_text(second))
    assert told(ws, "erp") == "canary"


def test_a_secret_that_was_moved_or_altered_is_not_used(place: Place) -> None:
    ours, theirs = tenant(place, "acme"), tenant(place, "other")
    for ws in (ours, theirs):
        ws.secrets.keep("erp", f"canary of {ws.tenant['name']}")
        ws.secrets.keep("crm", f"canary of {ws.tenant['name']}")
    with place.database.reading(Scope(None)) as session:
        erp, crm, foreign, _ = session.scalars(
            select(Secret).order_by(Secret.tenant_id, Secret.name.desc())
        )
    sealed = {name: getattr(erp, name) for name in ("key_id", "nonce", "ciphertext")}
    altered = {**sealed, "ciphertext": bytes([erp.ciphertext[0] ^ 1]) + erp.ciphertext[1:]}
    cases = [(crm, sealed), (foreign, sealed), (erp, altered), (erp, {**sealed, "nonce": b""})]
    for row, values in cases:
        with place.database.writing(Scope(None)) as session:
            session.execute(update(Secret).where(Secret.id == row.id).values(**values))
        ws = ours if row.tenant_id == erp.tenant_id else theirs
        with pytest.raises(KeyRingError, match="was altered, or moved"):
            told(ws, row.name)
        before = rows(place.database)
        with pytest.raises(KeyRingError, match=f"'{row.name}' of {ws.tenant['name']}. Keep them"):
            rotate(place, KeyRing([new_key(), *ring_of(place)._keys.values()]))
        assert rows(place.database) == before
        where = [each.where for each in Installation(place).problems() if each.kind == "damaged"]
        assert where == [f"{ws.tenant['name']}, secret {row.name}"]
        with place.database.writing(Scope(None)) as session:
            mine = {name: getattr(row, name) for name in sealed}
            session.execute(update(Secret).where(Secret.id == row.id).values(**mine))
    assert told(theirs, "erp") == "canary of other"


@contextmanager
def busy(workspaces: list[Workspace], written: dict[tuple[int, str], str]) -> Iterator[None]:
    """Read, keep and replace secrets in threads; all that goes wrong is raised at the end."""
    stop = threading.Event()

    def work(mine: int) -> None:
        ws, at = workspaces[mine], 0
        held = ws.secrets["s7"]  # looked at before the keys change
        while not stop.is_set() or at < 5:
            ws.secrets.keep(f"n{at}", f"n{at}")
            written[mine, f"n{at}"] = f"n{at}"
            assert told(ws, f"s{at % 120}") == written.get((mine, f"s{at % 120}"), f"{at % 120}")
            held.replace(f"new {at}")
            written[mine, "s7"] = f"new {at}"
            at += 1

    with ThreadPoolExecutor(2) as threads:
        running = [threads.submit(work, mine) for mine in range(2)]
        try:
            yield
        finally:
            stop.set()
        for each in running:
            each.result()


def test_keys_are_renewed_while_secrets_are_read_kept_and_replaced(
    place: Place, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspaces = [tenant(place, name) for name in ("acme", "other")]
    for ws in workspaces:
        for at in range(120):  # more than one batch
            ws.secrets.keep(f"s{at}", f"{at}")
    first = ring_of(place)
    written: dict[tuple[int, str], str] = {}
    with busy(workspaces, written):
        if backend == "postgresql":
            newest = as_text(new_key())
            old = ",".join(map(as_text, first._keys.values()))
            monkeypatch.setenv("MINDZIE_KEYS", f"{newest},{old}")
        here = Installation(place)
        moved = here.rotate_keys()
    assert moved >= 238
    told_of = here.keys()
    assert told_of["ring"][0] not in first.ids
    assert set(told_of["in_use"]) == {told_of["ring"][0]}
    for (mine, name), value in written.items():
        assert told(workspaces[mine], name) == value
    for ws in workspaces:
        assert [told(ws, f"s{at}") for at in range(120) if at != 7] == [
            f"{at}" for at in range(120) if at != 7
        ]
        assert ws.audit.verify()["whole"]


@on_sqlite
def test_the_embedded_file_keeps_the_keys_that_backups_may_need(place: Place) -> None:
    ws, here = tenant(place), Installation(place)
    ws.secrets.keep("erp", "canary")
    seen = []
    for _ in range(3):
        here.rotate_keys()
        seen.append(here.keys()["ring"])
        assert told(ws, "erp") == "canary"
    assert [len(ring) for ring in seen] == [2, 3, 4]
    assert seen[2][1:] == seen[1]


def test_a_secret_is_read_though_keys_are_changed_twice_meanwhile(
    place: Place, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws, here, changed = tenant(place), Installation(place), list[int]()
    ws.secrets.keep("erp", "canary")

    def change() -> None:
        if backend == "postgresql":
            old = ring_of(place)._keys.values()
            monkeypatch.setenv("MINDZIE_KEYS", ",".join(map(as_text, [new_key(), *old])))
        changed.append(here.rotate_keys())
        if backend == "postgresql":
            monkeypatch.setenv("MINDZIE_KEYS", as_text(next(iter(ring_of(place)._keys.values()))))

    def late(door: Door) -> KeyRing:  # the row is read by now, the keys are not
        with monkeypatch.context() as patch:
            patch.setattr(secrets, "ring_of", ring_of)
            while len(changed) < 2:
                change()
        return ring_of(door)

    monkeypatch.setattr(secrets, "ring_of", late)
    assert told(ws, "erp") == "canary"
    assert changed == [1, 1]
