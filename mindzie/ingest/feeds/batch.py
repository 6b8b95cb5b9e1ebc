"""What streams have in common: one load is a bounded batch, and where it ended is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mindzie.core.errors import SettingError
from mindzie.core.readiness import Finding
from mindzie.core.words import counted
from mindzie.ingest.feeds.feed import Asked
from mindzie.ingest.feeds.spool import Spool


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one load takes.

    Parameters
    ----------
    rows : int
        Messages.
    bytes : int
        Of their values.
    """

    rows: int
    bytes: int

    @classmethod
    def of(cls, options: Mapping[str, str]) -> Bounds:
        """Return the bounds that options say."""
        return cls(whole(options, "max_rows"), whole(options, "max_bytes"))

    def for_(self, most: int | None) -> Bounds:
        """Return the bounds of a preview."""
        return self if most is None else Bounds(min(most, self.rows), self.bytes)

    def __call__(self, spool: Spool) -> bool:
        """Return whether the batch is full."""
        return spool.count >= self.rows or spool.bytes >= self.bytes

    def left(self, spool: Spool) -> int:
        """Return how many messages it still takes."""
        return self.rows - spool.count


def whole(options: Mapping[str, str], name: str, least: int = 1) -> int:
    """Return an option that is a whole number.

    Raises
    ------
    SettingError
        Where it is none, or too small.
    """
    text = options[name].replace(",", "").replace("_", "")
    if not text.isdecimal() or int(text) < least:
        raise SettingError(f"options[{name!r}] must be a whole number of at least {least}.")
    return int(text)


def refuse_cursor(asked: Asked, label: str) -> None:
    """Refuse what streams do not take."""
    if asked.parameters:
        raise SettingError("parameters= are for queries and APIs: a stream has none.")
    if asked.before is not None and asked.before.cursor is not None:
        raise SettingError(f"{label} is read on by offsets: read it again without cursor=.")
    if not asked.table:
        raise SettingError(f"Say what to read of {label}: source.tables() lists it.")


def more_left(count: int, what: str) -> tuple[Finding, ...]:
    """Say that a load ended before the end of the stream, and how much is left there."""
    return (
        Finding(
            id="more_to_read",
            title=f"{counted(count, what)} left in the stream",
            count=count,
            severity="warning",
            done="They were left for the next load.",
            change="Load again, or give options max_rows=, max_bytes= or seconds= for larger loads.",
        ),
    )


def lost(count: int) -> tuple[Finding, ...]:
    """Say that messages were gone before they were read."""
    if not count:
        return ()
    return (
        Finding(
            id="messages_gone",
            title=f"{counted(count, 'message')} gone before they were read",
            count=count,
            severity="error",
            done="Reading went on with the first that is there.",
            change="Load more often, or let the stream keep messages for longer.",
        ),
    )
