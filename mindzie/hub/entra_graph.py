"""Groups of people who are in more of them than a token holds, asked for at Microsoft Graph."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any, Final

from tornado.httpclient import HTTPClientError

from mindzie.hub.pages import Refused

TRIES: Final = 5
LONGEST: Final = 20.0
"""Seconds between two tries, at most."""
_BUSY: Final = frozenset({429, 500, 502, 503, 504, 599})


async def groups_of(authenticator: Any, token: str) -> frozenset[str]:
    """Return the identifiers of a person's security groups, those within groups too.

    Parameters
    ----------
    authenticator : EntraAuthenticator
        Whose Graph is asked.
    token : str
        The person's access token.

    Returns
    -------
    frozenset of str
        Up to 11,000; Graph refuses more.

    Raises
    ------
    Refused
        Where it may not be asked, or does not answer.
    """
    for tries in range(TRIES):
        try:
            found = await authenticator.httpfetch(
                f"{authenticator.graph.rstrip('/')}/v1.0/me/getMemberGroups",
                method="POST",
                headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
                body=json.dumps({"securityEnabledOnly": True}),
                request_timeout=15,
            )
            return frozenset(str(key) for key in found["value"])
        except HTTPClientError as error:
            if error.code not in _BUSY:
                raise Refused("overage", f"Graph answers {error.code}") from None
            wait = pause(tries, error)
        except (OSError, KeyError, TypeError, ValueError):
            wait = pause(tries)
        if tries < TRIES - 1:
            await asyncio.sleep(wait)
    raise Refused("groups", f"Graph did not answer {TRIES} times")


def pause(tries: int, error: HTTPClientError | None = None) -> float:
    """Return the seconds to wait: what Graph asks for, else longer each time, and not all at once.

    Examples
    --------
    >>> 0.5 <= pause(0) <= 1.0, pause(9) <= LONGEST
    (True, True)
    """
    asked = (
        ""
        if error is None or error.response is None
        else error.response.headers.get("Retry-After", "")
    )
    if asked.isdigit():
        return min(float(asked), LONGEST)
    return min(2.0**tries, LONGEST) * random.uniform(0.5, 1)  # noqa: S311 - no secret
