"""What all ways to sign in have in common: the workspace says who gets in, and whose server is stopped."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final, TypeVar
from uuid import UUID

from jupyterhub.auth import Authenticator
from jupyterhub.utils import new_token
from tornado.ioloop import PeriodicCallback
from traitlets import Bool, Integer, Unicode, default

from mindzie.access.entrance import Place, place_of
from mindzie.access.origin import through
from mindzie.access.signing_on import Entered, note_refusal, still_in
from mindzie.core.errors import LimitError, MindzieError, SignInError
from mindzie.hub.names import hub_name
from mindzie.hub.pages import Refused

T = TypeVar("T")
_NOTED: Final = 120
"""Refusals an hour that are written into audit logs; anybody can provoke them. The hub's own log has all."""
_HOUR: Final = 3_600
_AT_ONCE: Final = 8
_PASSING: Final = frozenset({"provider", "keys", "groups", "workspace"})
"""Refusals that say nothing about the person."""


class OfWorkspace(Authenticator):  # type: ignore[misc]
    """Lets in who is one of a tenant's people, and looks again every few minutes.

    ``auth_state`` holds ``tenant`` and ``user`` (identifiers in the workspace), ``tenant_name``, ``provider``, ``subject``, ``name``
    ``roles`` and ``analyst``; the hub keeps it encrypted.
    """

    workspace = Unicode(
        "", config=True, help="The workspace's database; where not set, MINDZIE_WORKSPACE."
    )
    storage = Unicode("", config=True, help="Of its snapshots; where not set, MINDZIE_STORAGE.")
    watch_seconds = Integer(
        300, min=1, config=True, help="How often those with a running server are looked at again."
    )
    patience_seconds = Integer(
        3_600,
        min=0,
        config=True,
        help="How long people stay who cannot be looked at, as the directory or the workspace cannot be reached.",
    )
    enable_auth_state = Bool(True, config=True, help="Needs JUPYTERHUB_CRYPT_KEY.")

    @default("allow_all")
    def _everybody_of_the_workspace(self) -> bool:
        return True  # who is none of its people does not come as far

    @default("auth_refresh_age")
    def _refresh_age(self) -> int:
        return int(self.watch_seconds)

    @default("auth_refresh_strict")
    def _strict(self) -> bool:
        return True

    @default("refresh_pre_spawn")
    def _before_a_server_starts(self) -> bool:
        return True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._refusals: deque[float] = deque(maxlen=_NOTED)
        self._turns: dict[str, asyncio.Lock] = {}
        self._ending = set[asyncio.Future[None]]()
        self._app: Any = None
        self.readers = set[str]()
        """Hub names of those who come to look at dashboards."""

    def get_handlers(self, app: Any) -> list[Any]:
        """Return the pages; from here on the people are watched."""
        self._app = app
        self._watch = PeriodicCallback(self.look_after, self.watch_seconds * 1_000)
        self._watch.start()
        return list(super().get_handlers(app))

    def place(self) -> Place:
        """Return the workspace's place."""
        return place_of(self.workspace or None, self.storage or None)

    async def get_authenticated_user(self, handler: Any, data: Any) -> Any:
        """Let somebody in, as ``authenticate`` says; audit logs tell where the proxy says that they sit."""
        with through("hub", {"forwarded_for": handler.request.remote_ip}):
            return await super().get_authenticated_user(handler, data)

    async def ask(self, question: Callable[..., T], *args: Any, **options: Any) -> T:
        """Ask the workspace, beside the hub's loop; its refusals become pages."""
        try:
            return await asyncio.to_thread(lambda: question(self.place(), *args, **options))
        except MindzieError as error:
            refusing = isinstance(error, SignInError | LimitError)
            code, says = ("kept out", str(error)) if refusing else ("workspace", "")
            raise Refused(code, str(error), says=says) from None

    def model(self, entered: Entered, **kept: Any) -> dict[str, Any]:
        """Return what the hub keeps of somebody who was let in."""
        state = {
            "tenant": str(entered.tenant),
            "tenant_name": entered.identity.tenant,
            "user": str(entered.user),
            "provider": entered.identity.provider,
            "subject": entered.identity.subject,
            "name": entered.name,
            "roles": list(entered.roles),
            "analyst": entered.analyst,
            "checked_at": time.time(),
            **kept,
        }
        found: dict[str, Any] = {"name": hub_name(entered.tenant, entered.user)}
        (self.readers.discard if entered.analyst else self.readers.add)(found["name"])
        found["user_info"] = {"display_name": entered.name, "tenant": entered.identity.tenant}
        found["auth_state"] = state
        if self.manage_groups:
            found["groups"] = [f"tenant-{entered.tenant}"]
        return found

    async def refused(self, refusal: Refused) -> None:
        """Give a refusal a reference, and write it into the logs."""
        refusal.reference = secrets.token_hex(4)
        self.log.warning(
            "Sign-in refused (%s): %s", refusal.reference, f"{refusal.code}: {refusal.detail}"
        )
        moment = time.monotonic()
        full = len(self._refusals) == _NOTED and moment - self._refusals[0] < _HOUR
        if full or refusal.code in {"several", "workspace"}:
            return
        self._refusals.append(moment)
        told = {"reference": refusal.reference, **refusal.about}
        try:
            await asyncio.to_thread(
                lambda: note_refusal(self.place(), refusal.code, tenant=refusal.tenant, **told)
            )
        except MindzieError:
            self.log.exception("The refusal %s is not in the audit log.", refusal.reference)

    async def refresh_user(self, user: Any, handler: Any = None, **_: Any) -> Any:  # noqa: ARG002 - what the hub passes
        """Look whether somebody still may be in; who may not has their servers stopped.

        Returns
        -------
        dict or bool
            What the hub keeps of them now; False where they have to sign in again.
        """
        async with self._turns.setdefault(user.name, asyncio.Lock()):
            state = await user.get_auth_state()
            try:
                found = await self.looked_at(state) if state and "subject" in state else None
            except Refused as refusal:
                since = time.time() - state["checked_at"]
                if refusal.code in _PASSING and since < self.patience_seconds:
                    self.log.warning("%s was not looked at: %s", user.name, refusal.detail)
                    return True
                refusal.about.setdefault("name", str(state["name"]))
                refusal.tenant = UUID(state["tenant"])
                await self.refused(refusal)
                found = None
            newest = await user.get_auth_state()
            if newest and newest.get("checked_at") != (state or {}).get("checked_at"):
                return True  # they signed in anew meanwhile
            if found is None:
                await user.save_auth_state(None)
                self.end(user)
            if not found:
                return False
            # kept before the next one looks: a token that was used must not be used again
            await user.save_auth_state(found["auth_state"])
            return found

    async def looked_at(self, state: dict[str, Any]) -> dict[str, Any] | None:
        """Return what the hub keeps of somebody now, by what it kept before.

        Nothing is in it where they have to sign in again; it is None where they may be in no more.
        """
        entered = await self.ask(still_in, UUID(state["tenant"]), UUID(state["user"]))
        return None if entered is None else self.model(entered)

    async def look_after(self) -> None:
        """Look at everybody who has a server running, at some of them at a time."""
        several = asyncio.Semaphore(_AT_ONCE)
        people = [user for user in self._app.users.values() if user.active]
        await asyncio.gather(*(self._look_at(user, several) for user in people))

    async def _look_at(self, user: Any, turn: asyncio.Semaphore) -> None:
        async with turn:
            try:
                found = await self.refresh_user(user)
                if isinstance(found, dict) and self.manage_groups:
                    user.sync_groups(found["groups"])
            except Exception:
                self.log.exception("Could not look whether %s still may be in.", user.name)

    def end(self, user: Any) -> None:
        """Stop somebody's servers; what they showed to the hub so far, cookies and tokens, is worth nothing any more."""
        user.cookie_id = new_token()
        for token in list(user.api_tokens):
            user.db.delete(token)
        user.db.commit()
        for name, spawner in list(user.spawners.items()):
            if spawner.ready and not spawner.pending:
                task = asyncio.ensure_future(self._end(user, name))
                self._ending.add(task)
                task.add_done_callback(self._ending.discard)

    async def _end(self, user: Any, name: str) -> None:
        self.log.warning("Stopping the server of %s, who may be in no more.", user.name)
        spawner = user.spawners[name]
        spawner._stop_pending = True  # noqa: SLF001 - the hub's own way to say so
        try:
            await self._app.proxy.delete_user(user, name)
            await user.stop(name)
        finally:
            spawner._stop_pending = False  # noqa: SLF001
