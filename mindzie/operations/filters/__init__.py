"""Filters: choose cases or events of a log."""

from typing import TYPE_CHECKING

from mindzie.core.operation import missing
from mindzie.operations.filters.activities import CasesWithActivity
from mindzie.operations.filters.attributes import CasesWithAttribute, EventsWithAttribute
from mindzie.operations.filters.combined import AllOf, AnyOf, CasesWithEvents, NoneOf
from mindzie.operations.filters.durations import CaseDuration, CaseSize
from mindzie.operations.filters.ends import CaseEnd, CaseStart
from mindzie.operations.filters.events import Activities
from mindzie.operations.filters.frequencies import ActivityFrequency
from mindzie.operations.filters.order import EventOrder
from mindzie.operations.filters.paths import Path
from mindzie.operations.filters.periods import CasesAtHours, TimePeriod
from mindzie.operations.filters.repeats import CollapseRepeats, Rework
from mindzie.operations.filters.samples import Sample
from mindzie.operations.filters.variants import SelectedVariants, VariantsTop

__all__ = [
    "Activities",
    "ActivityFrequency",
    "AllOf",
    "AnyOf",
    "CaseDuration",
    "CaseEnd",
    "CaseSize",
    "CaseStart",
    "CasesAtHours",
    "CasesWithActivity",
    "CasesWithAttribute",
    "CasesWithEvents",
    "CollapseRepeats",
    "EventOrder",
    "EventsWithAttribute",
    "NoneOf",
    "Path",
    "Rework",
    "Sample",
    "SelectedVariants",
    "TimePeriod",
    "VariantsTop",
]

if not TYPE_CHECKING:
    __getattr__ = missing(__name__, __all__)
