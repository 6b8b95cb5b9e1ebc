"""Filters on whole sequences of activities."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

import polars as pl
from pydantic import BeforeValidator, Field, StrictInt, model_validator

from mindzie.core.enriched import Enriched
from mindzie.core.errors import unknown
from mindzie.core.families import CaseFilter
from mindzie.core.selected import Selected
from mindzie.core.settings import Pick
from mindzie.core.words import count
from mindzie.operations.filters.wording import listed, percent

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog


def _ids(log: EventLog, variants: pl.DataFrame) -> Frame:
    return log.rel.engine.frame(variants.select(pl.col("variant").cast(pl.Int64)))


class VariantsTop(CaseFilter):
    """Keep the cases of the most frequent variants.

    Equally frequent variants go by their first case in the log, so the choice is always the same. ``count`` keeps so many
    variants; ``case_share`` the fewest that cover the share of cases; ``variant_share`` so large a part of the variants,
    rounded up.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log.filter(VariantsTop(mode="count", threshold=3)).variant_count
    3
    """

    mode: Literal["count", "case_share", "variant_share"] = "count"
    """What the threshold is: a number of variants, a share of the cases, or a share of the variants."""
    threshold: int | float = Field(ge=0)
    """Number of variants, or a share between 0 and 1."""

    main_settings: ClassVar[tuple[str, ...]] = ("mode", "threshold")
    example: ClassVar[Mapping[str, Any]] = {"mode": "count", "threshold": 3}
    sentence = "cases of {top}"
    removed = "cases except those of {top}"

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.mode == "count" and self.threshold != int(self.threshold):
            message = f"a count of variants is a whole number, not {self.threshold}"
            raise ValueError(message)
        if self.mode != "count" and self.threshold > 1:
            message = (
                f"a share lies between 0 and 1, so {self.threshold} is too much: use 0.8 for 80%"
            )
            raise ValueError(message)
        return self

    def words(self) -> dict[str, str]:
        """Say the mode."""
        share = percent(self.threshold)
        said = {
            "count": "the most frequent variant"
            if self.threshold == 1
            else f"the {count(self.threshold)} most frequent variants",
            "case_share": f"the most frequent variants that cover {share} of cases",
            "variant_share": f"the most frequent {share} of variants",
        }
        return {"top": said[self.mode]}

    def matching(self, log: EventLog) -> Frame:
        """Rank the variants."""
        counts = log.collect(log.rel.variants.select("variant", "case_count", "first_case"))
        ranked = counts.sort("case_count", "first_case", descending=[True, False])
        if self.mode == "count":
            return _ids(log, ranked.head(int(min(self.threshold, ranked.height))))
        # rounding keeps 0.7 x 10 from being a little more than 7
        if self.mode == "variant_share":
            return _ids(log, ranked.head(math.ceil(round(self.threshold * ranked.height, 9))))
        before = pl.col("case_count").cum_sum() - pl.col("case_count")
        return _ids(
            log, ranked.filter(before < round(self.threshold * int(ranked["case_count"].sum()), 9))
        )


def _as_tuple(value: Any) -> Any:
    return (
        (value,) if isinstance(value, int) else tuple(value) if isinstance(value, list) else value
    )


def _shown(activities: tuple[str, ...]) -> str:
    fits = len(activities) <= 3  # noqa: PLR2004 - what a title can bear
    return " → ".join(activities if fits else (activities[0], "…", activities[-1]))


Variant = StrictInt | tuple[str, ...]


class SelectedVariants(CaseFilter):
    """Keep the cases of some variants, given by number or by their activities.

    A number is the one the input log's ``variants`` show; a sequence of known activities that no case follows is allowed
    and matches nothing.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> commonest = tuple(log.variants["activities"].to_list()[0])
    >>> log.filter(SelectedVariants(variants=[commonest])).variant_count
    1
    """

    variants: Annotated[
        tuple[Variant, ...], Pick("variant"), BeforeValidator(_as_tuple), Field(min_length=1)
    ]
    """Numbers of variants, or sequences of activities."""

    main_settings: ClassVar[tuple[str, ...]] = ("variants",)
    example: ClassVar[Mapping[str, Any]] = {"variants": (1, ("Order", "Check", "Cancel"))}
    sentence = "cases of {variants}"
    removed = "cases except those of {variants}"

    def words(self) -> dict[str, str]:
        """Name numbers, and sequences by their ends."""
        said = [f"variant {v}" if isinstance(v, int) else _shown(v) for v in self.variants]
        return {"variants": listed(said)}

    def check(self, log: EventLog) -> None:
        """Refuse unknown activities and numbers."""
        super().check(log)
        relations = log.rel
        while isinstance(
            relations, Selected | Enriched
        ):  # a variant that a filter took away is still known
            relations = relations.parent
        numbers = [v for v in self.variants if isinstance(v, int)]
        known = (
            log.collect(relations.variants.select("variant"))["variant"].sort()
            if numbers
            else pl.Series([0])
        )
        for number in numbers if len(known) else ():
            if number not in known:
                raise unknown("variant", str(number), map(str, known))
        for variant in self.variants:
            if not isinstance(variant, int):
                log.codes(variant)

    def matching(self, log: EventLog) -> Frame:
        """Look the numbers and sequences up."""
        found = log.collect(log.rel.variants.select("variant", "activities"))
        numbers = [v for v in self.variants if isinstance(v, int)]
        by_number = found.filter(pl.col("variant").is_in(numbers)).select("variant")
        wanted = [log.codes(v) for v in self.variants if not isinstance(v, int)]
        sequences = pl.DataFrame({"activities": wanted}, schema={"activities": pl.List(pl.Int64)})
        by_sequence = found.with_columns(pl.col("activities").cast(pl.List(pl.Int64))).join(
            sequences, on="activities", how="semi"
        )
        return _ids(log, pl.concat([by_number, by_sequence.select("variant")]).unique())
