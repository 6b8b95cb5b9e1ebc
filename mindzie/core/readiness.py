"""What a source was found to be like, before anyone trusts a figure made from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from mindzie.core.words import count, counted

Severity = Literal["info", "warning", "error"]
_COSTS: Mapping[Severity, tuple[float, float]] = {
    "info": (0, 0),
    "warning": (2, 48),
    "error": (10, 70),
}
"""Points off the score: for being there, and for touching all of the log."""


class Finding(BaseModel):
    """One thing about the source that an analyst should know.

    Parameters
    ----------
    id : str
        Stable name such as ``"ties"``.
    title : str
        One line that says what was found.
    count : int
        How many rows, events, cases or columns it concerns (the title says which).
    severity : {"info", "warning", "error"}
        ``error`` where rows could not be used, ``warning`` where figures may mislead.
    sample : tuple of mappings
        At most five examples, with the source record number as ``row`` where there is one.
    done : str
        What was done about it.
    change : str
        How to have it otherwise.
    share : float, optional
        How much of the log it touches, 0 to 1, where that is not ``count`` out of the rows: of ties, the cases in which
        nothing but the source says which activity came first.

    Examples
    --------
    >>> Finding(id="ties", title="2 events tie", count=2, severity="warning").count
    2
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    count: int = Field(ge=0)
    severity: Severity = "info"
    sample: tuple[Mapping[str, Any], ...] = ()
    done: str = ""
    change: str = ""
    share: float | None = Field(default=None, ge=0, le=1)

    def cost(self, rows: int) -> float:
        """Return the points this finding takes off the score.

        Parameters
        ----------
        rows : int
            Rows read from the source.

        Returns
        -------
        float
            0 for an info; a warning 2, and 48 more in proportion to how much of the log it touches, so that one which
            touches all of it halves the score; an error 10, and 70 more.

        Examples
        --------
        >>> Finding(id="ties", title="", count=5, severity="warning").cost(10)
        26.0
        """
        base, weight = _COSTS[self.severity]
        touched = self.count / max(rows, 1) if self.share is None else self.share
        return base + weight * min(1.0, touched)


class Readiness(BaseModel):
    """The findings about a source and a score.

    Parameters
    ----------
    findings : tuple of Finding
        The worst first.
    rows_read : int
        Records in the source.
    rows_used : int
        Records that became events.
    rows_rejected : int
        Records kept aside, each with its reason.
    score : int
        100 minus the cost of each finding, never below 0. From 90 on figures can be taken as they are; from 70 on look at the
        warnings first; below, mend the source or say how to read it.

    Examples
    --------
    >>> Readiness.of((), rows_read=3, rows_used=3).score
    100
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    findings: tuple[Finding, ...] = ()
    rows_read: int = Field(default=0, ge=0)
    rows_used: int = Field(default=0, ge=0)
    rows_rejected: int = Field(default=0, ge=0)
    score: int = Field(default=100, ge=0, le=100)

    @classmethod
    def of(cls, findings: tuple[Finding, ...], *, rows_read: int, rows_used: int) -> Readiness:
        """Make the report of a source: sort the findings and compute the score.

        Parameters
        ----------
        findings : tuple of Finding
            In any order; those that count nothing are left out.
        rows_read, rows_used : int
            Records in the source, and those that became events.

        Returns
        -------
        Readiness
            With the score 100 minus every finding's cost.

        Examples
        --------
        >>> late = Finding(id="ties", title="", count=5, severity="warning")
        >>> Readiness.of((late,), rows_read=10, rows_used=10).score
        74
        """
        rank = {"error": 0, "warning": 1, "info": 2}
        kept = sorted(
            (f for f in findings if f.count), key=lambda f: (rank[f.severity], -f.count, f.id)
        )
        lost = sum(finding.cost(rows_read) for finding in kept)
        return cls(
            findings=tuple(kept),
            rows_read=rows_read,
            rows_used=rows_used,
            rows_rejected=rows_read - rows_used,
            score=max(0, round(100 - lost)),
        )

    def adding(self, *findings: Finding) -> Readiness:
        """Return the report with more findings, scored anew.

        Parameters
        ----------
        *findings : Finding
            Found later, such as ties once the events are sorted.

        Returns
        -------
        Readiness
            A new report; a finding with a known id takes its place.

        Examples
        --------
        >>> Readiness().adding(Finding(id="ties", title="", count=1)).find("ties").count
        1
        """
        new = {finding.id for finding in findings}
        old = tuple(finding for finding in self.findings if finding.id not in new)
        return Readiness.of((*old, *findings), rows_read=self.rows_read, rows_used=self.rows_used)

    def find(self, name: str) -> Finding | None:
        """Return the finding with an id, None where nothing of the kind was found.

        Parameters
        ----------
        name : str
            The id, such as ``"ties"``.

        Returns
        -------
        Finding or None
            The finding.

        Examples
        --------
        >>> Readiness().find("ties") is None
        True
        """
        return next((finding for finding in self.findings if finding.id == name), None)

    def __str__(self) -> str:
        """Return the report as a few readable lines."""
        head = f"Readiness {self.score}/100: {count(self.rows_used)} of {counted(self.rows_read, 'row')} used"
        lines = [f"- {f.severity}: {f.title}. {f.done} {f.change}".rstrip() for f in self.findings]
        return "\n".join([head, *lines])

    def _repr_html_(self) -> str:
        """Return the report for a notebook."""
        from html import escape

        # hosts align cells to the right
        text = "<td style='text-align:left'>{}</td>"
        rows = "".join(
            f"<tr>{text.format(escape(f.severity))}{text.format(escape(f.title))}<td>{count(f.count)}</td>"
            f"{text.format(escape(f.done))}{text.format(escape(f.change))}</tr>"
            for f in self.findings
        )
        left = "<th style='text-align:left'>"
        head = (
            f"<tr>{left}</th>{left}Found</th><th>Count</th>{left}Done</th>{left}To change</th></tr>"
        )
        title = escape(str(self).split("\n", 1)[0])
        return f"<div class='mindzie-readiness'><b>{title}</b><table>{head}{rows}</table></div>"
