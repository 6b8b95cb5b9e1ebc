"""Column types: identifiers, moments in UTC, JSON, and operations in their stored form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import JSON, DateTime, Dialect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

from mindzie.core.operation import Operation

PlainJson = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""JSON that the database can look into."""

ExactJson = JSON(none_as_null=True)
"""JSON that comes back letter by letter, so that a hash over it holds."""


def new_id() -> UUID:
    """Return a new identifier that sorts by the time it was made (UUID version 7).

    Examples
    --------
    >>> new_id().version
    7
    """
    return uuid_utils.compat.uuid7()


def now() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)


class UtcTime(TypeDecorator[datetime]):
    """A moment; refused without a time zone, given back in UTC by every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC; SQLite keeps it without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class StoredOperations(TypeDecorator[tuple[Operation, ...]]):
    """Operations of one kind, kept as JSON with all their settings.

    Parameters
    ----------
    kind : {"filter", "calculator", "enrichment"}
        The only kind allowed.
    """

    impl = JSON
    cache_ok = True

    def __init__(self, kind: str) -> None:
        super().__init__(none_as_null=True)
        self.kind = kind

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the dialect's own JSON."""
        return dialect.type_descriptor(PlainJson)

    def process_bind_param(
        self,
        value: Sequence[Operation | Mapping[str, Any]] | None,
        dialect: Dialect,  # noqa: ARG002 - the same for all
    ) -> list[dict[str, Any]] | None:
        """Return the stored form; what is not an operation is refused."""
        return None if value is None else [_load(item, self.kind).to_json() for item in value]

    def process_result_value(
        self,
        value: list[dict[str, Any]] | None,
        dialect: Dialect,  # noqa: ARG002 - the same for all
    ) -> tuple[Operation, ...] | None:
        """Return operations equal to those that were stored; one that is not to be had here only refuses to be used."""
        if value is None:
            return None
        from mindzie.operations.absent import load_or_keep

        return tuple(load_or_keep(item, self.kind) for item in value)


def _load(stored: Any, kind: str) -> Operation:
    # the catalogue of everybody's operations is heavy, and not there before somebody asks for it
    from mindzie.operations import load

    return cast("Operation", load(stored, kind))
