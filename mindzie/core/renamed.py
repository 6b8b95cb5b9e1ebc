"""A log whose activities have other names: cases keep their events, times and size, but not their variant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mindzie.core.lazy import lazy
from mindzie.core.reshaped import Reshaped

if TYPE_CHECKING:
    from mindzie.core.engine import Frame

OF_VARIANT = ("start_activity", "end_activity", "has_rework")


class Renamed(Reshaped):
    """Relations after a change of activities alone: what does not follow from them stays, and no event is looked at."""

    @lazy
    def cases(self) -> Frame:
        """The parent's, with new variants."""
        numbered, variants = self._variant_index
        derived = self.engine.frame(variants.select("variant", *OF_VARIANT))
        cases = self.parent.cases.drop("variant", *OF_VARIANT)
        new = numbered.join(derived, on="variant", how="inner")
        return self.engine.persist(cases.join(new, on="case", how="inner"))

    @lazy
    def index(self) -> Frame:
        """The parent's, with new variants."""
        numbered, _ = self._variant_index
        index = self.parent.index.drop("variant")
        return self.engine.persist(index.join(numbered, on="case", how="inner"))
