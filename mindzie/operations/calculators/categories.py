"""Cases by categories, in one dimension or two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

import polars as pl
from pydantic import BeforeValidator, Field, model_validator

from mindzie.core.errors import SettingError
from mindzie.core.families import Calculator, Filter
from mindzie.core.results import Column, Result, Series
from mindzie.core.settings import Aggregation, AttributeName, Pick, as_tuple
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
    share_of,
    shown_values,
    told,
    wanted_figures,
)

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog

CATEGORIES = ("category", "category_2")
OTHERS = ("other", "other_2")


class Breakdown(Calculator):
    """Compare the cases by one or two categories.

    One row a value (or pair of values), with the cases that have it, their share of all cases and, where an attribute is
    aggregated, its ``value``. A null is a category like any other. Values beyond the top are one more row, marked in
    ``other``, whose figures are computed from its cases. By an attribute of events a case belongs to every value that
    one of its events has; a case attribute is then taken once a case, an event attribute from the events of that value.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log.calculate(Breakdown(attributes="Region"))["cases"].sum()
    100
    """

    attributes: Annotated[
        tuple[str, ...],
        Pick("attribute"),
        BeforeValidator(as_tuple),
        Field(min_length=1, max_length=2),
    ]
    """One or two attributes whose values are compared."""
    aggregation: Aggregation = "count"
    """How the values of the aggregated attribute become one."""
    of: AttributeName | None = None
    """Attribute to aggregate; none counts cases."""
    top: int | None = Field(default=10, ge=1)
    """How many values of each attribute to show; none shows all."""
    other: bool = True
    """Whether all other values are one more row."""
    sort: Literal["cases", "value", "category"] = "cases"
    """What ranks the values: most cases first, largest figure first, or the category itself."""

    main_settings: ClassVar[tuple[str, ...]] = ("attributes", "aggregation", "of")
    example: ClassVar[Mapping[str, Any]] = {
        "attributes": ("Region",),
        "aggregation": "median",
        "of": "case_duration",
    }
    sentence = "{figure} by {attributes}"

    @model_validator(mode="after")
    def _something(self) -> Self:
        checked_figure(self.aggregation, self.of, ": set of")
        return self

    def words(self) -> dict[str, str]:
        """Say the figure."""
        figure = figure_title(self.aggregation, self.of)
        return {**super().words(), "figure": figure, "attributes": " and ".join(self.attributes)}

    def compute(self, log: EventLog) -> Series:
        """Return the rows, the most important first."""
        by = dict(zip(CATEGORIES, self.attributes, strict=False))
        figures = wanted_figures(self.aggregation, self.of)
        tops = [self._top(log, name, of, figures) for name, of in by.items()]
        ranks = [top.rank for top in tops]
        rows = self._rows(log, by, figures, tops)
        for top, flag in zip(tops, OTHERS, strict=False):
            rows = top.told(rows, flag)
        flags = [flag for flag, _ in zip(OTHERS, tops, strict=False)]
        if not self.other:
            rows = rows.filter(~pl.any_horizontal(flags))
        rows = rows.sort(ranks).with_columns(share=share_of("cases", log.case_count))
        return self._series(log, rows, by, figures, {"cases": log.case_count})

    def _rows(
        self, log: EventLog, by: Mapping[str, str], figures: tuple[Figure, ...], tops: list[Top]
    ) -> pl.DataFrame:
        """Return the figures of each combination of ranks."""
        if not any(top.more for top in tops):
            rows = grouped(log, by, figures)
            for top in tops:
                rows = rows.join(top.table, on=top.name, how="left", nulls_equal=True)
            return rows.drop(*by)

        def ranked(frame: Frame) -> Frame:
            for top in tops:
                frame = top.ranks(frame)
            return frame

        return grouped(log, by, figures, prepare=ranked, keys=[top.rank for top in tops])

    def _top(self, log: EventLog, name: str, of: str, figures: tuple[Figure, ...]) -> Top:
        rows = grouped(log, {name: of}, figures if self.sort == "value" else ())
        if self.sort == "category":
            rows = rows.sort(name, nulls_last=True)
        else:
            first = "value" if self.sort == "value" and figures else "cases"
            rows = rows.sort(first, name, descending=[True, False], nulls_last=True)
        return Top(log, name, rows[name], self.top)

    def _series(
        self,
        log: EventLog,
        rows: pl.DataFrame,
        by: Mapping[str, str],
        figures: tuple[Figure, ...],
        facts: Mapping[str, Any],
    ) -> Series:
        columns = [key_column(log, name, of) for name, of in by.items()]
        columns += [Column(name=flag, type="boolean") for flag, _ in zip(OTHERS, by, strict=False)]
        columns += [
            Column(name="cases", type="number", unit="cases"),
            Column(name="share", type="number", unit="share"),
            *(figure.column(log) for figure in figures),
        ]
        types = {c.name: c.type for c in columns if c.type != "list"}
        return Series(
            told(rows, types, log.time_zone),
            tuple(columns),
            axis=CATEGORIES[0],
            measures=("value",) if figures else ("cases",),
            split=CATEGORIES[1] if len(by) > 1 else None,
            facts={"attributes": list(by.values()), **facts},
        )

    def drill(self, row: Mapping[str, Any]) -> tuple[Filter, ...]:
        """Return the filters of the categories; the row of all other values needs the result."""
        if any(row.get(flag) for flag in OTHERS):
            message = (
                "Which values are the others, only the result knows: ask result.drill(**row) of it."
            )
            raise SettingError(message)
        named = zip(CATEGORIES, self.attributes, strict=False)
        return tuple(equals(attribute, row[name]) for name, attribute in named if name in row)

    def behind(self, result: Result, row: Mapping[str, Any]) -> tuple[Filter, ...]:
        """Return the filters of the categories, all others included."""
        assert result.log is not None  # noqa: S101 - results of calculators know their log
        wanted = []
        for name, flag, attribute in zip(CATEGORIES, OTHERS, self.attributes, strict=False):
            if row.get(flag):
                shown = shown_values(result.to_polars(), name, flag)
                wanted.append(Having(attribute, shown, rest=True))
            elif name in row:
                wanted.append(Having(attribute, (row[name],)))
        return having(result.log, wanted)
