"""A mapping's part in reading: its steps before roles are found, its roles where the caller says none."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from mindzie.core.errors import SourceError
from mindzie.core.readiness import Finding
from mindzie.core.words import counted
from mindzie.ingest.mapping.steps import ROW
from mindzie.ingest.mapping.values import REASON, Mapped, Mapping
from mindzie.ingest.raw import Options, Raw
from mindzie.ingest.rejected import with_reason
from mindzie.ingest.texts import written


def mapped(raw: Raw, options: Options, where: str) -> tuple[Raw, Options]:
    """Apply the mapping that the caller gave.

    Parameters
    ----------
    raw : Raw
        As read.
    options : Options
        With a mapping; roles said beside it come first.
    where : str
        The source, for messages.

    Returns
    -------
    tuple of Raw and Options
        The source after the steps, with the numbers of its records and the rows put aside.

    Raises
    ------
    SourceError
        Where the mapping does not fit the source; it names everything that does not.
    """
    mapping = Mapping.load(options.mapping)
    made = mapping.applied(raw.frame)
    if made.faults:
        said = "\n".join(f"- {problem}" for problem in made.faults)
        raise SourceError(f"The mapping does not fit {where}:\n{said}")
    said_roles = {
        role: name for role, name in mapping.roles if name and getattr(options, role) is None
    }
    zone = options.timezone or mapping.timezone
    return (
        replace(
            raw,
            frame=made.frame.drop(ROW),
            rows=made.frame[ROW],
            origin=raw.frame,
            aside=aside_of(made),
            source=raw.source | {"mapping": mapping.to_json()},
            findings=(*raw.findings, *_findings(made)),
        ),
        replace(options, timezone=zone, **said_roles),
    )


def aside_of(made: Mapped) -> pl.DataFrame:
    """Return the rows that the steps put aside, as ``log.rejected`` has them."""
    source = made.aside.drop(ROW, REASON)
    return with_reason(written(source), made.aside[ROW], made.aside[REASON])


def _findings(made: Mapped) -> list[Finding]:
    return [
        Finding(
            id="mapping_rejected",
            title=f"{counted(problem.count, 'row')} that a step of the mapping cannot read: {problem.where}, {problem.what}",
            count=problem.count,
            severity="error",
            sample=tuple(
                {"row": row, "value": value}
                for row, value in zip(problem.rows, problem.samples, strict=False)
            ),
            done="They were kept aside in log.rejected.",
            change='Mend the step, or give it on_error="missing" to leave out the value alone.',
        )
        for problem in made.problems
        if problem.count
    ]
