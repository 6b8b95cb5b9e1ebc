"""Cards in Microsoft Teams: what stands in a log is text in them, and they are never too large."""

from __future__ import annotations

import json
from uuid import uuid4

from mindzie.access.destination_settings import Teams
from mindzie.access.outbox import Letter
from mindzie.investigations.alerts.message import Message
from mindzie.investigations.alerts.sending import card
from tests.investigations.receivers import said_of

LETTER = Letter(uuid4(), "", 1, {"severity": "critical", "occasion": "raised"}, Teams(), None, None)


def test_no_name_is_a_link_in_a_card_and_none_makes_it_too_large() -> None:
    evil = "[Sign in](https://evil.example) **now**\n# at once"
    facts = {"Figure": "3", "About": evil}
    much = "\n".join(f"events of {'審査' * 100}: {n} → 0" for n in range(12))
    made = card(LETTER, Message(evil, evil, facts, much, "", b"x" * 15_000))
    body = made["attachments"][0]["content"]["body"]
    # plain blocks of text, and sets of facts, take Markdown
    assert {one["type"] for one in body} == {"RichTextBlock"}
    assert said_of(body[1]) == evil
    assert said_of(body[-1]).startswith("events of 審査")
    for text, changes, picture in (
        ("A → " * 2000, much * 3, b""),
        ("審" * 9000, "", b"x" * 40_000),
    ):
        made = card(LETTER, Message("審" * 200, text, facts, changes, "", picture))
        assert len(json.dumps(made, ensure_ascii=False).encode()) < 28_000
        assert said_of(made["attachments"][0]["content"]["body"][1]).endswith(" …")
