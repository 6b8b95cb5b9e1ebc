"""Addresses of databases: what is understood, and that nothing of a password is ever shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from mindzie.access.entrance import place_of
from mindzie.access.installation import Installation
from mindzie.core.errors import StoreError
from mindzie.store.database import Database

CANARY = "Canary7"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://me:p@{CANARY}/w@host/db",
        f"postgresql://me:p@{CANARY}@host/db",
        f"postgresql://me:p?x@{CANARY}@host/db",
        f"postgresql://me@{CANARY}:p@host/db",
        f"postgresql://me:{CANARY}/w",
        f"postgresql://me:{CANARY}@host:port/db",
        f"postgresql://me:{CANARY}@host:/x:5/db",
        f"mysql://me:{CANARY}@host/db",
        f"{CANARY}",
        "",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        f"sqlite://{CANARY}/work.db",
        f"sqlite:///{CANARY}/\0.db",
        f"sqlite:///{CANARY}/work.db?mode=ro",
        f"sqlite:///{CANARY}/work.db?uri=true",
        f"sqlite:///{CANARY}/work.db?timeout=x",
    ],
)
def test_an_address_that_is_not_understood_is_not_shown(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError, match=r"Percent-encode .*@ as %40") as caught:
        Database(url).close()
    assert CANARY not in str(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "shown", "password"),
    [
        ("postgresql://me:p%40ss%2Fw@host:5/db", "postgresql://me:***@host:5/db", "p@ss/w"),
        ("postgres://me:word@host/db", "postgresql://me:***@host/db", "word"),
        ("postgresql+psycopg://me:word@host/db", "postgresql://me:***@host/db", "word"),
        (f"postgresql://me@host/db?password={CANARY}", "postgresql://me@host/db", None),
        ("postgresql://me:a/b@[::1]/db", "postgresql://me:***@[::1]/db", "a/b"),
    ],
)
def test_an_address_is_shown_as_it_is_written_without_what_is_secret(
    url: str, shown: str, password: str | None
) -> None:
    database = Database(url)
    assert str(database) == shown
    assert repr(database) == f"<Database {shown}>"
    assert database.url.password == password
    assert not database.is_sqlite


@pytest.mark.parametrize(
    ("kind", "query"), [("sqlite", ""), ("sqlite", "?timeout=5"), ("sqlite+pysqlite", "")]
)
def test_a_relative_address_stays_with_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, query: str
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    place = place_of(f"{kind}:///data/work.db{query}")
    monkeypatch.chdir(tmp_path / "elsewhere")
    try:
        Installation(place).create("acme")
        place.database.close()  # so that a new connection is made
        assert "acme" in {each["name"] for each in Installation(place).tenants()}
        assert str(place.database) == f"sqlite:///{tmp_path / 'data' / 'work.db'}"
        assert str(place.files) == str(tmp_path / "data" / "snapshots")
        assert list(tmp_path.glob("elsewhere/*")) == []
        other = place_of(f"{kind}:///data/work.db{query}")
        assert str(other.database) == f"sqlite:///{tmp_path / 'elsewhere' / 'data' / 'work.db'}"
        other.database.close()
    finally:
        place.database.close()
