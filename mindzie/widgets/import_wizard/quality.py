"""The score of data quality as the page shows it, with every deduction."""

from __future__ import annotations

from typing import Any

import polars as pl

from mindzie.core.log import EventLog
from mindzie.core.results import Table
from mindzie.operations.calculators.quality import DataQuality
from mindzie.operations.calculators.quality_checks import DIMENSIONS

Json = dict[str, Any]


def quality(log: EventLog) -> Json:
    """Return how good the data of a log are.

    Parameters
    ----------
    log : EventLog
        As it is imported.

    Returns
    -------
    dict
        ``score``, the scores of ``dimensions``, the ``formula``, and each of the ``deductions``, what costs most first.

    Examples
    --------
    >>> import mindzie as mz
    >>> made = quality(mz.demo("order-to-cash", cases=100))
    >>> 0 <= made["score"] <= 100, len(made["dimensions"])
    (True, 5)
    """
    calculator = DataQuality()
    result = log.calculate(calculator)
    assert isinstance(result, Table)  # noqa: S101 - as computed
    rows = calculator.for_people(result).to_polars().filter(pl.col("count") > 0)
    return {
        "score": result.facts["score"],
        "dimensions": {name: result.facts[name] for name in DIMENSIONS},
        "formula": result.facts["formula"],
        "deductions": rows.to_dicts(),
    }
