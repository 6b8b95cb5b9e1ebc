"""The page on which somebody accepts an invitation: they choose a name and a password, and are in."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any, Final

from jupyterhub.handlers.base import BaseHandler

from mindzie.access.identity import Identity
from mindzie.access.invitations import accept, invited
from mindzie.access.origin import through
from mindzie.core.errors import ConflictError, LimitError, SettingError, SignInError
from mindzie.hub.pages import Refused

_REFUSALS: Final = (SettingError, ConflictError, LimitError)
"""That the person mends on the page."""


class InvitationHandler(BaseHandler):  # type: ignore[misc]
    """Shows an invitation, and accepts it."""

    async def get(self) -> None:
        """Show the page, or say that the invitation does not hold."""
        token = self.get_argument("token", "")
        tenant, email = await self._asked(token)
        await self._show(token, tenant, email)

    async def post(self) -> None:
        """Make the account, and sign in with it."""
        token, word = self.get_argument("token", ""), self.get_body_argument("password", "", False)
        tenant, email = await self._asked(token)
        name = self.get_body_argument("name", "").strip()
        login = self.get_body_argument("login", "").strip()
        try:
            if word != self.get_body_argument("again", "", False):
                raise SettingError("The two passwords are not the same.")
            with through("hub", {"forwarded_for": self.request.remote_ip}):
                await self.authenticator.in_turn(self._accepted, token, name, login, word)
        except SignInError as error:  # accepted or taken back since it was looked at
            raise await self._kept_out(error) from None
        except _REFUSALS as error:
            self.set_status(HTTPStatus.BAD_REQUEST)
            await self._show(token, tenant, email, called=name, login=login, wrong=str(error))
            return
        said = {"tenant": tenant, "username": login or email, "password": word, "code": ""}
        user = await self.login_user(said)
        self.redirect(self.get_next_url(user))

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Log what went wrong; a refusal is logged with its reference already, and the address has the token."""
        if not isinstance(value, Refused):
            super().log_exception(typ, value, tb)

    def _accepted(self, token: str, name: str, login: str, word: str) -> Identity:
        place = self.authenticator.place()
        return accept(token, name=name, login=login or None, password=word, url=place)

    async def _asked(self, token: str) -> tuple[str, str]:
        try:
            return await asyncio.to_thread(lambda: invited(token, self.authenticator.place()))
        except SignInError as error:
            raise await self._kept_out(error) from None

    async def _kept_out(self, error: SignInError) -> Refused:
        refusal = Refused("kept out", str(error), says=str(error))
        await self.authenticator.refused(refusal)
        return refusal

    async def _show(self, token: str, tenant: str, email: str, **typed: str) -> None:
        told: dict[str, Any] = {"token": token, "tenant": tenant, "email": email, **typed}
        # the address has a secret
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cache-Control", "no-store")
        page = await self.render_template(
            "invitation.html", xsrf=self.xsrf_token.decode("ascii"), **told
        )
        self.finish(page)
