"""The ways in which rows come: by SQLAlchemy from every database, as Arrow from those that have it."""

from __future__ import annotations

from collections.abc import Collection, Generator
from contextlib import closing, nullcontext
from importlib.util import find_spec
from typing import Any, Final

import polars as pl
import sqlalchemy as sa

from mindzie.ingest.connectors.batches import ROWS, Progress, counting, frame_of, joined, unlike
from mindzie.ingest.connectors.session import Session

_BATCHES: Final = {"adbc.postgresql.batch_size_hint_bytes": "1000000"}
_ARROW: Final = {"postgresql": "adbc_driver_postgresql"}


def fetched(
    session: Session,
    statement: Any,
    *,
    most: int | None = None,
    progress: Progress | None = None,
    plain: Collection[str] | None = None,
) -> pl.DataFrame:
    """Return the rows of a statement.

    Parameters
    ----------
    session : Session
        Where it is asked.
    statement : sqlalchemy statement
        With its values bound.
    most : int, optional
        Stop after so many rows.
    progress : callable, optional
        Is told the rows read so far.
    plain : collection of str, optional
        The only columns whose texts may not be held as categories; where not given, none is.

    Returns
    -------
    polars.DataFrame
        The rows, with the types of the source.
    """
    names: list[str] = []
    parts = _parts(session, statement, names, most)
    # of a file the cursor ends before its connection; a server would first send the rows that nobody wants
    ends = closing(parts) if session.sessions.kind.is_file else nullcontext()
    with ends:
        frame = joined(counting(parts, session.check, progress), names, plain)
    return frame if most is None else frame.head(most)


def _parts(
    session: Session, statement: Any, names: list[str], most: int | None
) -> Generator[pl.DataFrame]:
    compiled = statement.compile(dialect=session.connection.dialect)
    kind = session.sessions.kind.id
    if kind == "duckdb":
        return _duckdb(session, compiled, names)
    by_arrow = most is None and not compiled.params and has_arrow(kind)
    if by_arrow:
        return _adbc(session, str(compiled).replace("%%", "%"), names)
    return _rows(session, statement, names, most)


def has_arrow(kind: str) -> bool:
    """Return whether whole columns can be read from a kind of database here."""
    return kind in _ARROW and find_spec(_ARROW[kind]) is not None


def _rows(
    session: Session, statement: Any, names: list[str], most: int | None
) -> Generator[pl.DataFrame]:
    size = ROWS if most is None else max(1, min(most, ROWS))
    options = {"stream_results": True, "max_row_buffer": size, "yield_per": size}
    with session.connection.execute(statement, execution_options=options) as result:
        names += unlike([str(name) for name in result.keys()])  # noqa: SIM118 - no mapping
        left = most
        for rows in result.partitions(size):
            yield frame_of(rows, names)
            if left is not None and (left := left - len(rows)) <= 0:
                return


def _duckdb(session: Session, compiled: sa.Compiled, names: list[str]) -> Generator[pl.DataFrame]:
    values = compiled.construct_params() or {}
    places = getattr(compiled, "positiontup", None) or ()
    result = session.raw.sql(str(compiled), params=[values[place] for place in places])
    names += unlike(result.columns)
    for batch in result.to_arrow_reader(ROWS):
        yield _plain(batch)


def _adbc(session: Session, query: str, names: list[str]) -> Generator[pl.DataFrame]:
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(_address(session)) as connection, connection.cursor() as cursor:
        session.cancels = cursor.adbc_cancel
        cursor.adbc_statement.set_options(**_BATCHES)
        try:
            cursor.execute(query)
            reader = cursor.fetch_record_batch()
            names += unlike(reader.schema.names)
            for batch in reader:
                yield _plain(batch)
        finally:
            session.cancels = None


def _address(session: Session) -> str:
    """Return what libpq is told where SQLAlchemy does not tell it."""
    url = session.sessions.url.set(drivername="postgresql")
    said = {name: str(value) for name, value in session.sessions.guarded().items()}
    if session.sessions.guard is not None:
        from psycopg.conninfo import make_conninfo

        query = {name: str(value) for name, value in url.query.items()}
        return make_conninfo("", **{**query, **said})
    address = url.set(query={**said, **url.query}).render_as_string(hide_password=False)
    return address.replace("+", "%20")  # libpq takes a plus for a plus


def _plain(batch: Any) -> pl.DataFrame:
    """Return a batch as a frame; what Arrow has no type for comes as text, and numbers of it become numbers."""
    import pyarrow as pa

    columns = []
    for field, column in zip(batch.schema, batch.columns, strict=True):
        own = isinstance(field.type, pa.BaseExtensionType)
        made = pl.Series(field.name, column.storage if own else column)
        columns.append(_number(made) if getattr(field.type, "type_name", "") == "numeric" else made)
    return pl.DataFrame(columns)


def _number(texts: pl.Series) -> pl.Series:
    whole = texts.cast(pl.Int64, strict=False)
    exact = whole.null_count() == texts.null_count()
    return whole if exact else texts.cast(pl.Float64, strict=False)
