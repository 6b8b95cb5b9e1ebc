"""What a destination may be told, by its kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from mindzie.core.errors import SettingError, unknown
from mindzie.core.refusals import spoken

Address = Annotated[
    str,
    StringConstraints(
        pattern=r"^[^\s@<>,;:\"\\\x00-\x20\x7f]+@[^\s@<>,;:\"\\\x00-\x20\x7f]+$", max_length=254
    ),
]


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Email(_Settings):
    """A mail server, and to whom it brings the message.

    Parameters
    ----------
    host : str
        Of the server.
    to : list of str
        Addresses.
    sender : str
        The address it comes from.
    port : int, optional
        587 with STARTTLS, 465 with TLS, 25 without, where not given.
    security : {"starttls", "tls", "none"}
        How the connection is encrypted; without it no password is sent.
    user : str
        Who signs in, by the secret; empty: nobody does.
    """

    host: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]+$", max_length=253)]
    to: Annotated[list[Address], Field(min_length=1, max_length=50)]
    sender: Address
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: Annotated[str, StringConstraints(max_length=254)] = ""


class Webhook(_Settings):
    """An address that takes JSON, signed with the secret.

    Parameters
    ----------
    url : str
        ``https``, or ``http`` within one's own networks.
    """

    url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s/@]+(/\S*)?$", max_length=2000)]


class Teams(_Settings):
    """A workflow of Microsoft Teams; its address is the secret, since whoever has it may post."""


KINDS: Final[Mapping[str, type[Email | Webhook | Teams]]] = {
    "email": Email,
    "webhook": Webhook,
    "teams": Teams,
}


def checked_destination(kind: str, said: Mapping[str, Any], secret: Any) -> Email | Webhook | Teams:
    """Return the settings of a destination, or say what does not fit.

    Parameters
    ----------
    kind : {"email", "webhook", "teams"}
        What it is.
    said : mapping
        Settings.
    secret : object
        None where it has none.

    Returns
    -------
    Email, Webhook or Teams
        Its settings.

    Raises
    ------
    SettingError
        For another kind, settings that do not fit, or a secret that is missing.

    Examples
    --------
    >>> checked_destination("webhook", {"url": "https://example.org/hook"}, "key").url
    'https://example.org/hook'
    """
    if kind not in KINDS:
        raise SettingError(str(unknown("kind", kind, KINDS, "destinations")))
    try:
        made = KINDS[kind].model_validate(dict(said))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        message = spoken({**first, "loc": first["loc"][:1]})
    else:
        _check_secret(kind, made, secret)
        return made
    raise SettingError(f"Settings of a destination by {kind}: {message.rstrip('.')}.")


def _check_secret(kind: str, made: Email | Webhook | Teams, secret: Any) -> None:
    if isinstance(made, Email):
        if made.user and made.security == "none":
            raise SettingError(
                "A password goes over no connection that is not encrypted: say security='starttls' or 'tls', or leave user out."
            )
        if bool(made.user) != (secret is not None):
            raise SettingError(
                "To sign in, a mail server needs both user, in settings, and secret_id, the password: give both or none."
            )
    elif secret is None:
        what = "the key that signs messages" if kind == "webhook" else "the workflow's address"
        raise SettingError(
            f"A destination by {kind} needs {what} as a secret: keep it with workspace.secrets.keep(name, value), and give that as secret_id."
        )
