"""Moments at which a process is killed: spread over all of its work, from its begin to beyond its end."""

from __future__ import annotations

import itertools
import math
import random
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import psycopg

from tests.faults.office import Office
from tests.faults.work import cut
from tests.servers.killing import begun, ended, prepare

MOMENTS = {"sqlite": 100, "postgresql": 20}
STRIDE = 17
"""Steps between two that are looked at."""
prepare(
    *("tests.faults.work", "tests.faults.warm", "narwhals._polars.dataframe"),
    *("narwhals._polars.group_by", "numpy.ma", "polars._utils.parquet", "pyarrow.types"),
)


def kills(
    count: int, kind: Callable[..., Any], arguments: Callable[[], tuple[Any, ...]]
) -> Iterator[bool]:
    """Do the work twice, then cut it short so many times; yield each time whether it was done."""
    whole = math.inf
    for _ in range(2):  # the first is slower
        process = begun(cut, 0, kind, *arguments())
        begin = time.perf_counter()
        done = ended(process, None)
        whole = min(whole, time.perf_counter() - begin)
        yield done
    chance = random.Random(2024)
    for moment in range(count):
        process = begun(cut, 0, kind, *arguments())
        yield ended(process, chance.uniform(0, 1.2 * whole) if moment else 0)


def rounds(done: Iterable[bool], names: tuple[str, ...]) -> Iterator[dict[str, bool]]:
    """Gather what was done to each of some names in turn, to be looked over together."""
    left = iter(done)
    while found := dict(zip(names, itertools.islice(left, len(names)), strict=False)):
        yield found


def settle(office: Office) -> None:
    """Wait until the server has noticed who is gone."""
    if office.url.startswith("postgresql"):
        with psycopg.connect(office.url) as connection:
            others = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            while connection.execute(others).fetchone():
                time.sleep(0.01)
                connection.rollback()


def fallen(kind: Callable[..., Any], arguments: Callable[[], tuple[Any, ...]]) -> Iterator[bool]:
    """Let work die at steps, further on each time until it does not any more; yield each time whether it was done."""
    step, done = 1, False
    while not done:
        done = ended(begun(cut, step, kind, *arguments()), None)
        yield done
        step += STRIDE
