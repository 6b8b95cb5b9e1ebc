"""`suggest`: which column is what, how sure, and why; before anything is read as a log."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from os import PathLike
from typing import TYPE_CHECKING, Any, Unpack

import polars as pl

from mindzie.core.words import counted
from mindzie.ingest.candidates import Candidate, candidates, timed
from mindzie.ingest.column_pairs import pairs_as_steps
from mindzie.ingest.day_and_clock import clocks_of
from mindzie.ingest.evidence import Evidence
from mindzie.ingest.raw import Options
from mindzie.ingest.reading import ReadSettings, options_of
from mindzie.ingest.role_question import question
from mindzie.ingest.roles import NEEDED, ROLES, choose
from mindzie.ingest.table import raw_of, tidied
from mindzie.ingest.wide_rows import WideRows, find_wide

if TYPE_CHECKING:
    from mindzie.ingest.mapping.values import Mapping


@dataclass(frozen=True)
class Suggestion:
    """What the columns of a source seem to be.

    Parameters
    ----------
    rows : int
        Of the source.
    columns : tuple of str
        Of the source.
    roles : dict of str to tuple of Candidate
        Candidates of each role, the one that is taken first, then the most likely.
    wide : WideRows or None
        Date columns to make events of, where a row seems to be a case.
    question : str or None
        What reading would ask, with the candidates; None where it can tell.
    clocks : dict of str to str
        For ``timestamp`` and ``start``, where the column taken says the day alone: that with the time of day.

    Examples
    --------
    >>> import polars as pl
    >>> found = suggest(pl.DataFrame({"Fall": ["1"], "Schritt": ["Pay"], "Zeit": ["2024-05-06 07:08"]}))
    >>> found.best["activity"].column
    'Schritt'
    """

    rows: int
    columns: tuple[str, ...]
    roles: dict[str, tuple[Candidate, ...]]
    wide: WideRows | None
    question: str | None
    clocks: dict[str, str] = field(default_factory=dict)

    @cached_property
    def best(self) -> dict[str, Candidate]:
        """Return the candidate of each role that is taken."""
        return {role: found[0] for role, found in self.roles.items() if found[0].taken}

    @property
    def mapping(self) -> Mapping:
        """Return the mapping to begin with: the roles that are taken, and steps that join dates with times of day, or make events of wide rows."""
        from mindzie.ingest.mapping.values import Mapping

        roles = {role: found.column for role, found in self.best.items()}
        if not self._is_wide or self.wide is None:
            pairs = {role: (roles[role], clock) for role, clock in self.clocks.items()}
            made = pairs_as_steps(pairs)
            steps = made.pop("mapping", Mapping()).steps
            return Mapping(roles=roles | made, steps=steps)
        step = self.wide.step(list(self.columns))
        made = {"activity": step["activity"], "timestamp": step["timestamp"]}
        kept = {role: roles[role] for role in ("resource",) if role in roles}
        case = {"case": self.wide.case} if self.wide.case else {}
        return Mapping(roles={**case, **made, **kept}, steps=[step])

    @property
    def _is_wide(self) -> bool:
        activity = self.best.get("activity")
        return self.wide is not None and (
            activity is None or activity.confidence < self.wide.confidence
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON.

        Returns
        -------
        dict
            ``rows``, ``roles``, ``clocks``, ``wide``, ``question`` and ``mapping``.
        """
        wide = self.wide
        return {
            "rows": self.rows,
            "roles": {
                role: [
                    {"column": c.column, "confidence": c.confidence, "why": list(c.why), "taken": c.taken}
                    for c in found
                ]
                for role, found in self.roles.items()
            },
            "clocks": self.clocks,
            "wide": wide
            and {"columns": wide.columns, "case": wide.case, "confidence": wide.confidence, "why": list(wide.why)},
            "question": self.question,
            "mapping": self.mapping.to_json(),
        }  # fmt: skip

    def __str__(self) -> str:
        """Return it in a few readable lines."""
        lines = [f"{counted(self.rows, 'row')}, {counted(len(self.columns), 'column')}"]
        for role, found in self.roles.items():
            lines += [
                f"{role if place == 0 else '':<10}{'*' if c.taken else ' '} {c.column} ({c.confidence:.2f}): {'; '.join(c.why)}"
                for place, c in enumerate(found)
            ]
        lines += map(self._joined, self.clocks)
        if self.wide:
            said = ", ".join(f"{column} -> {name}" for column, name in self.wide.columns.items())
            lines.append(
                f"wide rows ({self.wide.confidence:.2f}): {said}: {'; '.join(self.wide.why)}"
            )
        return "\n".join([*lines, *([self.question] if self.question else [])])

    def _joined(self, role: str) -> str:
        return f"{self.best[role].column} has the day alone, {self.clocks[role]} the time of day: both are the {role}"

    def _repr_html_(self) -> str:
        """Return it for a notebook."""
        left = "text-align:left"
        rows = "".join(
            f"<tr><td style='{left}'>{role if not place else ''}</td><td style='{left}'>{'<b>' if c.taken else ''}"
            f"{escape(c.column)}{'</b>' if c.taken else ''}</td><td>{c.confidence:.2f}</td><td style='{left}'>{escape('; '.join(c.why))}</td></tr>"
            for role, found in self.roles.items()
            for place, c in enumerate(found)
        )
        head = f"<tr><th style='{left}'>Role</th><th style='{left}'>Column</th><th>Confidence</th><th style='{left}'>Why</th></tr>"
        wide, asked = "".join(f"<p>{escape(self._joined(role))}.</p>" for role in self.clocks), ""
        if self.wide:
            said = ", ".join(f"{column} as {name}" for column, name in self.wide.columns.items())
            wide += f"<p>A row seems to be a case ({self.wide.confidence:.2f}), its dates events: {escape(said)}.</p>"
        if self.question:
            asked = f"<pre>{escape(self.question)}</pre>"
        return f"<div class='mindzie-suggestion'><table>{head}{rows}</table>{wide}{asked}</div>"


