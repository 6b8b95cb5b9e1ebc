"""Make the pictures of the documentation anew: docs/images/studio.png and import-wizard.png."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

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
WIZARD = """
import os
import panel as pn
import mindzie as mz
from mindzie.dashboards.bridge import bridge
from mindzie.dashboards.template import page

pn.extension()
wizard = mz.ImportWizard(os.environ["MINDZIE_PICTURED_LOG"])
page("Import a log", bridge(wizard, sizing_mode="stretch_width")).servable()
"""
PICTURES = {
    "studio": (PAGE, ".mz-studio .mz-node"),
    "import-wizard": (WIZARD, ".mz-import-example .mz-event"),
}
WIDE = (
    "#mz-page { max-width: none; margin: 0; padding: 0; border: 0; } #mz-page h1 { display: none; }"
)


def main() -> None:
    """Serve the pages and photograph each."""
    chromium = os.environ.get("MINDZIE_CHROMIUM") or shutil.which("chromium")
    sandbox = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    logs = Path(os.environ.get("MINDZIE_TEST_LOGS") or ROOT.parent / "shared" / "logs")
    env = {
        "PYTHONPATH": str(ROOT),
        "MINDZIE_PICTURED_LOG": str(logs / "uci_incident_event_log.zip"),
    }
    with tempfile.TemporaryDirectory() as name, sync_playwright() as play:
        folder, port = Path(name), free_port()
        for picture, (text, _) in PICTURES.items():
            (folder / f"{picture}.py").write_text(text)
        pages = [f"{picture}.py" for picture in PICTURES]
        command = [sys.executable, "-m", "panel", "serve", *pages, f"--port={port}"]
        url = f"http://127.0.0.1:{port}"
        with serve(command, url, log=folder / "log", cwd=folder, env=env):
            browser = play.chromium.launch(executable_path=chromium, args=sandbox)
            for picture in sys.argv[1:] or PICTURES:
                page = browser.new_page(viewport={"width": 1400, "height": 860})
                photograph(page, f"{url}/{picture}", picture)
                page.close()
            browser.close()


def photograph(page: Page, url: str, picture: str) -> None:
    """Save a page's picture as soon as it shows what it is about."""
    page.goto(url)
    page.locator(PICTURES[picture][1]).first.wait_for(timeout=60_000)
    page.locator("html").evaluate(
        "(html, css) => html.insertAdjacentHTML('beforeend', `<style>${css}</style>`)", WIDE
    )
    page.wait_for_timeout(2_000)
    page.locator(".mz-studio").screenshot(path=ROOT / "docs" / "images" / f"{picture}.png")


if __name__ == "__main__":
    main()
