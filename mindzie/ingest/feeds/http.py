"""Requests of APIs: bounded in time and bytes, tried again where that helps, never sent to another machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential,
    wait_random,
)

from mindzie.core.errors import SourceError
from mindzie.core.hosts import tracer
from mindzie.ingest.bounds import size_in_words
from mindzie.ingest.feeds.answers import AgainError, fault_of, json_of, refused
from mindzie.ingest.feeds.batch import whole
from mindzie.ingest.feeds.signing import ClientCredentials, Signing, signed_by
from mindzie.ingest.feeds.watch import Watch

FIRST_WAIT: Final = 0.5
_TRIES: Final = 5
_REDIRECTS: Final = 5
_PAGE_BYTES: Final = 64 << 20
_ANSWER_SECONDS: Final = 30.0


class Answer(NamedTuple):
    """An answer: its JSON, its address, and the next page's as a header says it."""

    body: Any
    url: httpx.URL
    link: str | None


class Caller:
    """Calls one API.

    Parameters
    ----------
    url : str
        The API's address.
    user, password : str, optional
        Who calls.
    options : mapping
        As the kind lists them.
    label : str
        What messages call it.
    guarded : bool
        Whether it has nothing of the machine that runs it, such as a proxy.
    private : bool
        Whether private networks are in reach.
    """

    def __init__(
        self, url: str, user: str | None, password: str | None, options: Mapping[str, str], label: str, *, guarded: bool,
        private: bool,
    ) -> None:  # fmt: skip
        try:
            self.url = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise SourceError(f"{label} has no address that can be called: {error}.") from None
        self.label, self._guarded, self._private = label, guarded, private
        self.most_bytes = whole(options, "max_bytes")
        self.most_pages = whole(options, "max_pages")
        own = urlsplit(options["oauth_url"]).hostname or "" if options["auth"] == "oauth2" else ""
        self._headers, self._parameters, self._auth = signed_by(
            options, user, password, self._extensions(own)
        )
        self._secrets = tuple(filter(None, (password,)))

    def _extensions(self, host: str) -> dict[str, Any]:
        return {"trace": tracer(host, self.label)} if not self._private else {}

    @contextmanager
    def opened(self, watch: Watch) -> Iterator[Call]:
        """Open what calls, for one reading."""
        sends = httpx.HTTPTransport(proxy=self._proxy(), trust_env=not self._guarded)

        def checked(size: int) -> None:
            watch.check()
            if size > _PAGE_BYTES:
                raise SourceError(
                    f"{self.label} answers with more than {size_in_words(_PAGE_BYTES)}: ask for smaller pages."
                )

        headers = {"User-Agent": "mindzie", "Accept": "application/json", "Accept-Encoding": "gzip"}
        with httpx.Client(
            transport=Signing(sends, self._headers, self._parameters, checked),
            headers=headers,
            auth=self._auth,
            trust_env=False,
        ) as client:
            yield Call(self, client, watch, self._extensions(self.url.host))

    def _proxy(self) -> str | None:
        """Return the proxy that this machine is set up with; behind one, the guard would not see whom it calls."""
        if self._guarded or proxy_bypass(self.url.host):
            return None
        return getproxies().get(self.url.scheme)

    def secrets(self) -> tuple[str, ...]:
        """Return what no message may hold."""
        auth = self._auth
        return (*self._secrets, *(auth.secrets if isinstance(auth, ClientCredentials) else ()))


