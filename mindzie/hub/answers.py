"""The hub's service that answers for the workspace: it alone has the database, the storage and the keys.

Who asks is told by the hub, from the token that it gave to the person's server; nothing in a question says who it is from.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import tempfile
import time
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import quote, urlsplit
from uuid import UUID
from weakref import WeakValueDictionary

from jupyterhub.services.auth import HubAuth
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.httpserver import HTTPServer
from tornado.web import Application, HTTPError, RequestHandler, stream_request_body

from mindzie.access.entrance import Place, place_of
from mindzie.access.new_grants import MARK
from mindzie.access.remote.answering import exchange
from mindzie.access.remote.frames import emptied, frame
from mindzie.access.showing import holds, open_grant
from mindzie.access.vouched import workspace_for
from mindzie.access.workspace import Workspace
from mindzie.core.system_users import drop_rights, end_with_parent
from mindzie.hub.settings import HubSettings

NAME: Final = "workspace"
ACCESS: Final = f"access:services!service={NAME}"
"""What a token must be good for."""
_OWN: Final = "access:servers!server="
"""Begins what a server's own token is good for."""
_REMEMBERED: Final = 30.0
"""Seconds for which a token is not looked at again. Rights are looked up in every act, whatever is remembered here."""
_AT_ONCE: Final = 2
"""Questions of one person that are answered at the same time."""
_STRANGERS: Final = 2**20
"""Bytes that are taken from who is not known."""
_log = logging.getLogger("mindzie.hub")


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the hub knows behind a token."""

    tenant: UUID
    user: UUID


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and from where, as far as the hub knows.

    Parameters
    ----------
    person : Person
        Who.
    server : str or None
        The server of theirs that the hub gave the token to; None for a token that they made themselves.
    token : str
        The hub's identifier of the token; it does not give it away.
    """

    person: Person
    server: str | None
    token: str


@dataclass(frozen=True, slots=True)
class Reader:
    """The kernel of a dashboard that is shown to somebody.

    Parameters
    ----------
    grant : str
        What it may read, and all that it has.
    """

    grant: str = field(repr=False)


class Doorkeeper:
    """Asks the hub who is behind a token.

    Parameters
    ----------
    auth : HubAuth
        With this service's own token.
    """

    def __init__(self, auth: HubAuth) -> None:
        self._auth = auth
        self._states: dict[str, tuple[float, Person | None]] = {}

    async def caller(self, header: str) -> Caller | None:
        """Return who is behind an ``Authorization`` header; None for nobody."""
        kind, _, token = header.partition(" ")
        if kind.lower() != "token" or not token:
            return None
        model = await self._auth.user_for_token(token, sync=False)
        if not model or model.get("kind") != "user" or ACCESS not in model.get("scopes", ()):
            return None
        person = await self.known(str(model["name"]))
        if person is None:
            return None
        scopes = [str(scope) for scope in model["scopes"]]
        server = next((one.removeprefix(_OWN) for one in scopes if one.startswith(_OWN)), None)
        return Caller(person, server, str(model.get("token_id") or ""))

    async def known(self, name: str) -> Person | None:
        """Return who somebody of the hub is in the workspace; None for nobody."""
        moment = time.monotonic()
        at, person = self._states.get(name, (0.0, None))
        if person is None or moment - at > _REMEMBERED:
            person = await self._asked(name)
            self._states[name] = (moment, person)
        return person

    async def _asked(self, name: str) -> Person | None:
        head = {"Authorization": f"token {self._auth.api_token}"}
        url = f"{self._auth.api_url}/users/{quote(name, safe='')}"
        response = await AsyncHTTPClient().fetch(HTTPRequest(url, headers=head))
        state = json.loads(response.body).get("auth_state") or {}
        if not {"tenant", "user"} <= set(state):
            return None
        return Person(UUID(state["tenant"]), UUID(state["user"]))


