"""Servers that browser tests open: started in a process group of their own, and ended with it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page, Request, Response

GRACE = 10
PATIENCE = 90
# Known noise of hosts, each about their own files; everything else on the console is an error of ours.
HARMLESS = ("favicon.ico",)
_NO_NEWS = '{"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": true}}'


@dataclass(frozen=True)
class Server:
    """A running server: where it answers, and what it said."""

    url: str
    log: Path


def free_port() -> int:
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


@contextmanager
def serve(
    command: Sequence[str],
    url: str,
    *,
    log: Path,
    cwd: Path,
    env: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Run a server until the block ends; it and all it started are gone then."""
    with log.open("w") as out:
        process = subprocess.Popen(
            command, cwd=cwd, env={**os.environ, **(env or {})}, stdout=out, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
    try:
        _wait(url, process, log)
        yield Server(url, log)
    finally:
        _end(process)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(
                f"The server ended with {process.returncode}:\n{log.read_text()[-4000:]}"
            )
        try:
            urllib.request.urlopen(url, timeout=PATIENCE).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(f"No answer from {url} in {PATIENCE} s:\n{log.read_text()[-4000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            break
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            continue
        time.sleep(0.2)
    process.wait(GRACE)


def jupyter_env(folder: Path, root: Path) -> dict[str, str]:
    """Return an environment in which Jupyter sees this repository and nothing of the user's."""
    settings = folder / "jupyter" / "lab" / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    (folder / "jupyter" / "labconfig").mkdir(exist_ok=True)
    (folder / "jupyter" / "labconfig" / "page_config.json").write_text(_NO_NEWS)
    return {
        "JUPYTER_CONFIG_DIR": str(folder / "jupyter"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "IPYTHONDIR": str(folder / "ipython"),
        "MINDZIE_HOME": str(folder / "mindzie_home"),
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "PYTHONPATH": str(root),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }


@contextmanager
def jupyterlab(folder: Path, root: Path) -> Iterator[Server]:
    """Serve a folder of notebooks by JupyterLab, without token: it listens on this machine only."""
    port = free_port()
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", f"--port={port}", "--ServerApp.port_retries=0",
        "--ip=127.0.0.1", f"--ServerApp.root_dir={folder}", "--IdentityProvider.token=",
        "--ServerApp.password=", "--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        *(["--allow-root"] if os.geteuid() == 0 else []),
    ]  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    env = jupyter_env(folder, root)
    with serve(
        command, f"{url}/api/status", log=folder / "jupyterlab.log", cwd=folder, env=env
    ) as made:
        yield Server(url, made.log)


def notebook(path: Path, *cells: str) -> Path:
    """Write a notebook of code cells."""
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
    )
    nbformat.write(made, path)
    return path


class Watch:
    """Hears what a page complains about and whom it asks."""

    def __init__(self, page: Page, url: str) -> None:
        self.errors: list[str] = []
        self.strangers: list[str] = []
        self._own = url.partition("//")[2].partition("/")[0]
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(f"{error}"))
        page.on("request", self._request)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(known in message.text for known in HARMLESS):
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def _request(self, request: Request) -> None:
        scheme, _, rest = request.url.partition("://")
        if scheme in ("http", "https", "ws", "wss") and rest.partition("/")[0] != self._own:
            self.strangers.append(request.url)

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.errors.append(f"{response.status} {response.url}")

    def check(self) -> None:
        """Fail where the page complained or asked others."""
        assert not self.strangers, self.strangers
        assert not self.errors, self.errors


def _restored(found: list[bool], frame: bytes | str) -> None:
    # one that never had a widget knows no states, and is asked for its comms
    told = frame if isinstance(frame, bytes) else frame.encode()
    if b"update_states" in told or b"comm_info_reply" in told:
        found.append(True)


def run_notebook(page: Page, server: Server, name: str) -> None:
    """Open a notebook in JupyterLab and run all of its cells; a kernel that is not connected yet is asked again.

    First JupyterLab restores the widgets that the kernel has. Where a cell runs meanwhile, ipywidgets makes some of its widgets twice, of
    which the one that is shown hears nothing.
    """
    restored: list[bool] = []
    page.on("websocket", lambda line: line.on("framereceived", partial(_restored, restored)))
    page.goto(f"{server.url}/lab/tree/{name}?reset")
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=60_000)
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status='idle']", timeout=60_000)
    until = time.monotonic() + 60
    while not restored and time.monotonic() < until:
        page.wait_for_timeout(50)
    assert restored, "JupyterLab asked for no widgets of the kernel."
    page.click(".jp-NotebookPanel .jp-Cell .jp-InputArea-editor >> nth=0")
    prompt = page.locator(".jp-NotebookPanel .jp-InputPrompt").first
    dialog = page.locator(".jp-Dialog")
    # Such as of a server that was too busy to answer at once.
    page.add_locator_handler(dialog, lambda one: one.locator(".jp-mod-accept").first.click())
    for _ in range(6):
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.locator("li[data-command='runmenu:run-all']").click()
        # A cell asked twice draws its output anew, and loses what a test did to it meanwhile.
        with contextlib.suppress(AssertionError):
            expect(prompt).to_have_text(re.compile(r"^\[[\d*]+\]:"), timeout=10_000)
            expect(prompt).to_have_text(re.compile(r"^\[\d+\]:"), timeout=60_000)
            page.remove_locator_handler(dialog)
            return
    raise TimeoutError(f"JupyterLab did not run {name}.")
