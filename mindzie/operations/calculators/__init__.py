"""Calculators: turn a log into a number, a table, a series or a graph."""

from typing import TYPE_CHECKING

from mindzie.core.operation import missing
from mindzie.operations.calculators.activities import ActivityStatistics
from mindzie.operations.calculators.cases import CaseExplorer, CaseTimeline
from mindzie.operations.calculators.categories import Breakdown
from mindzie.operations.calculators.distributions import CaseDuration, Histogram
from mindzie.operations.calculators.information import DataInformation
from mindzie.operations.calculators.maps import ProcessMap
from mindzie.operations.calculators.over_time import ActiveCases, CasesOverTime, WeekdayHour
from mindzie.operations.calculators.performance import Bottlenecks
from mindzie.operations.calculators.pivot_tables import Pivot
from mindzie.operations.calculators.quality import DataQuality
from mindzie.operations.calculators.size import ActivityCount, CaseCount, EventCount, VariantCount
from mindzie.operations.calculators.standards import StandardChecker
from mindzie.operations.calculators.values import AggregateValue, Rate
from mindzie.operations.calculators.variants import Variants

__all__ = [
    "ActiveCases",
    "ActivityCount",
    "ActivityStatistics",
    "AggregateValue",
    "Bottlenecks",
    "Breakdown",
    "CaseCount",
    "CaseDuration",
    "CaseExplorer",
    "CaseTimeline",
    "CasesOverTime",
    "DataInformation",
    "DataQuality",
    "EventCount",
    "Histogram",
    "Pivot",
    "ProcessMap",
    "Rate",
    "StandardChecker",
    "VariantCount",
    "Variants",
    "WeekdayHour",
]

if not TYPE_CHECKING:
    __getattr__ = missing(__name__, __all__)
