"""The canonical order of events: the only place where it is decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from mindzie.engine.source_table import SourceTable

_BITS = (1 << 63) - 1
_UNITS = (1_000_000, 1_000, 1)


@dataclass(frozen=True, slots=True)
class Order:
    """The canonical order of a source's rows.

    Parameters
    ----------
    keys : polars.DataFrame
        ``case`` and ``activity`` (codes), ``time``, ``start_time`` where there is one, in canonical order.
    rows : polars.Series or None
        Index of each event's source row; None where the source was in order.
    contiguous : bool
        Whether the source has the rows of each case side by side.
    case : polars.Series
        Case number of each source row.
    """

    keys: pl.DataFrame
    rows: pl.Series | None
    contiguous: bool
    case: pl.Series

    def take(self, column: pl.Series) -> pl.Series:
        """Return a source column in canonical order."""
        return column if self.rows is None else column.gather(self.rows)


def ordered(table: SourceTable, names: list[str]) -> Order:
    """Decide the order of events.

    Cases are numbered by their first time, then by id, so that the order of source rows does not matter. Within a case:
    time (the start where there is one, then completion), then the order column, then the expected order of activities,
    then the source row.

    Parameters
    ----------
    table : SourceTable
        Rows in source order.
    names : list of str
        Activities in order of their codes.

    Returns
    -------
    Order
        Where each event goes.
    """
    frame = table.frame
    begin = "start_time" if "start_time" in frame.columns else "time"
    case, contiguous = _case_numbers(frame, begin)
    later = (["time"] if begin != "time" else []) + (["order"] if "order" in frame.columns else [])
    kept = frame.select("activity", begin, *later, "row").with_columns(
        activity=pl.col("activity").cast(pl.Enum(names)).to_physical().cast(pl.UInt32),
        case=case,
        source=pl.int_range(pl.len()),
    )
    if table.expected_order:
        rank = {name: place for place, name in enumerate(table.expected_order)}
        places = pl.Series([rank.get(name, len(rank)) for name in names], dtype=pl.UInt32)
        kept = kept.with_columns(expected=pl.lit(places).gather(pl.col("activity")))
        later.append("expected")
    made = _sorted(kept, begin, later)
    rows = None if made["source"].is_sorted() else made["source"]
    return Order(
        made.drop("row", "order", "expected", "source", strict=False), rows, contiguous, case
    )


def _case_numbers(frame: pl.DataFrame, begin: str) -> tuple[pl.Series, bool]:
    """Give numbers to cases by first time, then id, and tell whether the rows of each case lie side by side."""
    runs = frame.lazy().select("case_id", begin, run=pl.col("case_id").rle_id()).collect()
    firsts = (
        runs.lazy()
        .group_by("run", maintain_order=True)
        .agg(pl.col("case_id").first(), pl.col(begin).min())
        .collect()
    )
    by_run = firsts.height < frame.height // 2
    keyed = firsts if by_run else runs
    numbers = (
        keyed.lazy()
        .group_by("case_id")
        .agg(pl.col(begin).min())
        .sort(begin, "case_id")
        .select("case_id")
        .with_row_index("case")
        .collect()
    )
    found = (
        keyed.lazy()
        .select("case_id")
        .join(numbers.lazy(), on="case_id", how="left", maintain_order="left")
        .collect()["case"]
    )
    return (found.gather(runs["run"]) if by_run else found), firsts.height == numbers.height


def _sorted(frame: pl.DataFrame, begin: str, later: list[str]) -> pl.DataFrame:
    """Sort by case, begin and the later keys; equal rows stay in source order.

    Case and begin are packed into one integer where they fit, which sorts several times faster than two columns and
    tells at once whether the source was in order already.
    """
    key = _packed(frame, begin)
    if key is None:
        return frame.sort("case", begin, *later, "row", nulls_last=True)
    if not key.is_sorted():
        order = (
            key.alias("key")
            .to_frame()
            .select(pl.arg_sort_by("key", maintain_order=True))
            .to_series()
        )
        frame, key = frame[order], key.gather(order)
    tied = (key == key.shift(1)).fill_null(value=False)
    if not later or not tied.any():
        return frame
    tied = tied | tied.shift(-1, fill_value=False)
    slots = tied.arg_true()
    among = frame.select("row", *later)[slots].with_columns(key=key.gather(slots), slot=slots)
    resorted = among.sort("key", *later, "row", nulls_last=True)["slot"]
    return frame[pl.int_range(frame.height, dtype=pl.UInt32, eager=True).scatter(slots, resorted)]


def _packed(frame: pl.DataFrame, begin: str) -> pl.Series | None:
    if not frame.height:
        return None
    low, high = frame[begin].min(), frame[begin].max()
    cases = frame["case"].max()
    assert isinstance(low, int) and isinstance(high, int) and isinstance(cases, int)  # noqa: S101, PT018 - narrows the types
    unit = next(
        unit for unit in _UNITS if frame.select(((pl.col(begin) - low) % unit == 0).all()).item()
    )
    span = (high - low) // unit + 1
    if (cases + 1) * span > _BITS:
        return None
    return frame.select(
        key=pl.col("case").cast(pl.Int64) * span + (pl.col(begin) - low) // unit
    ).to_series()
