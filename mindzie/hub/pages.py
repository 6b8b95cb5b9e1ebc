"""Refusals of a sign-in as pages that help: what happened, what to do, and no secret."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

from tornado import web

TEMPLATES: Final = str(Path(__file__).with_name("templates"))
"""For ``c.JupyterHub.template_paths``."""


class Words(NamedTuple):
    """A page: the answer's status, what happened, what to do."""

    status: int
    what: str
    todo: str


_AGAIN: Final = "Sign in once more, from the beginning."
_TELL: Final = "Tell who runs this hub; the reference below leads them to the details."
_FORGED: Final = "If it happens again, tell who runs this hub: somebody may be tampering with it."
PAGES: Final = {
    "state": Words(
        400,
        "This sign-in was not begun in this browser, was used before, or took too long.",
        f"{_AGAIN} Use one window for it, and let the browser keep cookies of this page.",
    ),
    "incomplete": Words(400, "The answer of the sign-in is not complete.", _AGAIN),
    "declined": Words(
        403,
        "The sign-in was cancelled, or the permission that it asks for was declined.",
        "Sign in once more and accept; where an administrator must accept first, ask them.",
    ),
    "unassigned": Words(
        403,
        "Your organisation has not assigned this application to your account.",
        "Ask who administers your directory to assign you, or a group of yours, to the application.",
    ),
    "stranger": Words(
        403,
        "This account is not of a directory that may use this application.",
        "Sign in with an account of your organisation.",
    ),
    "policy": Words(
        403,
        "A rule of your organisation (a conditional access policy) does not let you in from here.",
        "Use a device and a network that your organisation allows, or ask who administers your directory.",
    ),
    "code": Words(400, "The code of this sign-in was used before, or is too old.", _AGAIN),
    "settings": Words(
        500,
        "The hub and your directory do not agree on how this application signs in.",
        f"{_TELL} `mindzie admin entra check` says what to change.",
    ),
    "provider": Words(
        503,
        "Your directory could not be reached, or did not answer in time.",
        "Try again in a few minutes.",
    ),
    "keys": Words(
        503,
        "The keys of your directory could not be fetched, so nobody can be let in by its word.",
        "Try again in a few minutes.",
    ),
    "signature": Words(403, "The sign-in was not signed by your directory.", _FORGED),
    "audience": Words(403, "The sign-in is meant for another application.", _FORGED),
    "issuer": Words(403, "The sign-in was issued by another directory than it says.", _FORGED),
    "expired": Words(
        403,
        "The sign-in is no longer valid, or not yet.",
        f"{_AGAIN} If it happens again, the clock of the hub may be wrong: tell who runs it.",
    ),
    "nonce": Words(403, "The sign-in was made for another attempt.", _AGAIN),
    "claims": Words(
        403, "The sign-in lacks what tells who you are for good, or to which directory.", _TELL
    ),
    "directory": Words(
        403,
        "Your organisation's directory is not enrolled here.",
        "Sign in with another account, or ask who runs this hub to enrol your organisation.",
    ),
    "tenant": Words(
        403,
        "Your directory does not open the organisation that you asked for.",
        "Go back and sign in without naming one.",
    ),
    "several": Words(
        300, "Your account opens several organisations.", "Choose the one to work in now."
    ),
    "overage": Words(
        403,
        "You are in more groups than your directory says at once, and it was not allowed to be asked for the others.",
        "Ask who administers your directory to use app roles, or to allow the hub to read group memberships.",
    ),
    "groups": Words(
        503,
        "Your directory could not say which groups you are in.",
        "Try again in a few minutes; where it stays, tell who runs this hub.",
    ),
    "kept out": Words(403, "You are not let in.", ""),
    "workspace": Words(
        503,
        "The workspace cannot be reached at the moment.",
        "Try again in a few minutes; where it stays, tell who runs this hub.",
    ),
}
"""Every page by its code."""


class Refused(web.HTTPError):
    """A sign-in that was refused.

    Parameters
    ----------
    code : str
        One of ``PAGES``.
    detail : str
        For the hub's log and the audit log; never shown.
    says : str
        Shown in place of the page's words.
    choices : sequence of str
        Tenants to choose from.
    **about
        Facts for the audit log, such as the directory.

    Examples
    --------
    >>> Refused("code").words.status
    400
    """

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        says: str = "",
        choices: Sequence[str] = (),
        **about: str,
    ) -> None:
        words = PAGES[code]
        what, _, todo = says.partition(": ")
        self.words = (
            Words(words.status, f"{what}.", todo[:1].upper() + todo[1:])
            if todo
            else words._replace(what=says or words.what)
        )
        self.code, self.detail, self.choices, self.about = code, detail, tuple(choices), about
        super().__init__(words.status, "%s", f"{code}: {detail}")
        self.jupyterhub_message = f"{self.words.what} {self.words.todo}".strip()
        self.reference = ""
        self.tenant: UUID | None = None
