"""Signing in with accounts that the workspace itself keeps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final, TypeVar

from jupyterhub.handlers.login import LoginHandler

from mindzie.access.accounts import sign_in
from mindzie.access.entrance import Place
from mindzie.access.signing_on import Entered, found
from mindzie.core.errors import SignInError
from mindzie.hub.invitation import InvitationHandler
from mindzie.hub.pages import Refused
from mindzie.hub.workspace_people import OfWorkspace

T = TypeVar("T")
_AT_ONCE: Final = 4
"""Passwords that are looked at together; each takes 64 MB for a moment."""


class LocalHandler(LoginHandler):  # type: ignore[misc]
    """The page with organisation, name, password and code."""

    def _render(
        self, login_error: str | None = None, username: str | None = None, **kwargs: Any
    ) -> Any:
        tenant = self.get_argument("tenant", "")
        return super()._render(login_error, username, tenant=tenant, **kwargs)


class LocalAuthenticator(OfWorkspace):
    """Signs in with local accounts: argon2, a second factor, and closed for a while after wrong attempts."""

    def get_handlers(self, app: Any) -> list[Any]:
        """Return the pages."""
        own = [(r"/login", LocalHandler), (r"/invitation", InvitationHandler)]
        return [*own, *super().get_handlers(app)]  # the first one counts

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def in_turn(self, act: Callable[..., T], *args: Any) -> T:
        """Do what looks at passwords beside the hub's loop, a few at a time."""
        async with self._turn:
            return await asyncio.to_thread(act, *args)

    async def authenticate(self, handler: Any, data: dict[str, str]) -> dict[str, Any]:  # noqa: ARG002 - what the hub passes
        """Let in who knows name, password and code.

        Raises
        ------
        Refused
            In one sentence for all that may be wrong.
        """
        tenant = data.get("tenant", "").strip()
        said = (tenant, data.get("username", ""), data.get("password", ""), data.get("code", ""))
        try:
            async with self._turn:
                entered = await self.ask(_signed_in, *said)
        except Refused as refusal:
            refusal.about |= {"organisation": tenant[:200]}
            await self.refused(refusal)
            raise
        return self.model(entered)


def _signed_in(place: Place, tenant: str, login: str, password: str, code: str) -> Entered:
    entered = found(place, sign_in(tenant, login, password, code, place))
    if entered is None:
        raise SignInError(
            "This account may see nothing here: ask an administrator of your organisation for a role."
        )
    return entered
