"""Messages of alerts reach a mail server, a webhook and Teams: each with the figure, a picture, what changed and the link."""

from __future__ import annotations

import base64
import email
import email.policy
import hashlib
import hmac
import json
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

import mindzie as mz
from mindzie.access import outbox
from mindzie.access.alerting import Alert, Delivery, Destination
from mindzie.access.entrance import Place
from mindzie.access.investigating import Investigation
from mindzie.access.workspace import Workspace
from mindzie.investigations.alerts import sending
from mindzie.investigations.alerts.postman import Postman
from tests.access.installing import keys, place, place_on
from tests.investigations.done_runs import done, number, why
from tests.investigations.receivers import (
    HOST,
    PASSWORD,
    Hook,
    Post,
    certificate,
    mail_server,
    said_of,
    web_server,
)
from tests.servers.databases import on_sqlite

__all__ = ["keys", "place", "place_on", "why"]
RULE = {"kind": "threshold", "result": "open", "above": 10}


@pytest.fixture(autouse=True)
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this machine be reached, as its operator says."""
    monkeypatch.setenv("MINDZIE_SOURCE_HOSTS", HOST)
    monkeypatch.setenv("MINDZIE_LINK", "https://mindzie.example.org/runs/{run}")


@pytest.fixture
def hook() -> Iterator[Hook]:
    """Return a web server."""
    with web_server() as found:
        yield found


@pytest.fixture
def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    """Return a mail server whose certificate is trusted."""
    file = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with mail_server(file) as found:
        yield found


def to_mail(why: Investigation, post: Post, password: str = PASSWORD, **more: Any) -> Destination:
    ws = Workspace(why._door)
    key = ws.secrets.keep("mail", password)
    settings = {"host": HOST, "port": post.port, "user": "mindzie", "sender": "m@example.org"}
    settings |= {"to": ["ada@example.org", "ben@example.org"], **more}
    return ws.destinations.create("mail", kind="email", settings=settings, secret_id=key)


def to_hook(why: Investigation, hook: Hook, kind: str = "webhook") -> Destination:
    ws = Workspace(why._door)
    url = f"{hook.url}/workflows/1"
    key = ws.secrets.keep("hook", "k3y" if kind == "webhook" else url)
    settings = {"url": url} if kind == "webhook" else {}
    return ws.destinations.create("hook", kind=kind, settings=settings, secret_id=key)


def raised(why: Investigation, to: Destination, **more: Any) -> Alert:
    """Have two runs, the second of which raises an alert."""
    made = why.alerts.create("too many", **{"rule": RULE, "destination_id": to, **more})
    done(why.request_run(again=True), number("open", 8)).accept()
    done(why.request_run(again=True), number("open", 12))
    return made


def sent(why: Investigation, made: Alert) -> Delivery:
    """Let a worker look, and return the newest message."""
    said: list[str] = []
    with Postman(Workspace(why._door), every=3600, told=said.append):
        pass
    return list(made.deliveries)[-1]


def test_mail_has_figure_picture_changes_and_link(why: Investigation, post: Post) -> None:
    made = raised(why, to_mail(why, post), severity="critical")
    one = sent(why, made)
    assert (one.state, one.attempts, one.error) == ("done", 1, None)
    ((envelope, signed_in),) = post.mails
    assert signed_in
    assert envelope.rcpt_tos == ["ada@example.org", "ben@example.org"]
    mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    assert mail["Subject"] == "Alert (critical): too many"
    assert mail["Message-ID"] == f"<{one.id}@mindzie>"
    plain = mail.get_body(("plain",))
    assert plain is not None
    text = plain.get_content()
    assert "Open is 12, above 10." in text
    assert "Figure: 12\r\nAccepted: 8\r\n" in text
    assert "open: 8 → 12 (+50 %)" in text
    assert f"https://mindzie.example.org/runs/{one.run_id}" in text
    parts = {part.get_content_type(): part for part in mail.walk()}
    picture = parts["image/png"].get_content()
    assert picture[1:4] == b"PNG"
    assert "cid:picture" in parts["text/html"].get_content()
    assert PASSWORD not in envelope.content.decode()


def test_a_server_that_refuses(why: Investigation, post: Post) -> None:
    post.refuse = {"ben@example.org": "550 No such user"}
    to = to_mail(why, post)
    made = raised(why, to)
    one = sent(why, made)
    assert (one.state, one.error) == ("done", "1 recipient refused: ben@example.org.")
    post.refuse["ada@example.org"] = "450 Later"
    waits = sent_test(why, made)
    assert (waits.state, waits.error) == ("waiting", f"{HOST} refused every recipient (450).")
    waits.cancel()
    Workspace(why._door).secrets["mail"].replace("another")
    wrong = sent_test(why, made)
    assert (wrong.state, wrong.error) == (
        "waiting",
        f"{HOST} answered 535: user or password is wrong.",
    )


def sent_test(why: Investigation, made: Alert) -> Delivery:
    made.refresh().test()
    return sent(why, made)


@on_sqlite
def test_a_certificate_that_nobody_trusts(
    why: Investigation, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    one = sent(why, raised(why, to_mail(why, post)))
    assert one.state == "waiting"
    assert str(one.error).startswith(
        f"No encrypted connection to {HOST}: CERTIFICATE_VERIFY_FAILED"
    )
    assert post.mails == []


def test_a_webhook_is_signed_and_comes_again_under_the_same_key(
    why: Investigation, hook: Hook
) -> None:
    hook.answers = [503]
    made = raised(why, to_hook(why, hook))
    one = sent(why, made)
    assert (one.state, one.error) == ("waiting", f"{HOST} answered 503.")
    one.cancel()
    one.retry()
    assert sent(why, made).state == "done"
    keys = {headers["Idempotency-Key"] for _, headers, _ in hook.calls}
    assert keys == {str(one.id)}
    path, headers, body = hook.calls[1]
    assert path == "/workflows/1"
    moment, signature = (part.partition("=")[2] for part in headers["Mindzie-Signature"].split(","))
    expected = hmac.new(b"k3y", f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(signature, expected)
    said = json.loads(body)
    assert (said["text"], said["figure"], said["changed"]) == ("open is 12, above 10", "12", 1)
    assert "open: 8 → 12 (+50 %)" in said["changes"]
    assert base64.b64decode(said["picture"])[1:4] == b"PNG"


@on_sqlite
def test_nobody_follows_where_a_webhook_leads(why: Investigation, hook: Hook) -> None:
    hook.answers = [307]
    one = sent(why, raised(why, to_hook(why, hook)))
    assert (one.state, one.error) == ("failed", f"{HOST} answered 307, which leads elsewhere.")
    assert len(hook.calls) == 1


@on_sqlite
def test_private_networks_are_the_operators(
    why: Investigation, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MINDZIE_SOURCE_HOSTS")
    one = sent(why, raised(why, to_hook(why, hook)))
    assert one.state == "waiting"
    assert "MINDZIE_SOURCE_HOSTS=127.0.0.1" in str(one.error)
    assert hook.calls == []


@on_sqlite
def test_teams_gets_an_adaptive_card(why: Investigation, hook: Hook) -> None:
    made = raised(why, to_hook(why, hook, "teams"))
    assert sent(why, made).state == "done"
    done(why.request_run(again=True), number("open", 3))
    assert sent(why, made).occasion == "over"
    first, second = (json.loads(body)["attachments"][0] for _, _, body in hook.calls)
    assert first["contentType"] == "application/vnd.microsoft.card.adaptive"
    body = first["content"]["body"]
    assert (body[0]["inlines"][0]["color"], said_of(body[0])) == (
        "Warning",
        "Alert (warning): too many",
    )
    said = [said_of(one) for one in body]
    assert said[1:3] == ["Open is 12, above 10.", "Figure: 12"]
    (picture,) = (one for one in body if one["type"] == "Image")
    assert picture["url"].startswith("data:image/png;base64,")
    assert said[-1] == "open: 8 → 12 (+50 %)"
    assert first["content"]["actions"][0]["url"].startswith("https://mindzie.example.org/runs/")
    assert len(hook.calls[0][2]) < 28_000
    title = second["content"]["body"][0]
    assert (said_of(title), title["inlines"][0]["color"]) == ("Over: too many", "Good")


def test_an_alert_is_told_without_a_picture_where_its_map_cannot_be_drawn(
    why: Investigation, hook: Hook
) -> None:
    odd = {"columns": [], "rows": [{"activity": 3}, {"activity": "x", "events": {}}]}
    result = {"name": "map", "kind": "graph", "nodes": odd, "edges": odd, "facts": {"cases": 20}}
    rule = {"kind": "threshold", "result": "map", "figure": "cases", "above": 0}
    made = why.alerts.create("any", rule=rule, destination_id=to_hook(why, hook))
    done(why.request_run(again=True), result)
    assert sent(why, made).state == "done"
    assert json.loads(hook.calls[0][2])["picture"] == ""


@on_sqlite
def test_a_password_that_no_mail_server_could_take_is_said_in_words(
    why: Investigation, post: Post
) -> None:
    one = sent(why, raised(why, to_mail(why, post, password="pässwört")))
    assert (one.state, one.error) == (
        "waiting",
        f"{HOST} takes no user and no password with letters beyond ASCII.",
    )


@on_sqlite
def test_nothing_is_told_in_clear_beyond_ones_own_networks(
    why: Investigation, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "allowed_addresses", lambda *_, **__: ("8.8.8.8",))
    one = sent(why, raised(why, to_hook(why, hook)))
    assert (one.state, hook.calls) == ("failed", [])
    assert str(one.error).endswith("it is told by https only.")


@on_sqlite
def test_a_map_is_drawn_and_a_message_goes_without_where_nothing_is_left(
    why: Investigation, hook: Hook, place: Place
) -> None:
    graph = mz.demo("order-to-cash", cases=20).calculate(mz.calculators.ProcessMap())
    rule = {"kind": "threshold", "result": "map", "figure": "cases", "above": 0}
    made = why.alerts.create("any", rule=rule, destination_id=to_hook(why, hook))
    result = {"name": "map", **graph.to_json(), "facts": {"cases": 20}}
    run = done(why.request_run(again=True), result)
    assert sent(why, made).state == "done"
    drawn = base64.b64decode(json.loads(hook.calls[0][2])["picture"])
    assert len(drawn) > 20_000
    test = made.refresh().test()
    run.delete()
    assert sent(why, made).id == test.id
    assert json.loads(hook.calls[1][2])["picture"] == ""


def test_it_is_one_transaction(
    why: Investigation, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the end of a run is not kept, neither is what it raised."""
    made = why.alerts.create("x", rule=RULE, destination_id=to_hook(why, hook))
    asked = why.request_run(again=True)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("The machine stops.")

    monkeypatch.setattr("mindzie.access.audit.write", broken)
    with pytest.raises(RuntimeError):
        done(asked, number("open", 12))
    monkeypatch.undo()
    assert list(made.deliveries) == []
    assert outbox.take(why._door) is None
