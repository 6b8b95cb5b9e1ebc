"""What a reader of the wizard has chosen: a value that `mz.read` can be called with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from mindzie.ingest.mapping.steps import EventsFromColumns
from mindzie.ingest.mapping.values import Mapping as ColumnMapping
from mindzie.ingest.suggestions import Suggestion
from mindzie.ingest.wide_rows import activity_of

NEEDED: Final = ("case", "activity", "timestamp")
ROLES: Final = (*NEEDED, "start", "resource", "order")
MADE: Final = ("activity", "timestamp")
"""Roles that no column has where events are made of columns."""
_MAY_BE_NONE: Final = ("start", "resource")
"""Roles that reading would guess unless it is told that there is none."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a source is to be read.

    Parameters
    ----------
    settings : mapping
        As for `mz.read`, those that the reader said.
    roles : mapping
        Role to column, None where there is none; what is not in it is suggested.
    left_out : tuple of str
        Columns that are not taken.
    dates : tuple of str
        Columns of dates, of each of which an event is made.
    clocks : mapping
        Role to the column with the time of day, where that of the role says the day alone.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    roles: Mapping[str, str | None] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    clocks: Mapping[str, str] = field(default_factory=dict)

    def saying(self, setting: str, value: Any) -> Self:
        """Return it with a setting; None takes the setting back."""
        rest = {name: known for name, known in self.settings.items() if name != setting}
        return replace(self, settings=rest if value in (None, (), "") else {**rest, setting: value})

    def giving(self, role: str, column: str | None) -> Self:
        """Return it with a column in a role; a column has one role, so it leaves its old one."""
        freed = {other: None for other, taken in self.roles.items() if column and taken == column}
        kept = tuple(name for name in self.left_out if name != column)
        clocks = {
            other: name
            for other, name in self._clocks_but(column).items()
            if other not in {role, *freed}
        }
        return replace(
            self, roles={**self.roles, **freed, role: column}, left_out=kept, clocks=clocks
        )

    def timed(self, role: str, column: str | None) -> Self:
        """Return it with the column of a role's time of day, or with none."""
        if column is None:
            return replace(self, clocks={k: v for k, v in self.clocks.items() if k != role})
        free = self.leaving(column, out=True).leaving(column, out=False)
        return replace(free, clocks={**free.clocks, role: column})

    def _clocks_but(self, column: str | None) -> dict[str, str]:
        return {role: name for role, name in self.clocks.items() if name != column}

    def leaving(self, column: str, *, out: bool) -> Self:
        """Return it without a column, or with it again."""
        rest = tuple(name for name in self.left_out if name != column)
        freed = {role: None for role, taken in self.roles.items() if out and taken == column}
        return replace(
            self,
            roles={**self.roles, **freed},
            left_out=(*rest, column) if out else rest,
            clocks=self._clocks_but(column) if out else self.clocks,
        )

    def made_of(self, dates: tuple[str, ...]) -> Self:
        """Return it with events made of columns; what these were before they are no more."""
        freed = {role: None for role, taken in self.roles.items() if taken in dates}
        return replace(self, dates=dates, roles={**self.roles, **freed}, clocks={})

    def suggested(self, found: Suggestion, missing: tuple[str, ...]) -> Self:
        """Return it with the roles that are suggested, events made of columns, and the texts that cannot but mean missing."""
        mapping = found.mapping
        dates = tuple(
            column
            for step in mapping.steps
            if isinstance(step, EventsFromColumns)
            for column in step.columns
        )
        made = MADE if dates else ()
        roles = {role: name for role, name in mapping.roles if name and role not in made}
        clocks = {} if dates else dict(found.clocks)
        roles |= {role: found.best[role].column for role in clocks}
        plan = replace(self, roles=roles, dates=dates, clocks=clocks)
        return plan if "null_values" in plan.settings else plan.saying("null_values", missing)

    def told(self) -> dict[str, Any]:
        """Return it as JSON values."""
        lists = {k: list(v) if isinstance(v, tuple) else v for k, v in self.settings.items()}
        return {
            "settings": lists,
            "roles": dict(self.roles),
            "left_out": list(self.left_out),
            "dates": list(self.dates),
            "clocks": dict(self.clocks),
        }

    @property
    def wide(self) -> bool:
        """Whether events are made of columns."""
        return bool(self.dates)

    @property
    def missing(self) -> list[str]:
        """The roles that a log needs and no column has."""
        made = MADE if self.wide else ()
        return [role for role in NEEDED if role not in made and not self.roles.get(role)]

    def mapping(self, columns: list[str]) -> ColumnMapping | None:
        """Return the steps that make events of the columns of dates, where there are any."""
        if not self.wide:
            return None
        rest = [name for name in columns if name not in self.dates]
        activity, time = _free("activity", rest), _free("timestamp", rest)
        names = [activity_of(name) for name in self.dates]
        told = {
            name: name if names.count(text) > 1 else text
            for name, text in zip(self.dates, names, strict=True)
        }
        step = EventsFromColumns(columns=told, activity=activity, timestamp=time)
        roles = {role: name for role, name in self.roles.items() if name}
        roles |= {"activity": activity, "timestamp": time}
        return ColumnMapping(roles=roles, steps=(step,))

    def reading(self, columns: list[str]) -> dict[str, Any]:
        """Return the arguments of `mz.read`.

        Parameters
        ----------
        columns : list of str
            Of the source.

        Returns
        -------
        dict
            Only what is to be said.
        """
        mapping = self.mapping(columns)
        made: dict[str, Any] = {} if mapping else self._said_roles()
        made |= {role: False for role in _MAY_BE_NONE if not self.roles.get(role)}
        if self.left_out:
            taken = {*self.roles.values(), *self.left_out, *self.dates, *self.clocks.values()}
            made["attributes"] = tuple(name for name in columns if name not in taken)
        made |= self.settings
        return made | ({"mapping": mapping} if mapping else {})

    def _said_roles(self) -> dict[str, Any]:
        chosen = {role: name for role, name in self.roles.items() if name}
        return {
            role: (name, self.clocks[role]) if role in self.clocks else name
            for role, name in chosen.items()
        }


def _free(name: str, taken: list[str]) -> str:
    number = 1
    made = name
    while made in taken:
        number += 1
        made = f"{name} {number}"
    return made
