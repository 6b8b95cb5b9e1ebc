"""The event log: a small immutable value over lazy relations."""

from __future__ import annotations

import copy
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from mindzie.core.display import mimebundle
from mindzie.core.lazy import lazy
from mindzie.core.manifest import Attribute, Manifest
from mindzie.core.relations import Relations
from mindzie.core.results import Provenance, Table
from mindzie.core.tables import attribute_table, case_table, event_table, variant_table
from mindzie.core.turns import taking
from mindzie.core.values import Values
from mindzie.core.words import counted

if TYPE_CHECKING:
    from mindzie.core.families import Calculator, Enrichment, Filter
    from mindzie.core.operation import Operation
    from mindzie.core.readiness import Readiness
    from mindzie.core.results import Result


@cache
def package_version() -> str:
    """Return the version of Mindzie that is installed."""
    try:
        return version("mindzie")
    except PackageNotFoundError:
        return "unknown"


class EventLog(Values):
    """An event log in canonical order, on one engine.

    Made by ``mz.read``, ``mz.open`` or ``mz.demo``; ``filter`` and ``enrich`` return new logs and leave this one alone.

    Parameters
    ----------
    manifest : Manifest
        Identity and description of the source.
    relations : Relations
        Its rows.
    recipe : tuple of Operation
        The operations applied so far.
    attributes : tuple of Attribute, optional
        Where enrichments added some.
    now : int, optional
        Frozen time, microseconds UTC.
    rejected : polars.DataFrame, optional
        Source rows that could not be used, with their reason.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log.case_count
    100
    """

    kind = "log"

    def __init__(
        self, manifest: Manifest, relations: Relations, recipe: tuple[Operation, ...] = (), *, attributes: tuple[Attribute, ...] | None = None,
        now: int | None = None, rejected: pl.DataFrame | None = None,
    ) -> None:  # fmt: skip
        self.manifest = manifest
        self.rel = relations
        self.recipe = recipe
        self.now = manifest.now if now is None else now
        self._clock: int | None = None
        self._resolved: dict[str, Any] = {}
        self._attributes = manifest.attributes if attributes is None else attributes
        self._rejected = rejected

    # --- identity

    @property
    def name(self) -> str:
        """What the log is called."""
        return self.manifest.name

    @property
    def fingerprint(self) -> str:
        """Hash of the source's content; with the recipe it identifies every figure."""
        return self.manifest.fingerprint

    @property
    def time_zone(self) -> str:
        """IANA name of the zone in which dates are said."""
        return self.manifest.time_zone

    @property
    def engine(self) -> str:
        """Name of the engine: ``"polars"`` or ``"duckdb"``."""
        return self.rel.engine.name

    @property
    def roles(self) -> Mapping[str, str]:
        """Which source column was taken for what."""
        return self.manifest.roles

    @property
    def readiness(self) -> Readiness:
        """What was found in the source."""
        return self.manifest.readiness

    @lazy
    def rejected(self) -> pl.DataFrame:
        """Source rows that could not be used: ``row``, ``reason`` and the source columns."""
        return (
            pl.DataFrame(schema={"row": pl.Int64, "reason": pl.String})
            if self._rejected is None
            else self._rejected
        )

    # --- figures

    @lazy
    def _totals(self) -> tuple[int, int, int]:
        with self.turn():
            counts = self.rel.case_counts
        cases = pl.col("case_count")
        row = counts.select(cases.sum(), events=(cases * pl.col("length")).sum()).row(0)
        return row[0], row[1], counts.height

    @property
    def case_count(self) -> int:
        """Number of cases."""
        return self._totals[0]

    @property
    def event_count(self) -> int:
        """Number of events."""
        return self._totals[1]

    @property
    def variant_count(self) -> int:
        """Number of different sequences of activities."""
        return self._totals[2]

    def __len__(self) -> int:
        """Count the events."""
        return self.event_count

    @lazy
    def activities(self) -> tuple[str, ...]:
        """Names of the activities that occur, the most frequent first."""
        with self.turn():
            rows = self.rel.activity_sums.of(self.rel.case_counts)
        rows = rows.sort(["events", "activity"], descending=[True, False])
        return tuple(self.rel.activities[code] for code in rows["activity"])

    @property
    def attributes(self) -> Table:
        """Name, type, level, nulls and distinct values of every attribute."""
        with self.turn():
            return attribute_table(self)

    @property
    def cases(self) -> Table:
        """One row a case."""
        with self.turn():
            return case_table(self)

    @property
    def events(self) -> Table:
        """One row an event, in canonical order."""
        with self.turn():
            return event_table(self)

    @property
    def variants(self) -> Table:
        """One row a variant, the commonest first."""
        with self.turn():
            return variant_table(self)

    # --- operations

    def derived(
        self,
        operation: Operation,
        relations: Relations,
        *,
        attributes: tuple[Attribute, ...] | None = None,
        now: int | None = None,
    ) -> EventLog:
        """Return the log an operation made from this one."""
        made = EventLog(
            self.manifest, relations, (*self.recipe, operation), attributes=self._attributes if attributes is None else attributes,
            now=self.now if now is None else now, rejected=self._rejected,
        )  # fmt: skip
        found = operation.resolved(self)
        made._clock = self._clock
        made._resolved = (
            {**self._resolved, f"recipe.{len(self.recipe)}": found} if found else self._resolved
        )
        return made

    @property
    def clock(self) -> int:
        """What "now" means to relative settings, microseconds UTC: the frozen time, else the time the run began."""
        if self.now is not None:
            return self.now
        if self._clock is None:
            self._clock = time.time_ns() // 1000
        return self._clock

    def _running(self) -> EventLog:
        """Return this log at the start of a run: all its steps see the same clock."""
        made = copy.copy(self)
        made._clock = None  # noqa: SLF001 - the same log
        return made

    def filter(self, *filters: Filter) -> EventLog:
        """Return the log that filters leave, one after another.

        Parameters
        ----------
        *filters : Filter
            None leaves the log as it is.

        Returns
        -------
        EventLog
            With the filters in its recipe.

        Examples
        --------
        >>> import mindzie as mz
        >>> from mindzie import filters
        >>> log = mz.demo("order-to-cash", cases=100)
        >>> log.filter(filters.CaseSize(min=1)).case_count
        100
        """
        return self._apply("filter", filters)

    def enrich(self, *enrichments: Enrichment) -> EventLog:
        """Return a log with more attributes, or reshaped events.

        Parameters
        ----------
        *enrichments : Enrichment
            Applied one after another.

        Returns
        -------
        EventLog
            With the enrichments in its recipe.
        """
        return self._apply("enrichment", enrichments)

    def _apply(self, kind: str, operations: tuple[Any, ...]) -> EventLog:
        from mindzie.core.operation import load

        log: Any = self._running() if operations else self
        with self.turn():
            for operation in operations:
                log = cast("Any", load(operation, kind)).apply(log)
        return cast("EventLog", log)

    def turn(self) -> AbstractContextManager[None]:
        """Return the context in which this log's engine works for this thread alone."""
        return taking(self.rel.engine.turn)

    def calculate(self, calculator: Calculator) -> Any:
        """Return a calculator's result for this log.

        Parameters
        ----------
        calculator : Calculator
            Such as ``calculators.ProcessMap()``.

        Returns
        -------
        Number, Table, Series or Graph
            Whatever the calculator makes, stamped with its provenance.
        """
        from mindzie.core.operation import load

        with self.turn():
            made: Result = cast("Calculator", load(calculator, "calculator")).apply(self._running())
        return made

    def provenance(
        self, operation: dict[str, Any] | None = None, resolved: dict[str, Any] | None = None
    ) -> Provenance:
        """Return the stamp of figures made from this log."""
        return Provenance(
            fingerprint=self.fingerprint, recipe=tuple(step.to_json() for step in self.recipe), operation=operation, now=self.now,
            resolved={**self._resolved, **(resolved or {})}, versions={"mindzie": package_version(), "engine": self.engine},
        )  # fmt: skip

    # --- keeping

    def save(self, path: str | Path) -> Path:
        """Write the log as a data set folder, whole or not at all.

        Parameters
        ----------
        path : str or Path
            A folder that does not exist yet.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        DataSetError
            Where something is there already; it stays as it is.
        """
        return self.rel.engine.save(self, Path(path))

    def on(self, engine: str) -> EventLog:
        """Return the source log on another engine, with the same operations applied.

        Parameters
        ----------
        engine : {"polars", "duckdb"}
            The engine to run on.

        Returns
        -------
        EventLog
            Same figures, other engine.
        """
        return self.rel.engine.moved(self, engine)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        return mimebundle(self, include, exclude)

    def __repr__(self) -> str:
        """Name and size."""
        return f"<EventLog {self.name!r}: {counted(self.case_count, 'case')}, {counted(self.event_count, 'event')}, {counted(self.variant_count, 'variant')}>"
