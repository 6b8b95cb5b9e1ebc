"""Pivot tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

import polars as pl
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from mindzie.core.families import Calculator, Filter
from mindzie.core.results import Column, Result, Table, plain
from mindzie.core.settings import Aggregation, AttributeName, Pick, as_tuple
from mindzie.core.words import counted
from mindzie.operations.calculators.groups import (
    Figure,
    Having,
    Top,
    checked_figure,
    equals,
    figure_title,
    grouped,
    having,
    key_column,
    told,
)

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog

TOTAL = "Total"


class PivotMeasure(BaseModel):
    """A figure of each cell of a pivot table.

    Parameters
    ----------
    aggregation : str
        How values become one.
    attribute : str, optional
        Whose values; none counts cases.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    aggregation: Aggregation = "count"
    """How values become one."""
    attribute: AttributeName | None = None
    """Attribute to aggregate; none counts cases."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        checked_figure(self.aggregation, self.attribute)
        return self

    @property
    def title(self) -> str:
        """The figure in words."""
        return figure_title(self.aggregation, self.attribute)

    def __repr__(self) -> str:
        """Python that makes an equal value inside of a setting."""
        return repr(self.model_dump())

    def __str__(self) -> str:
        """Say the figure."""
        return self.title


class Pivot(Calculator):
    """Compare figures in a table of rows and columns.

    Each row is a combination of values of the row attributes; each value of the column attribute makes a column a measure,
    the commonest values first. Totals are computed from the cases, not from the cells: of each row under ``Total``, of each
    column and of all in the facts under ``totals``; they include what limits leave out. A null is a value like any other.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> made = log.calculate(Pivot(rows="Region", columns="Channel"))
    >>> made["Total"].sum(), made.facts["totals"]["Total"]
    (100, 100)
    """

    rows: Annotated[
        tuple[str, ...],
        Pick("attribute"),
        BeforeValidator(as_tuple),
        Field(min_length=1, max_length=4),
    ]
    """Attributes whose values make the rows."""
    columns: AttributeName | None = None
    """Attribute whose values make the columns."""
    measures: tuple[PivotMeasure, ...] = Field(
        default=(PivotMeasure(),), min_length=1, description="Figures of each cell."
    )
    sort: Literal["value", "rows"] = "value"
    """What orders the rows: the largest total of the first measure, or the values of the row attributes."""
    limit: int | None = Field(default=None, ge=1)
    """How many rows to show; none shows all."""
    column_limit: int = Field(default=50, ge=1, le=500)
    """How many values of the column attribute to show."""

    main_settings: ClassVar[tuple[str, ...]] = ("rows", "columns", "measures")
    example: ClassVar[Mapping[str, Any]] = {
        "rows": ("Region",),
        "columns": "Express",
        "measures": ({"aggregation": "mean", "attribute": "case_duration"},),
    }
    sentence = "{measures} by {rows} {across}"

    @model_validator(mode="after")
    def _once(self) -> Self:
        if len({*self.rows, self.columns}) <= len(self.rows):
            message = "each attribute may be used once, in rows or in columns"
            raise ValueError(message)
        return self

    def words(self) -> dict[str, str]:
        """Say the measures, rows and columns."""
        return {
            "measures": ", ".join(measure.title for measure in self.measures),
            "rows": " and ".join(self.rows),
            "across": f"and {self.columns}" if self.columns else "",
        }

    def check(self, log: EventLog) -> None:
        """Refuse names and aggregations that do not fit, also inside of measures."""
        super().check(log)
        for figure in self._figures():
            figure.column(log)

    def _figures(self) -> tuple[Figure, ...]:
        measures = enumerate(self.measures)
        return tuple(
            Figure(f"measure_{n}", m.aggregation, m.attribute) for n, m in measures if m.attribute
        )

    def _names(self) -> list[str]:
        return [f"measure_{n}" if m.attribute else "cases" for n, m in enumerate(self.measures)]

    def compute(self, log: EventLog) -> Table:
        """Return the table: one grouping a kind of total."""
        by = {f"row_{number}": name for number, name in enumerate(self.rows)}
        figures, first = self._figures(), self._names()[0]
        totals = grouped(log, by, figures)
        descending = [self.sort == "value", *(False for _ in by)]
        order = [first, *by] if self.sort == "value" else list(by)
        totals = totals.sort(order, descending=descending[-len(order) :], nulls_last=True)
        count = totals.height
        wide = totals if self.limit is None else totals.head(self.limit)
        parts = [(TOTAL, None, wide, grouped(log, {}, figures))]
        facts: dict[str, Any] = {"rows": count}
        if self.columns is not None:
            made, left_out = self._across(log, by, figures, wide)
            parts = [*made, *parts]
            facts["columns_left_out"] = left_out
        return self._table(log, by, wide, parts, facts)

    def _across(
        self, log: EventLog, by: Mapping[str, str], figures: Sequence[Figure], wide: pl.DataFrame
    ) -> tuple[list[tuple[str, Any, pl.DataFrame, pl.DataFrame]], int]:
        """Return name, value, cells in the order of the rows, and the total of each column."""
        column = {"across": str(self.columns)}
        ranked = grouped(log, column).sort(
            "cases", "across", descending=[True, False], nulls_last=True
        )
        top = Top(log, "across", ranked["across"], self.column_limit)

        def prepare(frame: Frame) -> Frame:
            return top.ranks(frame)

        cells = grouped(log, {**by, **column}, figures, prepare=prepare, keys=[*by, top.rank])
        totals = grouped(log, column, figures, prepare=prepare, keys=[top.rank])
        kind = log.attribute(column["across"]).type
        values = told(top.table, {"across": kind}, log.time_zone)["across"].to_list()
        made = []
        for rank, value in enumerate(values):
            of_column = cells.filter(pl.col(top.rank) == rank).drop(top.rank)
            matched = wide.select(*by).join(
                of_column, on=list(by), how="left", nulls_equal=True, maintain_order="left"
            )
            none = ["cases", *(f.name for f in figures if f.aggregation in ("count", "distinct"))]
            matched = matched.with_columns(pl.col(none).fill_null(0))
            name = "" if value is None else str(plain(value))
            made.append((name, value, matched, totals.filter(pl.col(top.rank) == rank)))
        return made, max(ranked.height - len(values), 0)

    def _table(
        self,
        log: EventLog,
        by: Mapping[str, str],
        wide: pl.DataFrame,
        parts: Sequence[tuple[str, Any, pl.DataFrame, pl.DataFrame]],
        facts: Mapping[str, Any],
    ) -> Table:
        described = [key_column(log, of, of) for of in by.values()]
        made = [wide[name].alias(of) for name, of in by.items()]
        taken, totals, cells = set(self.rows), {}, []
        for name, value, rows, total in parts:
            for measure, source in zip(self.measures, self._names(), strict=True):
                said = name or "no value"
                said = f"{said}: {measure.title}" if len(self.measures) > 1 else said
                while said in taken:
                    said += " "
                taken.add(said)
                figure = Figure(said, measure.aggregation, measure.attribute or "case_id")
                column = figure.column(log)
                described.append(
                    column if measure.attribute else Column(name=said, type="number", unit="cases")
                )
                made.append(rows[source].alias(said))
                totals[said] = total[source].alias(said)
                cells.append(
                    {
                        "name": said,
                        "value": plain(value),
                        "measure": measure.title,
                        "total": name == TOTAL and rows is wide,
                    }
                )
        types = {c.name: c.type for c in described if c.type != "list"}
        footer = told(
            pl.DataFrame(list(totals.values())), {n: types[n] for n in totals}, log.time_zone
        )
        last = {name: plain(value) for name, value in footer.row(0, named=True).items()}
        table = told(pl.DataFrame(made), types, log.time_zone)
        return Table(table, tuple(described), facts={**facts, "totals": last, "cells": cells})

    def drill(self, row: Mapping[str, Any]) -> tuple[Filter, ...]:
        """Return the filters of the row's values, and of ``column`` where the value of a column is given."""
        chosen = [equals(name, row[name]) for name in self.rows if name in row]
        if self.columns is not None and "column" in row:
            chosen.append(equals(self.columns, row["column"]))
        return tuple(chosen)

    def behind(self, result: Result, row: Mapping[str, Any]) -> tuple[Filter, ...]:
        """Return the filters of a row and column, of one and the same event where attributes are of events."""
        assert result.log is not None  # noqa: S101 - results of calculators know their log
        if row.get("left_out") == "rows":
            return self._other_rows(result, result.log)
        if row.get("left_out") == "columns":
            return having(
                result.log, [Having(str(self.columns), self._column_values(result), rest=True)]
            )
        wanted = [Having(name, (row[name],)) for name in self.rows if name in row]
        if self.columns is not None and "column" in row:
            wanted.append(Having(self.columns, (row["column"],)))
        return having(result.log, wanted)

    def left_out(self, result: Result) -> dict[str, str]:
        """Name the rows and columns beyond the limits."""
        if not isinstance(result, Table):
            return {}
        rows, columns = result.facts["rows"] - len(result), result.facts.get("columns_left_out", 0)
        made = {"rows": (rows, "more row"), "columns": (columns, "more column")}
        return {name: counted(number, thing) for name, (number, thing) in made.items() if number}

    def _column_values(self, result: Result) -> tuple[Any, ...]:
        cells = result.facts["cells"] if isinstance(result, Table) else ()
        return tuple(dict.fromkeys(cell["value"] for cell in cells if not cell["total"]))

    def _other_rows(self, result: Result, log: EventLog) -> tuple[Filter, ...]:
        """Return the filter of the cases that belong to a row that is not shown."""
        from mindzie.operations.filters.attributes import CasesWithAttribute, EventsWithAttribute
        from mindzie.operations.filters.combined import AllOf, CasesWithEvents, NoneOf

        levels = {name: log.attribute(name).level for name in self.rows}
        makes = {"case": CasesWithAttribute, "event": EventsWithAttribute}
        # those of cases first: how long a case is, or how it starts, changes where events are taken away
        named = [(n, makes[level]) for level in makes for n in self.rows if levels[n] == level]
        of_events = "event" in levels.values()
        rows = result.to_polars().select(self.rows).rows(named=True)
        shown = tuple(
            AllOf(filters=tuple(f for n, make in named for f in Having(n, (row[n],)).filters(make)))
            for row in rows
        )
        rest = NoneOf(filters=shown)
        return (CasesWithEvents(filters=(rest,)),) if of_events else (rest,)
