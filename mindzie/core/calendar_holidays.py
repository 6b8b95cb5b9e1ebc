"""Public holidays by country and region."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, cast

from mindzie.core.errors import SettingError, nearest, unknown

if TYPE_CHECKING:
    from datetime import date

    from holidays import HolidayBase


@cache
def countries() -> dict[str, str]:
    """Return the countries whose holidays are known.

    Returns
    -------
    dict of str to str
        Name by ISO 3166 code, by name.

    Examples
    --------
    >>> countries()["DE"]
    'Germany'
    """
    from holidays.registry import COUNTRIES

    names = {codes[1]: key.replace("_", " ").title() for key, codes in COUNTRIES.items()}
    return dict(sorted(names.items(), key=lambda item: item[1]))


@cache
def regions(country: str) -> dict[str, str]:
    """Return the parts of a country that have holidays of their own.

    Parameters
    ----------
    country : str
        Its code.

    Returns
    -------
    dict of str to str
        Name by code, by name; the code again where no name is known.

    Examples
    --------
    >>> regions("DE")["BY"]
    'Bayern'
    """
    known = _of(country)
    aliases = known.get_subdivision_aliases()
    names = {code: (aliases.get(code) or [code])[0] for code in known.subdivisions}
    return dict(sorted(names.items(), key=lambda item: item[1]))


def _of(country: str) -> type[HolidayBase]:
    import holidays

    return cast("type[HolidayBase]", getattr(holidays, country))


def country_code(text: str) -> str:
    """Return the code of a country.

    Parameters
    ----------
    text : str
        Code or name.

    Returns
    -------
    str
        ISO 3166, two letters.

    Raises
    ------
    SettingError
        Where no holidays are known of it; the nearest are listed.

    Examples
    --------
    >>> country_code("germany")
    'DE'
    """
    return _code(text, countries(), "country", "the calendar of holidays")


def region_code(country: str, text: str) -> str:
    """Return the code of a part of a country.

    Parameters
    ----------
    country : str
        The country's code.
    text : str
        Code or name of the part.

    Returns
    -------
    str
        As in ``regions(country)``.

    Raises
    ------
    SettingError
        Where there is none; the nearest are listed.

    Examples
    --------
    >>> region_code("DE", "Bayern")
    'BY'
    """
    return _code(text, regions(country), "region", countries()[country])


def _code(text: str, known: dict[str, str], kind: str, where: str) -> str:
    codes = {code.casefold(): code for code in known}
    codes |= {name.casefold(): code for code, name in known.items()}
    found = codes.get(text.strip().casefold())
    if found is not None:
        return found
    close = [codes[name.casefold()] for name in nearest(text, codes)]
    if not close:
        raise SettingError(str(unknown(kind, text, known, where)))
    hint = " or ".join(f"{code!r} ({known[code]})" for code in dict.fromkeys(close))
    message = f"There is no {kind} {text!r} in {where}. Did you mean {hint}?"
    raise SettingError(message)


def holidays_of(country: str, region: str | None, first_year: int, last_year: int) -> list[date]:
    """Return the public holidays of some years; none where the years are beyond what is known.

    Parameters
    ----------
    country : str
        Its code.
    region : str, optional
        Code of a part of it; none means holidays of the whole country alone.
    first_year, last_year : int
        The years, both included.

    Returns
    -------
    list of date
        In order, each once.

    Examples
    --------
    >>> [day.isoformat() for day in holidays_of("DE", None, 2025, 2025)][:2]
    ['2025-01-01', '2025-04-18']
    """
    known = _of(country)
    years = range(max(first_year, known.start_year), min(last_year, known.end_year) + 1)
    return sorted(known(subdiv=region, years=years)) if years else []


def holidays_version() -> str:
    """Return which collection of holidays is used, for provenance.

    Examples
    --------
    >>> holidays_version().startswith("holidays ")
    True
    """
    return f"holidays {version('holidays')}"
