"""Trying a mapping on a source: every problem at once, and the first rows before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import polars as pl

from mindzie.core.errors import MindzieError, SettingError
from mindzie.core.words import count, counted
from mindzie.ingest.mapping.reading import aside_of
from mindzie.ingest.mapping.steps import ROW
from mindzie.ingest.mapping.values import Mapped, Mapping, Problem
from mindzie.ingest.raw import Options
from mindzie.ingest.rejected import BAD_TIME, NO_ACTIVITY, NO_CASE, NO_TIME, of_origin, split
from mindzie.ingest.roles import NEEDED, find_roles
from mindzie.ingest.table import check_zone, raw_of, tidied
from mindzie.ingest.texts import as_text, empty_is_missing
from mindzie.ingest.times import read_times

_REASONS = {
    NO_CASE: "case",
    NO_ACTIVITY: "activity",
    NO_TIME: "timestamp",
    BAD_TIME: "timestamp",
}
_SAMPLES = 5


@dataclass(frozen=True)
class Preview:
    """The first rows of a source, and what a mapping makes of them.

    Parameters
    ----------
    before, after : polars.DataFrame
        ``row``, the number of the source's record, and the columns.
    problems : tuple of Problem
        Of these rows.
    """

    before: pl.DataFrame
    after: pl.DataFrame
    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        """Return both tables and the problems."""
        return "\n".join([f"Before {self.before}", f"After {self.after}", *map(str, self.problems)])

    def _repr_html_(self) -> str:
        """Return both for a notebook."""
        return (
            f"<div class='mindzie-preview'><b>Before</b>{self.before._repr_html_()}<b>After</b>{self.after._repr_html_()}"
            f"{_list_of(self.problems)}</div>"
        )


@dataclass(frozen=True)
class Check:
    """Everything that a mapping and a source do not agree on.

    Parameters
    ----------
    problems : tuple of Problem
        Those of the mapping first, in the order of its steps, then those of rows.
    rejected : polars.DataFrame
        ``row``, ``reason`` and the source's columns of every row that could not be used.
    rows : int
        Of the source.
    events, cases : int
        That would be read; 0 where the mapping does not fit.
    """

    problems: tuple[Problem, ...]
    rejected: pl.DataFrame
    rows: int
    events: int
    cases: int

    @property
    def ok(self) -> bool:
        """Return whether every row can be used."""
        return not self.problems

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON, without the rejected rows.

        Returns
        -------
        dict
            ``ok``, ``rows``, ``rejected`` (how many), ``events``, ``cases`` and ``problems``.
        """
        return {
            "ok": self.ok,
            "rows": self.rows,
            "rejected": self.rejected["row"].n_unique(),
            "events": self.events,
            "cases": self.cases,
            "problems": [
                {"where": p.where, "what": p.what, "count": p.count, "rows": list(p.rows), "samples": list(p.samples)}
                for p in self.problems
            ],
        }  # fmt: skip

    def __str__(self) -> str:
        """Return it in a few readable lines."""
        head = (
            f"{counted(self.rows, 'row')}: {counted(self.events, 'event')} of {counted(self.cases, 'case')}, "
            f"{count(self.rejected['row'].n_unique())} rejected"
        )
        return "\n".join([head, *(f"- {problem}" for problem in self.problems)])

    def _repr_html_(self) -> str:
        """Return it for a notebook."""
        head = escape(str(self).split("\n", 1)[0])
        return f"<div class='mindzie-check'><b>{head}</b>{_list_of(self.problems)}</div>"


def preview(mapping: Mapping, source: Any, rows: int, options: Options) -> Preview:
    """Show the first rows before and after the steps."""
    if isinstance(rows, bool) or not isinstance(rows, int) or not 1 <= rows <= 10_000:  # noqa: PLR2004
        raise SettingError(f"rows={rows!r} must be a whole number from 1 to 10,000.")
    raw, _ = raw_of(source, options)
    frame = tidied(raw, options).frame.head(rows)
    made = mapping.applied(frame)
    numbered = frame.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW))
    return Preview(_shown(numbered), _shown(made.frame), made.problems)


