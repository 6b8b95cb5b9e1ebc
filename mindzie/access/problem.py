"""Something in an installation that is not as it should be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from mindzie.store.files import Found

NOTE: Final = "note"
"""The kind of what is to be known, and no problem yet."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it should be.

    Parameters
    ----------
    kind : str
        ``"damaged"``, ``"missing"``, ``"unfinished"``, ``"orphan"``, ``"foreign"``, ``"audit"``, ``"key"``, ``"guard"``,
        ``"storage"``, ``"database"``, or ``"note"``, which is no problem.
    where : str
        Tenant and object, or path.
    what : str
        What is wrong.
    todo : str
        What to do.
    repair : object, optional
        What ``repaired`` removes; None where nothing is removed by a program.
    """

    kind: str
    where: str
    what: str
    todo: str
    repair: Found | UUID | Path | None = None

    @property
    def fact(self) -> str:
        """What is wrong and where, without what to do."""
        return f"{self.kind}: {self.where}: {self.what.rstrip('.')}."

    def __str__(self) -> str:
        """Say it in a line."""
        return f"{self.fact} {self.todo}".rstrip()
