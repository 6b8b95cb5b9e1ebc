"""The ways cases go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import narwhals as nw
import polars as pl
from pydantic import Field

from mindzie.core.aggregate import Measure, aggregate
from mindzie.core.families import Calculator, Filter
from mindzie.core.results import Column, Result, Table
from mindzie.core.tables import names_of
from mindzie.core.words import count, counted
from mindzie.operations.calculators.groups import equals, share_of, told

if TYPE_CHECKING:
    from mindzie.core.log import EventLog

DurationMeasure = Literal["mean", "median", "min", "max", "std", "p90"]


class Variants(Calculator):
    """List the variants, the commonest first, with the durations of their cases.

    Shares are of all cases, also where only the first variants are shown.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> made = log.calculate(Variants(top=3))
    >>> made["activities"][0][0]
    'Receive order'
    """

    top: int | None = Field(default=None, ge=1)
    """How many variants to show; none shows all."""
    measures: tuple[DurationMeasure, ...] = ("mean", "median", "min", "max")
    """Figures of the case durations of each variant."""

    example: ClassVar[Mapping[str, Any]] = {"top": 5}
    sentence = "{shown}"

    def words(self) -> dict[str, str]:
        """Say how many."""
        return {
            "shown": "all variants"
            if self.top is None
            else "the commonest variant"
            if self.top == 1
            else f"the {count(self.top)} commonest variants"
        }

    def compute(self, log: EventLog) -> Table:
        """Return the variants; durations come from the index of cases."""
        frame = log.rel.variants.select(
            "variant", "activities", "length", "case_count", "first_case"
        )
        variants = log.collect(frame).sort(["case_count", "first_case"], descending=[True, False])
        shown = variants if self.top is None else variants.head(self.top)
        total = log.case_count
        rows = shown.select(
            "variant", names_of(log, pl.col("activities")).alias("activities"), "length", cases="case_count",
            share=share_of("case_count", total), cumulative_share=share_of("case_count", total).cum_sum(),
        )  # fmt: skip
        rows = self._with_durations(log, rows)
        columns = (
            Column(name="variant", type="number"), Column(name="activities", type="list"), Column(name="length", type="number", unit="events"),
            Column(name="cases", type="number", unit="cases"), Column(name="share", type="number", unit="share"),
            Column(name="cumulative_share", type="number", unit="share"), *(Column(name=f"{how}_duration", type="duration") for how in self.measures),
        )  # fmt: skip
        return Table(
            rows,
            columns,
            facts={
                "variants": variants.height,
                "cases": total,
                "cases_shown": int(rows["cases"].sum()),
            },
        )

    def _with_durations(self, log: EventLog, rows: pl.DataFrame) -> pl.DataFrame:
        if not self.measures:
            return rows
        index = log.rel.index.select("variant", "duration")
        if self.top is not None:
            index = index.filter(nw.col("variant").is_in(rows["variant"].to_list()))
        wanted = [
            Measure(f"{how}_duration", how, "duration") for how in dict.fromkeys(self.measures)
        ]
        figures = log.collect(aggregate(index, ["variant"], wanted))
        rows = rows.join(
            figures.with_columns(pl.col("variant").cast(rows.schema["variant"])),
            on="variant",
            how="left",
            maintain_order="left",
        )
        return told(rows, {measure.name: "duration" for measure in wanted}, log.time_zone)

    def drill(self, row: Mapping[str, Any]) -> tuple[Filter, ...]:
        """Return the filter of a variant, by its activities or else its number."""
        if "activities" not in row:
            return (equals("variant", row["variant"]),)
        from mindzie.operations.filters.variants import SelectedVariants

        return (SelectedVariants(variants=(tuple(row["activities"]),)),)

    def behind(self, result: Result, row: Mapping[str, Any]) -> tuple[Filter, ...]:
        """Return the filter of a variant, or of those that are not shown."""
        if "left_out" not in row:
            return self.drill(row)
        from mindzie.operations.filters.variants import SelectedVariants

        shown = result.to_polars()["variant"].to_list()
        return (SelectedVariants(variants=tuple(shown), keep=False),)

    def left_out(self, result: Result) -> dict[str, str]:
        """Name the variants that are not shown."""
        facts = result.facts if isinstance(result, Table) else {}
        rest = facts.get("cases", 0) - facts.get("cases_shown", 0)
        return {"rest": f"{counted(rest, 'case')} of rarer variants"} if rest else {}
