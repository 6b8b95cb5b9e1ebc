"""Some of a log's cases: nothing inside a case changes, so the variant index stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import narwhals as nw

from mindzie.core.lazy import lazy
from mindzie.core.relations import INDEX, Derived, Relations

if TYPE_CHECKING:
    import polars as pl

    from mindzie.core.engine import Frame


class Selected(Derived):
    """The cases that match, or all others.

    Parameters
    ----------
    parent : Relations
        What is selected from.
    matching : narwhals.Expr or Frame
        A condition on ``cases`` (null counts as no), or a relation with the column ``case`` or ``variant``.
    keep : bool
        False selects the exact complement.
    """

    def __init__(self, parent: Relations, matching: nw.Expr | Frame, *, keep: bool) -> None:
        super().__init__(parent)
        self._matching = matching
        self._keep = keep
        self._by_variant = (
            isinstance(matching, nw.LazyFrame) and "variant" in matching.collect_schema().names()
        )

    @property
    def whole_variants(self) -> bool:
        """Whether only whole variants were selected."""
        return self._by_variant and self.parent.whole_variants

    @property
    def root(self) -> Relations:
        """What all selections in a row were made from: however many, wide relations are read once."""
        return self.parent.root if isinstance(self.parent, Selected) else self.parent

    @lazy
    def _matched(self) -> Frame:
        assert isinstance(self._matching, nw.LazyFrame)  # noqa: S101 - narrows the type
        return self.engine.persist(self._matching.select("variant" if self._by_variant else "case"))

    @property
    def _how(self) -> Literal["semi", "anti"]:
        return "semi" if self._keep else "anti"

    @property
    def _fits(self) -> nw.Expr:
        assert isinstance(self._matching, nw.Expr)  # noqa: S101 - narrows the type
        if self._keep:
            return self._matching
        return ~nw.coalesce(self._matching, nw.lit(value=False))

    def _select(self, cases: Frame) -> Frame:
        if isinstance(self._matching, nw.Expr):
            return cases.filter(self._fits)
        if self._by_variant:
            return cases.join(self._matched, on="variant", how=self._how)
        return self.engine.rows_of(cases, self._matched, self.case_limit, keep=self._keep)

    @lazy
    def cases(self) -> Frame:
        """The cases selected."""
        if isinstance(self.parent, Selected):
            return self.engine.rows_of(self.root.cases, self.index, self.case_limit)
        return self._select(self.parent.cases)

    @lazy
    def index(self) -> Frame:
        """The narrow part of the cases selected."""
        if isinstance(self._matching, nw.Expr):
            return self.engine.where(self.parent.cases, self._fits, INDEX)
        return self.engine.persist(self._select(self.parent.index))

    @lazy
    def events(self) -> Frame:
        """The events of the cases selected."""
        return self.engine.rows_of(self.root.events, self.index, self.case_limit)

    @lazy
    def steps(self) -> Frame:
        """The steps within the cases selected."""
        return self.engine.rows_of(self.root.steps, self.index, self.case_limit)

    @lazy
    def variants(self) -> Frame:
        """The variants that still have cases, with their counts."""
        counts = self.engine.frame(self.case_counts.drop("length"))
        rest = self.root.variants.drop("case_count", "first_case")
        return self.engine.persist(rest.join(counts, on="variant", how="inner"))

    @lazy
    def case_counts(self) -> pl.DataFrame:
        """The parent's for whole variants, else counted again."""
        if self._by_variant:
            matched = self.engine.collect(self._matched)
            return self.parent.case_counts.join(matched, on="variant", how=self._how)
        counted = self.engine.tallied(self.index, "variant", first="case")
        return counted.join(self.root.case_counts.select("variant", "length"), on="variant")

    @lazy
    def variant_events(self) -> Frame:
        """The parent's, for the variants that still have cases."""
        kept = self.variants.select(nw.col("variant").alias("case"))
        # a join keeps no order; variants are numbered from 1 and are no more than cases
        return self.engine.rows_of(self.root.variant_events, kept, self.case_limit + 1)

    @lazy
    def variant_activities(self) -> Frame:
        """The parent's, for the variants that still have cases."""
        return self.root.variant_activities.join(
            self.variants.select("variant"), on="variant", how="semi"
        )
