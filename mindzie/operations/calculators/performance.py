"""Where time is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import polars as pl
from pydantic import Field

from mindzie.core.families import Calculator, Filter
from mindzie.core.results import Column, Table
from mindzie.core.tables import name_of
from mindzie.operations.calculators.groups import plain_value, share_of, told
from mindzie.operations.calculators.maps import SECONDS, path_counts, path_seconds

if TYPE_CHECKING:
    from mindzie.core.log import EventLog


class Bottlenecks(Calculator):
    """Rank the paths of the map by the time that all cases together wait on them.

    The time of a path is from the completion of one activity to the start of the next (to its completion where the log has
    no start times); it is negative where they overlap, as on the map. The share is of the time of all paths, those hidden
    included, a path whose times add up to less than nothing counting as 0.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> made = log.calculate(Bottlenecks())
    >>> 0 < made["share"].sum() <= 1 + 1e-9
    True
    """

    minimum_cases: int = Field(
        default=1, ge=1, description="Least number of cases that pass a path."
    )
    top: int | None = Field(default=None, ge=1)
    """How many paths to show; none shows all."""

    example: ClassVar[Mapping[str, Any]] = {"minimum_cases": 2}
    sentence = "bottlenecks"

    def compute(self, log: EventLog) -> Table:
        """Return the paths between activities, the longest total first."""
        counts = path_counts(log).filter(
            pl.col("from_activity").is_not_null() & pl.col("to_activity").is_not_null()
        )
        counts = counts.with_columns(name_of(log, "from_activity"), name_of(log, "to_activity"))
        rows = counts.join(path_seconds(log), on=["from_activity", "to_activity"], how="left")
        lost = float(rows["total"].clip(0).sum() or 0)
        rows = rows.with_columns(
            share=pl.when(pl.col("total") > 0)
            .then(share_of("total", lost))
            .otherwise(0 if lost else None)
        )
        rows = rows.filter(pl.col("cases") >= self.minimum_cases)
        rows = rows.sort("total", "from_activity", "to_activity", descending=[True, False, False])
        rows = rows.with_columns(pl.col(SECONDS) * 1e6)
        counted = (("cases", "cases"), ("events", "events"), ("share", "share"))
        columns = (
            Column(name="from_activity", type="text"), Column(name="to_activity", type="text"),
            *(Column(name=name, type="number", unit=unit) for name, unit in counted),
            *(Column(name=name, type="duration") for name in SECONDS),
        )  # fmt: skip
        facts = {
            "paths": counts.height,
            "total": plain_value(lost * 1e6, "duration", log.time_zone),
        }
        shown = rows if self.top is None else rows.head(self.top)
        return Table(
            told(shown, dict.fromkeys(SECONDS, "duration"), log.time_zone), columns, facts=facts
        )

    def drill(self, row: Mapping[str, Any]) -> tuple[Filter, ...]:
        """Return the filter of a path."""
        from mindzie.operations.filters.paths import Path

        return (Path(from_activity=row["from_activity"], to_activity=row["to_activity"]),)
