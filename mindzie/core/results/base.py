"""What all results have in common: they know where they come from; and the simplest of them, a number."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import polars as pl
from pydantic import BaseModel, ConfigDict

from mindzie.core.display import mimebundle, plot
from mindzie.core.errors import MissingPackageError, unknown
from mindzie.core.settings import AttributeType
from mindzie.core.words import cell, is_duration

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from mindzie.core.families import Calculator, Filter
    from mindzie.core.log import EventLog
    from mindzie.core.results.tables import Table


class Provenance(BaseModel):
    """Where a figure comes from: same fingerprint and recipe, same result.

    Parameters
    ----------
    fingerprint : str
        Of the source log.
    recipe : tuple of dict
        The operations applied to it, in stored form.
    operation : dict, optional
        The calculator, in stored form.
    now : int, optional
        Frozen time of the log, microseconds UTC.
    resolved : dict
        What relative settings came to: of a step of the recipe under ``"recipe.0"`` and so on, of the operation by name.
    versions : dict
        Of Mindzie and the engine.
    """

    model_config = ConfigDict(frozen=True)

    fingerprint: str
    recipe: tuple[dict[str, Any], ...] = ()
    operation: dict[str, Any] | None = None
    now: int | None = None
    resolved: dict[str, Any] = {}
    versions: dict[str, str] = {}


class Column(BaseModel):
    """A column of a table.

    Parameters
    ----------
    name : str
        Unique in the table.
    type : {"text", "number", "boolean", "date", "duration", "list"}
        How values are stored: dates and durations as Datetime and Duration.
    unit : str
        Such as ``"cases"`` or ``"s"``; ``"share"`` for 0 to 1; ``"weekday"`` for 1 (Monday) to 7; of working time ``"ws"``, or ``"ws/28800"`` where a working day has
        so many seconds.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    type: AttributeType | Literal["list"]
    unit: str = ""


def plain(value: Any) -> Any:
    """Return a cell as JSON has it: dates in ISO 8601, durations in seconds, what is no number as null."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "total_seconds"):
        return value.total_seconds()
    return value


class Result:
    """Base of all results."""

    kind: ClassVar[str] = ""

    def __init__(self, title: str = "") -> None:
        self.title = title
        self.provenance: Provenance | None = None
        self.log: EventLog | None = None
        self.operation: Calculator | None = None

    def stamped(self, log: EventLog, operation: Calculator) -> Self:
        """Return the result with its provenance and the way back to its cases."""
        made = copy.copy(self)
        made.log, made.operation = log, operation
        made.title = self.title or operation.title
        resolved = self.provenance.resolved if self.provenance else {}
        made.provenance = log.provenance(
            operation.to_json(), {**operation.resolved(log), **resolved}
        )
        return made

    def drill(self, **row: Any) -> EventLog:
        """Return the log of the cases behind a row of the result.

        Parameters
        ----------
        **row
            The row's values, such as ``from_activity="Order", to_activity="Ship"``; none for all cases. Of what the
            result does not show, ``left_out`` with one of the names of ``left_out``.

        Returns
        -------
        EventLog
            The log the result was calculated from, filtered.
        """
        if self.log is None or self.operation is None:
            message = "This result was not calculated from a log, so it has no cases."
            raise LookupError(message)
        return self.log.filter(*self.behind(row)) if row else self.log

    def behind(self, row: Mapping[str, Any]) -> tuple[Filter, ...]:
        """Return the filters that leave the cases behind a row; none means all cases."""
        if self.operation is None:
            return ()
        name = row.get("left_out")
        if name is not None and name not in self.left_out:
            raise unknown("part left out", str(name), tuple(self.left_out), "this result")
        return self.operation.behind(self, row)

    @property
    def left_out(self) -> dict[str, str]:
        """What the result does not show and has cases of its own, in words by name."""
        return {} if self.operation is None else self.operation.left_out(self)

    def for_people(self) -> Result:
        """Return the result as people read it in a table: figures named and said, and a row for what is left out.

        Returns
        -------
        Result
            The result itself where its cells are said by their units. Its rows are understood by ``behind`` as well.
        """
        return self if self.operation is None else self.operation.for_people(self)

    def cases(self, **row: Any) -> Table:
        """Return the cases behind a row of the result as a table."""
        return self.drill(**row).cases

    def to_polars(self) -> pl.DataFrame:
        """Return the rows as a Polars frame."""
        raise NotImplementedError

    def to_pandas(self) -> pd.DataFrame:
        """Return the rows as a pandas frame."""
        try:
            import pandas  # noqa: F401, ICN001 - optional and heavy
        except ImportError:
            message = "pandas is not installed: pip install 'mindzie[pandas]', or use to_polars() or to_arrow()."
            raise MissingPackageError(message) from None
        return self.to_polars().to_pandas()

    def to_arrow(self) -> pa.Table:
        """Return the rows as an Arrow table."""
        return self.to_polars().to_arrow()

    def to_json(self, most_rows: int | None = None) -> dict[str, Any]:
        """Return the result as plain JSON values, with its provenance.

        Parameters
        ----------
        most_rows : int, optional
            Leave out what comes after so many rows of a table; their number is said then.

        Returns
        -------
        dict
            Dates in ISO 8601, durations in seconds.
        """
        made: dict[str, Any] = {"kind": self.kind, "title": self.title, **self._json(most_rows)}
        made["provenance"] = self.provenance.model_dump(mode="json") if self.provenance else None
        return made

    def _json(self, most_rows: int | None = None) -> dict[str, Any]:
        raise NotImplementedError

    def plot(self) -> Any:
        """Draw the result with HoloViews."""
        return plot(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        return mimebundle(self, include, exclude)


class Number(Result):
    """One figure.

    Parameters
    ----------
    value : int, float or None
        None where it is unknown, such as the mean of nothing. Durations are in seconds.
    unit : str
        As of a ``Column``.
    """

    kind = "number"

    def __init__(self, value: float | bool | str | None, unit: str = "", title: str = "") -> None:
        super().__init__(title)
        self.value = value
        self.unit = unit

    def to_polars(self) -> pl.DataFrame:
        """Return one row with ``value`` and ``unit``."""
        return pl.DataFrame({"value": [self.value], "unit": [self.unit]})

    def _json(self, most_rows: int | None = None) -> dict[str, Any]:  # noqa: ARG002 - one figure is never too long
        return {"value": plain(self.value), "unit": self.unit}

    def __repr__(self) -> str:
        """Title, value and unit."""
        unit = "" if is_duration(self.unit) or self.unit == "share" else self.unit
        return f"{self.title}: {cell(self.value, self.unit)} {unit}".strip()
