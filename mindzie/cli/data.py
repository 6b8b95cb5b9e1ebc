"""Commands on data sets: info, calculate; and the list of operations."""

from __future__ import annotations

import json
import shutil
import sys
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, cast

import polars as pl
import typer

import mindzie as mz
from mindzie.cli.phrases import exemplifying, on_command_line
from mindzie.core.errors import SettingError
from mindzie.core.log import EventLog
from mindzie.core.results import Column, Graph, Number, Result, Table, flat
from mindzie.core.words import cell, counted, date
from mindzie.engine.snapshot import open_snapshot

_MOST_ROWS: Final = 40


class Engine(StrEnum):
    """What a command runs on."""

    polars = "polars"
    duckdb = "duckdb"


DataSet = Annotated[
    Path,
    typer.Argument(
        metavar="DIR", help="A data set folder, as `mindzie import` writes it.", show_default=False
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
OnEngine = Annotated[Engine, typer.Option(help="What it runs on.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(info)
    app.command()(calculate)
    app.command()(operations)


def info(dataset: DataSet, as_json: AsJson = False) -> None:
    """Show what a data set is: size, period, roles, attributes, readiness."""
    show_log(open_snapshot(dataset), as_json=as_json)


def show_log(log: EventLog, *, as_json: bool) -> None:
    """Print what a log is, for people or as JSON."""
    described = describe(log)
    if as_json:
        typer.echo(json.dumps(described, ensure_ascii=False, indent=1))
        return
    typer.echo(
        f"{log.name}: {counted(log.case_count, 'case')}, {counted(log.event_count, 'event')}, "
        f"{counted(len(log.activities), 'activity')}, {counted(log.variant_count, 'variant')}"
    )
    if described["first"]:
        first, last = (date(datetime.fromisoformat(described[name])) for name in ("first", "last"))
        typer.echo(f"{first} to {last} ({log.time_zone})")
    typer.echo("Roles: " + ", ".join(f"{role} = {column}" for role, column in log.roles.items()))
    typer.echo(
        f"Readiness: {log.readiness.score} of 100, {counted(log.rejected.height, 'row')} rejected"
    )
    for finding in log.readiness.findings:
        typer.echo(f"  {finding.severity:7} {finding.title}")
        if finding.severity != "info" and finding.change:
            typer.echo(f"          {on_command_line(finding.change)}")
    own = [a for a in described["attributes"] if a["kind"] != "built-in"]
    typer.echo(
        "Attributes: "
        + (", ".join(f"{a['name']} ({a['level']} {a['type']})" for a in own) or "none")
    )
    typer.echo(f"Fingerprint: {log.fingerprint}")


def describe(log: EventLog) -> dict[str, Any]:
    """Return a log's description as JSON values."""
    times = log.calculate(mz.calculators.DataInformation()).facts
    return {
        "name": log.name, "fingerprint": log.fingerprint, "cases": log.case_count, "events": log.event_count,
        "activities": len(log.activities), "variants": log.variant_count,
        "first": _iso(times["first_time"]), "last": _iso(times["last_time"]), "time_zone": log.time_zone,
        "roles": dict(log.roles), "source": dict(log.manifest.source), "rejected": log.rejected.height,
        "attributes": log.attributes.to_polars().to_dicts(),
        "readiness": log.readiness.model_dump(mode="json") | {"score": log.readiness.score},
    }  # fmt: skip


def _iso(value: Any) -> str | None:
    return value.isoformat() if value is not None else None


def calculate(
    dataset: DataSet,
    op: Annotated[
        str,
        typer.Option(
            metavar="JSON",
            help="A calculator's id, or its JSON, or - to read it from standard input.",
            show_default=False,
        ),
    ],
    filter_: Annotated[
        list[str] | None,
        typer.Option(
            "--filter",
            metavar="JSON",
            help="A filter, or a list of them; may be repeated. Such as "
            """'{"op": "cases_with_activity", "settings": {"activities": ["Ship"]}}'.""",
        ),
    ] = None,
    enrich: Annotated[
        list[str] | None,
        typer.Option(
            "--enrich",
            metavar="JSON",
            help="An enrichment, or a list of them; applied before the filters.",
        ),
    ] = None,
    as_json: AsJson = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print CSV: a graph's paths, any other result's rows.")
    ] = False,
    engine: OnEngine = Engine.polars,
) -> None:
    """Calculate a figure, a table or a map of a data set."""
    if as_json and as_csv:
        message = "Choose one of --json and --csv."
        raise SettingError(message)
    text = sys.stdin.read() if op == "-" else op
    stored = text if text.lstrip().startswith("{") else {"op": text.strip()}
    with exemplifying("calculator"):
        calculator = mz.load(stored, "calculator")
    log = open_snapshot(dataset, engine=engine.value)
    log = log.enrich(*_all(enrich, "enrichment")).filter(*_all(filter_, "filter"))
    show(log.calculate(calculator), as_json=as_json, as_csv=as_csv)


def _all(texts: list[str] | None, kind: str) -> list[Any]:
    stored = [
        text if text.lstrip()[:1] in ("{", "[") else {"op": text.strip()} for text in texts or []
    ]
    with exemplifying(kind):
        loaded = [mz.load(item, kind) for item in stored]
    return [
        operation for item in loaded for operation in (item if isinstance(item, list) else [item])
    ]


def show(result: Result, *, as_json: bool, as_csv: bool) -> None:
    """Print a result for people, or as JSON or CSV."""
    if as_json:
        typer.echo(json.dumps(result.to_json(), ensure_ascii=False))
    elif as_csv:
        typer.echo(flat(result.to_polars()).write_csv(), nl=False)
    elif isinstance(result, Number):
        typer.echo(repr(result))
    elif isinstance(result, Table | Graph):
        _show_rows(result)


def _show_rows(result: Table | Graph) -> None:
    people = cast("Table | Graph", result.for_people())
    typer.echo(people.title)
    for name, value in people.facts.items():
        if isinstance(value, str | int | float | timedelta | datetime):
            typer.echo(f"  {name.replace('_', ' ')}: {cell(value)}")
    shown = people.edges if isinstance(people, Graph) else people
    with pl.Config(
        tbl_rows=_MOST_ROWS,
        tbl_cols=20,
        tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True,
        tbl_width_chars=shutil.get_terminal_size((140, 40)).columns,
        fmt_str_lengths=60,
    ):
        typer.echo(str(_said(shown)))
    if len(shown) > _MOST_ROWS:
        typer.echo(f"and {counted(len(shown) - _MOST_ROWS, 'row')} more: --csv prints all")


def _said(table: Table) -> pl.DataFrame:
    """Say the first rows in words, as pictures and browsers do."""
    frame = table.to_polars().head(_MOST_ROWS)
    return pl.DataFrame(
        {
            column.name: _beside([cell(value, column.unit) for value in frame[column.name]], column)
            for column in table.columns
        },
        schema=dict.fromkeys((column.name for column in table.columns), pl.String),
    )


def _beside(cells: list[str], column: Column) -> list[str]:
    """Set figures to the right, so that their digits stand below each other."""
    if column.type not in ("number", "duration"):
        return cells
    widest = max(map(len, cells), default=0)
    return [text.rjust(widest) for text in cells]


def operations(
    kind: Annotated[
        str | None, typer.Argument(help="filter, calculator or enrichment; all if not given.")
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print JSON with the schema of each operation's settings."),
    ] = False,
) -> None:
    """List the catalogue of operations."""
    classes = mz.operations(kind)
    if as_json:
        listed = [
            {"kind": cls.kind, "op": cls.id, "category": cls.category, "description": cls.description(), "example": dict(cls.example), "schema": cls.model_json_schema()}
            for cls in classes
        ]  # fmt: skip
        typer.echo(json.dumps(listed, ensure_ascii=False))
        return
    width = max((len(cls.id) for cls in classes), default=0)
    shown = ""
    for cls in classes:
        if cls.kind != shown:
            shown = cls.kind
            typer.secho(f"{shown}s", bold=True)
        typer.echo(f"  {cls.id:{width}}  {cls.description()}")
