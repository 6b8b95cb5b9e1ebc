"""From the log-in page to a notebook in which the workspace is there."""

from __future__ import annotations

import json
import os
import shutil
from types import SimpleNamespace
from typing import Any

from playwright.sync_api import Page, expect

from tests.hosts.servers import run_notebook
from tests.hub_work.conftest import Running

PATIENCE = 60_000
NOTEBOOK = {
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


def test_an_analyst_logs_in_and_has_their_workspace(page: Page, running: Running) -> None:
    page.goto(f"{running.hub.url}/hub/login")
    page.fill("[name=tenant]", "south")
    page.fill("[name=username]", "analyst")
    page.fill("[name=password]", running.passwords["south"]["analyst"])
    page.click("[type=submit]")
    page.wait_for_url("**/user/*/lab*", timeout=PATIENCE)
    name = page.url.split("/user/")[1].partition("/")[0]
    file = running.hub.home_of(name) / "start.ipynb"
    file.write_text(json.dumps(NOTEBOOK))
    shutil.chown(file, file.parent.stat().st_uid, file.parent.stat().st_gid)
    server: Any = SimpleNamespace(url=f"{running.hub.url}/user/{name}")
    run_notebook(page, server, file.name)
    output = page.locator(".jp-OutputArea-output").first
    expect(output).to_contain_text("purchase-to-pay", timeout=PATIENCE)
    expect(output).not_to_contain_text("order-to-cash")
    if picture := os.environ.get("MINDZIE_TEST_PICTURE"):
        page.screenshot(path=picture)
