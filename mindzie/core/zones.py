"""Time zones by names that mean the same on every machine."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from mindzie.core.errors import SettingError, unknown

_OF_THIS_MACHINE = frozenset({"localtime", "Factory"})


@cache
def zones() -> frozenset[str]:
    """Return the names of the IANA database, without those that a machine gives a meaning of its own."""
    return frozenset(available_timezones() - _OF_THIS_MACHINE)


def zone_named(name: str) -> str:
    """Return a time zone's name, or refuse it with the nearest ones.

    Parameters
    ----------
    name : str
        Such as ``"Europe/Berlin"``.

    Returns
    -------
    str
        The same.

    Raises
    ------
    SettingError
        Where there is none of that name.

    Examples
    --------
    >>> zone_named("Europe/Berlin")
    'Europe/Berlin'
    """
    if name not in zones():
        raise SettingError(str(unknown("time zone", name, zones(), "the IANA database")))
    return name
