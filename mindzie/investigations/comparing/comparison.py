"""Two runs of a notebook laid beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from mindzie.core.errors import unknown
from mindzie.investigations.comparing.changes import PartChange, Tolerance, compared
from mindzie.investigations.comparing.recorded import Record, Recorded, read_record
from mindzie.investigations.running import Run

Source = Record | Run | Mapping[str, Any] | str | Path


@dataclass(frozen=True, slots=True)
class ResultChange:
    """What changed in a result.

    Parameters
    ----------
    name : str
        Of the result.
    kinds : tuple of str
        Its kind before and after; where they differ, nothing else is compared.
    parts : mapping of str to PartChange
        The changes, by part.
    notes : tuple of str
        How it was calculated otherwise, and what could not be compared; these are no changes.
    """

    name: str
    kinds: tuple[str, str]
    parts: Mapping[str, PartChange] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether it changed."""
        return self.kinds[0] != self.kinds[1] or any(self.parts.values())


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one run to another.

    Parameters
    ----------
    before, after : Record
        What they recorded.
    results : tuple of ResultChange
        Of the results that are in both and changed, or have a note.
    came, went : tuple of str
        Names of results that are in one of them only.
    """

    before: Record
    after: Record
    results: tuple[ResultChange, ...]
    came: tuple[str, ...] = ()
    went: tuple[str, ...] = ()

    @property
    def changed(self) -> tuple[ResultChange, ...]:
        """The results that changed."""
        return tuple(result for result in self.results if result)

    @property
    def same(self) -> bool:
        """Whether nothing moved, came or went. Other data and other parameters alone are no change."""
        return not (self.changed or self.came or self.went or self.after.error != self.before.error)

    @property
    def parameters(self) -> dict[str, tuple[Any, Any]]:
        """Parameters that differ: their values before and after, None where it was left as it is."""
        one, other = self.before.parameters, self.after.parameters
        return {
            name: (one.get(name), other.get(name))
            for name in sorted({*one, *other})
            if one.get(name) != other.get(name)
        }

    def text(self, most: int = 8) -> str:
        """Say what changed.

        Parameters
        ----------
        most : int
            Figures and names said of each result; the number of the others is said.

        Returns
        -------
        str
            Lines of plain text.
        """
        from mindzie.investigations.comparing.wording import text

        return text(self, most)

    def html(self) -> str:
        """Return what changed as a page that opens offline, with a map of the differences for each process map."""
        from mindzie.investigations.comparing.page import page

        return page(self)

    def to_json(self) -> dict[str, Any]:
        """Return all that changed as plain JSON values."""
        sides = {
            name: {
                "notebook": side.notebook,
                "parameters": side.parameters,
                "fingerprints": list(side.fingerprints),
                "error": side.error.model_dump() if side.error else None,
                "note": side.note,
            }
            for name, side in (("before", self.before), ("after", self.after))
        }
        return {
            "same": self.same,
            **sides,
            "came": list(self.came),
            "went": list(self.went),
            "results": [_json(result) for result in self.results],
        }

    def __str__(self) -> str:
        """Say what changed."""
        return self.text()


def _json(result: ResultChange) -> dict[str, Any]:
    changes = {name: asdict(part) for name, part in result.parts.items() if part}
    return {
        "name": result.name,
        "kinds": list(result.kinds),
        "notes": list(result.notes),
        "changes": changes,
    }


def compare(
    before: Source,
    after: Source,
    tolerance: float | Tolerance = 0.01,
    *,
    tolerances: Mapping[str, float | Tolerance] | None = None,
) -> Comparison:
    """Compare the results of two runs.

    Parameters
    ----------
    before, after : Run, mapping, str or Path
        Runs, their folders, their ``results.json``, or what stands in these.
    tolerance : float or Tolerance
        How far figures may move; a number is a part of the larger one, ``0.01`` one percent.
    tolerances : mapping, optional
        Tolerances of some results, by their names.

    Returns
    -------
    Comparison
        What moved, came and went.

    Raises
    ------
    SourceError
        Where there are no results.
    UnknownNameError
        Where a tolerance is given for a result that neither has.

    Examples
    --------
    >>> def left(value):
    ...     return {"results": [{"name": "open cases", "kind": "number", "value": value}]}
    >>> compare(left(200), left(201)).same
    True
    >>> print(compare(left(200), left(300)))
    1 result changed.
    <BLANKLINE>
    open cases: 200 → 300 (+50 %)
    """
    records = read_record(before), read_record(after)
    one, other = (record.by_name for record in records)
    given = {name: _tolerance(value) for name, value in (tolerances or {}).items()}
    for name in given:
        if name not in one and name not in other:
            raise unknown("result", name, {**one, **other}, "these runs")
    usual = _tolerance(tolerance)
    changes = (
        _result(name, one[name], other[name], given.get(name, usual))
        for name in one
        if name in other
    )
    return Comparison(
        *records,
        tuple(change for change in changes if change or change.notes),
        tuple(name for name in other if name not in one),
        tuple(name for name in one if name not in other),
    )


def _tolerance(value: float | Tolerance) -> Tolerance:
    return value if isinstance(value, Tolerance) else Tolerance(value)


def _result(name: str, before: Recorded, after: Recorded, tolerance: Tolerance) -> ResultChange:
    kinds = before.kind, after.kind
    if before.kind != after.kind:
        return ResultChange(name, kinds)
    found = compared(before, after, tolerance)
    notes = [note for part in found.values() for note in part.notes]
    return ResultChange(name, kinds, found, (*_otherwise(before, after), *notes))


def _otherwise(before: Recorded, after: Recorded) -> tuple[str, ...]:
    """Say where a result is calculated in another way; other data is said of the run."""
    one, other = before.provenance, after.provenance
    if one is None or other is None:
        return ()
    said = []
    if one.operation != other.operation:
        said.append("It is calculated with other settings.")
    if one.recipe != other.recipe:
        said.append("Other filters or enrichments came before it.")
    return tuple(said)
