"""Filters that pick cases by chance."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar, Self

import narwhals as nw
from pydantic import Field, model_validator

from mindzie.core.families import CaseFilter
from mindzie.core.settings import Share
from mindzie.core.words import counted
from mindzie.operations.filters.wording import percent

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog

PRIME = 2**31 - 1
"""Products of two numbers below it fit 64 bits."""


def _numbers(seed: int) -> tuple[int, int, int]:
    made = [int.from_bytes(sha256(f"{seed}:{place}".encode()).digest()[:8]) for place in range(3)]
    return made[0] % (PRIME - 1) + 1, made[1] % PRIME, made[2] % PRIME


def drawn(cases: Frame, seed: int) -> Frame:
    """Give each case a number by chance, the same on every engine.

    The hash of the case id goes through a permutation of the numbers below a prime: x -> (a x + b)^5 + c, which depends
    on the seed.

    Parameters
    ----------
    cases : Frame
        With ``case`` and ``case_hash``, 31 bits.
    seed : int
        Another one, another order.

    Returns
    -------
    Frame
        ``case`` and ``draw``.

    Examples
    --------
    >>> import mindzie as mz
    >>> drawn(mz.demo("order-to-cash", cases=10).rel.cases, seed=1).collect_schema().names()
    ['case', 'draw']
    """
    a, b, c = _numbers(seed)
    x, draw = nw.col("x"), nw.col("draw")
    made = cases.select("case", x=nw.col("case_hash").cast(nw.Int64) % PRIME)
    made = made.with_columns(x=(x * a + b) % PRIME)
    made = made.with_columns(draw=x * x % PRIME)
    made = made.with_columns(draw=draw * draw % PRIME)
    made = made.with_columns(draw=draw * x % PRIME)
    return made.select("case", draw=(draw + c) % PRIME)


class Sample(CaseFilter):
    """Keep some cases picked by chance.

    Every case has the same chance. The same seed picks the same cases on every engine and machine, and from the same
    cases in another log: chance hangs on the case id alone.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log.filter(Sample(n=10)).case_count
    10
    """

    n: int | None = Field(default=None, ge=0)
    """Number of cases; all where the log has fewer."""
    share: Share | None = None
    """Share of the cases instead, rounded to whole cases."""
    seed: int = 0
    """Another seed picks other cases."""

    main_settings: ClassVar[tuple[str, ...]] = ("n", "share", "seed")
    example: ClassVar[Mapping[str, Any]] = {"n": 12}
    sentence = "sample of {size} {seed}"
    removed = "all cases except a sample of {size} {seed}"

    @model_validator(mode="after")
    def _one_size(self) -> Self:
        if (self.n is None) == (self.share is None):
            message = (
                "give the size of the sample either as n, such as 1000, or as share, such as 0.1"
            )
            raise ValueError(message)
        return self

    def words(self) -> dict[str, str]:
        """Say the size."""
        size = (
            counted(self.n, "case")
            if self.n is not None
            else f"{percent(self.share or 0)} of cases"
        )
        return {"size": size, "seed": f"with seed {self.seed}" if self.seed else ""}

    def matching(self, log: EventLog) -> Frame:
        """Take the cases with the least draws; ties go by case."""
        cases = log.case_count
        size = min(self.n or 0, cases) if self.share is None else round(self.share * cases)
        return drawn(log.rel.cases, self.seed).sort("draw", "case").head(size).select("case")
