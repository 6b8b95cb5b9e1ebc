"""Commands on databases to read from: test, list, preview."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

import mindzie as mz
from mindzie.cli.admin.showing import asked
from mindzie.core.errors import SettingError

if TYPE_CHECKING:
    from mindzie.ingest.connectors.source import Source

PASSWORD: Final = "MINDZIE_SOURCE_PASSWORD"  # noqa: S105 - the name of a variable
_group = typer.Typer(
    help="Look into databases that logs are read from.",
    no_args_is_help=True,
    epilog=f"A password comes from the variable {PASSWORD}, else it is asked for; never from an argument.",
)
Where = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="An address without password, such as postgresql://reader@db/erp, or a connector of the workspace.",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Database = Annotated[
    str | None,
    typer.Option(
        "--workspace", envvar="MINDZIE_WORKSPACE", metavar="URL", help="The workspace that has the connector.",
        show_default=False,
    ),
]  # fmt: skip
Schema = Annotated[str | None, typer.Option(help="The schema; the user's own if not given.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (kinds, answers, schemas, tables, columns, preview):
        name = "test" if command is answers else command.__name__
        _group.command(name)(command)
    app.add_typer(_group, name="connect")


def kinds(as_json: AsJson = False) -> None:
    """List the kinds of databases, and which have their driver here."""
    from mindzie.core.errors import MissingPackageError
    from mindzie.ingest.connectors import KINDS
    from mindzie.ingest.connectors.session import need_driver

    rows = []
    for kind in KINDS:
        try:
            need_driver(kind)
            rows.append({"id": kind.id, "label": kind.label, "url": kind.url, "missing": ""})
        except MissingPackageError:
            missing = f"pip install 'mindzie[{kind.extra}]'"
            rows.append({"id": kind.id, "label": kind.label, "url": kind.url, "missing": missing})
    if as_json:
        return typer.echo(json.dumps(rows))
    for row in rows:
        typer.echo(
            f"{row['label']:16} {row['url']}" + (f"   ({row['missing']})" if row["missing"] else "")
        )
    return None


def answers(source: Where, workspace: Database = None) -> None:
    """See whether a database answers."""
    seconds = _opened(source, workspace).test()
    typer.echo(f"It answers, after {seconds * 1000:.0f} ms.")


def schemas(source: Where, as_json: AsJson = False, workspace: Database = None) -> None:
    """List schemas."""
    _names(_opened(source, workspace).schemas(), as_json=as_json)


def tables(
    source: Where, schema: Schema = None, as_json: AsJson = False, workspace: Database = None
) -> None:
    """List tables and views."""
    _names(_opened(source, workspace).tables(schema), as_json=as_json)


def columns(
    source: Where,
    table: Annotated[str, typer.Argument(help="A table or view.", show_default=False)],
    schema: Schema = None,
    as_json: AsJson = False,
    workspace: Database = None,
) -> None:
    """List the columns of a table with their types."""
    found = _opened(source, workspace).columns(table, schema)
    rows = [{"name": c.name, "type": c.type, "declared": c.declared} for c in found]
    if as_json:
        return typer.echo(json.dumps(rows, ensure_ascii=False))
    wide = max(len(row["name"]) for row in rows)
    for row in rows:
        typer.echo(f"{row['name']:{wide}}  {row['type']:8}  {row['declared']}")
    return None


def preview(
    source: Where,
    what: Annotated[
        str,
        typer.Argument(metavar="TABLE_OR_QUERY", help="A table, or a query.", show_default=False),
    ],
    rows: Annotated[int, typer.Option(help="At most so many rows.")] = 20,
    schema: Schema = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            "--param", "-p", metavar="NAME=TEXT", help="A value of the query's :NAME; repeat it."
        ),
    ] = None,
    as_json: AsJson = False,
    workspace: Database = None,
) -> None:
    """Show the first rows of a table or a query."""
    import polars as pl

    given = dict(_pair(text) for text in parameter or ())
    frame = _opened(source, workspace).preview(what, rows, schema=schema, parameters=given)
    if as_json:
        return typer.echo(json.dumps(frame.to_dicts(), ensure_ascii=False, default=str))
    with pl.Config(tbl_rows=rows, tbl_cols=20, tbl_width_chars=120, tbl_hide_dataframe_shape=True):
        typer.echo(str(frame))
    return None


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise SettingError(f"--param {text!r} must be NAME=TEXT.")
    return name, value


def _names(names: tuple[str, ...], *, as_json: bool) -> None:
    typer.echo(json.dumps(names, ensure_ascii=False) if as_json else "\n".join(names))


def _opened(source: str, workspace: str | None) -> Source:
    if "://" not in source:
        return mz.connect(mz.workspace(workspace).connectors[source])
    return mz.connect(source, password=_password(source))


def _password(address: str) -> Any:
    """Return the password of an address; one that it holds itself is refused, as others see what runs."""
    from pydantic import SecretStr

    user, sign, _ = address.partition("://")[2].partition("/")[0].rpartition("@")
    if ":" in user:
        raise SettingError(
            f"Leave the password out of the address, where others on this machine see it: set {PASSWORD}, or wait to be asked."
        )
    if not sign:
        return None
    return SecretStr(os.environ.get(PASSWORD) or asked("Password"))
