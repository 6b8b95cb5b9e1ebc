"""The hub's service that shows published dashboards to readers, in nobody's server."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import tempfile
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from jupyterhub.services.auth import HubOAuth, HubOAuthCallbackHandler
from tornado.httpserver import HTTPServer
from tornado.web import Application, StaticFileHandler

from mindzie.access import showing
from mindzie.access.entrance import place_of
from mindzie.core.errors import MindzieError
from mindzie.core.system_users import drop_rights, end_with_parent
from mindzie.hub.answers import Doorkeeper
from mindzie.hub.boards import policy
from mindzie.hub.boards.assets import Assets
from mindzie.hub.boards.handlers import (
    STATIC,
    Asset,
    Board,
    Gallery,
    Health,
    Link,
    Picture,
    Service,
)
from mindzie.hub.boards.launcher import Orders
from mindzie.hub.boards.pages import Page, Pages
from mindzie.hub.boards.proxy import Line, Shown
from mindzie.hub.settings import HubSettings, size_of

_log = logging.getLogger("mindzie.hub")
_REMEMBERED: Final = 30
_LOOK_SECONDS: Final = 5.0
_PING_SECONDS: Final = 30
_MOST: Final = 64 * 2**20
_UUID: Final = r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_JUPYTER: Final = Path(__file__).parents[2] / "dashboards" / "jupyter"
_OF_PAGES: Final = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH")


class Styles(StaticFileHandler):
    """Our own scripts and styles."""

    def set_extra_headers(self, path: str) -> None:  # noqa: ARG002 - what tornado passes
        """Let browsers ask whether they changed."""
        for name, value in policy.ASSET.items():
            self.set_header(name, value)


def orders(settings: HubSettings) -> Orders:
    """Return what the launcher of pages is told.

    Parameters
    ----------
    settings : HubSettings
        The hub's.

    Returns
    -------
    Orders
        With an environment that says nothing of the hub or its workspace.
    """
    separate = os.geteuid() == 0 and settings.spawner != "shared"
    if separate:
        folder = settings.runtime_folder / "pages"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for each in (folder, folder.parent):
            each.chmod(0o711)
    else:
        folder = Path(tempfile.mkdtemp(prefix="mz-"))
    environment = {name: os.environ[name] for name in _OF_PAGES if name in os.environ}
    environment |= {
        "JUPYTER_PATH": str(_JUPYTER),
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return Orders(
        folder=str(folder),
        numbers=str(settings.state("page_number")) if separate else "",
        first_uid=settings.first_page_uid,
        group=settings.service_uid,
        memory=int(size_of(settings.page_memory)),
        environment=environment,
    )


def application(service: Service, auth: HubOAuth) -> Application:
    """Return the service's pages.

    Parameters
    ----------
    service : Service
        What they share.
    auth : HubOAuth
        By which readers log in.

    Returns
    -------
    Application
        For a server.
    """
    at, shared = service.prefix, {"service": service}
    pages = {"pages": service.pages}
    return Application(
        [
            (at, Gallery, shared),
            (f"{at}open/{_UUID}", Board, shared),
            (f"{at}picture/{_UUID}", Picture, shared),
            (f"{at}link/([\\w-]{{8,200}})", Link, shared),
            (f"{at}page/([\\w-]+)/(api/kernels/.+/channels|ws)", Line, pages),
            (f"{at}page/([\\w-]+)/(.*)", Shown, {**pages, "assets": service.assets}),
            (f"{at}assets/(voila|panel)/(.*)", Asset, {"assets": service.assets}),
            (f"{at}static/(.*)", Styles, {"path": str(STATIC)}),
            (f"{at}oauth_callback", HubOAuthCallbackHandler),
            (f"{at}health", Health, shared),
        ],
        cookie_secret=os.urandom(32),
        hub_auth=auth,
        websocket_ping_interval=_PING_SECONDS,
        websocket_max_message_size=_MOST,
    )


async def serve() -> None:
    """Serve until the hub ends it."""
    settings = HubSettings.read()
    prefix = os.environ["JUPYTERHUB_SERVICE_PREFIX"]
    pages = Pages(
        orders(settings),
        settings.python,
        f"{prefix}page/",
        warm=settings.warm_pages,
        most=settings.most_pages,
        each=settings.pages_each,
    )
    drop_rights(settings.service_uid)
    end_with_parent(signal.SIGTERM)
    place, auth = place_of(), HubOAuth(cache_max_age=_REMEMBERED)
    here = f"http://127.0.0.1:{settings.workspace_port}/services/workspace"
    answers = settings.workspace_url or here
    service = Service(
        place, Doorkeeper(auth), pages, Assets(pages, f"{prefix}assets/"), prefix, answers
    )
    ending = set[asyncio.Future[None]]()

    def ended(page: Page) -> None:
        task = asyncio.ensure_future(asyncio.to_thread(showing.end, place, page.grant))
        ending.add(task)
        task.add_done_callback(ending.discard)

    pages.on_end(ended)
    server = HTTPServer(application(service, auth))
    server.listen(settings.dashboards_port, urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"]).hostname)
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    work = [asyncio.create_task(one) for one in (pages.serve(), watch(service), stop.wait())]
    done, _ = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
    await pages.stop()
    for task in done:
        task.result()


async def watch(service: Service) -> None:
    """End pages whose grant holds no more: unpublished, not shared any more, a reader who left."""
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        for page in [one for one in service.pages.running.values() if one.reader]:
            try:
                holds = await asyncio.to_thread(showing.holds, service.place, page.grant)
            except MindzieError:
                _log.exception("Could not look whether a page may still be shown")
                continue
            if not holds:
                service.pages.end(page)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    # addresses of pages and links are secrets
    logging.getLogger("tornado.access").setLevel(logging.CRITICAL)
    asyncio.run(serve())
