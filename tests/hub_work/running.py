"""A real hub with the real proxy, and somebody who logs in to it."""

from __future__ import annotations

import functools
import ipaddress
import json
import os
import random
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psutil
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

T = TypeVar("T")
NOTEBOOK = json.dumps(
    {
        "cells": [
            {
                "cell_type": "code",
                "execution_count": None,
                "id": "c",
                "metadata": {},
                "outputs": [],
                "source": "import mindzie as mz\nmz.workspace()",
            }
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
)
ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "hub_config" / "jupyterhub_config.py"
FIRST_UID, SERVICE_UID, FIRST_PAGE_UID, FIRST_RUN_UID = 47_000, 46_999, 2_000_000, 5_000_000
QUICK = "from jupyterhub.services.service import _ServiceSpawner as one; one.poll_interval.default_value = 1; from jupyterhub.app import main; main()"
"""JupyterHub, which looks each second in place of each half minute whether a service has died."""
PATIENCE = 200.0
_UNNEEDED = shutil.ignore_patterns("site-packages", "test", "idlelib", "__pycache__", "config-*")


def waited(look: Callable[[], T | None], what: str) -> T:
    """Return what is found in the end."""
    end = time.monotonic() + PATIENCE
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not happen in {PATIENCE:.0f} s.")
        time.sleep(0.1)


def steady_port() -> int:
    """Return a free port that the system gives nobody by itself: kernels of other tests take those at random."""
    for port in random.SystemRandom().sample(range(20_000, 32_000), 100):
        with socket.socket() as found, suppress(OSError):
            found.bind(("127.0.0.1", port))
            return port
    raise OSError("No port is free.")


def python_for_all(folder: Path) -> Path:
    """Return an interpreter with all packages that every system user may run: the one of the tests may be root's own."""
    base = Path(sys.base_prefix)
    with suppress(OSError):
        shutil.copytree(base, folder / "base", True, _UNNEEDED, copy_function=_linked)
    name = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    binary = folder / "base" / "bin" / name
    place = folder / "all"
    loading = {**os.environ, "LD_LIBRARY_PATH": str(folder / "base" / "lib")}
    subprocess.run([binary, "-m", "venv", "--without-pip", place], check=True, env=loading)
    packages = place / "lib" / name / "site-packages"
    there = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "here.pth").write_text("\n".join([*there, str(ROOT)]))
    for part in ("share", "etc"):
        if (source := Path(sys.prefix, part)).is_dir():
            (place / part).symlink_to(source)
    for layout in ("graphviz-pure", "dot"):
        if found := shutil.which(
            layout, path=f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        ):
            (place / "bin" / layout).symlink_to(found)
    return place / "bin" / "python"


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


def self_made(folder: Path) -> Path:
    """Write a certificate of this machine, and its key beside it, and return the certificate's file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hub of tests")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, SHA256())
    )
    plain = PrivateFormat.PKCS8, NoEncryption()
    (folder / "hub.key").write_bytes(key.private_bytes(Encoding.PEM, *plain))
    (folder / "hub.pem").write_bytes(made.public_bytes(Encoding.PEM))
    return folder / "hub.pem"


class Hub:
    """The hub as an operator runs it, by its configuration file and settings; over TLS where that is said."""

    def __init__(self, folder: Path, *, separate: bool, tls: bool = False) -> None:
        self.folder, self.separate = folder, separate
        self.home, self.log = folder / "home", folder / "log"
        self.url = f"http{'s' * tls}://127.0.0.1:{steady_port()}"
        self.trust = ssl.create_default_context()
        self.process: subprocess.Popen[bytes] | None = None
        self.config = CONFIG
        self.workspace: dict[str, str] = {}
        self.service = f"http://127.0.0.1:{steady_port()}"
        python = python_for_all(folder) if separate else Path(sys.executable)
        self.python = str(python)
        # where its interpreter's own libraries are
        self.loading = {"LD_LIBRARY_PATH": str(folder / "base" / "lib")} if separate else {}
        self.settings = {
            "ADDRESS": self.url,
            "FOLDER": str(folder / "hub"),
            "PYTHON": self.python,
            "SPAWNER": "separate" if separate else "shared",
            "FIRST_UID": str(FIRST_UID),
            "SERVICE_UID": str(SERVICE_UID if separate else 0),
            "RUNTIME_FOLDER": str(folder / "run"),
            "MEMORY": json.dumps({"developer": "6G", "": "5G"}),
            "HUB_PORT": str(steady_port()),
            "PROXY_PORT": str(steady_port()),
            "WORKSPACE_PORT": self.service.rpartition(":")[2],
            "DASHBOARDS_PORT": str(steady_port()),
            "FIRST_PAGE_UID": str(FIRST_PAGE_UID),
            "FIRST_RUN_UID": str(FIRST_RUN_UID),
            "RUN_WORKERS": "0",
            "IMPORT_WORKERS": "0",
        }
        if tls:
            pem = self_made(folder)
            self.trust = ssl.create_default_context(cafile=str(pem))
            made = {"TLS_CERTIFICATE": str(pem), "TLS_KEY": str(pem.with_suffix(".key"))}
            self.settings |= made

    def start(self) -> None:
        """Start it, and wait until it answers."""
        env = {key: value for key, value in os.environ.items() if not key.startswith("JUPYTER")}
        env |= {f"MINDZIE_HUB_{name}": value for name, value in self.settings.items()}
        env |= {"MINDZIE_HOME": str(self.home), **self.loading, **self.workspace}
        with self.log.open("ab") as log:
            command = [sys.executable, "-c", QUICK, "-f", str(self.config)]
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=env, stdout=log, stderr=log, start_new_session=True
            )
        for url in (f"{self.url}/hub/login", f"{self.service}/services/workspace/health"):
            waited(functools.partial(self.answers, url), f"{url} answering")

    def answers(self, url: str) -> bool:
        """Return whether something answers there; refused where the hub has ended."""
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text("utf-8", "replace")[-4000:]
        try:
            return httpx.get(url, timeout=10, verify=self.trust).status_code == 200
        except httpx.HTTPError:
            return False

    def home_of(self, name: str) -> Path:
        """Return the folder of somebody's files."""
        numbers = self.folder / "hub" / "state" / "numbers.json"
        folder = json.loads(numbers.read_text())[name] if self.separate else name
        return self.folder / "hub" / "homes" / str(folder)

    def all_started(self, *words: str) -> list[psutil.Process]:
        """Return what it has started, and what that has, of those with such words in their command."""
        assert self.process is not None
        found = list[psutil.Process]()
        for one in psutil.Process(self.process.pid).children(recursive=True):
            with suppress(psutil.Error):
                if set(words) <= set(one.cmdline()):
                    found.append(one)
        return found

    def stop(self) -> list[psutil.Process]:
        """Stop it, and return what goes on that it started."""
        if self.process is None or self.process.poll() is not None:
            return []
        started = self.all_started()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(120)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        pid = self.folder / "hub" / "state" / "proxy.pid"
        if pid.is_file():
            with suppress(ProcessLookupError):
                os.kill(int(pid.read_text()), signal.SIGKILL)
        return psutil.wait_procs(started, timeout=60)[1]


class Visitor:
    """Somebody who logs in without a browser, and starts their server."""

    def __init__(
        self, hub: Hub, tenant: str, name: str, password: str, lands: str = "/hub/home"
    ) -> None:
        self.hub = hub
        self.web = httpx.Client(
            base_url=hub.url, follow_redirects=True, timeout=60, verify=hub.trust
        )
        self.web.get("/hub/login")
        said = {"tenant": tenant, "username": name, "password": password, "_xsrf": self._xsrf()}
        asked = "?next=%2Fhub%2Fhome" if lands == "/hub/home" else ""
        page = self.web.post(f"/hub/login{asked}", data=said)
        assert page.url.path == lands, page.text[-2000:]
        page = self.web.get("/hub/home")
        found = re.search(r'user: "([\w-]+)"|data-user="([\w-]+)"|/user/([\w-]+)', page.text)
        assert found, page.text[-2000:]
        self.name = next(filter(None, found.groups()))

    def _xsrf(self) -> str:
        return next(one.value or "" for one in self.web.cookies.jar if one.name == "_xsrf")

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        self.web.get("/hub/spawn")
        waited(self._running, f"a server for {self.name}")

    def _running(self) -> bool:
        page = self.web.get(f"/user/{self.name}/lab")
        return page.status_code == 200 and page.url.path == f"/user/{self.name}/lab"

    @property
    def uid(self) -> int:
        """The number of their system user."""
        numbers = json.loads((self.hub.folder / "hub" / "state" / "numbers.json").read_text())
        return int(numbers[self.name])

    @property
    def pid(self) -> int:
        """The process of their server."""
        for path in Path("/proc").iterdir():
            with suppress(OSError):
                words = (path / "cmdline").read_bytes().split(b"\0")
                if b"jupyterhub.singleuser" in words and path.stat().st_uid == self.uid:
                    return int(path.name)
        raise ProcessLookupError(self.name)

    @property
    def environment(self) -> dict[str, str]:
        """What their server was started with."""
        said = Path(f"/proc/{self.pid}/environ").read_bytes().decode()
        return dict(item.split("=", 1) for item in said.split("\0") if item)

    def run(self, code: str) -> Any:
        """Run code as a cell of theirs would run, and return what it leaves in ``found``."""
        env, uid = self.environment, self.uid
        rights: Any = {"user": uid, "group": uid, "extra_groups": [], "umask": 0o077}
        code = f"import json\n{code}\nprint('FOUND' + json.dumps(found))"
        command = [self.hub.python, "-c", code]
        run = subprocess.run(
            command,
            env=env,
            cwd=env["HOME"],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            **rights,
        )
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout.rpartition("FOUND")[2])
