"""Real hubs of these tests, and people who come to them with a browser's cookies and nothing more."""

from __future__ import annotations

import html
import http.cookiejar
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin

GRACE = 120
"""Seconds that a hub may take to start on a busy machine."""
CONFIG = Path(__file__).with_name("hub_of_tests.py")


@dataclass(frozen=True)
class Page:
    """What the browser would show."""

    status: int
    address: str
    text: str

    @property
    def words(self) -> str:
        """The text of the page's body."""
        body = self.text.partition("<main")[2].partition(">")[2].partition("</main>")[0]
        return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", body))).strip()


class Visitor:
    """A browser's cookies, without the browser."""

    def __init__(self, home: str) -> None:
        self.home = home
        self.jar = http.cookiejar.CookieJar()
        self._open = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.jar)
        )

    def get(self, address: str, data: dict[str, str] | None = None) -> Page:
        """Go to an address of the hub, or any, and where it leads."""
        body = None if data is None else urlencode(data).encode()
        request = urllib.request.Request(urljoin(self.home, address), body)
        request.add_header("Sec-Fetch-Mode", "navigate")
        try:
            with self._open.open(request, timeout=GRACE) as answer:
                return Page(answer.status, answer.url, answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Page(error.code, str(error.url), error.read().decode())

    def step(self, address: str) -> str:
        """Go to an address, and return where it leads without going there."""
        opener = urllib.request.build_opener(
            _Staying, urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.jar)
        )
        try:
            with opener.open(urljoin(self.home, address), timeout=GRACE) as answer:
                raise AssertionError(f"It leads nowhere: {answer.url}")
        except urllib.error.HTTPError as error:
            with error:
                return str(error.headers["Location"])

    @property
    def is_in(self) -> bool:
        """Whether the hub knows who this is."""
        return self.name != ""

    @property
    def name(self) -> str:
        """What the hub calls this one; empty for nobody."""
        found = re.search(r'user: "([^"]+)"', self.get("home").text)
        return "" if found is None else found[1]


class _Staying(urllib.request.HTTPRedirectHandler):
    """Follows nothing."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Hub:
    """A hub in a process of its own; people talk to it without a proxy between."""

    def __init__(self, folder: Path, authenticator: str, **settings: Any) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.home = f"http://127.0.0.1:{self.port}/hub/"
        self.callback = f"{self.home}oauth_callback"
        self.log = folder / "hub.log"
        self._environment = {
            **os.environ,
            "JUPYTERHUB_CRYPT_KEY": secrets.token_hex(32),
            "MINDZIE_HOME": str(folder),
            "HUB_PORT": str(self.port),
            "HUB_FOLDER": str(folder),
            "HUB_AUTHENTICATOR": authenticator,
            "HUB_SETTINGS": repr({**settings}),
        }
        self._environment.pop("MINDZIE_WORKSPACE", None)
        command = [sys.executable, "-m", "jupyterhub", "-f", str(CONFIG)]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd=folder,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + GRACE
        while time.monotonic() < until and self._process.poll() is None:
            try:
                if Visitor(self.home).get("api/").status == 200:
                    return
            except OSError:
                time.sleep(0.1)
        self.stop()
        raise AssertionError(self.log.read_text())

    def visitor(self) -> Visitor:
        """Return somebody new."""
        return Visitor(self.home)

    def stop(self) -> None:
        """End it with all that it started."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
