"""What is asked where the columns of a source do not tell their roles."""

from __future__ import annotations

import polars as pl

from mindzie.core.errors import SourceError
from mindzie.ingest.role_names import MAYBE, name_score
from mindzie.ingest.roles import NEEDED, Guess
from mindzie.ingest.wide_rows import find_wide


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
    call = ", ".join(
        f"{role}={chosen[role][0]!r}" if role in chosen else f"{role}='...'" for role in NEEDED
    )
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


def _sounding(frame: pl.DataFrame, guess: Guess, role: str) -> str:
    """Name the columns that are called like a role but do not look it."""
    alike = [c for c in frame.columns if c not in guess.taken and name_score(c, role) >= MAYBE]
    if not alike:
        return "none"
    hint = "; its values are no times as they are usually written, so give date_format= with it"
    return repr(alike[0]) + (hint if role == "timestamp" else "")
