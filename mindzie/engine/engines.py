"""The engines by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mindzie.core.errors import unknown

if TYPE_CHECKING:
    from mindzie.core.engine import Engine

ENGINES = ("polars", "duckdb")


def engine_named(name: str) -> Engine:
    """Return the engine of a name.

    Parameters
    ----------
    name : {"polars", "duckdb"}
        Its name.

    Returns
    -------
    Engine
        A new one: two logs on engines of their own do not wait for each other.

    Raises
    ------
    UnknownNameError
        Where there is none of that name.
    """
    if name == "polars":
        from mindzie.engine.polars_engine import PolarsEngine

        return PolarsEngine()
    if name == "duckdb":
        from mindzie.engine.duckdb_engine import DuckDBEngine

        return DuckDBEngine()
    raise unknown("engine", name, ENGINES, "this version")
