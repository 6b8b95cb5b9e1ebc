"""What of a page a reader's browser may reach: addresses, and messages to the kernel.

The page's own widgets speak by messages of comms; there is no way to send code, or to open a comm of one's choice.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any, Final

KERNEL: Final = "00000000-0000-4000-8000-000000000000"
"""What each page calls its one kernel."""
PROTOCOL: Final = "v1.kernel.websocket.jupyter.org"
"""Of messages that are understood here."""
_MESSAGES: Final = frozenset({"comm_msg", "comm_close", "comm_info_request", "kernel_info_request"})
_CONTROL: Final = "jupyter.widget.control"
"""By which the page asks for the state of all its widgets."""
_ASKED: Final = re.compile(rf"|api/kernels/{KERNEL}", re.ASCII)
_LINES: Final = {"voila": f"api/kernels/{KERNEL}/channels", "panel": "ws"}
_PARTS: Final = 6
_WORD: Final = 8


def asked(path: str) -> bool:
    """Return whether a browser may ask a page for this.

    Examples
    --------
    >>> asked(""), asked("api/contents"), asked("api/kernels")
    (True, False, False)
    """
    return _ASKED.fullmatch(path) is not None


def line(kind: str, path: str) -> bool:
    """Return whether a page of some kind has a websocket at a path.

    Examples
    --------
    >>> line("panel", "ws"), line("voila", "terminals/websocket/1")
    (True, False)
    """
    return _LINES.get(kind) == path


def passes(message: str | bytes) -> bool:
    """Return whether a browser's message may go to the kernel.

    Parameters
    ----------
    message : str or bytes
        As Jupyter's first websocket protocol has them; others do not pass.

    Returns
    -------
    bool
        True for messages of widgets.

    Examples
    --------
    >>> passes('{"header": {"msg_type": "execute_request"}}')
    False
    """
    try:
        channel, header, content = _parts(message)
        kind = str(header["msg_type"])
        if kind == "comm_open":
            return bool(channel == "shell" and content["target_name"] == _CONTROL)
    except (ValueError, LookupError, TypeError, RecursionError):
        return False
    return channel in {"shell", "control"} and kind in _MESSAGES


def _parts(message: str | bytes) -> tuple[str, dict[str, Any], dict[str, Any]]:
    if isinstance(message, str):
        raise TypeError(message)
    count = int.from_bytes(message[:_WORD], "little")
    if not _PARTS <= count <= len(message) // _WORD - 1:
        raise ValueError(count)
    ends = [
        int.from_bytes(message[_WORD * (n + 1) : _WORD * (n + 2)], "little") for n in range(_PARTS)
    ]
    channel, header, _, _, content = (message[start:end] for start, end in pairwise(ends))
    return channel.decode("ascii"), json.loads(header), json.loads(content)
