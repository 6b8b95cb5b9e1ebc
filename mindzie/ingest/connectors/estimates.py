"""About how many rows a query gives, as a database plans for it: without working the query out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

import sqlalchemy as sa


class Plan(NamedTuple):
    """How a kind of database is asked for a plan, and where the rows are in its answer."""

    words: str
    rows: Callable[[Sequence[sa.RowMapping]], int | None]


def _of_postgresql(answer: Sequence[sa.RowMapping]) -> int | None:
    return int(answer[0]["QUERY PLAN"][0]["Plan"]["Plan Rows"])


def _of_duckdb(answer: Sequence[sa.RowMapping]) -> int | None:
    told = json.loads(answer[0]["explain_value"])[0]["extra_info"].get("Estimated Cardinality")
    return int(told) if told else None


def _of_mysql(answer: Sequence[sa.RowMapping]) -> int | None:
    """Return the rows of one table; of several, or groups, the plan does not say what comes out."""
    step = answer[0]
    alone = len(answer) == 1 and "temporary" not in str(step["Extra"])
    return int(step["rows"]) if alone and step["rows"] is not None else None


PLANS: Final[Mapping[str, Plan]] = {
    "postgresql": Plan("EXPLAIN (FORMAT JSON)", _of_postgresql),
    "duckdb": Plan("EXPLAIN (FORMAT JSON)", _of_duckdb),
    "mariadb": Plan("EXPLAIN", _of_mysql),
    "mysql": Plan("EXPLAIN", _of_mysql),
}
"""By the id of a kind; the others say nothing of a query, or write down what they plan."""
