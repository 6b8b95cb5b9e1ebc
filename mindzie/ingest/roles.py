"""Which column is the case, the activity, the time: said by the caller, or guessed and shown."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from mindzie.core.errors import SourceError, unknown
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
    said = {role: getattr(options, role) for role in ROLES}
    given = {
        role: column for role, column in said.items() if column is not None and column is not False
    }
    for column in given.values():
        if column not in frame.columns:
            raise unknown("column", column, frame.columns, where)
    guess = _Guess(frame.head(HEAD), set(given.values()))
    chosen: dict[str, tuple[str, float]] = {role: (column, 1.0) for role, column in given.items()}
    for role in ("case", "activity", "timestamp", "start", "resource"):
        if said[role] is None and (found := guess.best(role, chosen)):
            chosen[role] = found
            guess.taken.add(found[0])
    _start_alone(guess, chosen)
    missing = [role for role in NEEDED if role not in chosen]
    if missing:
        raise _cannot_tell(frame, guess, chosen, missing, where)
    return Roles(
        {r: chosen[r][0] for r in ROLES if r in chosen},
        {r: round(min(1.0, chosen[r][1]), 2) for r in chosen},
    )


def _start_alone(guess: _Guess, chosen: dict[str, tuple[str, float]]) -> None:
    """Take the only time there is as the time, even where it is called start."""
    if (
        "timestamp" not in chosen
        and "start" in chosen
        and guess.scores["start"].get(chosen["start"][0])
    ):
        chosen["timestamp"] = chosen.pop("start")


class _Guess:
    """Scores of the columns for each role, on the first rows."""

    def __init__(self, head: pl.DataFrame, taken: set[str]) -> None:
        self.head, self.taken = head, taken
        self.rows = max(1, head.height)
        self.distinct = {column: head[column].n_unique() for column in head.columns}
        self.times = {
            column
            for column in head.columns
            if looks_like_times(head[column], numbers=_named_time(column))
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
            scores = {c: score(c) for c in free if c not in self.times}
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
        distinct, kind = self.distinct[column], self.head.schema[column]
        if kind == pl.Boolean or (kind.is_float() and named < MAYBE):
            return 0.0
        if name_score(column, "activity") > named or name_score(column, "resource") > named:
            return 0.0
        repeats = 1 < distinct < self.rows or self.rows <= 2  # noqa: PLR2004
        return named * (1.0 if repeats else 0.7) + (0.05 * distinct / self.rows if repeats else 0.0)

    def _activity(self, column: str) -> float:
        named = name_score(column, "activity")
        distinct = self.distinct[column]
        if self.head.schema[column] == pl.Boolean or self.head.schema[column].is_float():
            return 0.0
        repeats = 1 < distinct <= min(MANY_NAMES, max(2, self.rows // 2))
        if named:
            return named * (1.0 if repeats or self.rows < 20 else 0.7)  # noqa: PLR2004
        others = [
            c
            for c in self.head.columns
            if c not in self.taken and c not in self.times and c != column
        ]
        return 0.35 if repeats and not others else 0.0

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


def _cannot_tell(
    frame: pl.DataFrame,
    guess: _Guess,
    chosen: dict[str, tuple[str, float]],
    missing: list[str],
    where: str,
) -> SourceError:
    lines = [f"Cannot tell which column of {where} is the {' and the '.join(missing)}."]
    for role in missing:
        ranked = sorted(guess.scores.get(role, {}).items(), key=lambda item: -item[1])[:4]
        named = ", ".join(repr(column) for column, _ in ranked) or _sounding(frame, guess, role)
        lines.append(f"Candidates for {role}: {named}.")
    first = {
        c: (frame[c].drop_nulls().head(1).to_list() or ["no value"])[0] for c in frame.columns[:40]
    }
    lines.append(
        "Columns: "
        + ", ".join(f"{column!r} (such as {value!r})" for column, value in first.items())
        + "."
    )
    chosen = _mended(guess, chosen, missing, lines)
    call = ", ".join(
        f"{role}={chosen[role][0]!r}" if role in chosen else f"{role}='...'" for role in NEEDED
    )
    lines.append(f"Say it: mz.read(source, {call})")
    return SourceError("\n".join(lines))


def _mended(
    guess: _Guess, chosen: dict[str, tuple[str, float]], missing: list[str], lines: list[str]
) -> dict[str, tuple[str, float]]:
    """Return the roles as they should have been said, where a column was given that is called like what is missing."""
    made = dict(chosen)
    for role, (column, score) in chosen.items():
        better = [m for m in missing if name_score(column, m) > max(name_score(column, role), 0)]
        if not better:
            continue
        lines.append(f"{column!r} was taken as the {role}, but is called like the {better[0]}.")
        made[better[0]] = (column, score)
        del made[role]
        times = [c for c in guess.head.columns if c in guess.times and c not in guess.taken]
        if role == "timestamp" and times:
            made[role] = (times[0], 0.0)
    return made


def _sounding(frame: pl.DataFrame, guess: _Guess, role: str) -> str:
    """Name the columns that are called like a role but do not look it."""
    alike = [c for c in frame.columns if c not in guess.taken and name_score(c, role) >= MAYBE]
    if not alike:
        return "none"
    hint = "; its values are no times as they are usually written, so give date_format= with it"
    return repr(alike[0]) + (hint if role == "timestamp" else "")
