"""What is new in a source: where reading ended, kept in the log itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, Self, cast

import polars as pl
from pydantic import BaseModel, ConfigDict, ValidationError

from mindzie.core.errors import SettingError, unknown
from mindzie.core.log import EventLog
from mindzie.ingest.column_pairs import pairs_as_steps
from mindzie.ingest.mapping.values import Mapping as ColumnMapping
from mindzie.ingest.reading import ReadSettings

_PLAIN = (str, int, float, bool, type(None))


class Mark(BaseModel):
    """The last value of a cursor, so that JSON keeps it exactly."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["time", "date", "number", "text"]
    text: str

    @classmethod
    def of(cls, value: Any) -> Self:
        """Return the mark of a value."""
        if isinstance(value, datetime):
            return cls(kind="time", text=value.isoformat())
        if isinstance(value, date):
            return cls(kind="date", text=value.isoformat())
        if isinstance(value, int | float | Decimal):
            return cls(kind="number", text=str(value))
        return cls(kind="text", text=str(value))

    def before(self, overlap: float) -> Any:
        """Return the value, or one that lies an overlap (seconds, or a number) before it."""
        if self.kind == "number":
            number = Decimal(self.text) - Decimal(str(overlap))
            return int(number) if number == number.to_integral_value() else float(number)
        if self.kind == "date":
            return date.fromisoformat(self.text) - timedelta(days=-(-overlap // 86_400))
        if self.kind == "time":
            return datetime.fromisoformat(self.text) - timedelta(seconds=overlap)
        if not overlap:
            return self.text
        try:
            moment = datetime.fromisoformat(self.text) - timedelta(seconds=overlap)
        except ValueError:
            raise SettingError(
                f"The cursor holds texts such as {self.text[:40]!r}, which are no times: leave overlap= out."
            ) from None
        return moment.isoformat(sep=self.text[10:11] or " ")[: max(len(self.text), 19)]


class Increment(BaseModel):
    """Where reading ended.

    It is part of the log (``log.manifest.source["increment"]``), and so of every version made of it: data and state
    cannot come apart, whenever a machine stops.

    Parameters
    ----------
    source : mapping
        What was read: table or query, schema, parameters.
    cursor : str, optional
        The column that grows with every change; a stream needs none.
    mark : Mark, optional
        Its last value.
    positions : mapping
        Of a stream: the place in each of its parts from which the next reading goes on.
    key : tuple of str
        Columns that name a row; empty where rows never change.
    overlap : float
        How far before the mark reading begins again: seconds, or a number where the cursor is one.
    settings : mapping
        What was said of roles and types.
    added, changed : int
        Rows of the last load.

    Examples
    --------
    >>> done = Increment(source={"table": "t"}, cursor="id", mark=Mark.of(7), overlap=2)
    >>> done.since
    5
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Mapping[str, Any]
    cursor: str | None = None
    mark: Mark | None = None
    positions: Mapping[str, str] = {}
    key: tuple[str, ...] = ()
    overlap: float = 0
    settings: Mapping[str, Any] = {}
    added: int = 0
    changed: int = 0

    @classmethod
    def begun(
        cls,
        source: Mapping[str, Any],
        rows: pl.DataFrame,
        *,
        cursor: str | None,
        key: tuple[str, ...],
        overlap: timedelta | float,
        settings: ReadSettings,
        positions: Mapping[str, str] | None = None,
    ) -> Increment | None:
        """Return the state after a first reading; None without a cursor, and positions of a stream.

        Raises
        ------
        UnknownNameError
            Where the cursor or the key is no column.
        SettingError
            Where the key does not name each row, or something of this cannot be kept.
        """
        for name in (*key, *([cursor] if cursor else [])):
            if name not in rows.columns:
                raise unknown("column", name, rows.columns, "the source")
        if key:
            _one_each(rows, key)
        if cursor is None:
            if overlap:
                raise SettingError("overlap= belongs to cursor=, the column to read by.")
            if not positions:
                return None
        said = _said(settings, key)
        kept = {**source, "parameters": _kept_parameters(source["parameters"])}
        length = overlap.total_seconds() if isinstance(overlap, timedelta) else float(overlap)
        if length < 0:
            raise SettingError(f"overlap={overlap!r} must not be below 0.")
        made = cls(
            source=kept,
            cursor=cursor,
            mark=None if cursor is None else _mark(rows, cursor),
            positions=dict(positions or {}),
            key=key,
            overlap=length,
            settings=said,
            added=rows.height,
        )
        _ = made.since
        return made

    @classmethod
    def of(cls, log: EventLog) -> Increment:
        """Return the state that a log carries.

        Raises
        ------
        SettingError
            Where it was not read with a cursor, or was filtered or enriched since.
        """
        found = log.manifest.source.get("increment")
        if found is None:
            raise SettingError(
                "The log does not say where it ended: read it once with source.read(..., cursor=)."
            )
        if log.recipe:
            raise SettingError(
                "The log is filtered or enriched: give the one that was read, such as dataset.log(enriched=False)."
            )
        try:
            return cls.model_validate(found)
        except ValidationError:
            raise SettingError(
                "What the log says of where it ended is damaged: read it again with source.read(..., cursor=)."
            ) from None

    @property
    def since(self) -> Any:
        """The value of the cursor from which on rows are read again."""
        return None if self.mark is None else self.mark.before(self.overlap)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON.

        Returns
        -------
        dict
            From which ``Increment(**data)`` makes an equal one.
        """
        return self.model_dump(mode="json")

    def after(self, rows: pl.DataFrame, positions: Mapping[str, str] | None = None) -> Increment:
        """Return the state after more rows."""
        for name in (self.cursor, *self.key):
            if name is not None and name not in rows.columns:
                raise unknown("column", name, rows.columns, "the source")
        if self.key:
            _one_each(rows, self.key)
        if self.cursor is None or self.mark is None:
            return self.model_copy(update={"positions": {**self.positions, **(positions or {})}})
        last = _mark(rows, self.cursor, self.mark)
        newer = last if last.before(0) > self.mark.before(0) else self.mark
        return self.model_copy(update={"mark": newer})

    def settings_for(self, log: EventLog) -> ReadSettings:
        """Return how later rows are read: with the roles and types of the log."""
        own = [a for a in log.manifest.attributes if a.kind == "attribute"]
        names = {a.name.removesuffix(" (source)"): a.type for a in own}
        roles = log.roles
        return cast(ReadSettings, {
            **self.settings, **roles, "start": roles.get("start", False), "resource": roles.get("resource", False),
            "name": log.name, "attributes": [*names], "types": names,
        })  # fmt: skip


def _said(settings: ReadSettings, key: tuple[str, ...]) -> dict[str, Any]:
    """Return what was said of roles and types, as it is kept for later loads."""
    given = pairs_as_steps({name: value for name, value in settings.items() if value is not None})
    if "mapping" in given:
        given["mapping"] = ColumnMapping.load(given["mapping"]).to_json()
    said = {name: _listed(value) for name, value in given.items()}
    if "order" in said:
        raise SettingError(
            "order= is not kept for later loads: name that column in key=, by which rows are ordered."
        )
    attributes = said.get("attributes", key)
    if set(key) - {*attributes, *map(str, said.values())}:
        raise SettingError("The columns of key= must be among attributes=.")
    return said


def _kept_parameters(given: Mapping[str, Any]) -> dict[str, Any]:
    for name, value in given.items():
        if name != "since" and not isinstance(value, _PLAIN):
            raise SettingError(
                f"parameters[{name!r}] must be text, a number or a truth to be kept for later loads."
            )
    return {name: None if name == "since" else value for name, value in given.items()}


def _listed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return value if isinstance(value, _PLAIN) else list(value)


def _mark(rows: pl.DataFrame, cursor: str, last: Mark | None = None) -> Mark:
    value: Any = rows[cursor].max()
    if value is None and last is None:
        raise SettingError(
            f"The cursor {cursor!r} has no value in any row: choose a column that is always filled."
        )
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(UTC)
    return last if value is None and last is not None else Mark.of(value)


def _one_each(rows: pl.DataFrame, key: tuple[str, ...]) -> None:
    named = rows.select(key)
    if named.select(pl.any_horizontal(pl.all().is_null()).any()).item():
        raise SettingError(
            f"The key {', '.join(key)} is empty in some rows: choose columns that are always filled."
        )
    if named.is_duplicated().any():
        first = named.filter(named.is_duplicated()).row(0)
        raise SettingError(
            f"The key {', '.join(key)} does not name each row: {first if len(first) > 1 else first[0]!r} is there more than once."
        )
