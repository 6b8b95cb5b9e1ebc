"""Headers: what pages of the service may load, and who may frame them.

A published dashboard is code of its author in a reader's browser. Its frame is sandboxed, without an origin of its own: it has no cookies, and
reads nothing of the hub.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_SANDBOX: Final = "allow-scripts allow-forms allow-downloads allow-modals"
SANDBOX: Final = _SANDBOX
"""What a dashboard's frame may do."""


def _policy(**rules: str) -> str:
    return "; ".join(f"{name.replace('_', '-')} {rule}" for name, rule in rules.items())


def own(ancestors: Iterable[str] = ()) -> dict[str, str]:
    """Return the headers of a page of ours: nothing inline, nothing of another host.

    Parameters
    ----------
    ancestors : iterable of str
        Origins that may frame it.

    Returns
    -------
    dict of str
        By name.

    Examples
    --------
    >>> "frame-ancestors 'none'" in own()["Content-Security-Policy"]
    True
    """
    said = _policy(
        default_src="'none'",
        script_src="'self'",
        style_src="'self'",
        img_src="'self' data:",
        frame_src="'self'",
        connect_src="'self'",
        base_uri="'none'",
        form_action="'self'",
        frame_ancestors=" ".join(ancestors) or "'none'",
    )
    return {**_ALWAYS, "Content-Security-Policy": said}


def sandboxed(host: str, ancestors: Iterable[str] = ()) -> dict[str, str]:
    """Return the headers of a dashboard's frame: it runs scripts, and reaches this host's addresses of its page alone.

    Parameters
    ----------
    host : str
        As the browser calls this one, with its port.
    ancestors : iterable of str
        Origins that may frame the page around it.

    Returns
    -------
    dict of str
        By name.
    """
    here = f"'self' ws://{host} wss://{host}"
    said = _policy(
        sandbox=_SANDBOX,
        default_src="'none'",
        script_src="'self' 'unsafe-inline' 'unsafe-eval' blob:",
        style_src="'self' 'unsafe-inline' blob:",
        img_src="'self' data: blob:",
        font_src="'self' data:",
        connect_src=f"{here} data: blob:",
        worker_src="blob:",
        media_src="data: blob:",
        base_uri="'none'",
        form_action="'none'",
        frame_ancestors=" ".join(["'self'", *ancestors]),
    )
    return {
        **_ALWAYS,
        "Content-Security-Policy": said,
        # without an origin, what it loads from its own host comes from another one
        "Access-Control-Allow-Origin": "*",
        "Cache-Control": "no-store",
    }


PICTURE: Final = {
    **_ALWAYS,
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Cache-Control": "private, max-age=300",
}
"""Of a picture that an author made."""
ASSET: Final = {
    **_ALWAYS,
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "public, max-age=3600",
}
"""Of scripts, styles and fonts of our own installation."""
