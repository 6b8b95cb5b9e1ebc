"""The columns that may have a role, the likeliest first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from mindzie.ingest.evidence import Evidence
from mindzie.ingest.raw import Options

_MOST: Final = 6
"""Candidates shown for a role."""
_LEAST: Final = 0.2
"""Candidates less likely than this are not shown."""
SURE: Final = 0.8


@dataclass(frozen=True, slots=True)
class Candidate:
    """A column that may have a role.

    Parameters
    ----------
    column : str
        Of the source.
    confidence : float
        0 to 1; above 0.8 it need not be asked.
    why : tuple of str
        What speaks for it, and against.
    taken : bool
        Whether reading would take it.
    """

    column: str
    confidence: float
    why: tuple[str, ...]
    taken: bool


def candidates(
    evidence: Evidence, role: str, chosen: dict[str, str], options: Options
) -> tuple[Candidate, ...]:
    """Return the columns that may have a role, first the one that reading takes.

    Parameters
    ----------
    evidence : Evidence
        What names and contents say.
    role : str
        The role.
    chosen : dict of str to str
        The column of each role that was taken.
    options : Options
        What was said; a column that is said is the only candidate.

    Returns
    -------
    tuple of Candidate
        None where no column is likely.
    """
    said = getattr(options, role)
    if said is not None:
        return (Candidate(said, 1.0, ("you said so",), taken=True),) if said else ()
    taken, others = chosen.get(role), {c for r, c in chosen.items() if r != role}
    found = {column: evidence.of(role, column) for column in evidence.head.columns}
    ranked = sorted(
        (c for c, (sure, _) in found.items() if c == taken or sure * (0.5 if c in others else 1) >= _LEAST),
        key=lambda column: (column != taken, column in others, -found[column][0]),
    )  # fmt: skip
    head = evidence.head
    rivals = [
        found[c][0]
        for c in ranked
        if c not in {taken, *others} and not (taken and head[c].equals(head[taken]))
    ]
    made = list[Candidate]()
    for column in ranked[:_MOST]:
        sure, why = found[column]
        if column == taken:
            sure, why = _against(sure, max(rivals, default=0.0), why)
        elif column in others:
            sure, why = sure * 0.5, (*why, "has another role")
        take = column == taken or (role == "order" and taken is None and not made and sure > SURE and column not in others)  # fmt: skip
        made.append(Candidate(column, round(min(1.0, sure), 2), why, taken=take))
    return tuple(made)


def timed(date: Candidate, clock: str) -> Candidate:
    """Be surer of a date that has its time of day beside it.

    Parameters
    ----------
    date : Candidate
        A column that says the day alone.
    clock : str
        The column with the time of day.

    Returns
    -------
    Candidate
        Half as unsure.
    """
    sure = round(1 - (1 - date.confidence) / 2, 2)
    return replace(date, confidence=sure, why=(*date.why, f"{clock} has its time of day"))


def _against(sure: float, rival: float, why: tuple[str, ...]) -> tuple[float, tuple[str, ...]]:
    """Be less sure of a column beside another that is nearly as likely."""
    near = max(0.0, 1 - (sure - rival) / 0.15) if rival else 0.0
    if near == 0:
        return sure, why
    return sure * (1 - 0.3 * min(1.0, near)), (*why, "another column is nearly as likely")
