"""What is new in a source: where reading ended, kept in the log itself, and old and new rows put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, Self, cast

import polars as pl
from pydantic import BaseModel, ConfigDict, ValidationError

from mindzie.core.errors import SettingError, unknown
from mindzie.core.log import EventLog
from mindzie.core.readiness import Readiness
from mindzie.engine.moving import as_source
from mindzie.engine.source_table import SourceTable
from mindzie.ingest.raw import Raw
from mindzie.ingest.reading import ReadSettings, options_of
from mindzie.ingest.rejected import TITLES, rejected_findings
from mindzie.ingest.table import table_of
from mindzie.ingest.texts import written

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
    cursor : str
        The column that grows with every change.
    mark : Mark
        Its last value.
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
    cursor: str
    mark: Mark
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
    ) -> Increment | None:
        """Return the state after a first reading; None where no cursor was given.

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
            return None
        said = _said(settings, key)
        kept = {**source, "parameters": _kept_parameters(source["parameters"])}
        length = overlap.total_seconds() if isinstance(overlap, timedelta) else float(overlap)
        if length < 0:
            raise SettingError(f"overlap={overlap!r} must not be below 0.")
        made = cls(
            source=kept,
            cursor=cursor,
            mark=_mark(rows, cursor),
            key=key,
            overlap=length,
            settings=said,
            added=rows.height,
        )
        made.mark.before(length)
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
        return self.mark.before(self.overlap)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON.

        Returns
        -------
        dict
            From which ``Increment(**data)`` makes an equal one.
        """
        return self.model_dump(mode="json")

    def after(self, rows: pl.DataFrame) -> Increment:
        """Return the state after more rows."""
        if self.cursor not in rows.columns:
            raise unknown("column", self.cursor, rows.columns, "the source")
        if self.key:
            _one_each(rows, self.key)
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
    said = {name: _listed(value) for name, value in settings.items() if value is not None}
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


def merged(
    log: EventLog, new: SourceTable, state: Increment, rows: pl.DataFrame
) -> SourceTable | None:
    """Return the rows of a log with those of a later reading; None where they hold nothing new.

    Parameters
    ----------
    log : EventLog
        What was read before.
    new : SourceTable
        The later reading, with the roles and types of the log.
    state : Increment
        After it.
    rows : polars.DataFrame
        The later rows as the source gave them.
    """
    old_rows, new_rows = _alike(_raw(as_source(log), log.roles), _raw(new, log.roles))
    key = list(state.key)
    fresh = new_rows.join(
        old_rows, on=new_rows.columns, how="anti", nulls_equal=True, maintain_order="left"
    )
    kept, rejected = old_rows, log.rejected
    if key:
        read = written(rows.select(key))
        kept = _without(old_rows, _without(read, written(new_rows.select(key))))
        kept = _without(kept, written(fresh.select(key)))
        rejected = _without(rejected, read) if set(key) <= set(rejected.columns) else rejected
    rejected = _together(rejected, new.rejected)
    rejected = log.rejected if _same(rejected, log.rejected) else rejected
    if fresh.is_empty() and kept.height == old_rows.height and rejected is log.rejected:
        return None
    changed = old_rows.height - kept.height
    done = state.model_copy(update={"added": max(0, fresh.height - changed), "changed": changed})
    both = pl.concat([kept, fresh])
    return _table(log, both.sort(key) if key else both, rejected, new, done)


def _raw(table: SourceTable, roles: Mapping[str, str]) -> pl.DataFrame:
    """Return a table's columns under the names and types of the source."""
    places = {
        "case": "case_id",
        "activity": "activity",
        "timestamp": "time",
        "start": "start_time",
        "resource": "resource",
    }
    columns = [
        table.frame[places[role]].alias(name)
        for role, name in roles.items()
        if places[role] in table.frame.columns
    ]
    kinds = {roles[role]: "date" for role in ("timestamp", "start") if role in roles}
    for name, place, kind, *_ in table.attributes:
        columns.append(table.frame[place].alias(name))
        kinds[name] = kind
    frame = pl.DataFrame(columns)
    return frame.with_columns(
        *(pl.col(n).cast(pl.Datetime("us", "UTC")) for n, kind in kinds.items() if kind == "date"),
        *(pl.col(n).cast(pl.Duration("us")) for n, kind in kinds.items() if kind == "duration"),
    )


def _alike(old: pl.DataFrame, new: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return both with the columns of the first, and types that hold the values of both."""
    both = pl.concat([old, new.select(old.columns)], how="vertical_relaxed")
    return both.head(old.height), both.tail(new.height)


def _without(frame: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """Return the rows whose key is not among keys written as text."""
    if frame.is_empty() or keys.is_empty():
        return frame
    names = keys.columns
    own = written(frame.select(names)).with_row_index("place")
    return frame[own.join(keys, on=names, how="anti", maintain_order="left")["place"]]


def _together(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Return the rows kept aside of both, each once, numbered on."""
    if new.is_empty():
        return old
    last = cast(int, old["row"].max() or 0) if old.height else 0
    both = pl.concat([old, new.with_columns(pl.col("row") + last)], how="diagonal_relaxed")
    return both.unique(pl.exclude("row"), keep="first", maintain_order=True)


def _same(left: pl.DataFrame, right: pl.DataFrame) -> bool:
    # a column without fractions is whole in one load, and not in another
    plain = pl.exclude("row").str.replace(r"^(-?\d+)\.0$", "$1")
    return left.height == right.height and left.select(plain).equals(right.select(plain))


def _table(
    log: EventLog, rows: pl.DataFrame, rejected: pl.DataFrame, new: SourceTable, state: Increment
) -> SourceTable:
    settings = {**state.settings_for(log), "date_format": None, "null_values": None}
    options = options_of(cast(ReadSettings, settings))
    table = table_of(Raw(rows, log.name), options, "the rows of all loads")
    told = {name for name, *_ in TITLES.values()}
    findings = [finding for finding in table.readiness.findings if finding.id not in told]
    findings += rejected_findings(rejected, dict(log.roles))
    read = rows.height + rejected.height
    return replace(
        table,
        source={**new.source, "increment": state.to_json()},
        readiness=Readiness.of(tuple(findings), rows_read=read, rows_used=rows.height),
        rejected=rejected,
    )
