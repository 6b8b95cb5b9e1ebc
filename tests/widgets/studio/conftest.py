"""A workspace and a log, and a page whose reader may run code."""

from __future__ import annotations

import pytest

import mindzie as mz


@pytest.fixture(scope="module")
def log():
    return mz.demo("order-to-cash", cases=60, seed=1)


@pytest.fixture
def ws(tmp_path, monkeypatch):
    monkeypatch.setenv("MINDZIE_HOME", str(tmp_path / "home"))
    return mz.workspace()


@pytest.fixture
def analyst(monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", "orders.ipynb")
    monkeypatch.delenv("SERVER_SOFTWARE", raising=False)
