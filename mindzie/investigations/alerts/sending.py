"""How a message reaches its destination, told apart by what the destination is."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any, Final

from mindzie.access.destination_settings import Email, Teams, Webhook
from mindzie.access.outbox import Letter
from mindzie.core.errors import MindzieError, MissingPackageError
from mindzie.core.hosts import allowed_addresses, is_private, tracer
from mindzie.investigations.alerts.mail import send_mail
from mindzie.investigations.alerts.message import Message
from mindzie.investigations.alerts.refusal import RefusedError

SECONDS: Final = 20.0
"""Longest time to wait for an answer."""
_TEAMS_BYTES: Final = 27_000
"""Of a card: a workflow takes 28 kB in all."""
_TEAMS_LETTERS: Final = 600
"""Of one of its lines."""
_AGAIN: Final = frozenset({408, 425, 429})
_COLORS: Final = {"info": "Accent", "warning": "Warning", "critical": "Attention"}


def send(letter: Letter, message: Message, *, private: bool = False) -> str | None:
    """Bring a message to its destination.

    Parameters
    ----------
    letter : Letter
        Where to.
    message : Message
        What it says.
    private : bool
        Whether private networks are in reach without the operator's word.

    Returns
    -------
    str or None
        What is to be said of it though it was taken, such as recipients who were refused.

    Raises
    ------
    RefusedError
        Where it was not taken.
    """
    secret = "" if letter.secret is None else letter.secret.get_secret_value()
    settings = letter.settings
    try:
        if isinstance(settings, Email):
            return send_mail(settings, secret, letter, message, private=private)
        if isinstance(settings, Webhook):
            _post(settings.url, *signed(letter, message, secret), private=private)
        elif isinstance(settings, Teams):
            _post(secret, _json(card(letter, message)), {}, private=private)
    except MindzieError as error:  # a host that is not allowed may be allowed later
        raise RefusedError(str(error)) from None
    return None


def _json(said: Any) -> bytes:
    return json.dumps(said, ensure_ascii=False, allow_nan=False).encode()


def signed(letter: Letter, message: Message, key: str) -> tuple[bytes, dict[str, str]]:
    """Return what a webhook gets, with the signature of its key.

    The signature is HMAC-SHA-256 in hexadecimal over the time, a full stop and the body, as ``t=TIME,v1=SIGNATURE``: who takes it
    compares in constant time, and refuses times that are minutes old.
    """
    said = letter.message
    names = ("occasion", "severity", "alert", "investigation", "project", "result", "text")
    body = _json(
        {
            "id": str(letter.id),
            **{name: said[name] for name in names},
            **{name: said[name] for name in ("figure", "accepted", "run", "at", "changed")},
            "parameters": said.get("parameters", {}),
            "changes": message.changes,
            "link": message.link,
            "picture": base64.b64encode(message.picture).decode(),
        }
    )
    moment = str(int(time.time()))
    made = hmac.new(key.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    return body, {
        "Mindzie-Signature": f"t={moment},v1={made}",
        "Idempotency-Key": str(letter.id),
    }


def card(letter: Letter, message: Message) -> dict[str, Any]:
    """Return a message as the Adaptive Card that a Teams workflow posts; without its picture, or what changed, where these are too much."""
    color = _COLORS.get(str(letter.message["severity"]), "Default")
    over = letter.message["occasion"] != "raised"
    title = _run(message.title, weight="Bolder", size="Medium", color="Good" if over else color)
    body = [
        _line(title, spacing="Default"),
        _line(_run(message.text), spacing="Default"),
        *(_line(_run(f"{name}: ", isSubtle=True), _run(said)) for name, said in message.facts.items()),
    ]  # fmt: skip
    changes = [_line(_run(line, isSubtle=True)) for line in message.changes.splitlines()]
    for more in ([*_image(message), *changes], changes, _image(message)):
        made = _card([*body, *more], message.link)
        if len(_json(made)) <= _TEAMS_BYTES:
            return made
    return _card(body, message.link)


def _run(text: str, **look: Any) -> dict[str, Any]:
    """Return text as it is written: a plain block takes Markdown, and a name in it could be a link."""
    said = text if len(text) <= _TEAMS_LETTERS else f"{text[:_TEAMS_LETTERS]} \u2026"
    return {"type": "TextRun", "text": said, **look}


def _line(*runs: dict[str, Any], spacing: str = "Small") -> dict[str, Any]:
    return {"type": "RichTextBlock", "spacing": spacing, "inlines": list(runs)}


def _image(message: Message) -> list[dict[str, Any]]:
    if not message.picture:
        return []
    drawn = base64.b64encode(message.picture).decode()
    said = _run(message.text)["text"]
    return [{"type": "Image", "url": f"data:image/png;base64,{drawn}", "altText": said}]


def _card(body: list[dict[str, Any]], link: str) -> dict[str, Any]:
    content: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
    }
    if link:
        content["actions"] = [{"type": "Action.OpenUrl", "title": "Look at it", "url": link}]
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "content": content}]}


def _post(url: str, body: bytes, headers: dict[str, str], *, private: bool) -> None:
    """Post JSON; where it leads elsewhere nobody follows, and no answer is read."""
    try:
        import httpx
    except ModuleNotFoundError:
        raise MissingPackageError("Webhooks need httpx: pip install 'mindzie[runs]'.") from None
    label = "The destination"
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL:
        raise RefusedError("The destination's address is none.", for_good=True) from None
    if address.scheme not in ("http", "https") or not address.host:
        raise RefusedError("The destination's address is no https address.", for_good=True)
    found = allowed_addresses(address.host, label, private=private)
    if address.scheme == "http" and not all(map(is_private, found)):
        raise RefusedError(f"{address.host} lies outside: it is told by https only.", for_good=True)
    trace = {} if private else {"trace": tracer(address.host, label)}
    told = {"Content-Type": "application/json", "User-Agent": "mindzie", **headers}
    with _client(httpx) as client:
        try:
            with client.stream(
                "POST", address, content=body, headers=told, extensions=trace
            ) as answer:
                code = answer.status_code
        except httpx.HTTPError as error:
            # the address may be a secret: only its host is named
            raise RefusedError(f"{address.host} did not answer: {type(error).__name__}.") from None
    if not answer.is_success:
        for_good = not answer.is_server_error and code not in _AGAIN
        where = ", which leads elsewhere" if answer.is_redirect else ""
        raise RefusedError(f"{address.host} answered {code}{where}.", for_good=for_good)


def _client(httpx: Any) -> Any:
    return httpx.Client(timeout=SECONDS, follow_redirects=False, trust_env=False)
