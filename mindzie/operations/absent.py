"""Operations that are stored but not to be had here: of a package that is not installed, or of another version."""

from __future__ import annotations

from typing import Any, Final, NoReturn

from mindzie.core.errors import MindzieError, UnknownNameError
from mindzie.core.families import Calculator, Enrichment, Filter
from mindzie.core.operation import Operation
from mindzie.operations import load


class _Absent(Operation):
    stored: Any
    """Its stored form, to the letter."""
    reason: str
    """Why it cannot be made."""

    @property
    def title(self) -> str:
        """Its id, and that it is not here."""
        op = self.stored.get("op") if isinstance(self.stored, dict) else None
        return f"{op or 'Operation'} (not available here)"

    def __repr__(self) -> str:
        """Return the code that would make it."""
        return f"mz.load({self.stored!r})"

    def to_json(self) -> dict[str, Any]:
        """Return what was stored."""
        form: dict[str, Any] = self.stored
        return form

    def check(self, log: Any) -> NoReturn:
        """Say why it cannot be used."""
        del log
        raise UnknownNameError(
            f"{self.reason} It is stored here, but of a package that is not installed, or of another version:"
            " install that, or take it out."
        )

    def apply(self, log: Any) -> NoReturn:
        """Say why it cannot be used."""
        self.check(log)


class AbsentFilter(_Absent, Filter):
    """A filter that is stored but not to be had here."""


class AbsentCalculator(_Absent, Calculator):
    """A calculator that is stored but not to be had here."""


class AbsentEnrichment(_Absent, Enrichment):
    """An enrichment that is stored but not to be had here."""


_OF_KIND: Final[dict[str, type[_Absent]]] = {
    cls.kind: cls for cls in (AbsentFilter, AbsentCalculator, AbsentEnrichment)
}


def load_or_keep(stored: Any, kind: str) -> Operation:
    """Make an operation from its stored form, or one that keeps that form and refuses to be used.

    Parameters
    ----------
    stored : mapping
        As for `load`.
    kind : {"filter", "calculator", "enrichment"}
        The kind expected.

    Returns
    -------
    Operation
        With the same stored form in any case; one that is not to be had here says why when it is used.

    Examples
    --------
    >>> load_or_keep({"op": "of_tomorrow", "settings": {}}, "filter").title
    'of_tomorrow (not available here)'
    """
    try:
        made: Operation = load(stored, kind)
    except MindzieError as error:
        return _OF_KIND[kind](stored=stored, reason=str(error))
    return made
