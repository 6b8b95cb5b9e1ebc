"""Which column is the case, the activity, the time: said by the caller, or guessed and shown."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from mindzie.core.errors import unknown
from mindzie.ingest.day_and_clock import is_clock
from mindzie.ingest.raw import Options
from mindzie.ingest.role_names import MAYBE, name_score
from mindzie.ingest.times import looks_like_times

HEAD = 20_000
ROLES = ("case", "activity", "timestamp", "start", "resource", "order")
NEEDED = ("case", "activity", "timestamp")
ENOUGH = 0.3
EVEN = 0.02
MANY_NAMES = 1_000


@dataclass(frozen=True, slots=True)
class Roles:
    """The column of each role, and how sure the guess is (1 where the caller said it)."""

    columns: dict[str, str]
    confidence: dict[str, float]


def find_roles(frame: pl.DataFrame, options: Options, where: str) -> Roles:
    """Take the caller's roles and guess the others from names and contents.

    Raises
    ------
    UnknownNameError
        A column the source does not have.
    SourceError
        The case, activity or time cannot be told.
    """
    guess, chosen = choose(frame, options, where)
    if _is_wide(guess, chosen, options):
        del chosen["activity"]
    missing = [role for role in NEEDED if role not in chosen]
    if missing:
        from mindzie.ingest.role_question import question

        raise question(frame, guess, chosen, missing, where)
    return Roles(
        {r: chosen[r][0] for r in ROLES if r in chosen},
        {r: round(min(1.0, chosen[r][1]), 2) for r in chosen},
    )


def _is_wide(guess: Guess, chosen: dict[str, tuple[str, float]], options: Options) -> bool:
    """Return whether the activity is but what is left over beside several dates of a case, each of which is the likelier event."""
    if options.activity is not None or "activity" not in chosen:
        return False
    activity = chosen["activity"][0]
    if name_score(activity, "activity"):
        return False
    from mindzie.ingest.wide_rows import find_wide

    return find_wide(guess, chosen.get("case", ("",))[0] or None, activity) is not None


def choose(
    frame: pl.DataFrame, options: Options, where: str
) -> tuple[Guess, dict[str, tuple[str, float]]]:
    """Return the guess made, and the column and score of each role that is said or can be told.

    Raises
    ------
    UnknownNameError
        A column the source does not have.
    """
    said = {role: getattr(options, role) for role in ROLES}
    given = {
        role: column for role, column in said.items() if column is not None and column is not False
    }
    for column in given.values():
        if column not in frame.columns:
            raise unknown("column", column, frame.columns, where)
    guess = Guess(frame.head(HEAD), set(given.values()), options.date_format)
    chosen: dict[str, tuple[str, float]] = {role: (column, 1.0) for role, column in given.items()}
    for role in ("case", "activity", "timestamp", "start", "resource"):
        if said[role] is None and (found := guess.best(role, chosen)):
            chosen[role] = found
            guess.taken.add(found[0])
    _start_alone(guess, chosen)
    return guess, chosen


def _start_alone(guess: Guess, chosen: dict[str, tuple[str, float]]) -> None:
    """Take the only time there is as the time, even where it is called start."""
    if (
        "timestamp" not in chosen
        and "start" in chosen
        and guess.scores["start"].get(chosen["start"][0])
    ):
        chosen["timestamp"] = chosen.pop("start")


class Guess:
    """Scores of the columns for each role, on the first rows."""

    def __init__(self, head: pl.DataFrame, taken: set[str], date_format: str | None = None) -> None:
        self.head, self.taken, self.date_format = head, taken, date_format
        self.rows = max(1, head.height)
        self.kinds = head.schema  # made anew at every look
        self.distinct = {column: head[column].n_unique() for column in head.columns}
        self.clocks = {c for c in head.columns if c not in taken and is_clock(head[c])}
        self.times = {
            column
            for column in head.columns
            if column not in self.clocks
            and looks_like_times(head[column], date_format, numbers=_named_time(column))
        }
        self.scores: dict[str, dict[str, float]] = {}

    def best(self, role: str, chosen: dict[str, tuple[str, float]]) -> tuple[str, float] | None:
        """Return the best column and its score, None where there is none or two are even."""
        free = [column for column in self.head.columns if column not in self.taken]
        score = {"case": self._case, "activity": self._activity, "resource": self._resource}.get(
            role
        )
        if score is None:
            case = chosen.get("case", ("", 0))[0]
            scores = {
                c: self._time(c, role, case)
                for c in free
                if c in self.times or self.head.is_empty()
            }
        else:
            scores = {c: score(c) for c in free if c not in self.times | self.clocks}
        self.scores[role] = scores = {
            column: value for column, value in scores.items() if value > 0
        }
        ranked = sorted(scores.items(), key=lambda item: -item[1])
        if not ranked or ranked[0][1] < ENOUGH:
            return None
        first, second = ranked[0], ranked[1] if len(ranked) > 1 else ("", 0.0)
        weak = name_score(first[0], role) < MAYBE
        return None if weak and first[1] - second[1] < EVEN else first

    def _case(self, column: str) -> float:
        named = name_score(column, "case")
        distinct, kind = self.distinct[column], self.kinds[column]
        if kind == pl.Boolean or (kind.is_float() and named < MAYBE):
            return 0.0
        if name_score(column, "activity") > named or name_score(column, "resource") > named:
            return 0.0
        repeats = 1 < distinct < self.rows or self.rows <= 2  # noqa: PLR2004
        return named * (1.0 if repeats else 0.7) + (0.05 * distinct / self.rows if repeats else 0.0)

    def _activity(self, column: str) -> float:
        named = name_score(column, "activity")
        distinct = self.distinct[column]
        if self.kinds[column] == pl.Boolean or self.kinds[column].is_float():
            return 0.0
        repeats = 1 < distinct <= min(MANY_NAMES, max(2, self.rows // 2))
        if named:
            return named * (1.0 if repeats or self.rows < 20 else 0.7)  # noqa: PLR2004
        return 0.35 if repeats and self._alone(column) else 0.0

    def _alone(self, column: str) -> bool:
        """Return whether no other column is left than this and the times."""
        known = self.taken | self.times | self.clocks | {column}
        return all(other in known for other in self.kinds)

    def _resource(self, column: str) -> float:
        named, distinct = name_score(column, "resource"), self.distinct[column]
        # Whoever does the work does so more than once, and seldom alone.
        repeats = 1 < distinct < self.rows or self.rows < 20  # noqa: PLR2004 - too few to tell
        return named * (1.0 if repeats else 0.6) if distinct else 0.0

    def _time(self, column: str, role: str, case: str) -> float:
        """Score a time by its name, and by whether it changes within a case as an event's time does."""
        named = name_score(column, role)
        if role == "start":
            return named
        if not named and name_score(column, "start"):
            return 0.0
        named = named or 0.3
        changes = 1.0
        if case and self.head.height:
            within = self.head.group_by(case).agg(
                pl.col(column).n_unique().alias("times"), pl.len().alias("events")
            )
            longer = within.filter(pl.col("events") > 1)
            changes = float((longer["times"] > 1).mean() or 0.0) if longer.height else 1.0  # type: ignore[arg-type]
        return named * (0.5 + 0.5 * changes) + (
            0.05 if self.head[column].null_count() == 0 else 0.0
        )


def _named_time(column: str) -> bool:
    return max(name_score(column, "timestamp"), name_score(column, "start")) >= MAYBE
