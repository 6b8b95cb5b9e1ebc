"""Many values become one: the aggregations of the settings, said once for every engine.

Nulls are never counted. The sum of nothing is 0; every other figure of nothing but a count is null, never 0 or NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import narwhals as nw

from mindzie.core.errors import WrongTypeError

if TYPE_CHECKING:
    from narwhals.dtypes import DType

    from mindzie.core.engine import Frame
    from mindzie.core.manifest import Attribute
    from mindzie.core.settings import Aggregation, AttributeType

_COUNTS = ("count", "distinct")
_ORDERED = ("first", "last")
_PICKS = ("min", "max", "mode", *_ORDERED)
"""Their answer is one of the values, so any type has it."""


class Measure(NamedTuple):
    """One figure of each group.

    Parameters
    ----------
    name : str
        Column of the answer, unlike every column of the input.
    aggregation : str
        One of the settings type ``Aggregation``.
    column : str, optional
        The values; none counts rows.
    """

    name: str
    aggregation: Aggregation
    column: str | None = None


def aggregated_type(attribute: Attribute, aggregation: Aggregation) -> AttributeType:
    """Return the type of an attribute's aggregate, refusing what has no meaning.

    Parameters
    ----------
    attribute : Attribute
        Whose values are aggregated.
    aggregation : str
        How.

    Returns
    -------
    str
        A count is a number, the spread of dates a duration, the mean of yes and no a number (the share of yes).

    Raises
    ------
    WrongTypeError
        For arithmetic on text and for sums of dates.

    Examples
    --------
    >>> from mindzie.core.manifest import Attribute
    >>> aggregated_type(Attribute(name="due", column="due", type="date", level="case"), "std")
    'duration'
    """
    if aggregation in _COUNTS:
        return "number"
    if aggregation in _PICKS:
        return attribute.type
    if attribute.type == "text" or (attribute.type == "date" and aggregation == "sum"):
        fitting = ", ".join((*_COUNTS, *_PICKS))
        message = f"There is no {aggregation} of the attribute {attribute.name!r}: it is a {attribute.type}. Use one of: {fitting}."
        raise WrongTypeError(message)
    if attribute.type == "date" and aggregation == "std":
        return "duration"
    return "number" if attribute.type == "boolean" else attribute.type


def aggregated_unit(attribute: Attribute, aggregation: Aggregation) -> str:
    """Return the unit of an attribute's aggregate: that of its values, a count has none."""
    return "" if aggregation in _COUNTS else attribute.unit


def aggregate(
    frame: Frame, by: Sequence[str], measures: Sequence[Measure], order: Sequence[str] = ()
) -> Frame:
    """Group rows and compute figures of each group.

    Parameters
    ----------
    frame : Frame
        Any relation.
    by : sequence of str
        Columns that make a group, null being a value of its own; none makes one row, also of an empty relation.
    measures : sequence of Measure
        The figures. Standard deviations are of a sample (n - 1); percentiles are interpolated linearly; of several
        commonest values the mode is the smallest.
    order : sequence of str
        Integer columns that say which value is first and which last, such as ``("time", "case", "position")``.

    Returns
    -------
    Frame
        The columns of ``by``, then one column a measure.

    Examples
    --------
    >>> import polars as pl
    >>> rows = nw.from_native(pl.LazyFrame({"team": ["A", "A", "B"], "cost": [1, 2, None]}))
    >>> aggregate(rows, ["team"], [Measure("mean", "mean", "cost")]).collect().sort("team")["mean"].to_list()
    [1.5, None]
    """
    ordered = [m for m in measures if m.aggregation in _ORDERED]
    frame = _with_order(frame, ordered, tuple(order))
    for measure in measures:
        if measure.aggregation == "mode" and measure.column is not None:
            frame = _with_commonest(frame, by, measure, alone=len(measures) == 1)
    schema = frame.collect_schema()
    figures = {
        m.name: _figure(m, len(order), schema[m.column] if m.column else None) for m in measures
    }
    return frame.group_by(*by).agg(**figures) if by else frame.select(**figures)


def _with_order(frame: Frame, measures: Sequence[Measure], order: tuple[str, ...]) -> Frame:
    """Add sort keys that are null where the value is, so that nulls are neither first nor last."""
    keys = {}
    for measure in measures:
        value = nw.col(measure.column or "")
        for number, name in enumerate(order):
            key = nw.col(name).cast(nw.Int64)
            # nulls sort before values, so that both ends are read from the last row
            keys[f"{measure.name}_key_{number}"] = nw.when(~value.is_null()).then(
                -key if measure.aggregation == "first" else key
            )
    return frame.with_columns(**keys) if keys else frame


def _with_commonest(frame: Frame, by: Sequence[str], measure: Measure, *, alone: bool) -> Frame:
    """Add a column that holds the commonest values only."""
    column, counted, most = str(measure.column), f"{measure.name}_counted", f"{measure.name}_most"
    frame = frame.with_columns(
        nw.when(~nw.col(column).is_null())
        .then(nw.lit(1))
        .otherwise(nw.lit(0))
        .cast(nw.Int64)
        .alias(counted)
    )
    keys = list(dict.fromkeys((*by, column)))
    if alone:
        frame = frame.group_by(*keys).agg(nw.col(counted).sum().cast(nw.Int64).alias(counted))
    else:
        frame = frame.with_columns(nw.col(counted).sum().over(*keys))
    frame = frame.with_columns(
        nw.col(counted).max().over(*by).alias(most) if by else nw.col(counted).max().alias(most)
    )
    return frame.with_columns(
        nw.when(nw.col(counted) == nw.col(most))
        .then(nw.col(column))
        .alias(f"{measure.name}_commonest")
    )


def _figure(measure: Measure, keys: int, kind: DType | None) -> nw.Expr:
    how, column = measure.aggregation, measure.column
    if column is None:
        return nw.len().cast(nw.Int64)
    truth = kind == nw.Boolean and how not in _PICKS
    value = nw.col(column).cast(nw.Int64) if truth else nw.col(column)
    if how == "mode":
        made = nw.col(f"{measure.name}_commonest").min()
    elif how == "distinct":
        made = nw.coalesce(
            value.n_unique().cast(nw.Int64) - value.is_null().any().cast(nw.Int64), nw.lit(0)
        )
    elif how in _ORDERED:
        made = value.last(order_by=[f"{measure.name}_key_{number}" for number in range(keys)])
    elif how.startswith("p"):
        made = value.quantile(int(how[1:]) / 100, interpolation="linear")
    elif how == "sum" and kind is not None and kind.is_integer():
        made = value.cast(nw.Int128).sum()  # in 64 bits it would wrap around unnoticed
    else:
        made = getattr(value, how)()
    return made.cast(nw.Int64) if how == "count" else made