def _shown(frame: pl.DataFrame) -> pl.DataFrame:
    names = {"row": "source row"} if "row" in frame.columns else {}
    return frame.rename(names).select(pl.col(ROW).alias("row"), pl.exclude(ROW))


def check(mapping: Mapping, source: Any, options: Options) -> Check:
    """Apply a mapping to all of a source, and tell all that does not fit."""
    raw, where = raw_of(source, options)
    raw = tidied(raw, options)
    made = mapping.applied(raw.frame)
    problems = list(made.problems)
    options = replace(options, timezone=options.timezone or mapping.timezone)
    try:
        check_zone(options.timezone)
    except SettingError as error:
        problems.append(Problem("timezone", str(error)))
        options = replace(options, timezone=None)
    columns = _columns(mapping, made, options, where, problems)
    good, rejected, told = _rows(made.frame, columns, options)
    kept = made.frame.filter(good)
    fits = all(problem.count for problem in problems) and set(NEEDED) <= set(columns)
    whole = pl.concat([aside_of(made), rejected], how="diagonal_relaxed")
    whole = of_origin(whole.sort("row", maintain_order=True), raw.frame)
    return Check(
        problems=tuple(problems + told),
        rejected=whole,
        rows=raw.frame.height,
        events=kept.height if fits else 0,
        cases=as_text(kept[columns["case"]]).n_unique() if fits else 0,
    )


def _columns(
    mapping: Mapping, made: Mapped, options: Options, where: str, problems: list[Problem]
) -> dict[str, str]:
    """Return the column of each role after the steps; a question of reading is a problem, unless others came before."""
    known = set(made.frame.columns) - {ROW}
    said = {role: getattr(options, role) or name for role, name in mapping.roles}
    there = {role: name for role, name in said.items() if name in known}
    try:
        found = find_roles(made.frame.drop(ROW), replace(options, **there), where)
    except MindzieError as error:
        if not made.faults:
            problems.append(Problem("roles", str(error)))
        return {role: there[role] for role in NEEDED if role in there}
    return {role: name for role, name in found.columns.items() if role in NEEDED}


def _rows(
    frame: pl.DataFrame, columns: dict[str, str], options: Options
) -> tuple[pl.Series, pl.DataFrame, list[Problem]]:
    """Return the mask of rows that can be events, the others with their reason, and what is wrong with them."""
    values = frame.drop(ROW)
    nothing_wrong = pl.repeat("", frame.height, dtype=pl.String, eager=True)
    written_time = nothing_wrong
    if "timestamp" in columns:
        found = values[columns["timestamp"]]
        written_time = empty_is_missing(found) if found.dtype == pl.String else found
    table = pl.DataFrame(
        {
            "case_id": as_text(values[columns["case"]]) if "case" in columns else nothing_wrong,
            "activity": as_text(values[columns["activity"]])
            if "activity" in columns
            else nothing_wrong,
            "time": read_times(written_time, options.hints).values
            if "timestamp" in columns
            else nothing_wrong,
            "row": frame[ROW],
        }
    )
    good, rejected = split(table, values, written_time)
    if good is None:
        return pl.repeat(True, frame.height, dtype=pl.Boolean, eager=True), rejected, []
    return good, rejected, _told(rejected, columns)


def _told(rejected: pl.DataFrame, columns: dict[str, str]) -> list[Problem]:
    told = []
    for reason, role in _REASONS.items():
        rows = rejected.filter(pl.col("reason").str.contains(reason, literal=True))
        if rows.is_empty():
            continue
        some, name = rows.head(_SAMPLES), columns[role]
        shown = f"source {name}" if name in {"row", "reason"} else name
        samples = tuple(str(v)[:60] for v in some[shown].to_list()) if reason == BAD_TIME else ()
        told.append(
            Problem(f"role {role}", f"{name}: {reason}", tuple(some["row"].to_list()), samples, rows.height)
        )  # fmt: skip
    return told


def _list_of(problems: Sequence[Problem]) -> str:
    items = "".join(f"<li>{escape(str(problem))}</li>" for problem in problems)
    return f"<ul>{items}</ul>" if items else ""
