"""A real MariaDB server for the tests, in a temporary folder, gone when they are."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pymysql

from tests.servers.postgresql import free_port

ROLE = "reader"
PASSWORD = "canary/of the@mariadb"
"""Looked for where it must not be, with letters that addresses write in another way."""


def program(*names: str) -> str:
    """Return where a program of the server is."""
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/bin"])
    found = next(filter(None, (shutil.which(name, path=places) for name in names)), None)
    if found is None:
        raise FileNotFoundError(
            "No MariaDB server found: run scripts/system_packages, which installs Debian's."
        )
    return found


class MariaDB:
    """A server with a user of ours, who may read one database."""

    def __init__(self) -> None:
        self.program = program("mariadbd", "mysqld")
        self.folder = Path(tempfile.mkdtemp(prefix="mindzie-mariadb-"))
        # the server refuses to run as root
        root = os.geteuid() == 0
        self.switch = {"user": "nobody", "group": "nogroup", "extra_groups": []} if root else {}
        if root:
            shutil.chown(self.folder, "nobody", "nogroup")
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        command = [program("mariadb-install-db", "mysql_install_db"), "--no-defaults"]
        command += [f"--datadir={self.folder / 'data'}", "--auth-root-authentication-method=normal"]
        command += ["--skip-test-db", "--skip-name-resolve"]
        run = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, **self.switch
        )
        assert run.returncode == 0, run.stdout + run.stderr
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [self.program, "--no-defaults", f"--datadir={self.folder / 'data'}"]
        command += [f"--port={self.port}", "--bind-address=127.0.0.1"]
        command += [f"--socket={self.folder / 'socket'}", f"--pid-file={self.folder / 'pid'}"]
        command += ["--innodb-buffer-pool-size=64M", "--innodb-flush-log-at-trx-commit=0"]
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *command],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                **self.switch,
            )
        deadline = time.monotonic() + 60
        while True:
            if (self.folder / "socket").exists():
                return self.run("SELECT 1")
            if self.process.poll() is not None or time.monotonic() > deadline:
                log_text = (self.folder / "log").read_text("utf-8")
                raise RuntimeError(f"MariaDB does not start: {log_text}")
            time.sleep(0.05)

    def remove(self) -> None:
        """Stop it and remove its folder."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
        shutil.rmtree(self.folder)

    def run(self, *statements: str, database: str | None = None) -> None:
        """Execute statements as root."""
        connection = pymysql.connect(
            unix_socket=str(self.folder / "socket"),
            user="root",
            database=database,
            autocommit=True,
        )
        with connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def create(self, database: str) -> None:
        """Make a database, with a user who may read it."""
        self.run(
            f"CREATE DATABASE {database} CHARACTER SET utf8mb4",
            f"CREATE OR REPLACE USER {ROLE} IDENTIFIED BY '{PASSWORD}'",
            f"GRANT ALL ON {database}.* TO {ROLE}",
        )
