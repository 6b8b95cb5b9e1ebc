"""Which column is what, as far as names and contents tell."""

from __future__ import annotations

from typing import Any

import polars as pl

from mindzie.core.errors import SourceError
from mindzie.ingest.raw import Options
from mindzie.ingest.roles import find_roles
from mindzie.widgets.import_wizard.plan import Plan

Json = dict[str, Any]


def guesses(frame: pl.DataFrame) -> dict[str, list[Json]]:
    """Return the candidates of each role, the best first: ``column``, ``confidence`` and ``why``."""
    try:
        found = find_roles(frame, Options(), "the source")
    except SourceError:
        return {}
    return {
        role: [{"column": column, "confidence": found.confidence[role], "why": ""}]
        for role, column in found.columns.items()
    }


def suggested(plan: Plan, facts: Json) -> Plan:
    """Return a plan with the best candidate of each role, and with the texts that cannot but mean missing.

    Parameters
    ----------
    plan : Plan
        As it is said so far.
    facts : dict
        Of the source, with ``guesses`` and ``marks``.

    Returns
    -------
    Plan
        A column has one role at most.
    """
    for role, candidates in facts["guesses"].items():
        if candidates:
            plan = plan.giving(role, candidates[0]["column"])
    plain = tuple(mark["text"] for mark in facts["marks"] if mark["plain"])
    return plan if "null_values" in plan.settings else plan.saying("null_values", plain)
