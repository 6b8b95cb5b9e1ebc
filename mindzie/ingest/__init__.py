"""Sources of events: files and frames become canonical logs."""

from mindzie.ingest.reading import read, source_table

__all__ = ["read", "source_table"]
