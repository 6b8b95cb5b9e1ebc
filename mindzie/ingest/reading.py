"""`read`: any source becomes a log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, Literal, TypedDict, Unpack

from mindzie.core.errors import SettingError
from mindzie.core.log import EventLog
from mindzie.core.settings import ATTRIBUTE_TYPES, AttributeType
from mindzie.engine.build import build
from mindzie.engine.source_table import SourceTable
from mindzie.ingest.column_pairs import pairs_as_steps
from mindzie.ingest.raw import Options
from mindzie.ingest.table import make_table


class ReadSettings(TypedDict, total=False):
    """What a caller may say about a source; the meaning of each is told by `read`."""

    case: str | None
    activity: str | None
    timestamp: str | Sequence[str] | None
    start: str | Sequence[str] | Literal[False] | None
    resource: str | Literal[False] | None
    order: str | None
    timezone: str | None
    expected_order: Sequence[str] | None
    delimiter: str | None
    encoding: str | None
    decimal: Literal[".", ","] | None
    day_first: bool | None
    date_format: str | None
    null_values: Sequence[str] | str | None
    name: str | None
    attributes: Sequence[str] | None
    types: Mapping[str, AttributeType] | None
    sheet: str | int | None
    header_row: int | None
    member: str | None
    object_type: str | None
    max_bytes: int | None
    mapping: Any


def read(
    source: str | PathLike[str] | Any,
    *,
    case: str | None = None,
    activity: str | None = None,
    timestamp: str | Sequence[str] | None = None,
    start: str | Sequence[str] | Literal[False] | None = None,
    resource: str | Literal[False] | None = None,
    order: str | None = None,
    timezone: str | None = None,
    expected_order: Sequence[str] | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    decimal: Literal[".", ","] | None = None,
    day_first: bool | None = None,
    date_format: str | None = None,
    null_values: Sequence[str] | str | None = None,
    name: str | None = None,
    attributes: Sequence[str] | None = None,
    types: Mapping[str, AttributeType] | None = None,
    sheet: str | int | None = None,
    header_row: int | None = None,
    member: str | None = None,
    object_type: str | None = None,
    max_bytes: int | None = None,
    mapping: Any = None,
    engine: Literal["polars", "duckdb"] = "polars",
) -> EventLog:
    """Read an event log from a file or a frame.

    Whatever is not said is found out from names and contents, and shown: ``log.roles``,
    ``log.manifest.source`` and ``log.readiness`` say what was taken, and how to have it otherwise.

    Parameters
    ----------
    source : path or frame
        A text table of any delimiter, Excel, JSON lines, Parquet (or a folder of it), XES, or OCEL 2.0 in
        JSON, XML or SQLite; packed by gzip, Zstandard or bzip2, or in a ZIP; on this machine or at an
        address that begins with ``s3://``, ``az://`` or ``gs://`` (with ``/`` at its end a folder of
        Parquet); or a frame of pandas, Polars or Arrow.
    case, activity, timestamp : str, optional
        Columns of the case id, the activity and the time of (completion of) an event. Where its date and its time
        of day stand apart: both, such as ``["Date", "Time"]``.
    start, resource : str or False, optional
        Columns of the start time (it too may be two) and of who did it; False where no column is to be taken for it,
        such as to order events by completion although there are start times.
    order : str, optional
        A column that orders events of a case with equal times.
    expected_order : sequence of str, optional
        Activities in the order they are taken to happen in at equal times.
    timezone : str, optional
        IANA zone of times without offset, and of days and hours in figures; UTC where not given.
    delimiter, encoding : str, optional
        Of a text table.
    decimal : {".", ","}, optional
        The decimal mark of numbers in text.
    day_first : bool, optional
        Whether 1/2/2024 is in February.
    date_format : str, optional
        The one format of dates, such as ``"%d.%m.%Y %H:%M"``.
    null_values : sequence of str, optional
        Texts that mean missing, such as ``["?"]``; else only the empty field does.
    name : str, optional
        What the log is called; else the file's name.
    attributes : sequence of str, optional
        The only columns to keep beside those with a role.
    types : mapping of str to str, optional
        Column to ``"text"``, ``"number"``, ``"boolean"``, ``"date"`` or ``"duration"``.
    sheet : str or int, optional
        Sheet of a spreadsheet, by name or counted from 1; else the one with the longest table.
    header_row : int, optional
        Row of a sheet, or line of a text table, with the names of the columns, counted from 1; else it is
        found in a sheet, and the first line of a text table.
    member : str, optional
        File of a ZIP that has several.
    object_type : str, optional
        Type of object of an object-centric log that is the case.
    max_bytes : int, optional
        Bytes that the source may have when unpacked; else 4 GiB, or what ``MINDZIE_READ_BYTES`` says.
    mapping : Mapping or dict, optional
        Steps that make better columns of the source's, such as computed fields, and roles: a ``mindzie.Mapping`` or its JSON.
    engine : {"polars", "duckdb"}
        What the log runs on.

    Returns
    -------
    EventLog
        In canonical order, with what was found about the source in ``readiness`` and the rows
        that could not be used in ``rejected``.

    Raises
    ------
    SourceError
        The source cannot be read as an event log.
    StoreError
        A bucket that cannot be reached, or refuses.
    UnknownNameError
        A column, sheet, file or object type the source does not have.
    SettingError
        A setting outside what is allowed.

    Examples
    --------
    >>> import polars as pl
    >>> times = ["2024-05-06 07:08", "2024-05-07 09:10"]
    >>> frame = pl.DataFrame({"case": ["1", "1"], "activity": ["Pay", "Ship"], "time": times})
    >>> read(frame).activities
    ('Pay', 'Ship')
    """
    settings = ReadSettings(
        case=case,
        activity=activity,
        timestamp=timestamp,
        start=start,
        resource=resource,
        order=order,
        timezone=timezone,
        expected_order=expected_order,
        delimiter=delimiter,
        encoding=encoding,
        decimal=decimal,
        day_first=day_first,
        date_format=date_format,
        null_values=null_values,
        name=name,
        attributes=attributes,
        types=types,
        sheet=sheet,
        header_row=header_row,
        member=member,
        object_type=object_type,
        max_bytes=max_bytes,
        mapping=mapping,
    )
    return build(source_table(source, **settings), engine=engine)


def source_table(
    source: str | PathLike[str] | Any, **settings: Unpack[ReadSettings]
) -> SourceTable:
    """Read a source as far as the table that a log is built from.

    Parameters
    ----------
    source : path or frame
        As for `mindzie.read`.
    **settings
        As for `mindzie.read`.

    Returns
    -------
    SourceTable
        Usable rows, roles, types, what was found out, and the rows kept aside.

    Raises
    ------
    SourceError
        The source cannot be read as an event log.
    UnknownNameError
        A column the source does not have.
    SettingError
        A setting outside what is allowed.

    Examples
    --------
    >>> import polars as pl
    >>> frame = pl.DataFrame({"case": ["1"], "activity": ["Pay"], "time": ["2024-05-06 07:08"]})
    >>> source_table(frame).roles["activity"]
    'activity'
    """
    return make_table(source, options_of(settings))


def options_of(settings: ReadSettings) -> Options:
    """Return what a caller said, checked.

    Parameters
    ----------
    settings : ReadSettings
        As for `mindzie.read`.

    Returns
    -------
    Options
        With None left out, and texts alone as lists of one.

    Raises
    ------
    SettingError
        A setting that there is not, or a value it does not take.
    """
    given = pairs_as_steps({key: value for key, value in settings.items() if value is not None})
    unknown = set(given) - set(ReadSettings.__annotations__)
    if unknown:
        raise SettingError(
            f"read() has no setting {min(unknown)!r}. It has: {', '.join(ReadSettings.__annotations__)}."
        )
    for key in ("expected_order", "null_values", "attributes"):
        if key in given:
            given[key] = (given[key],) if isinstance(given[key], str) else tuple(given[key])
    given["types"] = dict(given.get("types", {}))
    if given.get("decimal", ".") not in {".", ","}:
        raise SettingError(f"decimal={given['decimal']!r} must be '.' or ','.")
    for column, kind in given["types"].items():
        if kind not in ATTRIBUTE_TYPES:
            raise SettingError(
                f"types[{column!r}] = {kind!r} must be one of {', '.join(ATTRIBUTE_TYPES)}."
            )
    return Options(**given)
