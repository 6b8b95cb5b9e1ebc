"""Signing in by OpenID Connect, with any provider: what the token says is verified, the workspace says who gets in."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any, Final
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from oauthenticator.oauth2 import OAuthenticator
from tornado.httpclient import HTTPClientError
from traitlets import Bool, List, Unicode, default

from mindzie.access.signing_on import Vouched, Way, accept_invitation, enter, ways
from mindzie.hub.oidc_handlers import BackHandler, ThereHandler, refused_elsewhere
from mindzie.hub.oidc_tokens import SIGNED, Expected, SigningKeys, verified
from mindzie.hub.pages import Refused
from mindzie.hub.workspace_people import OfWorkspace

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_DAY: Final = 86_400
_WITHOUT_RENEWAL: Final = 8 * 3_600
"""Seconds that a sign-in holds where the provider gives nothing to renew it with."""


def secure(address: str) -> bool:
    """Return whether an address is encrypted, or of this very machine.

    Examples
    --------
    >>> secure("https://login.example/v2.0"), secure("http://login.example/v2.0")
    (True, False)
    """
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


class OpenIDAuthenticator(OfWorkspace, OAuthenticator):  # type: ignore[misc]
    """Signs in with a provider of OpenID Connect.

    Needed are ``issuer``, ``client_id``, ``client_secret`` and ``oauth_callback_url`` (the hub's address with ``/hub/oauth_callback``).
    Which of its people get into which tenant is said by ``mindzie admin entra enrol``.
    """

    login_handler = ThereHandler
    callback_handler = BackHandler
    login_service = Unicode("your organisation", config=True, help="As on the button.")
    issuer = Unicode("", config=True, help="The provider's address, as in its tokens.")
    subject_claim = Unicode("sub", config=True, help="What tells a person for ever.")
    groups_claims = List(
        Unicode(), ["roles", "groups"], config=True, help="Claims with app roles or groups."
    )
    algorithms = List(Unicode(), list(SIGNED), config=True, help="Signatures that count.")
    enable_pkce = Bool(True, help="Always.")
    needed: tuple[str, ...] = ()

    @default("scope")
    def _scope(self) -> list[str]:
        return ["openid", "profile", "email", "offline_access"]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._document: dict[str, Any] = {}
        self._read_at = 0.0
        self.keys: SigningKeys | None = None

    async def discover(self) -> dict[str, Any]:
        """Return what the provider says of itself, asked once a day, with its addresses and keys taken over.

        Raises
        ------
        Refused
            Where it does not answer, or is not who it should be.
        """
        if self._document and time.monotonic() - self._read_at < _DAY:
            return self._document
        address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        if not secure(address):
            raise Refused("settings", f"{self.issuer!r} is not encrypted")
        try:
            found = await self.httpfetch(address, method="GET", request_timeout=15)
            self.check_document(found)
        except HTTPClientError as error:
            raise _refused_by(error) from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Refused("provider", f"{address}: {error}") from None
        if self.keys is None or self.keys.uri != found["jwks_uri"]:
            self.keys = SigningKeys(found["jwks_uri"])
        self.authorize_url, self.token_url = (
            found["authorization_endpoint"],
            found["token_endpoint"],
        )
        self._document, self._read_at = found, time.monotonic()
        return self._document

    def check_document(self, found: dict[str, Any]) -> None:
        """Refuse what a provider says of itself where it is another, or not encrypted."""
        if found["issuer"] != self.issuer:
            raise Refused("settings", f"the issuer is {found['issuer']}, not {self.issuer}")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not secure(found[name]):
                raise Refused("settings", f"{name} is not encrypted")

    def expected(self) -> Expected:
        """Return what a token must say."""
        return Expected(self.client_id, self._document["issuer"], self.algorithms, self.needed)

    async def claims_of(self, token_info: dict[str, Any], nonce: str | None) -> dict[str, Any]:
        """Return the verified claims of what the provider gave."""
        await self.discover()
        assert self.keys is not None  # noqa: S101 - discovered
        token = token_info.get("id_token")
        return await asyncio.to_thread(verified, token, self.keys, self.expected(), nonce)

    async def vouched(self, claims: dict[str, Any], token_info: dict[str, Any]) -> Vouched:  # noqa: ARG002 - others ask further with it
        """Return the person that verified claims speak of."""
        subject = claims.get(self.subject_claim)
        if not isinstance(subject, str) or not subject:
            raise Refused("claims", f"no {self.subject_claim}")
        email = claims.get("email") if claims.get("email_verified", True) is True else None
        return Vouched(
            claims["iss"], subject, self.shown(claims), email, self.groups_in(claims), guest=False
        )

    def shown(self, claims: dict[str, Any]) -> str:
        """Return how a person is called on pages; nothing is decided by it."""
        names = (claims.get(name) for name in ("name", "preferred_username", "email"))
        return next((name for name in names if isinstance(name, str) and name), "")

    def groups_in(self, claims: dict[str, Any]) -> frozenset[str]:
        """Return groups and app roles that claims name."""
        said = [claims.get(name) for name in self.groups_claims]
        return frozenset(
            item for one in said if isinstance(one, list) for item in one if isinstance(item, str)
        )

    async def authenticate(self, handler: Any, data: Any = None, **_: Any) -> dict[str, Any]:
        """Let in who comes back from the provider with a code."""
        sent = handler.sent()
        params = self.build_access_tokens_request_params(handler, data)
        token_info = await self.exchanged({**params, "data": ""}, sent.get("directory", ""))
        nonce = sent.get("nonce")
        claims = await self.claims_of(token_info, nonce if isinstance(nonce, str) else "")
        who = await self.vouched(claims, token_info)
        if sent.get("invitation"):
            await self.ask(accept_invitation, who, sent["invitation"])
        way = self.chosen(await self.ask(ways, who), who, str(sent.get("tenant", "")))
        try:
            entered = await self.ask(enter, who, way.tenant)
        except Refused as refusal:
            refusal.tenant = way.tenant
            refusal.about |= _about(who)
            raise
        return self.model(entered, **_renewal(token_info))

    def chosen(self, found: list[Way], who: Vouched, wanted: str) -> Way:
        """Return the tenant that somebody is let into: the only one that is open to them, or the one that they named."""
        about = _about(who)
        if not found:
            raise Refused("directory", f"{who.provider} is not enrolled", **about)
        named = [way for way in found if way.name == wanted] if wanted else found
        if not named:
            raise Refused("tenant", f"{wanted!r} was asked for", **about)
        open_ones = [way for way in named if way.objection is None]
        if len(open_ones) > 1:
            raise Refused("several", choices=[way.name for way in open_ones])
        if open_ones:
            return open_ones[0]
        says = str(named[0].objection)
        refusal = Refused("kept out", says, says=says, **about)
        refusal.tenant = named[0].tenant if len(named) == 1 else None
        raise refusal

    def checked_directory(self, said: str) -> str:  # noqa: ARG002 - of Entra ID it has many
        """Return which of the provider's directories is asked for; empty for any."""
        return ""

    def at(self, address: str, directory: str) -> str:  # noqa: ARG002 - of Entra ID it has many
        """Return an address of the provider as it is for one of its directories."""
        return address

    async def exchanged(self, params: dict[str, Any], directory: str) -> dict[str, Any]:
        """Return what the provider gives for a code, or to renew a sign-in."""
        await self.discover()
        try:
            found: dict[str, Any] = await self.httpfetch(
                self.at(self.token_url, directory),
                method="POST",
                headers=self.build_token_info_request_headers(),
                body=urlencode(params),
                validate_cert=self.validate_server_cert,
                request_timeout=15,
            )
        except HTTPClientError as error:
            raise _refused_by(error) from None
        except (OSError, ValueError) as error:
            raise Refused("provider", str(error)) from None
        return found

    async def looked_at(self, state: dict[str, Any]) -> dict[str, Any] | None:
        """Ask the provider whether it still vouches for somebody, and the workspace whether they still may."""
        token = state.get("refresh_token")
        if not token:
            if time.time() - state["signed_in_at"] > _WITHOUT_RENEWAL:
                return {}
            return await self._without_asking(state)
        params = self.build_refresh_token_request_params(token)
        token_info = await self.exchanged(params, self.checked_directory(state["provider"]))
        claims = await self.claims_of(token_info, None)
        who = await self.vouched(claims, token_info)
        if (who.provider, who.subject) != (state["provider"], state["subject"]):
            raise Refused("claims", "another person was renewed")
        entered = await self.ask(enter, who, UUID(state["tenant"]), again=True)
        if str(entered.user) != state["user"]:
            return None
        kept = _renewal(token_info)
        return self.model(
            entered,
            refresh_token=kept["refresh_token"] or token,
            signed_in_at=state["signed_in_at"],
        )

    async def _without_asking(self, state: dict[str, Any]) -> dict[str, Any] | None:
        found = await super().looked_at(state)
        if found is not None:
            found["auth_state"] |= {"refresh_token": None, "signed_in_at": state["signed_in_at"]}
        return found


def _renewal(token_info: dict[str, Any]) -> dict[str, Any]:
    return {"refresh_token": token_info.get("refresh_token"), "signed_in_at": time.time()}


def _about(who: Vouched) -> dict[str, str]:
    return {"name": who.name, "provider": who.provider, "subject": who.subject}


def _refused_by(error: HTTPClientError) -> Refused:
    said: Any = None
    if error.response is not None and error.code < 500:  # noqa: PLR2004 - HTTP
        try:
            said = json.loads(error.response.body)
        except ValueError:
            said = None
    if not isinstance(said, dict):
        return Refused("provider", str(error))
    return refused_elsewhere(said.get("error"), said.get("error_description"))
