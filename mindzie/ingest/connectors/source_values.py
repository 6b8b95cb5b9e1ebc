"""What sources say of themselves: their kind and their columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class AnyKind(Protocol):
    """What every kind of source says of itself."""

    @property
    def id(self) -> str:
        """What programs call it."""

    @property
    def label(self) -> str:
        """What people call it."""


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """A column of a source.

    Parameters
    ----------
    name : str
        Its name.
    type : str
        ``text``, ``number``, ``boolean``, ``date``, ``duration``; ``bytes`` are left out when read.
    declared : str
        What the source calls its type.
    """

    name: str
    type: str
    declared: str
