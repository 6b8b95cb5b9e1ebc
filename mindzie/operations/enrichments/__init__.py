"""Enrichments: add attributes to a log, or reshape its events."""

from mindzie.operations.enrichments.counts import CountActivities

__all__ = ["CountActivities"]
