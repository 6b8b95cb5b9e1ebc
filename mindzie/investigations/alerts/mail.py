"""Mail by SMTP: plain text, HTML and the picture in one message."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from mindzie.access.destination_settings import Email
from mindzie.access.outbox import Letter
from mindzie.core.hosts import allowed_addresses, refuse_private
from mindzie.core.words import counted
from mindzie.investigations.alerts.message import Message
from mindzie.investigations.alerts.refusal import RefusedError
from mindzie.store.types import now

SECONDS: Final = 20.0
"""Longest time to wait for an answer."""
_PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}
_FOR_GOOD: Final = 500
"""Answers from here up come again; 535, a password that is wrong, may be mended meanwhile."""
_WRONG_PASSWORD: Final = (530, 534, 535)
_LABEL: Final = "The mail server"


def send_mail(
    settings: Email, password: str, letter: Letter, message: Message, *, private: bool = False
) -> str | None:
    """Give a message to a mail server.

    Parameters
    ----------
    settings : Email
        Server, sender and recipients.
    password : str
        Of the user.
    letter : Letter
        What is delivered: the same has the same Message-ID.
    message : Message
        What it says.
    private : bool
        Whether private networks are in reach without the operator's word.

    Returns
    -------
    str or None
        Which recipients were refused, where others were not.

    Raises
    ------
    RefusedError
        Where the server did not take it for anybody.
    """
    allowed_addresses(settings.host, _LABEL, private=private)
    try:
        with _connected(settings, private=private) as server:
            if settings.user:
                server.login(settings.user, password)
            refused = server.send_message(written(settings, letter, message))
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise RefusedError(
            f"{settings.host} refused every recipient ({min(codes)}).",
            for_good=min(codes) >= _FOR_GOOD,
        ) from None
    except smtplib.SMTPResponseException as error:
        # what the server says in words may repeat what it was told
        for_good = error.smtp_code >= _FOR_GOOD and error.smtp_code not in _WRONG_PASSWORD
        raise RefusedError(
            f"{settings.host} answered {error.smtp_code}{_hint(error)}.", for_good=for_good
        ) from None
    except UnicodeError:
        # the error has the password in it
        raise RefusedError(
            f"{settings.host} takes no user and no password with letters beyond ASCII."
        ) from None
    except smtplib.SMTPNotSupportedError as error:
        raise RefusedError(f"{settings.host}: {error}") from None
    except ssl.SSLError as error:
        raise RefusedError(
            f"No encrypted connection to {settings.host}: {error.reason or 'its certificate is not valid'}."
        ) from None
    except (OSError, smtplib.SMTPException) as error:
        raise RefusedError(f"{settings.host} did not answer: {type(error).__name__}.") from None
    if not refused:
        return None
    return f"{counted(len(refused), 'recipient')} refused: {', '.join(sorted(refused))}."


def _hint(error: smtplib.SMTPResponseException) -> str:
    return ": user or password is wrong" if error.smtp_code in _WRONG_PASSWORD else ""


def _connected(settings: Email, *, private: bool) -> smtplib.SMTP:
    port = settings.port or _PORTS[settings.security]
    context = ssl.create_default_context()
    server: smtplib.SMTP = (
        smtplib.SMTP_SSL(settings.host, port, timeout=SECONDS, context=context)
        if settings.security == "tls"
        else smtplib.SMTP(settings.host, port, timeout=SECONDS)
    )
    try:
        if not private and server.sock is not None:
            # names may change their meaning between two looks
            refuse_private(settings.host, str(server.sock.getpeername()[0]), _LABEL)
        if settings.security == "starttls":
            server.starttls(context=context)
    except BaseException:
        server.close()
        raise
    return server


def written(settings: Email, letter: Letter, message: Message) -> EmailMessage:
    """Write a message as mail."""
    mail = EmailMessage()
    mail["Subject"] = " ".join(message.title.split())[:200]
    mail["From"], mail["To"] = settings.sender, ", ".join(settings.to)
    mail["Date"] = format_datetime(now())
    mail["Message-ID"] = f"<{letter.id}@mindzie>"
    mail["References"] = f"<{letter.message['thread']}@mindzie>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.plain())
    mail.add_alternative(message.html("cid:picture" if message.picture else ""), subtype="html")
    if message.picture:
        (_, page) = mail.iter_parts()
        page.add_related(message.picture, "image", "png", cid="<picture>", filename="picture.png")
    return mail
