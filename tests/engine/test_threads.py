"""Several threads ask one log at once, as sessions of a dashboard do."""

from concurrent.futures import ThreadPoolExecutor

import pytest

import mindzie as mz
from mindzie import calculators, filters


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_threads_get_the_same_answers(engine):
    log = mz.demo("order-to-cash", cases=200).on(engine)

    def ask(number: int):
        left = log.filter(filters.CasesWithActivity(activities=log.activities[number % 5 + 3]))
        left = left.filter(filters.Activities(activities=log.activities[:2], keep=False))
        process = left.calculate(calculators.ProcessMap())
        return left.case_count, process.edges.to_polars(), left.cases.to_polars().height

    one_by_one = [ask(number) for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        at_once = list(pool.map(ask, range(16)))
    for (count, edges, cases), (expected, same, height) in zip(at_once, one_by_one, strict=True):
        assert (count, cases) == (expected, height)
        assert edges.equals(same)
