"""How good the data are, with every deduction shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

import polars as pl

from mindzie.core.errors import SettingError
from mindzie.core.families import Calculator, Filter
from mindzie.core.results import Column, Result, Table
from mindzie.core.settings import Duration, microseconds
from mindzie.operations.calculators.quality_checks import (
    ALIKE,
    DIMENSIONS,
    Check,
    alike_names,
    bad_cases,
    checks,
)

if TYPE_CHECKING:
    from mindzie.core.log import EventLog

FORMULA: Final = (
    "deduction = weight x share, in points of the dimension; score of a dimension = 100 - its deductions, at least 0; "
    "score = mean of the five dimensions"
)
_SHORT: Final = "the mean of five dimensions: each is 100 less its deductions, weight x share"
_READ: Final = ("dimension", "check", "attribute", "deduction", "weight", "share", "count", "total")
"""The columns as people read them."""
_MOST_CASES: Final = 10_000
_COLUMNS: Final = {
    "dimension": ("text", ""),
    "check": ("text", ""),
    "attribute": ("text", ""),
    "count": ("number", ""),
    "total": ("number", ""),
    "share": ("number", "share"),
    "weight": ("number", ""),
    "deduction": ("number", ""),
}
_KINDS: Final = {"text": pl.String, "number": pl.Float64}


class DataQuality(Calculator):
    """Score the data from 0 to 100 by completeness, uniqueness, validity, consistency and timeliness, and show every deduction.

    One row a check: how many of how many are not as they should be, the share, the weight and the deduction. A deduction is
    weight times share, in points of its dimension; a dimension's score is 100 less its deductions, at least 0; the score is
    the mean of the five dimensions. Scores and the formula are in ``facts``. What only reading could see (rows without a
    case id, timestamps that cannot be read, order that only the source tells) is taken from the readiness report and is of
    the whole source, also after filters. The share of events at the same time as another is that of the cases in which nothing
    but the source tells which activity came first.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> quality = log.calculate(DataQuality())
    >>> 0 <= quality.facts["completeness"] <= 100
    True
    """

    max_gap: Duration = "365 d"
    """A longer time between two events of a case is a gap."""
    max_age: Duration | None = None
    """The last event of all is to be no older than this; none means that any age will do."""

    example: ClassVar[Mapping[str, Any]] = {}
    sentence = "data quality"

    def compute(self, log: EventLog) -> Table:
        """Count each check once and deduct."""
        max_age = None if self.max_age is None else microseconds(self.max_age)
        found = checks(log, microseconds(self.max_gap), max_age)
        rows = pl.DataFrame(
            [_row(check) for check in found],
            schema={name: _KINDS[kind] for name, (kind, _) in _COLUMNS.items()},
            orient="row",
        ).with_columns(pl.col("count", "total").cast(pl.Int64))
        lost = dict(rows.group_by("dimension").agg(pl.col("deduction").sum()).iter_rows())
        scores = {name: round(max(0.0, 100 - lost.get(name, 0.0)), 1) for name in DIMENSIONS}
        score = round(sum(scores.values()) / len(scores), 1)
        facts = {"score": score, **scores, "formula": FORMULA}
        columns = tuple(
            Column(name=name, type=kind, unit=unit)  # type: ignore[arg-type]
            for name, (kind, unit) in _COLUMNS.items()
        )
        return Table(rows, columns, f"Data quality {score:.0f}/100, {_SHORT}", facts=facts)

    def for_people(self, result: Result) -> Result:
        """Put what costs most first, and round."""
        rows = result.to_polars().sort("deduction", "count", descending=True, maintain_order=True)
        shown = rows.with_columns(
            pl.col("dimension").str.to_titlecase(), pl.col("deduction").round(2)
        )
        table = result
        assert isinstance(table, Table)  # noqa: S101 - as computed
        columns = tuple(sorted(table.columns, key=lambda column: _READ.index(column.name)))
        return Table(shown.select(_READ), columns, table.title, facts=table.facts)

    def drill(self, row: Mapping[str, Any]) -> tuple[Filter, ...]:
        """Return the filter of missing values, or of short cases; other checks need the result."""
        from mindzie.operations.filters.attributes import CasesWithAttribute
        from mindzie.operations.filters.durations import CaseSize

        if row.get("attribute") is not None:
            return (CasesWithAttribute(attribute=row["attribute"], comparison="is_null"),)
        if row.get("check") == "cases of one event only":
            return (CaseSize(max=1),)
        message = f"The cases behind {row.get('check')!r} only the result knows: ask result.drill(**row) of it."
        raise SettingError(message)

    def behind(self, result: Result, row: Mapping[str, Any]) -> tuple[Filter, ...]:
        """Return the filter of the cases behind a check; what only the source shows has none."""
        from mindzie.operations.filters.activities import CasesWithActivity
        from mindzie.operations.filters.attributes import CasesWithAttribute

        log, name = result.log, row.get("check", "")
        assert log is not None  # noqa: S101 - results of calculators know their log
        if name == ALIKE and (alike := alike_names(log.activities)):
            return (CasesWithActivity(activities=tuple(alike)),)
        cases = bad_cases(log, name, microseconds(self.max_gap))
        if cases is None:
            try:
                return self.drill(row)
            except SettingError:
                message = f"{name!r} is known of the source, not of cases: see log.readiness and log.rejected."
                raise SettingError(message) from None
        named = log.case_values(value="case_id").join(cases, on="case", how="semi")
        ids = log.collect(named.select("value").sort("value").head(_MOST_CASES + 1))["value"]
        if len(ids) > _MOST_CASES:
            message = f"More than {_MOST_CASES:,} cases are behind {name!r}: filter the log first."
            raise SettingError(message)
        return (CasesWithAttribute(attribute="case_id", comparison="one_of", values=tuple(ids)),)


def _row(check: Check) -> tuple[Any, ...]:
    share = check.share
    if share is None:
        share = check.found / check.total if check.total else 0.0
    share = min(1.0, share)
    deducted = round(check.weight * share, 4)
    return (*check[:3], check.found, check.total, share, check.weight, deducted)
