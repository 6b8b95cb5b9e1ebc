"""What every test may ask for: the folder of real logs and a browser without internet."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

pytest_plugins = ["tests.emulators.servers", "tests.servers.databases"]

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CLOSED_NETWORK = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"

# Speed is for benchmarks; the same examples in every run, so that red means a change.
settings.register_profile("mindzie", deadline=None, derandomize=True)
settings.load_profile("mindzie")


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the repository's folder."""
    return ROOT


@pytest.fixture(scope="session")
def logs() -> Path:
    """Return the folder of real event logs with their expected figures."""
    folder = Path(os.environ.get("MINDZIE_TEST_LOGS") or ROOT.parent / "shared" / "logs")
    if not (folder / "expected").is_dir():
        pytest.fail(
            f"No event logs in {folder}: put them beside the repository in shared/logs, "
            "or set MINDZIE_TEST_LOGS to their folder."
        )
    return folder


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the system's Chromium, which finds no host but this machine."""
    path = os.environ.get("MINDZIE_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), "")
    if not path:
        pytest.fail("No Chromium found: run scripts/system_packages, or set MINDZIE_CHROMIUM.")
    sandbox = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    args = [*sandbox, CLOSED_NETWORK, "--no-proxy-server", "--disable-dev-shm-usage"]
    return {**browser_type_launch_args, "executable_path": path, "args": args}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark browser tests and keep them on one worker: two cores bear one browser."""
    for item in items:
        if {"page", "context", "browser"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))


class _Together:
    """Runs the browser tests of a folder one after the other: pytest mixes those of all, and hubs would run at once, with the same system users."""

    @staticmethod
    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
        places = [n for n, item in enumerate(items) if _of_browser(item)]
        opened = [items[place] for place in places]
        for place, item in zip(places, sorted(opened, key=_folder_and_file), strict=True):
            items[place] = item


def _of_browser(item: pytest.Item) -> bool:
    group = item.get_closest_marker("xdist_group")
    return group is not None and group.args == ("browser",)


def _folder_and_file(item: pytest.Item) -> tuple[str, str]:
    return str(item.path.parent), item.path.name


def pytest_configure(config: pytest.Config) -> None:
    """Have the order of tests looked at last."""
    config.pluginmanager.register(_Together())


@pytest.fixture(autouse=True)
def _no_loop_of_the_browsers(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hide the event loop that Playwright leaves running in a worker from tests that open no page."""
    loop = asyncio._get_running_loop()
    if loop is None or request.node.get_closest_marker("browser"):
        yield
        return
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)
