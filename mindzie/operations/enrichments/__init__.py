"""Enrichments: add attributes to a log, or reshape its events."""

from typing import TYPE_CHECKING

from mindzie.core.operation import missing
from mindzie.operations.enrichments.attributes import CaseGroup, RepresentativeValue
from mindzie.operations.enrichments.conformance import MandatoryActivity, WrongOrder
from mindzie.operations.enrichments.counts import CountActivities
from mindzie.operations.enrichments.dates import DatePart
from mindzie.operations.enrichments.durations import DurationBetweenActivities
from mindzie.operations.enrichments.events import FreezeLogTime, RenameActivities
from mindzie.operations.enrichments.numbers import Add
from mindzie.operations.enrichments.performance import DurationCategory
from mindzie.operations.enrichments.text import Concatenate, Upper

__all__ = [
    "Add",
    "CaseGroup",
    "Concatenate",
    "CountActivities",
    "DatePart",
    "DurationBetweenActivities",
    "DurationCategory",
    "FreezeLogTime",
    "MandatoryActivity",
    "RenameActivities",
    "RepresentativeValue",
    "Upper",
    "WrongOrder",
]

if not TYPE_CHECKING:
    __getattr__ = missing(__name__, __all__)
