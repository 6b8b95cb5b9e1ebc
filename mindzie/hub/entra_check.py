"""Looking a set-up of Entra ID over: what works, what does not, and what to change in the portal, in words."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from tornado.httpclient import HTTPResponse

from mindzie.core.words import counted
from mindzie.hub.entra import EntraAuthenticator
from mindzie.hub.entra_clouds import ANY, GUID, issuer_of
from mindzie.hub.oidc import secure
from mindzie.hub.oidc_tokens import SigningKeys
from mindzie.hub.pages import Refused

_NUMBER: Final = re.compile(r"AADSTS(\d{4,7})\b")
_APP: Final = "Entra admin center > App registrations > your application"
_TODO: Final = {
    "50011": f"{_APP} > Authentication > Web > Redirect URIs: add {{callback}} letter by letter.",
    "500113": f"{_APP} > Authentication > Add a platform > Web: add {{callback}}.",
    "700016": "The directory does not know the application {client}: compare it with Application (client) ID on the application's Overview; where it is another directory's, an administrator there opens {consent} and accepts.",
    "50194": f"{_APP} > Authentication > Supported account types: choose accounts in any organizational directory; or set tenant_id to the application's own directory.",
    "90002": "There is no such directory in this cloud: compare it with Directory (tenant) ID on Entra admin center > Overview, and look whether cloud is right.",
    "7000215": f"{_APP} > Certificates & secrets: make a new client secret and take its Value, not its Secret ID.",
    "7000222": f"{_APP} > Certificates & secrets: the secret has expired; make a new one.",
    "65001": "An administrator of the directory opens {consent} and accepts.",
}
_ACCT: Final = f"{_APP} > Token configuration > Add optional claim > ID > acct; or let guests in, with `mindzie admin entra enrol --guests`."
_ROLES: Final = f"{_APP} > App roles: make roles; Enterprise applications > your application > Users and groups: assign people or groups to them."
_OVERAGE: Final = f"{_ROLES} Or set read_groups, and an administrator of the directory accepts GroupMember.Read.All."


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was looked at.

    Parameters
    ----------
    what : str
        What it is.
    todo : str
        What to change; empty where it is well.
    """

    what: str
    todo: str = ""

    def __str__(self) -> str:
        """Return it as a line."""
        return f"to do  {self.what} {self.todo}" if self.todo else f"well   {self.what}"


async def findings(
    authenticator: EntraAuthenticator, directories: Iterable[dict[str, Any]], token: str = ""
) -> AsyncIterator[Finding]:
    """Look everything over, one thing after the other.

    Parameters
    ----------
    authenticator : EntraAuthenticator
        With the hub's settings.
    directories : iterable of dict
        What is enrolled for the tenant, as ``Directories.listed`` says it.
    token : str
        An ID token of a person of the tenant, to see what it says.

    Yields
    ------
    Finding
        What is well, and what is not.
    """
    for finding in _settings(authenticator):
        yield finding
    enrolled = list(directories)
    if not enrolled:
        todo = "Enrol one: `mindzie admin entra enrol TENANT DIRECTORY`."
        yield Finding("No directory is enrolled for this tenant.", todo)
    ours = issuer_of("", authenticator.authority).removesuffix("/v2.0")
    for each in enrolled:
        if each["provider"].startswith(ours):
            async for finding in _directory(authenticator, each):
                yield finding
        else:
            todo = f"The hub signs in at {authenticator.authority}: nobody of it gets in."
            yield Finding(f"{each['provider']} is another provider's.", todo)
    if token:
        async for finding in _sample(authenticator, token.strip(), enrolled):
            yield finding


def _settings(authenticator: EntraAuthenticator) -> Iterable[Finding]:
    callback, client = authenticator.oauth_callback_url, authenticator.client_id
    if not GUID.fullmatch(client):
        todo = f"Set it: {_APP} > Overview > Application (client) ID."
        yield Finding(f"client_id is {client!r}, which is none.", todo)
    if not authenticator.client_secret:
        yield Finding("There is no client_secret.", f"Set it: {_APP} > Certificates & secrets.")
    if not secure(callback) or not callback.endswith("/hub/oauth_callback"):
        todo = "Set it to https://, the hub's host, and /hub/oauth_callback."
        yield Finding(f"oauth_callback_url is {callback!r}.", todo)
    else:
        yield Finding(f"People come back to {callback}.")
    if authenticator.tenant_id != ANY and not GUID.fullmatch(authenticator.tenant_id):
        todo = f"Set it to {ANY!r}, or to a Directory (tenant) ID."
        yield Finding(f"tenant_id is {authenticator.tenant_id!r}.", todo)


async def _directory(
    authenticator: EntraAuthenticator, enrolled: dict[str, Any]
) -> AsyncIterator[Finding]:
    directory = urlsplit(enrolled["provider"]).path.strip("/").partition("/")[0]
    if authenticator.tenant_id not in {ANY, directory}:
        todo = f"Set tenant_id to it, or to {ANY!r}."
        yield Finding(
            f"The hub asks directory {authenticator.tenant_id} alone, not {directory}.", todo
        )
    home = _like(authenticator, directory)
    try:
        document = await home.discover()
        keys: SigningKeys = home.keys  # type: ignore[assignment]
        found = await asyncio.to_thread(keys.get_signing_keys)
    except Refused as refusal:
        yield Finding(f"Directory {directory}: {refusal.words.what}", _todo(home, refusal.detail))
        return
    except (jwt.PyJWTError, OSError, ValueError) as error:
        yield Finding(
            f"The keys of directory {directory} cannot be fetched ({error}).",
            "Let the hub reach that address.",
        )
        return
    yield Finding(f"Directory {directory} is reached, and signs with {counted(len(found), 'key')}.")
    yield await _redirect(home, document)
    yield await _secret(home, document)
    if not enrolled["newcomers"]:
        yield Finding(
            f"From {directory} come people who were enrolled, and those of roles and groups that `mindzie admin entra map` names."
        )


