"""`read`: any source becomes a log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, Literal, TypedDict, Unpack

from mindzie.core.errors import SettingError
from mindzie.core.settings import ATTRIBUTE_TYPES, AttributeType
from mindzie.engine.source_table import SourceTable
from mindzie.ingest.raw import Options
from mindzie.ingest.table import make_table


class ReadSettings(TypedDict, total=False):
    """What a caller may say about a source; the meaning of each is told by `read`."""

    case: str | None
    activity: str | None
    timestamp: str | None
    start: str | None
    resource: str | None
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
    return make_table(source, _options(settings))


def _options(settings: ReadSettings) -> Options:
    given: dict[str, Any] = {key: value for key, value in settings.items() if value is not None}
    unknown = set(given) - set(Options.__dataclass_fields__)
    if unknown:
        raise SettingError(
            f"read() has no setting {min(unknown)!r}. It has: {', '.join(Options.__dataclass_fields__)}."
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
