"""A real PostgreSQL server for the tests, in a temporary folder, gone when they are."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
from psycopg import sql

ROLE = "mindzie"
PASSWORD = "canary-of-the-database"
"""Looked for where it must not be."""
# what is tested is what is read and refused, not the disk below
SETTINGS = (
    *("fsync=off", "full_page_writes=off"),
    *("listen_addresses=127.0.0.1", "max_connections=50", "shared_buffers=32MB"),
)
# the shell ends the server when its input ends: when it is told to, or when the tests died
KEEPER = '"$@" & server=$!; read -r signal; kill "-${signal:-INT}" $server; wait $server'


def programs() -> Path:
    """Return the folder of PostgreSQL's programs."""
    found = shutil.which("initdb")
    places = [Path(found).parent] if found else []
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    places += [path.parent for path in sorted(versions, key=lambda path: -float(path.parts[-3]))]
    if not places:
        raise FileNotFoundError(
            "No PostgreSQL server found: run scripts/system_packages, which installs Debian's."
        )
    return places[0]


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class PostgreSQL:
    """A server with the role of the product, which is neither superuser nor beyond row-level security."""

    def __init__(self) -> None:
        self.programs = programs()
        self.folder = Path(tempfile.mkdtemp(prefix="mindzie-postgresql-"))
        # the server refuses to run as root
        root = os.geteuid() == 0
        self.user = "postgres" if root else pwd.getpwuid(os.geteuid()).pw_name
        self.switch = {"user": "postgres", "group": "postgres", "extra_groups": []} if root else {}
        if root:
            shutil.chown(self.folder, "postgres", "postgres")
        self.port = free_port()
        self.keeper: subprocess.Popen[str] | None = None
        self._initialise()
        self.start()
        self.run(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}'")

    def _initialise(self) -> None:
        command = [self.programs / "initdb", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"]
        command += ["--auth-local=trust", "--auth-host=scram-sha-256", self.folder / "data"]
        run = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, **self.switch
        )
        assert run.returncode == 0, run.stderr

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [str(self.programs / "postgres"), "-D", str(self.folder / "data")]
        command += ["-p", str(self.port), "-k", str(self.folder)]
        command += [part for setting in SETTINGS for part in ("-c", setting)]
        with (self.folder / "log").open("a") as log:
            self.keeper = subprocess.Popen(
                ["sh", "-c", KEEPER, "sh", *command],
                cwd=self.folder,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                text=True,
                start_new_session=True,
                **self.switch,
            )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                return self.run("SELECT 1")
            except psycopg.OperationalError as error:
                assert self.keeper is not None
                if self.keeper.poll() is not None or time.monotonic() > deadline:
                    log = (self.folder / "log").read_text("utf-8")
                    raise RuntimeError(f"PostgreSQL does not start: {log}") from error
                time.sleep(0.05)

    def stop(self, signal: str = "INT") -> None:
        """Stop it: ``INT`` cuts all connections, ``QUIT`` is a crash."""
        if self.keeper is not None:
            self.keeper.communicate(f"{signal}\n", timeout=60)
            self.keeper = None

    def remove(self) -> None:
        """Stop it and remove its folder."""
        self.stop()
        shutil.rmtree(self.folder)

    def url(self, database: str, role: str = ROLE, password: str = PASSWORD) -> str:
        """Return the address of a database for a role."""
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{database}"

    def admin(self, database: str = "postgres") -> psycopg.Connection:
        """Return a connection of the superuser."""
        return psycopg.connect(
            host=str(self.folder),
            port=self.port,
            user=self.user,
            dbname=database,
            autocommit=True,
        )

    def run(self, statement: str, database: str = "postgres") -> None:
        """Execute a statement as the superuser."""
        with self.admin(database) as connection:
            connection.execute(statement)

    def create(self, database: str, template: str = "template1") -> str:
        """Create a database that belongs to the role of the product, and return its address."""
        statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
        names = map(sql.Identifier, (database, ROLE, template))
        self.run(statement.format(*names).as_string())
        return self.url(database)

    def drop(self, database: str) -> None:
        """Drop a database, whoever is in it."""
        self.run(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
