"""Frames of pandas, Polars and Arrow; none of the libraries is imported for another."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import polars as pl

from mindzie.core.errors import SourceError, WrongTypeError
from mindzie.core.readiness import Finding
from mindzie.core.words import counted
from mindzie.ingest.raw import Raw

NESTED = (pl.List, pl.Array, pl.Struct, pl.Binary, pl.Object)


def read_frame(source: Any, name: str | None, *, categories: bool = False) -> Raw:
    """Read a frame of any library, by narwhals or its Arrow stream; texts may stay categories where that is said."""
    kind = type(source).__module__.split(".", 1)[0]
    frame = _to_polars(source)
    return flat(frame, name or "log", {"format": f"{kind} frame"}, categories=categories)


def _to_polars(source: Any) -> pl.DataFrame:
    if isinstance(source, pl.DataFrame):
        return source
    if isinstance(source, pl.LazyFrame):
        return source.collect()
    try:
        native: Any = nw.from_native(source, pass_through=True)
        if isinstance(native, nw.LazyFrame):
            native = native.collect(backend="polars")
        if isinstance(native, nw.DataFrame):
            return _text_names(native).to_polars()
        if hasattr(source, "__arrow_c_stream__"):
            return pl.DataFrame(source)
    except (TypeError, ValueError) as error:
        # pyarrow's own error is a ValueError or TypeError that names the column
        raise SourceError(
            f"The frame cannot be read: {'; '.join(str(part) for part in error.args)}. "
            "A column must have one type: make it text, for instance with frame['x'].astype(str)."
        ) from None
    raise WrongTypeError(
        f"A source of type {type(source).__name__!r} cannot be read. Give a path, or a frame of pandas, Polars or Arrow."
    )


def _text_names(frame: nw.DataFrame[Any]) -> nw.DataFrame[Any]:
    # pandas allows any value as a name
    names: list[Any] = list(frame.columns)
    odd = {name: str(name) for name in names if not isinstance(name, str)}
    return frame.rename(odd) if odd else frame


def flat(
    frame: pl.DataFrame,
    name: str,
    source: dict[str, Any],
    findings: tuple[Finding, ...] = (),
    *,
    categories: bool = False,
) -> Raw:
    """Leave out columns that hold lists or records, say so, and unfold categories but where they are meant."""
    nested = [column for column, kind in frame.schema.items() if isinstance(kind, NESTED)]
    coded = (pl.Enum,) if categories else (pl.Categorical, pl.Enum)
    labels = [c for c, kind in frame.schema.items() if isinstance(kind, coded)]
    flat = frame.drop(nested)
    if labels:
        flat = flat.with_columns(pl.col(labels).cast(pl.String))
    if nested:
        findings = (
            *findings,
            Finding(
                id="nested_columns",
                title=counted(len(nested), "column") + " of lists, records or bytes",
                count=len(nested),
                severity="warning",
                sample=tuple(
                    {"column": column, "type": str(frame.schema[column])} for column in nested[:5]
                ),
                done="They were left out.",
                change="Turn them into text or numbers before reading.",
            ),
        )
    return Raw(flat, name, source, findings)
