"""Looking at cases one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import narwhals as nw
import polars as pl
from pydantic import BeforeValidator, Field

from mindzie.core.errors import unknown
from mindzie.core.families import Calculator, Filter
from mindzie.core.relations import Changed
from mindzie.core.results import Column, Table, plain
from mindzie.core.settings import CaseAttributeName, Pick, as_tuple
from mindzie.core.tables import name_of
from mindzie.operations.calculators.groups import equals, told
from mindzie.operations.calculators.pages import CasePages

if TYPE_CHECKING:
    from mindzie.core.log import EventLog
    from mindzie.core.settings import AttributeType

SHOWN = ("case_id", "case_start", "case_end", "case_duration", "event_count", "variant")
TIMES = ("start_timestamp", "timestamp", "waiting", "service", "since_start")


class CaseExplorer(Calculator):
    """Page through the cases, sorted and searched.

    Only the rows of the page are computed, whatever the number of cases; ``page`` of the result fetches others. In
    ``facts``: all cases, and those found by the search. A search looks into the text columns shown, without regard to case.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> made = log.calculate(CaseExplorer(sort="case_duration", descending=True, page_size=10))
    >>> len(made), made.facts["found"]
    (10, 100)
    """

    columns: Annotated[
        tuple[str, ...], Pick("attribute", level="case"), BeforeValidator(as_tuple)
    ] = ()
    """Case attributes to show; none shows the main ones and all of the source."""
    sort: CaseAttributeName | None = None
    """Attribute to sort by, nulls last; none means by the starts of cases in the whole log."""
    descending: bool = False
    """Whether the largest comes first."""
    search: str = ""
    """Text to find in any text column."""
    page: int = Field(default=1, ge=1, le=1_000_000_000, description="Which page, from 1.")
    page_size: int = Field(default=50, ge=1, le=10_000, description="Rows of a page.")

    main_settings: ClassVar[tuple[str, ...]] = ("columns", "sort", "search")
    example: ClassVar[Mapping[str, Any]] = {
        "sort": "case_duration",
        "descending": True,
        "page_size": 10,
    }
    sentence = "cases {sorted} {searched}"

    def words(self) -> dict[str, str]:
        """Say sort and search."""
        by = f"by {self.sort}" if self.sort else ""
        return {"sorted": by, "searched": f"with {self.search}" if self.search else ""}

    def compute(self, log: EventLog) -> Table:
        """Return the page."""
        names = self.columns or tuple(
            dict.fromkeys((*SHOWN, *(a.name for a in log.own_attributes if a.level == "case")))
        )
        names = names if self.sort is None or self.sort in names else (*names, self.sort)
        query = {
            "offset": (self.page - 1) * self.page_size, "limit": self.page_size, "sort": self.sort, "descending": self.descending,
            "search": self.search,
        }  # fmt: skip
        return CasePages(log, names, query)

    def drill(self, row: Mapping[str, Any]) -> tuple[Filter, ...]:
        """Return the filter of a case."""
        return (equals("case_id", row["case_id"]),)


class CaseTimeline(Calculator):
    """Show one case: its events in order, with waiting and service times.

    ``waiting`` is the time from the previous event's completion to this one's start (never below 0, where work overlaps; null
    for the first), ``service`` from its start to its completion (not computed without start times), ``since_start`` from the
    start of the case to its completion. Attributes of the case are in ``facts``. A case that a filter took away has no rows.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> one = log.cases["case_id"][0]
    >>> made = log.calculate(CaseTimeline(case=one))
    >>> len(made) == made.facts["attributes"]["event_count"]
    True
    """

    case: Annotated[str, Pick("case")]
    """Id of the case, as in the source."""

    example: ClassVar[Mapping[str, Any]] = {"case": "0003"}
    sentence = "case {case}"

    def compute(self, log: EventLog) -> Table:
        """Return the events of the case."""
        number = self._number(log)
        events = log.collect(log.rel.events.filter(nw.col("case") == number)).sort("position")
        own = [
            a
            for a in log.attribute_list
            if a.level == "event" and a.name not in ("activity", *TIMES)
        ]
        taken = {"position", "activity", *TIMES}
        said = {a.column: f"{a.name} (attribute)" if a.name in taken else a.name for a in own}
        started = log.manifest.has_start_time
        begin = pl.col("start_time") if started else pl.col("time")
        waiting = begin - pl.col("time").shift(1)
        rows = events.select(
            "position", name_of(log, "activity"), start_timestamp=begin, timestamp="time",
            waiting=pl.when(waiting < 0).then(0).otherwise(waiting), service=pl.col("time") - begin,
            since_start=pl.col("time") - begin.min(), **{name: pl.col(column) for column, name in said.items()},
        )  # fmt: skip
        shown = {
            "start_timestamp": "date",
            "timestamp": "date",
            "waiting": "duration",
            "service": "duration",
            "since_start": "duration",
        }
        if not started:
            shown = {
                name: kind
                for name, kind in shown.items()
                if name not in ("start_timestamp", "service")
            }
        types: dict[str, AttributeType] = {**shown, **{said[a.column]: a.type for a in own}}  # type: ignore[dict-item]
        columns = (
            Column(name="position", type="number"),
            Column(name="activity", type="text"),
            *(Column(name=name, type=kind) for name, kind in types.items()),
        )
        return Table(told(rows, types, log.time_zone), columns, facts=self._facts(log, number))

    def _number(self, log: EventLog) -> int:
        """Return the internal number of the case; one that operations took away has none, and no events."""
        wanted = nw.col("value") == self.case
        found = log.collect(log.case_values(value="case_id").filter(wanted).select("case"))["case"]
        if found.len():
            return int(found[0])
        source = log.rel
        while isinstance(source, Changed):
            source = source.parent
        ids = source.cases.select(value=nw.col("case_id"))
        if log.rel.activities and log.collect(ids.filter(wanted)).is_empty():
            near = ids.filter(
                nw.col("value").str.starts_with(self.case[: max(1, len(self.case) - 2)])
            )
            raise unknown(
                "case",
                self.case,
                log.collect(near.sort("value").head(200))["value"].to_list(),
                "this log",
            )
        return -1

    def _facts(self, log: EventLog, number: int) -> dict[str, Any]:
        chosen = {f"value_{n}": a for n, a in enumerate(log.attribute_list) if a.level == "case"}
        values = log.case_values(**{alias: a.name for alias, a in chosen.items()}).filter(
            nw.col("case") == number
        )
        rows = told(
            log.collect(values), {alias: a.type for alias, a in chosen.items()}, log.time_zone
        ).to_dicts()
        said = {a.name: plain(row[alias]) for row in rows for alias, a in chosen.items()}
        return {"case": self.case, "attributes": said}

    def drill(self, row: Mapping[str, Any]) -> tuple[Filter, ...]:  # noqa: ARG002 - all rows are of the case
        """Return the filter of the case."""
        return (equals("case_id", self.case),)
