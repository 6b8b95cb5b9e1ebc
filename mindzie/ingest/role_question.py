"""What is asked where the columns of a source do not tell their roles."""

from __future__ import annotations

import polars as pl

from mindzie.core.errors import SourceError
from mindzie.ingest.day_and_clock import clocks_of, is_clock, is_day
from mindzie.ingest.role_names import MAYBE, name_score
from mindzie.ingest.roles import NEEDED, Guess
from mindzie.ingest.wide_rows import find_wide

_OPEN = "'...'"


def question(
    frame: pl.DataFrame,
    guess: Guess,
    chosen: dict[str, tuple[str, float]],
    missing: list[str],
    where: str,
) -> SourceError:
    """Return the error that asks for the roles that cannot be told, all at once, with candidates and the call to make."""
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
    said = {role: repr(column) for role, (column, _) in chosen.items()}
    if "timestamp" not in said and (pair := _day_and_clock(guess, lines)):
        said["timestamp"] = pair
    call = ", ".join(f"{role}={said.get(role, _OPEN)}" for role in NEEDED)
    wide = find_wide(guess, chosen.get("case", ("",))[0] or None, None)
    if wide is not None:
        lines.append(
            f"A row seems to have several dates of one case ({', '.join(map(repr, wide.columns))}): "
            "mz.read(source, mapping=mz.suggest(source).mapping) makes an event of each."
        )
    lines.append(f"Say it: mz.read(source, {call})")
    return SourceError("\n".join(lines))


def _mended(
    guess: Guess, chosen: dict[str, tuple[str, float]], missing: list[str], lines: list[str]
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


def _day_and_clock(guess: Guess, lines: list[str]) -> str | None:
    """Return the columns of a date and of its time of day as they are said, where there are such."""
    head = guess.head
    for day in (
        column for column in head.columns if column not in guess.taken and is_day(head[column])
    ):
        if clock := clocks_of(head, {"timestamp": day}).get("timestamp"):
            lines.append(f"{day!r} has the day alone, {clock!r} the time of day.")
            return f"[{day!r}, {clock!r}]"
    return None


def _sounding(frame: pl.DataFrame, guess: Guess, role: str) -> str:
    """Name the columns that are called like a role but do not look it."""
    alike = [c for c in frame.columns if c not in guess.taken and name_score(c, role) >= MAYBE]
    if not alike:
        return "none"
    hint = "; its values are no times as they are usually written, so give date_format= with it"
    if is_clock(guess.head[alike[0]]):
        hint = "; its values are times of day, which need a date"
    elif guess.date_format:
        hint = f"; its values are not written as date_format={guess.date_format!r} says"
    return repr(alike[0]) + (hint if role == "timestamp" else "")
