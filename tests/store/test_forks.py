"""A process that is forked from one with an open database."""

from __future__ import annotations

import subprocess
import sys

from tests.servers.databases import on_postgresql

pytestmark = on_postgresql

FORKS = """
import os, sys
from sqlalchemy import text
from mindzie.store.database import Database, Scope

database = Database(sys.argv[1])

def served_by():
    with database.reading(Scope(None)) as session:
        return session.scalar(text("SELECT pg_backend_pid()"))

mine = served_by()
here, there = os.pipe()
if os.fork() == 0:
    os.write(there, str(served_by()).encode())
    os._exit(0)
os.wait()
print(mine, os.read(here, 20).decode(), served_by())
"""


def test_a_forked_process_has_connections_of_its_own(store_url: str) -> None:
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORKS, store_url],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    mine, theirs, again = run.stdout.split()
    assert theirs != mine
    assert again == mine
