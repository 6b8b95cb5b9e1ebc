"""Signing in with Microsoft Entra ID: one directory or many, in any of its clouds."""

from __future__ import annotations

from typing import Any

from oauthenticator.azuread import AzureAdOAuthenticator
from traitlets import Bool, Enum, Unicode, default

from mindzie.access.signing_on import Vouched
from mindzie.hub.entra_clouds import ANY, CLOUDS, GUID, issuer_of
from mindzie.hub.entra_graph import groups_of
from mindzie.hub.oidc import OpenIDAuthenticator
from mindzie.hub.pages import Refused

_MEMBER, _GUEST = 0, 1


class EntraAuthenticator(OpenIDAuthenticator, AzureAdOAuthenticator):  # type: ignore[misc]
    """Signs in with Microsoft Entra ID.

    Needed are ``client_id``, ``client_secret`` and ``oauth_callback_url``; ``tenant_id`` for a single directory. People are known by
    directory and object identifier, never by a name or an e-mail address.
    """

    cloud = Enum(list(CLOUDS), "public", config=True, help="Which of Microsoft's clouds.")
    authority = Unicode("", config=True, help="Where people sign in; where not set, the cloud's.")
    graph = Unicode("", config=True, help="Where Graph answers; where not set, the cloud's.")
    read_groups = Bool(
        False,
        config=True,
        help="Ask Graph for the groups of people in more than 200; an administrator of each directory must allow it.",
    )
    needed = ("tid", "oid")

    @default("login_service")
    def _service(self) -> str:
        return "Microsoft"

    @default("tenant_id")
    def _any_directory(self) -> str:
        return ANY

    @default("authority")
    def _authority(self) -> str:
        return CLOUDS[self.cloud].login

    @default("graph")
    def _graph(self) -> str:
        return CLOUDS[self.cloud].graph

    @default("issuer")
    def _issuer(self) -> str:
        return issuer_of(self.tenant_id, self.authority)

    @default("algorithms")
    def _algorithms(self) -> list[str]:
        return ["RS256"]

    @default("scope")
    def _scope(self) -> list[str]:
        asked = [f"{self.graph}/User.Read", f"{self.graph}/GroupMember.Read.All"]
        plain = ["openid", "profile", "email", "offline_access"]
        return plain + asked * self.read_groups

    def check_document(self, found: dict[str, Any]) -> None:
        """Refuse what another cloud or directory says; for all directories the issuer is a pattern."""
        one = GUID.fullmatch(self.tenant_id)
        expected = issuer_of(self.tenant_id if one else "{tenantid}", self.authority)
        if found["issuer"] != expected:
            raise Refused("settings", f"the issuer is {found['issuer']}, not {expected}")
        super().check_document({**found, "issuer": self.issuer})

    def checked_directory(self, said: str) -> str:
        """Return the directory that is asked for, or that an issuer is of: guests come in by it, not by their own."""
        found = GUID.search(said.lower())
        return found[0] if found else ""

    def at(self, address: str, directory: str) -> str:
        """Return an address as it is for one directory, where any may sign in."""
        if self.tenant_id != ANY or not directory:
            return address
        return address.replace(f"/{ANY}/", f"/{directory}/", 1)

    async def vouched(self, claims: dict[str, Any], token_info: dict[str, Any]) -> Vouched:
        """Return the person: known by directory and object, a guest where the directory says so."""
        for name in ("tid", "oid"):
            if not isinstance(claims[name], str) or not GUID.fullmatch(claims[name]):
                raise Refused("claims", f"{name} is {claims[name]!r}")
        groups = self.groups_in(claims)
        if _cut_off(claims):
            groups |= await self._other_groups(claims, token_info)
        return Vouched(
            claims["iss"],
            claims["oid"],
            self.shown(claims),
            claims.get("email") if isinstance(claims.get("email"), str) else None,
            groups,
            _guest(claims),
        )

    async def _other_groups(
        self, claims: dict[str, Any], token_info: dict[str, Any]
    ) -> frozenset[str]:
        if self.read_groups:
            return await groups_of(self, token_info.get("access_token", ""))
        if claims.get("roles"):
            return frozenset()  # app roles are all there, and say enough
        raise Refused("overage", "more groups than a token holds", provider=claims["iss"])


def _cut_off(claims: dict[str, Any]) -> bool:
    names = claims.get("_claim_names")
    return claims.get("hasgroups") is True or (isinstance(names, dict) and "groups" in names)


def _guest(claims: dict[str, Any]) -> bool | None:
    if claims.get("acct") in {_MEMBER, _GUEST}:
        return bool(claims["acct"] == _GUEST)
    if isinstance(claims.get("idp"), str):
        return bool(claims["idp"] != claims["iss"])
    return None
