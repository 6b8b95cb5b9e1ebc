"""Pages of the service: the gallery, a dashboard, a public link."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import quote
from uuid import UUID

from jinja2 import Environment, FileSystemLoader
from jupyterhub.services.auth import HubOAuthenticated
from tornado.httpclient import HTTPClientError
from tornado.web import HTTPError, RequestHandler, authenticated

from mindzie.access import showing
from mindzie.access.entrance import Place
from mindzie.access.vouched import is_analyst, workspace_for
from mindzie.access.workspace import Workspace
from mindzie.core.errors import MindzieError, NotFoundError, SignInError
from mindzie.hub.answers import Doorkeeper, Person
from mindzie.hub.boards import policy
from mindzie.hub.boards.assets import Assets
from mindzie.hub.boards.pages import Pages
from mindzie.hub.boards.words import ago

T = TypeVar("T")
STATIC: Final = Path(__file__).with_name("static")
_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
_MOST_FILTERS: Final = 8_000
"""Letters of the filters in an address."""
_log = logging.getLogger("mindzie.hub")
_GONE: Final = (
    "This dashboard is not available",
    "It was closed, or it is not shared with you. Ask the person who sent you here.",
)
_FULL: Final = ("Too many dashboards are open at the moment", "Try again in a minute.")
_CLOSED: Final = (
    "This link opens nothing",
    "It was taken back, it has expired, or it is not complete. Ask the person who sent it to you for a new one.",
)
_NOBODY: Final = (
    "You have no access any more",
    "Ask an administrator of your organisation.",
)


@dataclass(frozen=True)
class Service:
    """What all handlers share."""

    place: Place
    doorkeeper: Doorkeeper
    pages: Pages
    assets: Assets
    prefix: str
    answers: str
    """Where pages ask for their data."""


class Base(HubOAuthenticated, RequestHandler):  # type: ignore[misc]
    """Our own pages."""

    def initialize(self, service: Service) -> None:
        """Take what all share."""
        self._service = service

    def set_default_headers(self) -> None:
        """Set our own pages' policy, for refusals too."""
        self.say(policy.own())
        self.set_header("Cache-Control", "no-store")

    def say(self, headers: dict[str, str]) -> None:
        """Set headers."""
        for name, value in headers.items():
            self.set_header(name, value)

    def show(self, template: str, **about: Any) -> None:
        """Answer with a page."""
        made = _TEMPLATES.get_template(template)
        self.write(made.render(base=self._service.prefix, ago=ago, now=datetime.now(UTC), **about))

    def refuse(self, status: int, words: tuple[str, str], *, back: bool = True) -> None:
        """Answer with what happened, and what to do."""
        self.set_status(status)
        self.show("refused.html", what=words[0], todo=words[1], back=back)

    async def person(self) -> Person:
        """Return who is there, in the workspace."""
        model: Any = self.current_user
        found = await self._service.doorkeeper.known(str(model["name"]))
        if found is None:
            raise HTTPError(HTTPStatus.FORBIDDEN)
        return found

    async def ask(self, act: Callable[[Workspace], T]) -> T:
        """Ask the workspace as who is there."""
        who = await self.person()
        place = self._service.place
        return await asyncio.to_thread(lambda: act(workspace_for(place, who.tenant, who.user)))

    def write_error(self, status_code: int, **about: Any) -> None:
        """Say what went wrong, without what it was made of."""
        error = about.get("exc_info", (None, None, None))[1]
        words = _NOBODY if isinstance(error, SignInError) else ("This did not work", "Try again.")
        if status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN, HTTPStatus.GONE}:
            words = _GONE
        self.refuse(status_code, words)


class Gallery(Base):
    """The dashboards of who is there."""

    @authenticated
    async def get(self) -> None:
        """Show them."""

        def look(ws: Workspace) -> dict[str, Any]:
            return {"boards": ws.gallery(), "analyst": is_analyst(ws), "name": ws.me["name"]}

        self.show("gallery.html", **await self.ask(look))


