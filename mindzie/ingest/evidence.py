"""What names and contents of columns say about their roles: how sure one can be, and why."""

from __future__ import annotations

from typing import Final, NamedTuple

import polars as pl

from mindzie.core.words import count, counted, share
from mindzie.ingest.raw import Hints
from mindzie.ingest.role_names import LIKELY, name_score
from mindzie.ingest.roles import MANY_NAMES, Guess
from mindzie.ingest.times import read_times

UNNAMED: Final = 0.35
"""How sure contents alone can make."""
FEW: Final = 20
"""Rows below which contents tell little."""
_KINDS = {
    "case": "a case id",
    "activity": "an activity",
    "timestamp": "a time",
    "start": "a start",
    "resource": "a resource",
    "order": "an order",
}


class Seen(NamedTuple):
    """How well the contents of a column fit a role, 0 to 1, and what was seen."""

    fit: float
    why: tuple[str, ...]


class Evidence:
    """The first rows of a source, looked at once for each question.

    Parameters
    ----------
    guess : Guess
        With the first rows, and which columns are times.
    case, timestamp : str or None
        The columns taken for them, by which others are judged.
    """

    def __init__(self, guess: Guess, case: str | None, timestamp: str | None) -> None:
        self.guess, self.head, self.rows = guess, guess.head, guess.rows
        self.case, self.timestamp = case, timestamp

    def of(self, role: str, column: str) -> tuple[float, tuple[str, ...]]:
        """Return how sure it is that a column has a role, 0 to 1, and why."""
        named = name_score(column, role)
        if role == "timestamp" and column == self.timestamp:
            # the only time there is may be called start
            named = max(named, 0.8 * name_score(column, "start"))
        is_time = column in self.guess.times
        if is_time != (role in {"timestamp", "start"}) or column in self.guess.clocks:
            return 0.0, ()
        seen: Seen | None = getattr(self, f"_{role}")(column)
        if seen is None or (not named and role in {"start", "resource", "order"}):
            return 0.0, ()
        likeness = "surely" if named > LIKELY else "likely"
        said: tuple[str, ...] = (f"the name is {likeness} that of {_KINDS[role]}",) if named else ()
        sure = max(named, UNNAMED) * (0.3 + 0.7 * seen.fit if named else seen.fit)
        filled = 1 - self.head[column].null_count() / self.rows
        if self.head.height and filled < 1:
            said += (f"{share(1 - filled)} of the values are missing",)
        needed = role in {"case", "activity", "timestamp"}
        return sure * (filled if needed else 0.7 + 0.3 * filled), said + seen.why

    def _case(self, column: str) -> Seen | None:
        distinct, kind = self.guess.distinct[column], self.guess.kinds[column]
        named = name_score(column, "case")
        if kind == pl.Boolean or (kind.is_float() and not named):
            return None
        if self.rows < 3 or not self.head.height:  # noqa: PLR2004 - too few to tell
            return Seen(1.0, ())
        if distinct == self.rows:
            return Seen(0.5, ("every row has another value",)) if named else None
        each = self.rows / distinct
        why = (f"{counted(distinct, 'value')}, {each:.1f} rows each",)
        if distinct <= 1:
            return Seen(0.1, why) if named else None
        return Seen(1.0 if named or self.rows < FEW else 1 - abs(0.5 - min(1.0, each / 20)), why)

    def _activity(self, column: str) -> Seen | None:
        distinct, kind = self.guess.distinct[column], self.guess.kinds[column]
        named = name_score(column, "activity")
        if kind == pl.Boolean or kind.is_float() or not (named or self._is_words(column)):
            return None
        why: tuple[str, ...] = (f"{counted(distinct, 'value')}",)
        if self.rows < FEW:
            return Seen(1.0, why)
        fit = 1.0 if 1 < distinct <= min(MANY_NAMES, self.rows // 2) else 0.3
        changes = self._changing(column)
        if changes is not None:
            fit *= 0.4 + 0.6 * changes
            why += (f"changes within {share(changes)} of the cases",)
        return Seen(fit, why)

    def _timestamp(self, column: str) -> Seen | None:
        named = name_score(column, "timestamp")
        if not named and name_score(column, "start") and column != self.timestamp:
            return None
        why: tuple[str, ...] = ("its values are times",)
        changes = self._changing(column)
        if changes is None:
            return Seen(1.0, why)
        return Seen(changes, (*why, f"changes within {share(changes)} of the cases"))

    def _start(self, column: str) -> Seen | None:
        if self.timestamp is None or column == self.timestamp or not self.head.height:
            return Seen(1.0, ("its values are times",))
        start, end = (read_times(self.head[name], Hints()).values for name in (column, self.timestamp))  # fmt: skip
        both = int((start.is_not_null() & end.is_not_null()).sum())
        before = int((start <= end).sum()) / both if both else 0.0
        return Seen(before, (f"not after {self.timestamp} in {share(before)} of the rows",))

    def _resource(self, column: str) -> Seen | None:
        distinct = self.guess.distinct[column]
        if self.guess.kinds[column].is_float() or self.guess.kinds[column] == pl.Boolean:
            return None
        if self.rows < FEW:
            return Seen(1.0, ())
        repeats = 1 < distinct < self.rows
        return Seen(1.0 if repeats else 0.4, (counted(distinct, "value"),))

    def _order(self, column: str) -> Seen | None:
        numbers = self.head[column].cast(pl.Int64, strict=False)
        if not self.head.height or numbers.null_count() or self.case is None or column == self.case:
            return None
        pairs = self.head.select(self.case, column).unique().height
        alone = pairs / self.rows
        return Seen(
            alone**4, (f"{count(pairs)} of {counted(self.rows, 'row')} differ within their case",)
        )

    def _is_words(self, column: str) -> bool:
        values = self.head[column].drop_nulls().head(FEW)
        return values.dtype == pl.String and values.cast(pl.Float64, strict=False).is_null().all()

    def _changing(self, column: str) -> float | None:
        """Return the share of cases of several rows within which a column changes; None where it cannot be told."""
        if self.case is None or self.case == column:
            return None
        cases = self.head.group_by(self.case).agg(pl.col(column).n_unique().alias("n"), pl.len())
        longer = cases.filter(pl.col("len") > 1)
        return longer.select((pl.col("n") > 1).mean()).item() if longer.height else None
