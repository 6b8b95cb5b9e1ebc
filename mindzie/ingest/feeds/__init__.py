"""Streams and APIs as sources: they give records of JSON, in bounded pieces."""

from mindzie.ingest.feeds.kinds import FEEDS, FeedKind, Option

__all__ = ["FEEDS", "FeedKind", "Option"]