def _like(authenticator: EntraAuthenticator, directory: str) -> EntraAuthenticator:
    same = ("authority", "graph", "client_id", "client_secret", "oauth_callback_url", "scope")
    return EntraAuthenticator(
        tenant_id=directory, **{name: getattr(authenticator, name) for name in same}
    )


async def _redirect(home: EntraAuthenticator, document: dict[str, Any]) -> Finding:
    """Ask as a browser that is signed in nowhere: only to a known address is it sent back with that news."""
    asked = {"client_id": home.client_id, "redirect_uri": home.oauth_callback_url}
    asked |= {"response_type": "code", "scope": "openid", "prompt": "none", "state": "check"}
    asked |= {"nonce": "check", "code_challenge": "x" * 43, "code_challenge_method": "S256"}
    answer = await _ask(home, f"{document['authorization_endpoint']}?{urlencode(asked)}")
    if isinstance(answer, str):
        return Finding(
            f"The page for signing in does not answer ({answer}).", "Let the hub reach it."
        )
    back = answer.headers.get("Location", "")
    if back.startswith(home.oauth_callback_url):
        said = parse_qs(urlsplit(back).query).get("error_description", [""])[0]
        number = _NUMBER.search(said)
        if number is None or number[1] not in _TODO:
            return Finding("The application and its redirect address are known there.")
        return Finding("The application cannot sign in there.", _todo(home, said))
    said = (answer.body or b"").decode(errors="replace")
    return Finding(
        "The redirect address, or the application, is not known there.", _todo(home, said)
    )


async def _secret(home: EntraAuthenticator, document: dict[str, Any]) -> Finding:
    asked = {"client_id": home.client_id, "client_secret": home.client_secret}
    asked |= {"grant_type": "client_credentials", "scope": f"{home.graph}/.default"}
    answer = await _ask(home, document["token_endpoint"], method="POST", body=urlencode(asked))
    if isinstance(answer, str):
        return Finding(f"Tokens are not given ({answer}).", "Let the hub reach that address.")
    said = (answer.body or b"").decode(errors="replace")
    if answer.code == 200:  # noqa: PLR2004 - HTTP
        return Finding("The client secret is right.")
    return Finding("The client secret is not taken.", _todo(home, said))


async def _ask(home: EntraAuthenticator, address: str, **options: Any) -> HTTPResponse | str:
    try:
        answer: HTTPResponse = await home.httpfetch(
            address,
            parse_json=False,
            raise_error=False,
            follow_redirects=False,
            request_timeout=15,
            **options,
        )
    except (OSError, ValueError) as error:
        return str(error)
    return str(answer.error) if answer.code == 599 else answer  # noqa: PLR2004 - no answer


def _todo(home: EntraAuthenticator, said: str) -> str:
    number = _NUMBER.search(said)
    advice = _TODO.get(number[1]) if number else None
    if advice is None:
        more = f" (AADSTS{number[1]})" if number else ""
        return f"Look whether the hub reaches {home.authority}, and into its log{more}."
    consent = f"{home.authority}/{home.tenant_id}/adminconsent?client_id={home.client_id}"
    return advice.format(callback=home.oauth_callback_url, client=home.client_id, consent=consent)


async def _sample(
    authenticator: EntraAuthenticator, token: str, enrolled: list[dict[str, Any]]
) -> AsyncIterator[Finding]:
    try:
        claims = await authenticator.claims_of({"id_token": token}, None)
        yield Finding("The token is signed by its directory, for this application, and holds now.")
    except Refused as refusal:
        yield Finding(f"The token: {refusal.words.what}", f"({refusal.detail}) Take a new one.")
        try:
            claims = jwt.decode(token, options={"verify_signature": False})
        except jwt.PyJWTError:
            return
    known = {each["provider"]: each for each in enrolled}
    home = known.get(str(claims.get("iss")))
    if home is None:
        todo = "Enrol it: `mindzie admin entra enrol TENANT DIRECTORY`."
        yield Finding(f"Directory {claims.get('tid')} is not enrolled for this tenant.", todo)
    elif not home["guests"] and "acct" not in claims:
        yield Finding("The token does not say whether the person is a guest.", _ACCT)
    for finding in _groups(authenticator, claims):
        yield finding


def _groups(authenticator: EntraAuthenticator, claims: dict[str, Any]) -> Iterable[Finding]:
    roles, groups = claims.get("roles"), claims.get("groups")
    if "_claim_names" in claims or claims.get("hasgroups"):
        if authenticator.read_groups or roles:
            yield Finding("The person is in more groups than a token holds.")
        else:
            yield Finding("The person is in more groups than a token holds.", _OVERAGE)
    if roles or groups:
        named = ", ".join(map(str, [*(roles or []), *(groups or [])]))
        yield Finding(f"App roles and groups: {named}.")
    else:
        yield Finding("The token names neither app roles nor groups.", _ROLES)
