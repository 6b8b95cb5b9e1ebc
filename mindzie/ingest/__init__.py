"""Sources of events: files and frames become canonical logs."""

from mindzie.ingest.reading import source_table

__all__ = ["source_table"]
