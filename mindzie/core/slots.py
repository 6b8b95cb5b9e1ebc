"""Moments that a schedule names by cron in a time zone: which were due, which are missed, which come next.

Days on which clocks change follow Debian's cron. A time of day that does not exist happens when the clock has jumped, one that exists
twice happens once; what is asked for every hour or every few minutes (``*`` in one of the first two fields) follows elapsed time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Final, Literal
from zoneinfo import ZoneInfo

from mindzie.core.errors import MissingPackageError, SettingError, nearest
from mindzie.core.zones import zone_named

if TYPE_CHECKING:
    from cronsim import CronSim

Missed = Literal["skip", "last", "all"]
MISSED: Final = ("skip", "last", "all")
MOST: Final = 100
"""How many missed slots are caught up with at most, the latest ones."""
LATE: Final = timedelta(minutes=5)
"""How late a slot may be that is not missed yet."""
_FIELDS: Final = {
    "minute": "0 to 59",
    "hour": "0 to 23",
    "day of the month": "1 to 31, or L for the last",
    "month": "1 to 12, or JAN to DEC",
    "day of the week": "0 to 7, or SUN to SAT; MON#1 for the first, 5L for the last Friday",
}
_NAMES: Final = {
    "month": ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
    "day of the week": ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
}
_WELL_KNOWN: Final = {
    "hourly": "0 * * * *",
    "daily": "0 0 * * *",
    "weekly": "0 0 * * MON",
    "monthly": "0 0 1 * *",
    "yearly": "0 0 1 1 *",
}
_FIRST_WINDOW: Final = timedelta(hours=1)


def said(cron: str, zone: str, *, on_new_data: bool) -> str:
    """Say when a schedule runs.

    Parameters
    ----------
    cron : str
        As ``Cron`` takes it; empty where it runs at no times.
    zone : str
        An IANA time zone.
    on_new_data : bool
        Whether it runs after each new version of its data.

    Returns
    -------
    str
        Its times, and after what.

    Examples
    --------
    >>> said("0 2 * * *", "Europe/Berlin", on_new_data=True)
    'At 02:00 every day (Europe/Berlin) and after each new version of the data'
    """
    times = f"{Cron(cron, zone).words} ({zone})" if cron else ""
    data = "after each new version of the data" if on_new_data else ""
    return " and ".join(filter(None, (times, data)))


@dataclass(frozen=True, slots=True)
class Cron:
    """Slots of a schedule.

    Parameters
    ----------
    text : str
        Minute, hour, day of the month, month and day of the week, as cron has them.
    zone : str
        An IANA time zone.

    Raises
    ------
    SettingError
        Where one of them is not understood, or no slot ever comes.
    MissingPackageError
        Without the extra ``runs``.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> nightly = Cron("0 2 * * *", "Europe/Berlin")
    >>> [slot.isoformat() for slot in nightly.upcoming(2, datetime(2026, 10, 24, tzinfo=UTC))]
    ['2026-10-25T00:00:00+00:00', '2026-10-26T01:00:00+00:00']
    """

    text: str
    zone: str = "UTC"

    def __post_init__(self) -> None:
        """Refuse what names no slot."""
        zone_named(self.zone)
        _check(self.text)

    @property
    def words(self) -> str:
        """What it says, such as ``At 02:00 every day``."""
        return _sim(self.text, datetime.now(UTC)).explain()

    def after(self, moment: datetime) -> Iterator[datetime]:
        """Return the slots after a moment, each later than the one before.

        Parameters
        ----------
        moment : datetime
            With a time zone.

        Returns
        -------
        iterator of datetime
            In UTC; without end, but for a schedule of no more than fifty years.
        """
        last = moment
        for found in _sim(self.text, moment.astimezone(ZoneInfo(self.zone))):
            slot = found.astimezone(UTC)
            # two times of day that do not exist are one moment, and the hour that comes twice lies behind already
            if slot > last:
                last = slot
                yield slot

    def upcoming(self, count: int, after: datetime) -> list[datetime]:
        """Return the next slots after a moment, in UTC."""
        return list(islice(self.after(after), count))

    def latest(self, after: datetime, until: datetime, most: int = MOST) -> list[datetime]:
        """Return the latest slots of a time.

        Parameters
        ----------
        after, until : datetime
            The first is outside, the second inside.
        most : int
            At most this many.

        Returns
        -------
        list of datetime
            In UTC, in their order.
        """
        # a year of minutes is not gone through for its last hundred
        window = _FIRST_WINDOW
        while True:
            begin = until - window if until - after > window else after
            found = list(takewhile(lambda slot: slot <= until, self.after(begin)))
            if begin == after or len(found) >= most:
                return found[-most:]
            window *= 2

    def due(self, first: datetime, now: datetime, missed: Missed) -> list[datetime]:
        """Return the slots for which something is to be run now.

        Parameters
        ----------
        first : datetime
            The earliest that nothing was run for.
        now : datetime
            The present.
        missed : {"skip", "last", "all"}
            Of slots that came while nobody looked: none that is more than ``LATE`` late, the last one only, or all, the latest
            ``MOST`` of them.

        Returns
        -------
        list of datetime
            In UTC, in their order.
        """
        most = MOST if missed == "all" else 1
        found = self.latest(first - timedelta(seconds=1), now, most)
        return found if missed != "skip" else [slot for slot in found if now - slot <= LATE]


def _sim(text: str, moment: datetime) -> CronSim:
    try:
        from cronsim import CronSim
    except ImportError:
        raise MissingPackageError("Schedules need cronsim: pip install 'mindzie[runs]'.") from None
    return CronSim(text, moment)


def _understood(text: str) -> bool:
    from cronsim import CronSimError

    try:
        return next(_sim(text, datetime.now(UTC)), None) is not None
    except CronSimError:
        return False


def _check(text: str) -> None:
    _sim("* * * * *", datetime.now(UTC))
    parts = text.split()
    if len(parts) != len(_FIELDS):
        raise SettingError(_not_five(text, len(parts)))
    for place, (name, allowed) in enumerate(_FIELDS.items()):
        alone = ["*"] * len(_FIELDS)
        alone[place] = parts[place]
        if not _understood(" ".join(alone)):
            hint = _nearest(parts[place], _NAMES.get(name, []))
            raise SettingError(
                f"The {name} {parts[place]!r} of the cron {text!r} is not understood: it is * or {allowed}; lists 1,2, ranges 1-5 and steps */10 are understood too.{hint}"
            )
    if not _understood(text):
        raise SettingError(f"The cron {text!r} never comes: no month in it has that day.")


def _not_five(text: str, count: int) -> str:
    known = nearest(text.strip().lstrip("@"), _WELL_KNOWN, 1)
    hint = f" Did you mean {_WELL_KNOWN[known[0]]!r}?" if known else ""
    return f"A cron has five fields ({', '.join(_FIELDS)}), as '0 6 * * MON-FRI' for six o'clock on working days; {text!r} has {count}.{hint}"


def _nearest(part: str, names: list[str]) -> str:
    words = [word for word in re.findall(r"[A-Za-z]+", part) if word.upper() not in names]
    close = [name for word in words for name in nearest(word, names, 1)]
    return f" Did you mean {' or '.join(map(repr, close))}?" if close else ""
