"""How requests are signed; secrets are put in last, beneath what logs and errors show."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Any, cast

import httpx

from mindzie.core.errors import SettingError, SourceError

_EARLY_SECONDS = 30


class Signing(httpx.BaseTransport):
    """Sends requests with a key that the requests themselves, which httpx logs, do not have.

    Parameters
    ----------
    inner : httpx.BaseTransport
        Sends them.
    headers, parameters : mapping
        What is added.
    check : callable
        Is told the bytes of each answer so far; what it raises stops the reading.
    """

    def __init__(
        self, inner: httpx.BaseTransport, headers: Mapping[str, str], parameters: Mapping[str, str], check: Callable[[int], None],
    ) -> None:  # fmt: skip
        self._inner, self._headers, self._parameters = inner, headers, parameters
        self._check = check

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, signed."""
        signed = httpx.Request(
            request.method,
            request.url.copy_merge_params(self._parameters) if self._parameters else request.url,
            headers={**dict(request.headers), **self._headers},
            stream=request.stream,
            extensions=request.extensions,
        )
        response = self._inner.handle_request(signed)
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=_Checked(cast(httpx.SyncByteStream, response.stream), self._check),
            extensions=response.extensions,
        )

    def close(self) -> None:
        """Close what sends."""
        self._inner.close()


class _Checked(httpx.SyncByteStream):
    """An answer, looked at piece by piece."""

    def __init__(self, inner: httpx.SyncByteStream, check: Callable[[int], None]) -> None:
        self._inner, self._check = inner, check

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for piece in self._inner:
            size += len(piece)
            self._check(size)
            yield piece

    def close(self) -> None:
        self._inner.close()


class ClientCredentials(httpx.Auth):
    """OAuth 2: a client gets a token for its id and secret, and a new one when that is over.

    Parameters
    ----------
    url : str
        Gives tokens.
    user, password : str
        The client's id and secret.
    scope : str
        What is asked for; may be empty.
    extensions : mapping
        Of its requests.
    """

    requires_response_body = False

    def __init__(
        self, url: str, user: str, password: str, scope: str, extensions: Mapping[str, Any]
    ) -> None:
        self._url, self._basic, self._scope = url, httpx.BasicAuth(user, password), scope
        self._extensions, self._token, self._until = dict(extensions), "", 0.0

    @property
    def secrets(self) -> tuple[str, ...]:
        """The token, which no message may hold."""
        return tuple(filter(None, (self._token,)))

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign a request; one that is refused is sent once more with a new token."""
        for last in (False, True):
            if not self._token or time.monotonic() > self._until:
                yield from self._renewed()
            request.headers["Authorization"] = f"Bearer {self._token}"
            response = yield request
            if last or response.status_code != httpx.codes.UNAUTHORIZED:
                return
            self._token = ""

    def _renewed(self) -> Generator[httpx.Request, httpx.Response, None]:
        said = {"grant_type": "client_credentials"} | (
            {"scope": self._scope} if self._scope else {}
        )
        asked = httpx.Request(
            "POST",
            self._url,
            data=said,
            headers={"Accept-Encoding": "identity"},
            extensions=self._extensions,
        )
        asked = next(self._basic.auth_flow(asked))
        response = yield asked
        response.read()
        try:
            answer = response.raise_for_status().json()
            self._token = str(answer["access_token"])
            seconds = float(answer.get("expires_in", 300))
        except (httpx.HTTPStatusError, ValueError, KeyError, TypeError):
            raise SourceError(
                f"{asked.url.host} gives no token (it answers {response.status_code}): check oauth_url, user=, password= and oauth_scope."
            ) from None
        self._until = time.monotonic() + max(1.0, seconds - _EARLY_SECONDS)


def signed_by(
    options: Mapping[str, str],
    user: str | None,
    password: str | None,
    extensions: Mapping[str, Any],
) -> tuple[dict[str, str], dict[str, str], httpx.Auth | None]:
    """Return headers, parameters and what else signs requests.

    Raises
    ------
    SettingError
        Where something is missing for it.
    """
    way, name = options["auth"], options["auth_name"]
    if way == "none":
        if password is not None:
            raise SettingError("Say what the password is for: options auth=, such as 'bearer'.")
        return {}, {}, None
    if password is None:
        raise SettingError(f"auth={way!r} needs password=, the key or token.")
    if way in {"basic", "oauth2"} and not user:
        raise SettingError(f"auth={way!r} needs user=, who signs in.")
    match way:
        case "bearer":
            return {"Authorization": f"Bearer {password}"}, {}, None
        case "header":
            return {name: password}, {}, None
        case "query":
            return {}, {name: password}, None
        case "basic":
            return {}, {}, httpx.BasicAuth(str(user), password)
    if not options["oauth_url"].startswith(("https://", "http://")):
        raise SettingError("auth='oauth2' needs oauth_url=, the address that gives tokens.")
    scope = options["oauth_scope"]
    made = ClientCredentials(options["oauth_url"], str(user), password, scope, extensions)
    return {}, {}, made
