"""Results compared with last time: what moved, came and went, and what was accepted."""

from mindzie.investigations.comparing.accepted import accept, accepted_file
from mindzie.investigations.comparing.changes import Moved, PartChange, Tolerance
from mindzie.investigations.comparing.comparison import Comparison, ResultChange, compare
from mindzie.investigations.comparing.recorded import Record, read_record

__all__ = [
    "Comparison",
    "Moved",
    "PartChange",
    "Record",
    "ResultChange",
    "Tolerance",
    "accept",
    "accepted_file",
    "compare",
    "read_record",
]
