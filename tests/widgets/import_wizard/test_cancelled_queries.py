"""Cancelling what a database is asked: the page is answered at once, the database stops, and answers the next question."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from typing import Any

import mindzie as mz

ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0"
)


async def until(known, seconds=60):
    """Wait for something that comes, and fail where it does not."""
    async with asyncio.timeout(seconds):
        while not known():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def working() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "mindzie-studio"]


def test_a_query_is_stopped_in_the_database(tmp_path, monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", "a.ipynb")
    path = tmp_path / "orders.db"
    sqlite3.connect(path).close()

    async def scene():
        wizard = mz.ImportWizard()

        def send(number: int, **message: Any) -> None:
            letters = [{"id": number, **message}]
            wizard.set_state({"asked": {"page": "p", "got": 0, "messages": letters}})

        def answer(number: int) -> dict[str, Any] | None:
            return next((told for told in wizard.told if told["id"] == number), None)

        send(1, do="connect", address=f"sqlite:///{path}")
        await until(lambda: answer(1))
        assert answer(1)["result"]["tables"] == []
        send(2, do="glance", query=ENDLESS)
        await until(lambda: wizard.busy.get("kind") == "database")
        await asyncio.sleep(0.3)  # into the statement
        send(3, do="cancel")
        await until(lambda: answer(2))
        assert answer(2)["cancelled"] is True
        await until(lambda: not working())
        assert wizard.busy == {}
        send(4, do="glance", query="SELECT 7 AS seven")
        await until(lambda: answer(4))
        assert answer(4)["result"]["rows"] == [["7"]]
        wizard.close()

    asyncio.run(scene())
