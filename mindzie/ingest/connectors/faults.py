"""What goes wrong at a source, in words that say what to do; passwords never in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import quote, quote_plus

from mindzie.core.errors import MindzieError, SourceError, SourceGoneError

_LONGEST: Final = 300
_SIGNS: Final = (
    (("password authentication", "no password supplied", "access denied for user", "login failed", "ora-01017", "authentication fail",
      "username or password", "invalid credential", "unauthorized"),
     "refuses the user or the password: check both, and that the user may connect from here"),
    (("unknown database", "cannot open database", "unable to open database", "cannot open file", "database does not exist", "ora-12514"),
     "has no database of that name, or its file cannot be opened: check database="),
    (("could not translate host", "name or service not known", "failed to resolve", "getaddrinfo", "nodename nor servname",
      "no address associated", "temporary failure in name"),
     "is not found under that host name: check host="),
    (("connection refused", "can't connect", "timeout expired", "timed out", "unreachable", "connection timeout", "no route to host"),
     "does not answer: check host= and port=, that the server runs and that a firewall lets you through"),
    (("statement timeout", "max_statement_time", "max_execution_time", "query execution was interrupted, maximum"),
     "took longer than the time allowed and was stopped: ask for less, or give more seconds="),
    (("server closed the connection", "lost connection", "gone away", "terminating connection", "connection reset", "broken pipe",
      "connection is lost", "not connected", "connection was killed"),
     "cut the connection: see that it still runs, and read again"),
    (("read-only", "readonly", "read only"), "was asked to write, and sources are only read: give a query that selects"),
    (("permission denied", "command denied", "insufficient privilege", "ora-01031", "permission was denied", "not authorized"),
     "does not let this user see that: ask for the right to select from it"),
    (("file is not a database", "not a valid duckdb", "malformed"), "is no file of this kind, or is damaged"),
)  # fmt: skip
_MAY_PASS: Final = ("does not answer", "took longer", "cut the connection")
_ADDRESS: Final = re.compile(r"://[^/@\s]*@")
_MISSING_DATABASE: Final = re.compile(r"database \"[^\"]*\" does not exist")


@contextmanager
def as_ours(source: str, secrets: Iterable[str] = ()) -> Iterator[None]:
    """Turn what a driver raises into ours.

    Parameters
    ----------
    source : str
        Named in the message.
    secrets : iterable of str
        Texts that must not be in it.

    Raises
    ------
    SourceError
        A ``SourceGoneError`` where trying again may help; in place of the driver's error, which nobody who looks behind ours finds: it may hold the password.
    """
    try:
        yield
    except (MindzieError, KeyboardInterrupt, GeneratorExit):
        raise
    except Exception as error:
        if not _of_driver(error):
            raise
        what = said(error, secrets)
        family = SourceGoneError if what.startswith(_MAY_PASS) else SourceError
        ours = family(f"{source} {what}.")
        try:
            raise ours from None
        finally:
            ours.__context__ = None


def _of_driver(error: Exception) -> bool:
    """Return whether an error is of SQLAlchemy or a database driver, not of our own code."""
    families = {cls.__name__ for cls in type(error).__mro__}
    return isinstance(error, OSError) or bool(
        families
        & {"SQLAlchemyError", "Error", "DatabaseError", "InterfaceError", "ProgrammingError"}
    )


def said(error: BaseException, secrets: Iterable[str] = ()) -> str:
    """Return what a driver's error means.

    Parameters
    ----------
    error : Exception
        Of SQLAlchemy or of a driver.
    secrets : iterable of str
        Texts that must not be in it.

    Returns
    -------
    str
        The end of a sentence that begins with the source's name.

    Examples
    --------
    >>> said(OSError("Connection refused"))[:15]
    'does not answer'
    """
    plain = getattr(error, "orig", None) or error
    words = f"{type(plain).__name__} {plain}"
    lower = words.lower()
    if _MISSING_DATABASE.search(lower):
        return _SIGNS[1][1]
    for signs, meaning in _SIGNS:
        if any(sign in lower for sign in signs):
            return meaning
    return f"answers: {scrubbed(_text(plain), secrets)}"


def _text(error: BaseException) -> str:
    # MySQL's errors are a number and a text
    parts = [part for part in error.args if isinstance(part, str)]
    lines = (parts[-1] if parts else str(error)).strip().splitlines()
    return lines[0].rstrip(". ") if lines else type(error).__name__


def scrubbed(text: str, secrets: Iterable[str]) -> str:
    """Return a text with stars in place of secrets, as they are and as addresses write them."""
    for secret in filter(None, secrets):
        for form in {secret, quote(secret, safe=""), quote_plus(secret)}:
            text = text.replace(form, "***")
    return _ADDRESS.sub("://***@", text)[:_LONGEST]
