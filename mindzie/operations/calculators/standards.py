"""Whether a log has what a log of its process is expected to have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, NamedTuple

import narwhals as nw
import polars as pl

from mindzie.core.attributes import source_name
from mindzie.core.errors import SettingError
from mindzie.core.families import Calculator, Filter
from mindzie.core.results import Column, Result, Table
from mindzie.core.words import share
from mindzie.operations.standards import PROCESSES, Expected, standard

if TYPE_CHECKING:
    from mindzie.core.log import EventLog

Process = Literal[
    "guess",
    "purchase_to_pay",
    "accounts_payable",
    "accounts_receivable",
    "order_to_cash",
    "tickets",
]
_BUILT_IN: Final = {"case": "case_id", "resource": "resource"}
_OPTIONAL: Final = 0.25
"""What an optional thing counts beside an expected one, when the process is guessed."""
_SCHEMA: Final = {
    "kind": pl.String,
    "expected": pl.String,
    "needed": pl.Boolean,
    "present": pl.Boolean,
    "found": pl.String,
    "cases": pl.Int64,
    "share": pl.Float64,
}


class _Match(NamedTuple):
    expected: Expected
    names: list[str]


class StandardChecker(Calculator):
    """Check that the log has the attributes and activities that are expected of its process.

    Processes are purchase-to-pay, accounts payable, accounts receivable, order-to-cash and tickets; the one that fits best is
    taken where none is said. Names are recognised in several languages and as fields of common systems, such as EBELN of
    SAP. One row an expected attribute or activity, with what it was found as, and the cases that have it. How much of
    what is needed was found, and how well each process fits, are in ``facts``.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("purchase-to-pay", cases=100)
    >>> log.calculate(StandardChecker()).facts["process"]
    'purchase_to_pay'
    """

    process: Process = "guess"
    """What process the log is of."""

    example: ClassVar[Mapping[str, Any]] = {"process": "order_to_cash"}
    sentence = "check against the standard of {standard}"

    def words(self) -> dict[str, str]:
        """Say the process."""
        guessed = self.process == "guess"
        return {"standard": "its process" if guessed else standard(self.process)[0]}

    def compute(self, log: EventLog) -> Table:
        """Find the names, then count the cases that have what was found."""
        fits = {process: _fit(_matches(log, process)) for process in PROCESSES}
        process = (
            max(fits, key=lambda name: fits[name]) if self.process == "guess" else self.process
        )
        matches = _matches(log, process)
        counts = _cases(log, matches)
        total = log.case_count
        rows = pl.DataFrame(
            [
                (m.expected.kind, m.expected.name, not m.expected.optional, bool(m.names), ", ".join(m.names) or None, n, n / total if total else None)
                for m, n in zip(matches, counts, strict=True)
            ],
            schema=_SCHEMA,
            orient="row",
        )  # fmt: skip
        needed = rows.filter("needed")
        there = int(needed["present"].sum())
        columns = (
            Column(name="kind", type="text"),
            Column(name="expected", type="text"),
            Column(name="needed", type="boolean"),
            Column(name="present", type="boolean"),
            Column(name="found", type="text"),
            Column(name="cases", type="number", unit="cases"),
            Column(name="share", type="number", unit="share"),
        )
        title = (
            f"{standard(process)[0].capitalize()}: {share(there / needed.height)} of what is needed"
        )
        facts = {
            "process": process,
            "guessed": self.process == "guess",
            "needed": needed.height,
            "found": there,
            "fits": {name: round(fit, 3) for name, fit in fits.items()},
        }
        return Table(rows, columns, title, facts=facts)

    def behind(self, result: Result, row: Mapping[str, Any]) -> tuple[Filter, ...]:
        """Return the filter of the cases that have what a row tells of."""
        from mindzie.operations.filters.activities import CasesWithActivity
        from mindzie.operations.filters.attributes import CasesWithAttribute

        log = result.log
        assert log is not None  # noqa: S101 - results of calculators know their log
        process = result.facts["process"]  # type: ignore[attr-defined]
        for expected, names in _matches(log, process):
            if (expected.kind, expected.name) != (row.get("kind"), row.get("expected")):
                continue
            if not names:
                raise SettingError(f"This log has no {expected.kind} for {expected.name!r}.")
            if expected.kind == "activity":
                return (CasesWithActivity(activities=tuple(names)),)
            attribute = _attributes(log)[names[0]]
            return (CasesWithAttribute(attribute=attribute, comparison="is_not_null"),)
        raise SettingError(f"The standard has no {row.get('kind')} {row.get('expected')!r}.")

    def drill(self, row: Mapping[str, Any]) -> tuple[Filter, ...]:
        """Refuse: what a row was found as, only the result knows."""
        raise SettingError(
            f"What {row.get('expected')!r} was found as, only the result knows: ask result.drill(**row) of it."
        )


def _attributes(log: EventLog) -> dict[str, str]:
    """Return the attributes that can be found, by their names in the source."""
    named = {source_name(a.name): a.name for a in log.own_attributes}
    known = {a.name for a in log.attribute_list}
    roles = {
        column: _BUILT_IN[role]
        for role, column in log.roles.items()
        if _BUILT_IN.get(role) in known
    }
    return {**named, **roles}


def _matches(log: EventLog, process: str) -> list[_Match]:
    attributes = _attributes(log)
    return [
        _Match(e, e.found(attributes if e.kind == "attribute" else log.activities))
        for e in standard(process)[1]
    ]


def _fit(matches: list[_Match]) -> float:
    """Return how much of what is expected there is, 0 to 1; what is optional counts less."""
    weights = [_OPTIONAL if m.expected.optional else 1.0 for m in matches]
    found = sum(weight for weight, m in zip(weights, matches, strict=True) if m.names)
    return found / sum(weights)


def _cases(log: EventLog, matches: list[_Match]) -> list[int]:
    """Return how many cases have what was found, in the order of the matches."""
    by_name = _attributes(log)
    wanted = {by_name[m.names[0]] for m in matches if m.expected.kind == "attribute" and m.names}
    filled = _filled(log, wanted)
    activities = _activity_cases(log, [m for m in matches if m.expected.kind == "activity"])
    return [
        (activities[m.expected.name] if m.expected.kind == "activity" else filled[by_name[m.names[0]]])
        if m.names
        else 0
        for m in matches
    ]  # fmt: skip


def _filled(log: EventLog, names: set[str]) -> dict[str, int]:
    """Count the cases with a value of each attribute: of cases in one look, of events in another."""
    chosen = [log.attribute(name) for name in sorted(names)]
    made: dict[str, int] = {}
    of_cases = [a for a in chosen if a.level == "case"]
    if of_cases:
        sums = {f"n{i}": (~nw.col(a.column).is_null()).sum() for i, a in enumerate(of_cases)}
        counts = log.collect(log.rel.cases.select(**sums)).row(0)
        made |= {a.name: int(n or 0) for a, n in zip(of_cases, counts, strict=True)}
    for attribute in chosen:
        if attribute.level == "event":
            some = log.rel.events.filter(~nw.col(attribute.column).is_null())
            count = log.collect(some.select(nw.col("case").n_unique())).item()
            made[attribute.name] = int(count or 0)
    return made


def _activity_cases(log: EventLog, matches: list[_Match]) -> dict[str, int]:
    """Count the cases in which any of the activities of each match happened."""
    meant = pl.DataFrame(
        [(m.expected.name, code) for m in matches for code in log.codes(m.names)],
        schema={"name": pl.String, "activity": pl.Int64},
        orient="row",
    )
    having = log.collect(log.rel.variant_activities.select("variant", "activity"))
    rows = having.with_columns(pl.col("activity").cast(pl.Int64)).join(meant, on="activity")
    counts = log.rel.case_counts.select("variant", "case_count")
    rows = rows.unique(["name", "variant"]).join(counts, on="variant")
    found = dict(rows.group_by("name").agg(pl.col("case_count").sum()).iter_rows())
    return {m.expected.name: int(found.get(m.expected.name, 0)) for m in matches}
