"""What a reader's browser may send, and reach, of a page."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mindzie.hub.boards.assets import asset
from mindzie.hub.boards.policy import own, sandboxed
from mindzie.hub.boards.screening import KERNEL, asked, line, passes


def message(kind: Any, channel: str = "shell", **content: Any) -> bytes:
    """Return a message as Jupyter's page sends it."""
    parts = [
        channel.encode(),
        json.dumps({"msg_type": kind, "msg_id": "1", "session": "s"}).encode(),
        b"{}",
        b"{}",
        json.dumps(content).encode(),
    ]
    ends, at = [], 8 * (len(parts) + 2)
    for part in (*parts, b""):
        ends.append(at)
        at += len(part)
    head = [len(ends), *ends]
    return b"".join(number.to_bytes(8, "little") for number in head) + b"".join(parts)


def test_widgets_may_speak() -> None:
    assert passes(message("comm_msg", comm_id="1", data={"method": "update"}))
    assert passes(message("comm_info_request", target_name="jupyter.widget"))
    assert passes(message("kernel_info_request"))
    assert passes(message("comm_open", target_name="jupyter.widget.control"))


@pytest.mark.parametrize(
    "sent",
    [
        message("execute_request", code="1 / 0"),
        message("execute_request", "control", code="1 / 0"),
        message("comm_open", target_name="jupyter.widget"),
        message("comm_open", "control", target_name="jupyter.widget.control"),
        message("comm_open"),
        message("complete_request", code="o"),
        message("inspect_request", code="o"),
        message("history_request"),
        message("input_reply", "stdin", value="1"),
        message("comm_msg", "stdin"),
        message("debug_request", "control"),
        message("shutdown_request", "control"),
        message("interrupt_request", "control"),
        message(["comm_msg"]),
        message(None),
        message("comm_msg")[:40],
        b"",
        (2**60).to_bytes(8, "little"),
        json.dumps({"header": {"msg_type": "comm_msg"}, "channel": "shell"}),
    ],
)
def test_nothing_else_passes(sent: str | bytes) -> None:
    assert not passes(sent)


def test_only_the_page_and_its_kernel_are_asked() -> None:
    assert asked("")
    assert asked(f"api/kernels/{KERNEL}")
    for path in (
        "api",
        "api/kernels",
        f"api/kernels/{KERNEL}/interrupt",
        f"api/kernels/{KERNEL}\n",
        "api/contents",
        "api/sessions",
        "api/terminals",
        "voila/files/dashboard.ipynb",
        "claim",
        "metrics",
    ):
        assert not asked(path), path
        assert not asset("voila", path), path
        assert not asset("panel", path), path


def test_lines_are_those_of_the_kind() -> None:
    assert line("voila", f"api/kernels/{KERNEL}/channels")
    assert line("panel", "ws")
    assert not line("voila", "ws")
    assert not line("panel", f"api/kernels/{KERNEL}/channels")
    assert not line("", "")


def test_policies_name_no_other_host() -> None:
    said = sandboxed("hub.example")["Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in said.split("; "))
    assert "allow-same-origin" not in rules["sandbox"]
    hosts = {word for rule in rules.values() for word in rule.split() if "//" in word}
    assert hosts == {"ws://hub.example", "wss://hub.example"}
    assert rules["frame-ancestors"] == "'self'"
    ours = own()["Content-Security-Policy"]
    assert "unsafe" not in ours
    assert "frame-ancestors 'none'" in ours
    assert (
        "frame-ancestors https://a.example" in own(["https://a.example"])["Content-Security-Policy"]
    )