def suggest(source: str | PathLike[str] | Any, **settings: Unpack[ReadSettings]) -> Suggestion:
    """Say which column of a source is what, how sure that is and why.

    Names are known in English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Chinese, Japanese and some others;
    contents are judged by the first 20,000 rows.

    Parameters
    ----------
    source : path or frame
        As for `mindzie.read`.
    **settings
        As for `mindzie.read`; a role that is said is not guessed.

    Returns
    -------
    Suggestion
        With ``mapping`` to read or to change.

    Raises
    ------
    SourceError
        A source that cannot be read.
    UnknownNameError
        A column that is said and that the source does not have.
    SettingError
        A setting outside what is allowed.

    Examples
    --------
    >>> import polars as pl
    >>> frame = pl.DataFrame({"case": ["1"], "activity": ["Pay"], "time": ["2024-05-06 07:08"]})
    >>> suggest(frame).best["case"].confidence > 0.8
    True
    """
    options = options_of(settings)
    raw, where = raw_of(source, options)
    return of_frame(tidied(raw, options).frame, options, where)


def of_frame(
    frame: pl.DataFrame, options: Options | None = None, where: str = "the source"
) -> Suggestion:
    """Say which column of a frame as read is what.

    Parameters
    ----------
    frame : polars.DataFrame
        As it was found.
    options : Options, optional
        What was said already.
    where : str
        The source, for messages.

    Returns
    -------
    Suggestion
        As of `suggest`.

    Raises
    ------
    UnknownNameError
        A column that is said and that the source does not have.
    """
    options = options or Options()
    guess, chosen = choose(frame, options, where)
    missing = [role for role in NEEDED if role not in chosen]
    columns = {role: column for role, (column, _) in chosen.items()}
    evidence = Evidence(guess, columns.get("case"), columns.get("timestamp"))
    roles = {}
    for role in ROLES:
        found = candidates(evidence, role, columns, options)
        if found:
            roles[role] = found
    taken = {role: found[0].column for role, found in roles.items() if found[0].taken}
    clocks = clocks_of(guess.head, taken)
    roles |= {
        role: (timed(roles[role][0], clock), *roles[role][1:]) for role, clock in clocks.items()
    }
    return Suggestion(
        rows=frame.height,
        columns=tuple(frame.columns),
        roles=roles,
        wide=find_wide(guess, columns.get("case"), columns.get("activity")),
        question=str(question(frame, guess, chosen, missing, where)) if missing else None,
        clocks=clocks,
    )