class Call:
    """The requests of one reading."""

    def __init__(
        self, caller: Caller, client: httpx.Client, watch: Watch, extensions: dict[str, Any]
    ) -> None:
        self._caller, self._client, self._watch = caller, client, watch
        self._extensions, self._bytes, self._pages, self._answered = extensions, 0, 0, False

    def __call__(
        self, url: httpx.URL, parameters: Mapping[str, Any] | None = None, body: Any = None
    ) -> Answer:
        """Ask for one page.

        Raises
        ------
        SourceError
            Where there is no answer that can be read, with what to do.
        """
        self._pages += 1
        if self._pages > self._caller.most_pages:
            raise SourceError(
                f"{self._caller.label} has more than {self._caller.most_pages:,} pages: ask for less, or give options max_pages=."
            )
        address = url.copy_merge_params(dict(parameters)) if parameters else url
        retrying = Retrying(
            retry=retry_if_exception_type(AgainError),
            stop=stop_after_attempt(_TRIES),
            wait=_wait,
            sleep=self._watch.wait,
            reraise=True,
        )
        found: Answer = retrying(self._once, address, body)
        return found

    def _once(self, address: httpx.URL, body: Any) -> Answer:
        fault: SourceError | None = None
        for _ in range(_REDIRECTS + 1):
            self._watch.check()
            try:
                found = self._sent(address, body)
            except httpx.HTTPError as error:
                fault = fault_of(error, self._caller.label, answered=self._answered)
                break
            if isinstance(found, Answer):
                self._answered = True
                return found
            address = found
        if fault is None:
            fault = SourceError(
                f"{self._caller.label} sends from one address to the next without end."
            )
        self._watch.check()
        raise fault

    def _sent(self, address: httpx.URL, body: Any) -> Answer | httpx.URL:
        seconds = max(0.1, min(_ANSWER_SECONDS, self._watch.left))
        request = self._client.build_request(
            "GET" if body is None else "POST", address, json=body, timeout=seconds, extensions=self._extensions,
        )  # fmt: skip
        response = self._client.send(request, stream=True)
        try:
            if response.is_redirect:
                return self._redirected(response, body)
            content = self._content(response)
        finally:
            response.close()
        if response.is_error:
            raise refused(
                response, content, self._caller.label, self._watch.left, self._caller.secrets()
            )
        link = response.links.get("next", {}).get("url")
        return Answer(json_of(response, content, self._caller.label), address, link)

    def _redirected(self, response: httpx.Response, body: Any) -> httpx.URL:
        target = self.within(response.request.url, response.headers.get("Location", ""))
        if body is not None and response.status_code not in {307, 308}:
            raise SourceError(f"{self._caller.label} has moved: give its new address.")
        return target

    def within(self, address: httpx.URL, other: str) -> httpx.URL:
        """Return an address that a server names, where it is on the same machine.

        Raises
        ------
        SourceError
            Where it is on another, which would get the key.
        """
        try:
            target = address.join(other)
        except httpx.InvalidURL:
            target = httpx.URL("")
        same = (target.scheme, target.host, target.port) == (
            address.scheme,
            address.host,
            address.port,
        )
        safer = (
            address.scheme == "http"
            and target.scheme == "https"
            and target.port is address.port is None
        )
        if same or (safer and target.host == address.host):
            return target
        where = f"{target.scheme}://{target.host}" if target.host else "no address"
        raise SourceError(
            f"{self._caller.label} sends to another machine, {where}, and is not followed, as that would get the key: give its address if it is right."
        )

    def _content(self, response: httpx.Response) -> bytes:
        pieces, size = [], 0
        room = min(_PAGE_BYTES, self._caller.most_bytes - self._bytes)
        for piece in response.iter_bytes():
            size += len(piece)
            if size > room:
                raise self._too_large()
            pieces.append(piece)
        self._bytes += size
        return b"".join(pieces)

    def _too_large(self) -> SourceError:
        if self._caller.most_bytes < _PAGE_BYTES or self._bytes:
            return SourceError(
                f"{self._caller.label} answers with more than {size_in_words(self._caller.most_bytes)}: ask for less, or give options max_bytes=."
            )
        return SourceError(
            f"{self._caller.label} has a page of more than {size_in_words(_PAGE_BYTES)}: ask for smaller pages."
        )


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    after = getattr(error, "after", None)
    if after is not None:
        return float(after)
    return wait_exponential(FIRST_WAIT, max=30)(state) + wait_random(0, FIRST_WAIT)(state)
