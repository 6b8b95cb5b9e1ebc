"""The attributes of a log and their values by logical name: what operations read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl

from mindzie.core.attributes import BUILT_IN, LOCAL_UNITS, resolve
from mindzie.core.errors import unknown
from mindzie.core.lazy import lazy
from mindzie.core.limits import too_large
from mindzie.core.relations import INDEX, Relations

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.manifest import Attribute, Manifest
    from mindzie.core.settings import AttributeType, Level


class Values:
    """The part of an event log that knows names and values."""

    manifest: Manifest
    rel: Relations
    _attributes: tuple[Attribute, ...]

    @property
    def attribute_list(self) -> tuple[Attribute, ...]:
        """Every attribute, built-in ones first."""
        return tuple(a for a in BUILT_IN if self._has(a)) + self._attributes

    @property
    def own_attributes(self) -> tuple[Attribute, ...]:
        """Attributes of the source and of enrichments."""
        return self._attributes

    def _has(self, attribute: Attribute) -> bool:
        if attribute.name in ("resource", "first_resource"):
            return "resource" in self.manifest.roles
        return attribute.name != "start_timestamp" or self.manifest.has_start_time

    def attribute(
        self, name: str, *, types: tuple[AttributeType, ...] = (), level: Level | None = None
    ) -> Attribute:
        """Return an attribute by its name.

        Parameters
        ----------
        name : str
            As in ``log.attributes``.
        types : tuple of str
            Types allowed; none means any.
        level : {"case", "event"}, optional
            The level needed.

        Returns
        -------
        Attribute
            Its description.

        Raises
        ------
        UnknownNameError
            Where there is none; the nearest names are listed.
        WrongTypeError
            Where type or level do not fit.
        """
        return resolve(self.attribute_list, name, types, level)

    def codes(self, names: Iterable[str]) -> list[int]:
        """Return the codes of activities.

        Raises
        ------
        UnknownNameError
            Where the data set has no such activity. A data set without any event has none, and nothing is refused.
        """
        known, names = self._codes, list(names)
        if not known:
            return []
        for name in names:
            if name not in known:
                raise unknown("activity", name, known, "this log")
        return [known[name] for name in names]

    @lazy
    def _codes(self) -> dict[str, int]:
        return {name: code for code, name in enumerate(self.rel.activities)}

    def of_cases(self, **figures: nw.Expr) -> pl.DataFrame:
        """Compute figures of all cases, one row, from the columns of their index."""
        return self.collect(self.rel.index.select(**figures), held=True)

    def collect(self, frame: Frame, *, held: bool = False) -> pl.DataFrame:
        """Compute a relation of this log's engine, as ``Engine.collect`` does."""
        try:
            return self.rel.engine.collect(frame, held=held)
        except pl.exceptions.InvalidOperationError as error:
            if "to `i64` failed" in str(error):
                raise too_large() from None
            raise

    def case_column(self, name: str) -> nw.Expr | None:
        """Return a case attribute as an expression on ``rel.cases``, where it is stored as it is said."""
        attribute = self.attribute(name, level="case")
        derived = attribute.column in LOCAL_UNITS or attribute.column in (
            "start_activity",
            "end_activity",
        )
        return None if derived else nw.col(attribute.column)

    def case_values(self, **wanted: str) -> Frame:
        """Return ``case`` and values of case attributes, each under the keyword's name.

        Examples
        --------
        >>> import mindzie as mz
        >>> log = mz.demo("order-to-cash", cases=10)
        >>> log.case_values(value="Region").collect_schema().names()
        ['case', 'value']
        """
        attributes = {alias: self.attribute(name, level="case") for alias, name in wanted.items()}
        narrow = all(a.column in INDEX or a.column in LOCAL_UNITS for a in attributes.values())
        frame = self.rel.index if narrow else self.rel.cases
        for attribute in attributes.values():
            frame = self._with_column(frame, attribute)
        return frame.select("case", **{alias: nw.col(a.column) for alias, a in attributes.items()})

    def event_values(self, **wanted: str) -> Frame:
        """Return ``case``, ``position``, ``activity``, ``time`` and attribute values of each event, each under the keyword's name.

        Case attributes are repeated on each event of their case.
        """
        attributes = {alias: self.attribute(name) for alias, name in wanted.items()}
        of_case = {alias: a for alias, a in attributes.items() if a.level == "case"}
        frame = self.rel.events
        for attribute in attributes.values():
            if attribute.level == "event":
                frame = self._with_column(frame, attribute)
        frame = frame.select(
            "case",
            "position",
            "activity",
            "time",
            **{alias: nw.col(a.column) for alias, a in attributes.items() if a.level == "event"},
        )
        if of_case:
            frame = self.rel.engine.attach(
                frame,
                self.case_values(**{alias: a.name for alias, a in of_case.items()}),
                ("case",),
            )
        return frame

    def _with_column(self, frame: Frame, attribute: Attribute) -> Frame:
        if attribute.column in LOCAL_UNITS:
            return self.rel.engine.local_time(
                frame,
                "start",
                self.manifest.time_zone,
                LOCAL_UNITS[attribute.column],
                attribute.column,
            )
        if attribute.column in ("start_activity", "end_activity"):
            coded = frame.rename({attribute.column: "code"})
            return self.rel.engine.attach(
                coded, self.activity_names("code", attribute.column), ("code",)
            ).drop("code")
        if attribute.column == "activity_name":
            return self.rel.engine.attach(
                frame, self.activity_names("activity", "activity_name"), ("activity",)
            )
        return frame

    def activity_names(self, code: str = "activity", name: str = "name") -> Frame:
        """Return a relation of activity codes and names, under the column names asked for."""
        codes = pl.int_range(len(self.rel.activities), eager=True, dtype=pl.Int64)
        names = pl.Series(self.rel.activities, dtype=pl.String)
        return self.rel.engine.frame(pl.DataFrame({code: codes, name: names}))
