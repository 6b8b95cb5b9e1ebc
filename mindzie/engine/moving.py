"""What every engine does alike: save a log, and move it to another engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from mindzie.core.attributes import source_name
from mindzie.core.log import EventLog
from mindzie.core.relations import Changed, Relations
from mindzie.engine.columns import ORDER, is_sorted
from mindzie.engine.engines import engine_named

if TYPE_CHECKING:
    from mindzie.engine.source_table import SourceTable


def _root(relations: Relations) -> Relations:
    while isinstance(relations, Changed):
        relations = relations.parent
    return relations


def in_order(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return events sorted by case and position, and cases by number, whatever order a file or an engine gave them in.

    Parameters
    ----------
    name : str
        Of the relation.
    frame : polars.DataFrame
        Its rows.

    Returns
    -------
    polars.DataFrame
        The same rows; where they are in order already that costs one look.
    """
    keys = ORDER.get(name, ())
    return frame if not keys or is_sorted(frame, keys) else frame.sort(*keys)


class Moving:
    """Mixed into engines."""

    def save(self, log: EventLog, path: Path) -> Path:
        """Write a log as a data set folder; one with a recipe becomes a data set of its own."""
        from mindzie.engine.build import build
        from mindzie.engine.snapshot import save

        return save(build(as_source(log)) if log.recipe else log, path)

    def moved(self, log: EventLog, engine: str) -> EventLog:
        """Return a log on another engine, its recipe applied there again."""
        target = engine_named(engine)
        root = _root(log.rel)
        names = ("events", "cases", "variants", "variant_paths")
        stored = {
            name: target.frame(in_order(name, log.collect(getattr(root, name)))) for name in names
        }
        moved: Any = EventLog(
            log.manifest,
            Relations(target, stored, log.manifest.activities, log.manifest.case_count),
            rejected=log.rejected,
        )
        moved._clock = log._clock  # noqa: SLF001 - the same run goes on
        for operation in log.recipe:
            moved = operation.apply(moved)  # type: ignore[attr-defined]
        return moved  # type: ignore[no-any-return]


def as_source(log: EventLog) -> SourceTable:
    """Return a log's rows as a source again, with their order."""
    from mindzie.engine.source_table import SourceAttribute, SourceTable

    built_in = {a.name: a for a in log.attribute_list if a.kind == "built-in"}
    own = [a for a in log.attribute_list if a.kind != "built-in"]
    wanted = {"case_id": "case_id", "name": "activity"}
    wanted |= {
        role: name
        for role, name in (("start_time", "start_timestamp"), ("resource", "resource"))
        if name in built_in
    }
    wanted |= {f"attribute_{number}": a.name for number, a in enumerate(own)}
    rows = log.collect(log.event_values(**wanted)).sort("case", "position")
    rows = rows.drop("activity").rename({"name": "activity", "position": "order"}).drop("case")
    rows = rows.with_columns(row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))
    attributes = tuple(
        SourceAttribute(
            source_name(a.name),
            f"attribute_{n}",
            a.type,
            a.kind,
            a.rule,
            a.severity,
            a.level,
        )
        for n, a in enumerate(own)
    )
    source = {
        "format": "mindzie",
        "fingerprint": log.fingerprint,
        "recipe": [step.to_json() for step in log.recipe],
    }
    return SourceTable(
        rows, attributes, name=log.name, time_zone=log.time_zone, roles=log.roles, source=source, readiness=log.readiness, rejected=log.rejected,
        now=log.now,
    )  # fmt: skip
