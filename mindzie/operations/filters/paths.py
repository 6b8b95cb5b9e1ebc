"""Filters on steps of the process map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

import narwhals as nw
from pydantic import model_validator

from mindzie.core.errors import SettingError
from mindzie.core.families import CaseFilter
from mindzie.core.settings import Activity

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog

START = "START"
END = "END"


class Path(CaseFilter):
    """Keep the cases that pass a path of the map: one activity directly followed by another.

    None means START or END, as in the edges of a process map. The texts ``"START"`` and ``"END"`` mean the same, unless
    the log has an activity of that name: then they mean the activity.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log.filter(Path(from_activity="START", to_activity="Receive order")).case_count <= 100
    True
    >>> Path(from_activity="Order", to_activity="Ship").title
    'Cases with Order directly followed by Ship'
    """

    from_activity: Activity | None = None
    """Where the path begins; none means START."""
    to_activity: Activity | None = None
    """Where the path leads; none means END."""

    main_settings: ClassVar[tuple[str, ...]] = ("from_activity", "to_activity")
    example: ClassVar[Mapping[str, Any]] = {"from_activity": "Pack", "to_activity": "Ship"}
    sentence = "cases {passing}"
    removed = sentence

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.from_activity is None and self.to_activity is None:
            message = "a path needs an activity: set from_activity, to_activity or both"
            raise ValueError(message)
        return self

    def words(self) -> dict[str, str]:
        """Say starts and ends as what they are."""
        if self.from_activity is None or self.to_activity is None:
            end = (
                f"start with {self.to_activity}"
                if self.from_activity is None
                else f"end with {self.from_activity}"
            )
            return {"passing": f"that {end}" if self.keep else f"that do not {end}"}
        return {
            "passing": f"{'with' if self.keep else 'without'} {self.from_activity} directly followed by {self.to_activity}"
        }

    def check(self, log: EventLog) -> None:
        """Refuse unknown activities; START and END are known."""
        self._codes(log)

    def _codes(self, log: EventLog) -> tuple[list[int] | None, list[int] | None]:
        ends = ((self.from_activity, START), (self.to_activity, END))
        free = [
            name is None or (name == text and text not in log.rel.activities) for name, text in ends
        ]
        if all(free):
            message = f"A path from {START} to {END} passes no activity: set from_activity or to_activity to one."
            raise SettingError(message)
        first, last = (
            None if outside else log.codes((str(name),))
            for outside, (name, _) in zip(free, ends, strict=True)
        )
        return first, last

    def matching(self, log: EventLog) -> Frame:
        """Ask the paths of variants."""
        passed = log.rel.variant_paths
        for column, codes in zip(("from_activity", "to_activity"), self._codes(log), strict=True):
            passed = passed.filter(
                nw.col(column).is_null() if codes is None else nw.col(column).is_in(codes)
            )
        return passed.select("variant").unique()
