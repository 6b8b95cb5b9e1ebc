"""What every table has: an identifier, times, a revision, and, nearly always, a tenant."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    Constraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from mindzie.store.types import PlainJson, UtcTime, new_id, now

GIVEN = {"given": True}
"""Marks a column whose value comes from who makes or changes the record."""
HIDDEN = {"hidden": True}
"""Marks a column that no display, export or audit entry shows."""
NAME = 200
"""Letters of a name."""


class Base(DeclarativeBase):
    """Root of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        UUID: Uuid(),
        datetime: UtcTime(),
        dict[str, Any]: PlainJson,
        list[str]: PlainJson,
        str: Text(),
    }


class Record(Base):
    """A row with an identifier, times and a revision that grows with each change.

    A change of a row that somebody changed meanwhile is refused (optimistic locking).
    """

    __abstract__ = True
    called: ClassVar[str] = ""
    """What one is called, where the class name does not say it."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    revision: Mapped[int]

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy passes the class
        return {"version_id_col": cls.revision}


class TenantRecord(Record):
    """A row that belongs to one tenant and refers to rows of that tenant only."""

    __abstract__ = True
    refers: ClassVar[tuple[Constraint, ...]] = ()
    """References within the tenant, and checks."""
    unique: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Columns that are unique together within the tenant."""

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id", ondelete="CASCADE"))

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - SQLAlchemy passes the class
        led = {columns[0] for columns in cls.unique}
        links = [
            each.column_keys[-1] for each in cls.refers if isinstance(each, ForeignKeyConstraint)
        ]
        return (
            UniqueConstraint("tenant_id", "id"),
            *cls.refers,
            *(Index(None, "tenant_id", link) for link in links if link not in led),
            *(UniqueConstraint("tenant_id", *columns) for columns in cls.unique),
        )


class Named:
    """A name and what it is about."""

    name: Mapped[str] = mapped_column(String(NAME), info=GIVEN, doc="Name, unique where it lives.")
    description: Mapped[str] = mapped_column(default="", info=GIVEN, doc="What it is for.")


def within(table: str, column: str, ondelete: str = "CASCADE") -> ForeignKeyConstraint:
    """Return a reference to a row of the same tenant; the database refuses any other.

    Parameters
    ----------
    table : str
        The table referred to.
    column : str
        The column that holds its ``id``.
    ondelete : str
        What happens when the row referred to goes.

    Returns
    -------
    ForeignKeyConstraint
        Over the tenant and the identifier.
    """
    return ForeignKeyConstraint(
        ["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], ondelete=ondelete
    )
