"""Suggestions as the page shows them, and the plan that they make to begin with."""

from __future__ import annotations

from typing import Any

from mindzie.ingest.raw import Options, Raw
from mindzie.ingest.suggestions import of_frame
from mindzie.ingest.table import tidied
from mindzie.widgets.import_wizard.plan import Plan

Json = dict[str, Any]


def guesses(raw: Raw, missing: tuple[str, ...]) -> Json:
    """Return what the columns of a source seem to be.

    Parameters
    ----------
    raw : Raw
        As read.
    missing : tuple of str
        Texts that cannot but mean missing.

    Returns
    -------
    dict
        Candidates of ``roles``, and ``wide`` rows.
    """
    options = Options(null_values=missing)
    found = of_frame(tidied(raw, options).frame, options).to_json()
    return {"roles": found["roles"], "wide": found["wide"]}


def suggested(plan: Plan, facts: Json) -> Plan:
    """Return a plan with the best candidate of each role, and with the texts that cannot but mean missing.

    Parameters
    ----------
    plan : Plan
        As it is said so far.
    facts : dict
        Of the source, with ``guesses``, ``wide`` and ``marks``.

    Returns
    -------
    Plan
        With events made of columns where nothing else can be an activity.
    """
    for role, candidates in facts["guesses"].items():
        if candidates and candidates[0]["taken"]:
            plan = plan.giving(role, candidates[0]["column"])
    wide = facts["wide"]
    if wide and not plan.roles.get("activity"):
        plan = plan.made_of(tuple(wide["columns"]))
        plan = plan.giving("case", plan.roles.get("case") or wide["case"])
    plain = plain_marks(facts)
    return plan if "null_values" in plan.settings else plan.saying("null_values", plain)


def plain_marks(facts: Json) -> tuple[str, ...]:
    """Return the texts of a source that cannot but mean missing."""
    return tuple(mark["text"] for mark in facts["marks"] if mark["plain"])
