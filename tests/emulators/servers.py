"""Emulators of S3 (moto) and Azure Blob (Azurite) on free ports of this machine, ended with the tests."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import itertools
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from email.utils import formatdate
from pathlib import Path
from typing import IO

import pytest

HERE = Path(__file__).resolve().parent
SECRET = "canary/of+the/storage"
"""Looked for where it must not be."""
ACCOUNT = "devstoreaccount1"
ACCOUNT_KEY = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)
"""Azurite's own, known to everybody."""
WAIT_SECONDS = 60
_numbers = itertools.count(1)


def emulator(*places: str) -> Path:
    """Return a program of the emulators' environment, which ``make test`` sets up."""
    folder = Path(os.environ.get("MINDZIE_EMULATORS") or Path(sys.prefix) / "emulators")
    program = folder.joinpath(*places)
    if not program.exists():
        pytest.fail(
            f"No emulators of S3 and Azure Blob in {folder}: run `make .venv/.made/emulators`, or set "
            "MINDZIE_EMULATORS to a folder and run `scripts/bootstrap emulators`."
        )
    return program


@contextlib.contextmanager
def running(*command: str | Path) -> Iterator[str]:
    """Run a server that says its address, and end it."""
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as log,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
        ) as process,
    ):
        try:
            yield _address(process, log)
        finally:
            assert process.stdin is not None
            process.stdin.close()  # both leave when it does
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def _address(process: subprocess.Popen[bytes], log: IO[str]) -> str:
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        said = os.pread(log.fileno(), 1 << 16, 0).decode("utf-8", "replace")
        found = re.search(r"http://127\.0\.0\.1:[1-9]\d+", said)
        if found:
            return found[0]
        assert process.poll() is None, f"the emulator ended: {said}"
        time.sleep(0.05)
    raise AssertionError(f"the emulator said no address in {WAIT_SECONDS} s: {said}")


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """Run moto's server."""
    with running(emulator("bin", "python"), "-I", "-W", "ignore", HERE / "s3.py") as address:
        yield address


@pytest.fixture(scope="session")
def azure_server() -> Iterator[str]:
    """Run Azurite."""
    node = Path(sys.executable).with_name("node")
    azurite = emulator("node_modules", "azurite", "dist", "src", "blob", "main.js")
    told = ("--blobHost", "127.0.0.1", "--blobPort", "0", "--silent", "--disableTelemetry")
    keeper = ("--require", HERE / "until_closed.cjs")
    with running(node, *keeper, azurite, *told, "--inMemoryPersistence") as address:
        yield f"{address}/{ACCOUNT}"


@pytest.fixture
def s3(s3_server: str, clouds: pytest.MonkeyPatch) -> str:
    """Return the address of a new bucket, with credentials in the environment."""
    clouds.setenv("AWS_ENDPOINT_URL", s3_server)
    clouds.setenv("AWS_ALLOW_HTTP", "true")
    clouds.setenv("AWS_ACCESS_KEY_ID", "analyst")
    clouds.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    name = f"bucket-{next(_numbers)}"
    _send("PUT", f"{s3_server}/{name}")
    return f"s3://{name}/snapshots"


@pytest.fixture
def azure(azure_server: str, clouds: pytest.MonkeyPatch) -> str:
    """Return the address of a new container, with credentials in the environment."""
    clouds.setenv("AZURE_STORAGE_ENDPOINT", azure_server)
    clouds.setenv("AZURE_ALLOW_HTTP", "true")
    clouds.setenv("AZURE_STORAGE_ACCOUNT_NAME", ACCOUNT)
    clouds.setenv("AZURE_STORAGE_ACCOUNT_KEY", ACCOUNT_KEY)
    name = f"container-{next(_numbers)}"
    headers = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": "2021-12-02"}
    lines = [f"{key}:{value}" for key, value in headers.items()]
    said = ["PUT", *[""] * 11, *lines, f"/{ACCOUNT}/{ACCOUNT}/{name}", "restype:container"]
    digest = hmac.digest(base64.b64decode(ACCOUNT_KEY), "\n".join(said).encode(), hashlib.sha256)
    headers["Authorization"] = f"SharedKey {ACCOUNT}:{base64.b64encode(digest).decode()}"
    _send("PUT", f"{azure_server}/{name}?restype=container", headers)
    return f"az://{name}/snapshots"


@pytest.fixture(params=["s3", "azure"])
def bucket(request: pytest.FixtureRequest) -> str:
    """Return the address of a new bucket of each kind."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def checks_credentials(s3_server: str) -> Iterator[Callable[[], None]]:
    """Return what makes S3 refuse credentials it does not know, as it would in life."""
    yield lambda: _send("POST", f"{s3_server}/moto-api/reset-auth", body=b"0")
    _send("POST", f"{s3_server}/moto-api/reset-auth", body=b"Infinity")


@pytest.fixture
def clouds(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Forget whatever the machine knows of clouds, and any proxy in between."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "AZURE_", "GOOGLE_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
    return monkeypatch


def _send(
    method: str, address: str, headers: dict[str, str] | None = None, body: bytes | None = None
) -> None:
    told = {"Content-Type": "text/plain", **(headers or {})} if body else headers or {}
    request = urllib.request.Request(address, body, told, method=method)
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(request, timeout=WAIT_SECONDS) as answer:
        assert answer.status < 300
