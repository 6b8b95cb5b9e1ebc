"""How the tables came to be, a step a file in ``versions``; ``mindzie.store.upgrade`` walks them."""

from typing import Final

REVISIONS: Final = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
)
"""All steps in their order: an older program knows by it that a database is of a newer one."""
MARK_TABLE: Final = "mindzie_installation"
"""Where a database keeps what tells it from all others; it is in no backup, since what is restored is another."""
VERSION_TABLE: Final = "mindzie_version"
"""Where a database says which step it is at; tables without it are somebody else's."""
