"""The two pages of a sign-in elsewhere: on the way there, and back."""

from __future__ import annotations

import re
import secrets
from typing import Any, Final

from oauthenticator.oauth2 import (
    OAuthCallbackHandler,
    OAuthLoginHandler,
    _deserialize_state,
    _serialize_state,
)
from tornado import web

from mindzie.hub.pages import Refused

_NUMBER: Final = re.compile(r"AADSTS(\d{4,7})\b")
_MEANT: Final = {
    **dict.fromkeys(("65001", "65004", "90094", "90095"), "declined"),
    **dict.fromkeys(("50105", "50177"), "unassigned"),
    **dict.fromkeys(("50020", "50034", "50057", "51004", "500213", "90072"), "stranger"),
    **dict.fromkeys(("50158", "53000", "53001", "53002", "53003", "530002", "530003"), "policy"),
    **dict.fromkeys(("54005", "70000", "70008", "50089", "9002313"), "code"),
    **dict.fromkeys(("50011", "50194", "650052", "700016", "700054", "7000215"), "settings"),
    **dict.fromkeys(("7000218", "7000222", "9002325", "9002326", "90002", "900144"), "settings"),
}
"""What Microsoft's numbers of errors mean to the person."""
_STANDARD: Final = {
    "access_denied": "declined",
    "consent_required": "declined",
    "interaction_required": "code",
    "login_required": "code",
    "invalid_grant": "code",
    "temporarily_unavailable": "provider",
    "server_error": "provider",
}


def refused_elsewhere(error: object, description: object) -> Refused:
    """Return the refusal that a provider's error is; what it says itself is for the log, since anybody can send it.

    Parameters
    ----------
    error, description : object
        As OAuth 2.0 names them.

    Returns
    -------
    Refused
        In our own words.

    Examples
    --------
    >>> refused_elsewhere("access_denied", "AADSTS50105: not assigned").code
    'unassigned'
    >>> refused_elsewhere("what", None).code
    'settings'
    """
    number = _NUMBER.search(str(description))
    code = _MEANT.get(number[1] if number else "") or _STANDARD.get(str(error), "settings")
    said = re.sub(r"[^\x20-\x7e]+", " ", f"{error}: {description}")[:300]
    return Refused(code, said)


class ThereHandler(OAuthLoginHandler):  # type: ignore[misc]
    """Sends the browser to the provider, with a state, a challenge (PKCE) and a nonce that this browser alone keeps."""

    async def get(self) -> None:
        """Send it there."""
        try:
            await self.authenticator.discover()
        except Refused as refusal:
            await self.authenticator.refused(refusal)
            raise
        self._nonce = secrets.token_urlsafe(32)
        self._directory = self.authenticator.checked_directory(self.get_argument("directory", ""))
        super().get()

    @property
    def _OAUTH_AUTHORIZE_URL(self) -> str:  # noqa: N802 - Tornado's name
        return str(self.authenticator.at(self.authenticator.authorize_url, self._directory))

    def set_state_cookie(self, state_cookie_value: str) -> None:
        """Keep the nonce, and what is asked for, in the cookie that the hub signs."""
        more = {"nonce": self._nonce, "directory": self._directory}
        for name in ("tenant", "invitation"):
            more[name] = self.get_argument(name, "")[:200]
        super().set_state_cookie(_serialize_state(_deserialize_state(state_cookie_value) | more))

    def authorize_redirect(self, *args: Any, extra_params: dict[str, Any], **kwargs: Any) -> None:
        """Send the nonce along."""
        more = {"prompt": "select_account"} if self.get_argument("other", "") else {}
        super().authorize_redirect(
            *args, extra_params={**extra_params, **more, "nonce": self._nonce}, **kwargs
        )


class BackHandler(OAuthCallbackHandler):  # type: ignore[misc]
    """Takes the provider's answer; whatever is wrong with it becomes a page and an entry of the audit log."""

    async def get(self) -> None:
        """Let the person in, or say why not."""
        try:
            await super().get()
        except Refused as refusal:
            await self.authenticator.refused(refusal)
            raise

    def check_arguments(self) -> None:
        """Refuse an answer of an attempt that this browser did not begin."""
        self._check_state()
        error = self.get_argument("error", "")
        if error:
            raise refused_elsewhere(error, self.get_argument("error_description", ""))
        if not self.get_argument("code", ""):
            raise Refused("incomplete", "no code")

    def _check_state(self) -> None:
        if not self.get_argument("state", ""):
            raise Refused("incomplete", "no state")
        try:
            self.check_state()
        except (web.HTTPError, AttributeError, ValueError) as error:
            raise Refused("state", str(error)) from None

    def sent(self) -> dict[str, Any]:
        """Return what was sent along: nonce, tenant and the secret of the challenge."""
        found: dict[str, Any] = _deserialize_state(self.get_state_cookie())
        return found
