"""Databases as sources: one list of kinds, one way to connect, look, read and read what is new."""

from mindzie.ingest.connectors.connect import connect
from mindzie.ingest.connectors.increments import Increment
from mindzie.ingest.connectors.kinds import KINDS, Kind, kind_named

__all__ = ["KINDS", "Increment", "Kind", "connect", "kind_named"]
