"""Investigations: notebooks run with parameters, leaving a report and their results."""

from mindzie.investigations.recording import record
from mindzie.investigations.running import Failure, Run, run

__all__ = ["Failure", "Run", "record", "run"]