class Picture(Base):
    """A dashboard's picture."""

    @authenticated
    async def get(self, dashboard: str) -> None:
        """Show it."""
        try:
            found = await self.ask(lambda ws: ws.dashboards[UUID(dashboard)].picture)
        except NotFoundError:
            found = None
        if found is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        self.say(policy.PICTURE)
        self.set_header("Content-Type", found["type"])
        self.write(found["data"])


class Board(Base):
    """A dashboard, around the frame of its page."""

    @authenticated
    async def get(self, dashboard: str) -> None:
        """Begin a visit, and show it."""
        place, who = self._service.place, await self.person()
        try:
            visit = await asyncio.to_thread(
                lambda: showing.show(place, who.tenant, who.user, UUID(dashboard))
            )
        except NotFoundError:
            self.refuse(HTTPStatus.NOT_FOUND, _GONE)
            return
        await self.visit(visit, f"{who.tenant}/{who.user}", public=False)

    async def visit(
        self, visit: showing.Showing, reader: str, *, public: bool, embed: tuple[str, ...] = ()
    ) -> None:
        """Give a page to a visit, and show the frame."""
        filters = self.get_argument("filters", "")[:_MOST_FILTERS]
        if not filters and visit.filters:
            filters = json.dumps([one.to_json() for one in visit.filters])
        told = {
            "kind": visit.kind,
            "content": visit.content,
            "environment": {
                "MINDZIE_GRANT": visit.grant,
                "MINDZIE_HUB_WORKSPACE": self._service.answers,
                "MINDZIE_FILTERS": filters,
            },
        }
        seconds = (visit.expires_at - datetime.now(UTC)).total_seconds()
        try:
            page = await self._service.pages.claim(
                reader, told, visit.grant, seconds, several=public
            )
        except (TimeoutError, OSError, HTTPClientError):
            _log.exception("No page for %s", visit.name)
            await asyncio.to_thread(showing.end, self._service.place, visit.grant)
            self.refuse(HTTPStatus.SERVICE_UNAVAILABLE, _FULL, back=not public)
            return
        page.embed = embed
        theme = self.get_argument("theme", "")
        asked = f"?theme={quote(theme, safe='')}" if theme in {"light", "dark"} else ""
        self.show(
            "board.html",
            visit=visit,
            page=f"{self._service.prefix}page/{page.name}/",
            asked=asked,
            sandbox=policy.SANDBOX,
            public=public,
        )


class Link(Board):
    """The same for who has a public link, without a sign-in."""

    async def get(self, token: str) -> None:
        """Begin a visit, and show it."""
        place = self._service.place
        try:
            visit = await asyncio.to_thread(lambda: showing.show_link(place, token))
        except MindzieError:
            self.refuse(HTTPStatus.NOT_FOUND, _CLOSED, back=False)
            return
        embed = await asyncio.to_thread(lambda: showing.origins(place, visit.tenant))
        self.say(policy.own(embed))
        await self.visit(visit, f"{visit.tenant}/{token}", public=True, embed=embed)


class Asset(RequestHandler):
    """Scripts, styles and fonts of Voilà and Panel."""

    def initialize(self, assets: Assets) -> None:
        """Take what all share."""
        self._assets = assets

    async def get(self, kind: str, path: str) -> None:
        """Answer."""
        found = await self._assets.found(kind, path)
        if found is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        for name, value in policy.ASSET.items():
            self.set_header(name, value)
        self.set_header("Content-Type", found[0])
        self.write(found[1])


class Health(RequestHandler):
    """Says that the service runs, and how many pages."""

    def initialize(self, service: Service) -> None:
        """Take what all share."""
        self._service = service

    def get(self) -> None:
        """Answer."""
        shown = sum(bool(page.grant) for page in self._service.pages.running.values())
        self.write({"status": "ok", "pages": shown})
