"""Words that the steps share. A word in use never changes its meaning: databases were made with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB


def column(name: str, kind: sa.types.TypeEngine[Any], *, empty: bool = False) -> sa.Column[Any]:
    """Return a column that may be empty only where said."""
    return sa.Column(name, kind, nullable=empty)


def text(name: str, length: int | None = None, *, empty: bool = False) -> sa.Column[Any]:
    """Return a column of text, of so many letters at most."""
    return column(name, sa.Text() if length is None else sa.String(length), empty=empty)


def ident(name: str, *, empty: bool = False) -> sa.Column[Any]:
    """Return a column of identifiers."""
    return column(name, sa.Uuid(), empty=empty)


def moment(name: str, *, empty: bool = False) -> sa.Column[Any]:
    """Return a column of moments in UTC."""
    return column(name, sa.DateTime(timezone=True), empty=empty)


def json(name: str, *, empty: bool = False) -> sa.Column[Any]:
    """Return a column of JSON that the database can look into."""
    return column(name, sa.JSON().with_variant(JSONB(), "postgresql"), empty=empty)


def exact(name: str, *, empty: bool = False) -> sa.Column[Any]:
    """Return a column of JSON that comes back letter by letter."""
    return column(name, sa.JSON(), empty=empty)


def whole(name: str, *, empty: bool = False) -> sa.Column[Any]:
    """Return a column of whole numbers up to two thousand million."""
    return column(name, sa.Integer(), empty=empty)


def big(name: str, *, empty: bool = False) -> sa.Column[Any]:
    """Return a column of large whole numbers."""
    return column(name, sa.BigInteger(), empty=empty)


def flag(name: str) -> sa.Column[Any]:
    """Return a column of yes and no."""
    return column(name, sa.Boolean())


def record(name: str, *parts: sa.schema.SchemaItem) -> None:
    """Make a table whose rows have an identifier, times and a revision."""
    op.create_table(
        name,
        *(ident("id"), moment("created_at"), moment("updated_at"), whole("revision")),
        *parts,
        sa.PrimaryKeyConstraint("id"),
    )


def of_tenant(
    name: str,
    *parts: sa.schema.SchemaItem,
    unique: Sequence[str] = (),
    refers: Sequence[tuple[str, ...]] = (),
) -> None:
    """Make a table whose rows belong to a tenant.

    Parameters
    ----------
    name : str
        Of the table.
    *parts : SchemaItem
        Its columns and checks.
    unique : Sequence[str]
        Columns that are unique together within the tenant.
    refers : Sequence[tuple[str, ...]]
        References within the tenant: column, table and, where not CASCADE, what happens on delete.
    """
    rules = [sa.UniqueConstraint("tenant_id", *unique)] if unique else []
    links = [
        sa.ForeignKeyConstraint(
            ["tenant_id", link],
            [f"{table}.tenant_id", f"{table}.id"],
            ondelete=(*then, "CASCADE")[0],
        )
        for link, table, *then in refers
    ]
    record(
        name,
        ident("tenant_id"),
        *parts,
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "id"),
        *rules,
        *links,
    )
    for link, *_ in refers:
        if link not in unique[:1]:
            op.create_index(f"ix_{name}_tenant_id_{link}", name, ["tenant_id", link])


def drop(*names: str) -> None:
    """Drop tables made in this order, the last first."""
    for name in reversed(names):
        op.drop_table(name)
