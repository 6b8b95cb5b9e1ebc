"""Make the pictures of the documentation anew: docs/images/studio.png."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tests.hosts.servers import free_port, serve  # noqa: E402 - of this repository

PAGE = """
import panel as pn
import mindzie as mz
from mindzie.dashboards.bridge import bridge
from mindzie.dashboards.template import page

pn.extension()
studio = mz.Studio(
    mz.demo("order-to-cash", cases=15_000),
    filters=[
        mz.filters.CasesWithAttribute(attribute="Region", values=("North",)),
        mz.filters.CasesWithActivity(activities=("Send reminder",)),
    ],
    height=860,
)
studio.show_tab("map")
page("Studio", bridge(studio, sizing_mode="stretch_width")).servable()
"""
WIDE = (
    "#mz-page { max-width: none; margin: 0; padding: 0; border: 0; } #mz-page h1 { display: none; }"
)


def main() -> None:
    """Serve the studio and photograph it."""
    chromium = os.environ.get("MINDZIE_CHROMIUM") or shutil.which("chromium")
    sandbox = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    with tempfile.TemporaryDirectory() as name, sync_playwright() as play:
        folder, port = Path(name), free_port()
        (folder / "studio.py").write_text(PAGE)
        command = [sys.executable, "-m", "panel", "serve", "studio.py", f"--port={port}"]
        url = f"http://127.0.0.1:{port}/studio"
        env = {"PYTHONPATH": str(ROOT)}
        with serve(command, url, log=folder / "log", cwd=folder, env=env):
            browser = play.chromium.launch(executable_path=chromium, args=sandbox)
            page = browser.new_page(viewport={"width": 1400, "height": 860})
            page.goto(url)
            page.locator(".mz-studio .mz-node").first.wait_for(timeout=60_000)
            page.locator("html").evaluate(
                "(html, css) => html.insertAdjacentHTML('beforeend', `<style>${css}</style>`)", WIDE
            )
            page.wait_for_timeout(2_000)
            page.locator(".mz-studio").screenshot(path=ROOT / "docs" / "images" / "studio.png")
            browser.close()


if __name__ == "__main__":
    main()