@stream_request_body
class Ask(RequestHandler):
    """A question, with event logs, and its answer."""

    _body: IO[bytes] | None = None
    _caller: Caller | Reader | None = None
    _turn: asyncio.Semaphore | None = None
    _over = False

    def initialize(
        self,
        place: Place,
        doorkeeper: Doorkeeper,
        turns: MutableMapping[Person | Reader, asyncio.Semaphore],
        most: int,
    ) -> None:
        """Take what all questions share."""
        self._place, self._doorkeeper, self._turns, self._most = place, doorkeeper, turns, most

    def check_xsrf_cookie(self) -> None:
        """Do nothing: who asks is in a header that no page of another can set."""

    async def prepare(self) -> None:
        """Find out who asks, before a byte of the question is taken."""
        who = self._caller = await self._who(self.request.headers.get("Authorization", ""))
        if who is None:
            return  # what comes is dropped: a connection that is cut would not be told why
        key = who if isinstance(who, Reader) else who.person
        turn = self._turns.setdefault(key, asyncio.Semaphore(_AT_ONCE))
        await turn.acquire()  # before the question is taken: who sends many fills no disk
        if self._over:  # who waited has gone
            turn.release()
            return
        self._turn = turn
        if not isinstance(who, Reader):  # who reads sends no logs
            self.request.connection.set_max_body_size(self._most)  # type: ignore[union-attr]
        self._folder = Path(tempfile.mkdtemp(prefix="mindzie-ask-"))
        self._body = (self._folder / "question").open("w+b")

    async def _who(self, header: str) -> Caller | Reader | None:
        token = header.partition(" ")[2]
        if not token.startswith(MARK):
            return await self._doorkeeper.caller(header)
        return Reader(token) if await asyncio.to_thread(holds, self._place, token) else None

    def data_received(self, chunk: bytes) -> None:
        """Take a piece of the question."""
        if self._body is not None:
            self._body.write(chunk)

    async def post(self) -> None:
        """Answer."""
        if self._caller is None:
            raise HTTPError(HTTPStatus.FORBIDDEN)
        told, folders = await asyncio.to_thread(self._answered, self._caller)
        size, pieces = frame(told, folders)
        self.set_header("Content-Type", "application/octet-stream")
        self.set_header("Content-Length", str(size))
        for piece in pieces:
            self.write(piece)
            await self.flush()

    def _answered(self, caller: Caller | Reader) -> tuple[dict[str, Any], list[Path]]:
        assert self._body is not None  # noqa: S101
        self._body.seek(0)
        seen = {"client": self.request.remote_ip}
        if isinstance(caller, Caller):
            seen |= {"server": caller.server, "token": caller.token}
        way = self.request.headers.get("X-Forwarded-For", "")
        # the hub's proxy says whom it asks for; who calls this service past it could say so too
        passed = {"forwarded_for": way.rpartition(",")[2]} if way else {}
        opened = partial(self._opened, caller)
        return exchange(opened, self._body, self._folder, seen, passed=passed)

    def _opened(self, caller: Caller | Reader) -> Workspace:
        if isinstance(caller, Reader):
            return open_grant(caller.grant, self._place)
        return workspace_for(self._place, caller.person.tenant, caller.person.user)

    def on_finish(self) -> None:
        """Remove what was sent, and what was made of it."""
        self._over = True
        if self._body is not None:
            self._body.close()
            emptied(self._folder)
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.release()

    on_connection_close = on_finish


class Health(RequestHandler):
    """Says that the service runs."""

    def get(self) -> None:
        """Answer."""
        self.write({"status": "ok"})


def application(place: Place, doorkeeper: Doorkeeper, prefix: str, most: int) -> Application:
    """Return the service.

    Parameters
    ----------
    place : Place
        The workspace's.
    doorkeeper : Doorkeeper
        Who says who asks.
    prefix : str
        Of its addresses.
    most : int
        Bytes of a question.

    Returns
    -------
    Application
        For a server.
    """
    # gone when nobody holds or awaits it: each visit of a dashboard has its own
    turns: MutableMapping[Person | Reader, asyncio.Semaphore] = WeakValueDictionary()
    shared = {"place": place, "doorkeeper": doorkeeper, "turns": turns, "most": most}
    at = prefix.rstrip("/")
    return Application([(f"{at}/ask", Ask, shared), (f"{at}/health", Health)])


async def serve() -> None:
    """Serve until the hub ends it."""
    settings, auth = HubSettings.read(), HubAuth(cache_max_age=int(_REMEMBERED))
    drop_rights(settings.service_uid)  # what people send is read here: not as root
    end_with_parent(signal.SIGTERM)
    app = application(
        place_of(), Doorkeeper(auth), os.environ["JUPYTERHUB_SERVICE_PREFIX"], settings.most_bytes
    )
    server = HTTPServer(app, max_body_size=_STRANGERS)
    server.listen(settings.workspace_port, urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"]).hostname)
    _log.info("Answering for %s", place_of())
    end, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end.set)
    await end.wait()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    asyncio.run(serve())
