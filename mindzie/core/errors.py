"""One family of errors; each is also the built-in it is closest to.

A message says what is wrong, where, and what to do next.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_LONGEST = 500
"""Letters of a name that a message can bear."""


class MindzieError(Exception):
    """Base of every error that Mindzie raises on purpose."""


class UnknownNameError(MindzieError, LookupError):
    """A name that the log, the registry or the source does not have."""


class WrongTypeError(MindzieError, TypeError):
    """An attribute or value of another type than the operation needs."""


class SettingError(MindzieError, ValueError):
    """A setting outside what the operation allows."""


class SourceError(MindzieError, ValueError):
    """A source that cannot be read as an event log."""


class ChoiceError(SourceError):
    """A source that can be read in several ways, of which one must be said.

    Parameters
    ----------
    message : str
        What there is, and how to say it.
    setting : str
        Of `mindzie.read`, that decides.
    choices : iterable of str
        What it may be.
    """

    def __init__(self, message: str, setting: str, choices: Iterable[str]) -> None:
        super().__init__(message)
        self.setting = setting
        self.choices = tuple(choices)


class SourceGoneError(SourceError):
    """A source that does not answer, or not in time: it may do so later."""


class DataSetError(MindzieError, OSError):
    """A stored data set that is missing, damaged or in the way."""


class CancelledError(MindzieError, RuntimeError):
    """Work that was stopped on request."""


class NotFoundError(MindzieError, LookupError):
    """Something that is not in this tenant's workspace, or that its user may not know of."""


class ForbiddenError(MindzieError, PermissionError):
    """Something that the user may see, but not do."""


class SignInError(MindzieError, PermissionError):
    """Credentials that do not let anybody in."""


class ConflictError(MindzieError, RuntimeError):
    """A change that another change got in the way of, or a name that is taken."""


class LimitError(MindzieError, ValueError):
    """More than the tenant may have."""


class KeyRingError(MindzieError, ValueError):
    """A key for secrets that is missing, wrong or of a bad form."""


class StoreError(MindzieError, OSError):
    """A database or a storage that cannot be reached, or refuses to write."""


class MissingPackageError(MindzieError, ImportError):
    """A feature whose optional package is not installed."""


def nearest(name: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """Return the known names closest to a name, best first.

    Parameters
    ----------
    name : str
        What was asked for.
    known : iterable of str
        What there is.
    limit : int
        At most this many.

    Returns
    -------
    list of str
        Empty where nothing is close.

    Examples
    --------
    >>> nearest("Shp", ["Ship", "Pay"])
    ['Ship']
    """
    if len(name := str(name)) > _LONGEST:
        return []  # comparing takes the square of the length
    names = {str(item).casefold(): str(item) for item in known}
    found = difflib.get_close_matches(name.casefold(), names, n=limit, cutoff=0.5)
    return [names[key] for key in found]


def unknown(
    kind: str, name: str, known: Iterable[str], where: str = "this log"
) -> UnknownNameError:
    """Build the error for an unknown name, with the nearest known ones.

    Parameters
    ----------
    kind : str
        What the name should name, such as ``"activity"``.
    name : str
        What was asked for.
    known : iterable of str
        What there is.
    where : str
        Where it was looked for.

    Returns
    -------
    UnknownNameError
        To be raised by the caller.

    Examples
    --------
    >>> str(unknown("activity", "Shp", ["Ship", "Pay"]))
    "There is no activity 'Shp' in this log. Did you mean 'Ship'?"
    """
    names, name = list(known), str(name)
    close = nearest(name, names)
    if close:
        hint = "Did you mean " + " or ".join(repr(item) for item in close) + "?"
    elif names:
        hint = "There are: " + ", ".join(repr(item) for item in sorted(names)[:12])
        hint += "." if len(names) <= 12 else f" and {len(names) - 12} more."  # noqa: PLR2004
    else:
        hint = "There are none."
    said = name if len(name) <= _LONGEST else f"{name[:40]}...{name[-40:]}"
    return UnknownNameError(f"There is no {kind} {said!r} in {where}. {hint}")
