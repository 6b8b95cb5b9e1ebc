"""What logs of common processes are expected to have: one file of names a process, and how a name is recognised."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from mindzie.core.plain_names import plain

PROCESSES: Final = (
    "purchase_to_pay",
    "accounts_payable",
    "accounts_receivable",
    "order_to_cash",
    "tickets",
)
_UNDONE: Final = re.compile(
    r"(cancel|delet|chang|reject|remov|block|revers|amend|return|withdr|withheld|not|undo|storn|losch|ander|annul|elimin|modif|rechaz|refus"
    r"|afgewezen|gewijzigd|geandert).*"
)
"""Words of activities that undo what their other words say."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Something that a log of a process is expected to have.

    Parameters
    ----------
    kind : str
        ``attribute`` or ``activity``.
    name : str
        What it is.
    optional : bool
        Whether a log is complete without.
    patterns : tuple of str
        Names it is known by.
    also : frozenset of str
        Further words that such names may have.
    """

    kind: str
    name: str
    optional: bool
    patterns: tuple[str, ...]
    also: frozenset[str]

    def found(self, names: Iterable[str]) -> list[str]:
        """Return the names that mean it, the closest first; of attributes the closest alone.

        Parameters
        ----------
        names : iterable of str
            Of columns or activities.

        Returns
        -------
        list of str
            Empty where there is none.

        Examples
        --------
        >>> [order, *_] = standard("purchase_to_pay")[1]
        >>> order.found(["Amount", "EKKO.EBELN"])
        ['EKKO.EBELN']
        """
        far = {name: self._distance(name) for name in names}
        close = [name for name, distance in far.items() if distance is not None]
        close.sort(key=lambda name: far[name] or (0, 0))
        return close[:1] if self.kind == "attribute" else close

    def _distance(self, name: str) -> tuple[int, int] | None:
        """Return how many words too many a name has, then how common it is; None where it is not meant."""
        words = plain(name).split()
        found = [
            (self._extra(pattern, words), place) for place, pattern in enumerate(self.patterns)
        ]
        return min(((extra, place) for extra, place in found if extra is not None), default=None)

    def _extra(self, pattern: str, words: list[str]) -> int | None:
        """Return how many words a name has beside those of a pattern; None where it is not meant."""
        wanted = [_word(part) for part in pattern.split()]
        if len(wanted) == 1 and wanted[0].fullmatch("".join(words)):
            return 0
        if not all(any(want.fullmatch(word) for word in words) for want in wanted):
            return None
        rest = [word for word in words if not any(want.fullmatch(word) for want in wanted)]
        free = self.kind == "activity" and (len(wanted) > 1 or "*" in pattern)
        allowed = (
            not any(_UNDONE.fullmatch(word) for word in rest)
            if free
            else all(word in self.also for word in rest)
        )
        return len(rest) if allowed else None


@cache
def _word(part: str) -> re.Pattern[str]:
    """Return what a word of a pattern stands for: ``pay*`` begins so, ``pay|paid`` is one of them."""
    return re.compile("|".join(re.escape(each).replace(r"\*", ".*") for each in part.split("|")))


@cache
def standard(process: str) -> tuple[str, tuple[Expected, ...]]:
    """Return the title of a process and what its logs are expected to have.

    Parameters
    ----------
    process : str
        One of `PROCESSES`.

    Returns
    -------
    tuple of str and tuple of Expected
        Attributes first.

    Examples
    --------
    >>> standard("tickets")[0]
    'tickets'
    """
    text = files("mindzie.operations.standards").joinpath(f"{process}.toml").read_text("utf-8")
    read: dict[str, Any] = tomllib.loads(text)
    also = frozenset(read["also"])
    return read["title"], tuple(
        Expected(kind, one["name"], one.get("optional", False), tuple(one["names"]), also)
        for kind in ("attribute", "activity")
        for one in read[kind]
    )
