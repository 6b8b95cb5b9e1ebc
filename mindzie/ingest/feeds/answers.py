"""What servers answer, in words that say what to do."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import httpx

from mindzie.core.errors import SourceError
from mindzie.ingest.connectors.faults import scrubbed
from mindzie.ingest.json_depth import refuse_depth

_AGAIN: Final = {408, 425, 429, 500, 502, 503, 504}
_MEANINGS: Final = {
    400: "does not understand what it is asked", 401: "refuses the key or password: check it, and options auth=",
    403: "does not let this user read that: ask for the right to", 404: "has nothing there: check the path",
    405: "takes no such request there: check the path", 429: "has too many requests: read less often",
}  # fmt: skip


class GoneError(SourceError):
    """There is nothing at an address."""


class AgainError(SourceError):
    """What may go well when tried again, after some seconds where the server says so."""

    after: float | None = None


def json_of(response: httpx.Response, content: bytes, label: str) -> Any:
    """Return the JSON of an answer.

    Raises
    ------
    SourceError
        Where it is none.
    """
    content = content.removeprefix(b"\xef\xbb\xbf").strip()
    if content.startswith(b"<") or "html" in response.headers.get("Content-Type", ""):
        raise SourceError(
            f"{label} answers with a page for people instead of JSON: check the address, and whether it wants one to sign in (options auth=)."
        )
    refuse_depth(content, f"An answer of {label}") if content else None
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise SourceError(
            f"{label} answers with what is no JSON ({len(content):,} bytes): check the address."
        ) from None


def refused(
    response: httpx.Response, content: bytes, label: str, left: float, secrets: Iterable[str]
) -> SourceError:
    """Return the error of a refusal; one that may pass, where the server lets us wait no longer than there is time left."""
    status = response.status_code
    meaning = _MEANINGS.get(status) or f"answers {status} {response.reason_phrase}".rstrip()
    message = f"{label} {meaning}{_told(content, secrets)}."
    if status in _AGAIN:
        again = AgainError(message)
        again.after = _seconds(response.headers.get("Retry-After"))
        if again.after is not None and again.after > left:
            return SourceError(f"{message[:-1]}, and asks to wait {again.after:,.0f} seconds.")
        return again
    return GoneError(message) if status == httpx.codes.NOT_FOUND else SourceError(message)


def _told(content: bytes, secrets: Iterable[str]) -> str:
    """Return what a server says of its refusal, where it says it in JSON."""
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        return ""
    while isinstance(told, dict | list) and told:
        keys = ("message", "detail", "error_description", "error", "errors", "title")
        told = (
            told[0] if isinstance(told, list) else next((told[k] for k in keys if k in told), None)
        )
    return f" ({scrubbed(told[:200], secrets)})" if isinstance(told, str) else ""


def fault_of(error: httpx.HTTPError, label: str, *, answered: bool) -> SourceError:
    """Return the error of a request that got no answer; who answered before may answer again."""
    words = str(error).lower()
    if "certificate" in words:
        return SourceError(f"{label} shows a certificate that is not trusted here.")
    if isinstance(error, httpx.UnsupportedProtocol):
        return SourceError(f"{label} has no address that can be called.")
    if isinstance(error, httpx.DecodingError):
        return SourceError(f"{label} sends what cannot be unpacked.")
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        unknown = any(
            sign in words
            for sign in (
                "name or service",
                "getaddrinfo",
                "nodename",
                "no address",
                "temporary failure",
            )
        )
        said = (
            "is not found under that host name"
            if unknown
            else "does not answer: check the address, that it runs and that a firewall lets you through"
        )
        return (AgainError if answered else SourceError)(f"{label} {said}.")
    if isinstance(error, httpx.TimeoutException):
        return AgainError(f"{label} does not answer in time.")
    return AgainError(f"{label} cut the connection: see that it still runs, and read again.")


def _seconds(said: str | None) -> float | None:
    """Return the seconds that ``Retry-After`` asks for, as a number or a time."""
    if not said:
        return None
    try:
        return max(0.0, float(said))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(
        0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    )
