"""Wide rows: one row a case with a date column for each thing that happened to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from mindzie.core.plain_names import plain
from mindzie.core.words import counted, share
from mindzie.ingest.role_names import name_score
from mindzie.ingest.roles import Guess

_NO_EVENT: Final = re.compile(
    r".*\b(due|deadline|planned|plan|expected|estimated|requested|target|promised|scheduled|valid|birth|birthday|dob|baseline"
    r"|expiry|expires|faellig|fallig|falligkeit|geplant|soll|wunsch|gultig|geburtsdatum|geburtstag|vencimiento|previsto|prevista"
    r"|nacimiento|nascimento|echeance|prevu|prevue|naissance|scadenza|nascita|vervaldatum|gepland|geboortedatum|termin|planowana"
    r"|urodzenia)\b.*|.*(falligkeits|geburts|soll|plan|wunsch|gultigkeits)\w*|.*(期日|期限|予定|生年月日|到期|计划|出生)\w*"
)
"""Dates of what is to be, or of persons: nothing that happened to the case."""
_DATE_WORD: Final = re.compile(
    r"\b(date|time|timestamp|datetime|at|on|dt|ts|datum|zeit|zeitpunkt|uhrzeit|fecha|hora|heure|data|ora|tijd|tijdstip|dato|tid"
    r"|czas|am|le|el|de|del|de la|of|the|und|y|e)\b|(datum|zeitpunkt|zeit)$|(日時|日付|时间|日期|日)$"
)
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class WideRows:
    """Date columns that each tell of an activity.

    Parameters
    ----------
    columns : dict of str to str
        From a date column to the activity it tells of, for the step ``events_from_columns``.
    case : str or None
        The column that is the case, where it can be told.
    confidence : float
        0 to 1, that the rows are cases and not events.
    why : tuple of str
        What speaks for it.
    """

    columns: dict[str, str]
    case: str | None
    confidence: float
    why: tuple[str, ...]

    def step(self, taken: list[str]) -> dict[str, Any]:
        """Return the step of a mapping that makes events of them.

        Parameters
        ----------
        taken : list of str
            Columns of the source, whose names are not given again.

        Returns
        -------
        dict
            Of ``events_from_columns``.
        """
        rest = set(taken) - set(self.columns)
        names = {
            role: next(name for name in (role, f"{role}_", f"event {role}") if name not in rest)
            for role in ("activity", "timestamp")
        }
        return {"step": "events_from_columns", "columns": dict(self.columns), **names}


def find_wide(guess: Guess, case: str | None, activity: str | None) -> WideRows | None:
    """Return the date columns of wide rows, None where the rows look like events.

    Parameters
    ----------
    guess : Guess
        The first rows.
    case, activity : str or None
        The columns that were taken for them, if any.

    Returns
    -------
    WideRows or None
        At least two date columns, in rows that do not share their case.
    """
    head = guess.head
    dates = [c for c in head.columns if c in guess.times and not _NO_EVENT.fullmatch(plain(c))]
    if len(dates) < 2 or not head.height:  # noqa: PLR2004 - one date is one event
        return None
    key = case or _first_key(guess)
    alone = guess.distinct[key] / guess.rows if key else 0.0
    if alone < 0.9:  # noqa: PLR2004 - some orders come twice, events do always
        return None
    named = name_score(activity, "activity") if activity else 0.0
    several = head.select(pl.sum_horizontal(pl.col(dates).is_not_null()) > 1).to_series().mean()
    sure = alone * (1 - 0.5 * named) * min(1.0, 0.7 + 0.1 * len(dates))
    why = (
        f"{counted(len(dates), 'column')} of dates",
        f"{key} is different in {share(alone)} of the rows",
        f"{share(float(several or 0))} of the rows have more than one of the dates",  # type: ignore[arg-type]
    )
    return WideRows({c: activity_of(c) for c in dates}, key, round(min(0.95, sure), 2), why)


def _first_key(guess: Guess) -> str | None:
    """Return the first column whose values are all different, that may be a key."""
    kinds = guess.head.schema
    return next(
        (
            column
            for column in guess.head.columns
            if guess.distinct[column] == guess.rows
            and column not in guess.times
            and (kinds[column] == pl.String or kinds[column].is_integer())
        ),
        None,
    )


def activity_of(column: str) -> str:
    """Return what a date column tells of.

    Parameters
    ----------
    column : str
        Its name.

    Returns
    -------
    str
        Its words without those for dates.

    Examples
    --------
    >>> activity_of("invoice_received_at"), activity_of("Rechnungsdatum")
    ('Invoice received', 'Rechnungs')
    """
    words = re.sub(r"[\s_.:/-]+", " ", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", column)).strip()
    kept = re.sub(r"\s+", " ", re.sub(_DATE_WORD, "", words.casefold())).strip()
    said = kept or words
    return (said[:1].upper() + said[1:])[:_LONGEST]
