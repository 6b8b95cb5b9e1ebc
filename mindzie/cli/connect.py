"""Commands on databases, streams and APIs to read from: test, list, preview."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

import mindzie as mz
from mindzie.cli.admin.showing import asked
from mindzie.core.errors import MissingPackageError, SettingError

if TYPE_CHECKING:
    from mindzie.ingest.connectors.source import Source

PASSWORD: Final = "MINDZIE_SOURCE_PASSWORD"  # noqa: S105 - the name of a variable
_group = typer.Typer(
    help="Look into databases, streams and APIs that logs are read from.",
    no_args_is_help=True,
    epilog=f"A password, key or token comes from the variable {PASSWORD}, else it is asked for; never from an argument.",
)
Where = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="An address without password, such as postgresql://reader@db/erp or https://api.example.org/v2, or a connector of the workspace.",
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
Options = Annotated[
    list[str] | None,
    typer.Option("--option", "-o", metavar="NAME=TEXT", help="How a stream or an API is read; repeat it."),
]  # fmt: skip
Schema = Annotated[str | None, typer.Option(help="The schema; the user's own if not given.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (kinds, answers, schemas, tables, columns, preview):
        name = "test" if command is answers else command.__name__
        _group.command(name)(command)
    app.add_typer(_group, name="connect")


def kinds(as_json: AsJson = False) -> None:
    """List the kinds of databases, streams and APIs, and what is missing here for them."""
    from mindzie.ingest.connectors import KINDS
    from mindzie.ingest.connectors.session import need_driver
    from mindzie.ingest.feeds import FEEDS
    from mindzie.ingest.feeds.opening import need_package

    needs: list[tuple[Any, Callable[[], None]]] = [
        (kind, partial(need_driver, kind)) for kind in KINDS
    ]
    needs += [(feed, partial(need_package, feed)) for feed in FEEDS]
    rows = []
    for kind, need in needs:
        missing = f"pip install 'mindzie[{kind.extra}]'" if _is_missing(need) else ""
        rows.append({"id": kind.id, "label": kind.label, "url": kind.url, "missing": missing})
    if as_json:
        return typer.echo(json.dumps(rows))
    for row in rows:
        typer.echo(
            f"{row['label']:16} {row['url']}" + (f"   ({row['missing']})" if row["missing"] else "")
        )
    return None


def _is_missing(need: Callable[[], None]) -> bool:
    try:
        need()
    except MissingPackageError:
        return True
    return False


def answers(source: Where, option: Options = None, workspace: Database = None) -> None:
    """See whether a source answers."""
    seconds = _opened(source, workspace, option).test()
    typer.echo(f"It answers, after {seconds * 1000:.0f} ms.")


def schemas(source: Where, as_json: AsJson = False, workspace: Database = None) -> None:
    """List schemas."""
    _names(_opened(source, workspace).schemas(), as_json=as_json)


def tables(
    source: Where,
    schema: Schema = None,
    option: Options = None,
    as_json: AsJson = False,
    workspace: Database = None,
) -> None:
    """List tables and views, topics or streams."""
    _names(_opened(source, workspace, option).tables(schema), as_json=as_json)


def columns(
    source: Where,
    table: Annotated[
        str,
        typer.Argument(
            help="A table or view, a topic or stream, a path of an API.", show_default=False
        ),
    ],
    schema: Schema = None,
    option: Options = None,
    as_json: AsJson = False,
    workspace: Database = None,
) -> None:
    """List the columns of a table with their types."""
    found = _opened(source, workspace, option).columns(table, schema)
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
        typer.Argument(
            metavar="TABLE_OR_QUERY",
            help="A table, topic, stream or path, or a query.",
            show_default=False,
        ),
    ],
    rows: Annotated[int, typer.Option(help="At most so many rows.")] = 20,
    schema: Schema = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            "--param",
            "-p",
            metavar="NAME=TEXT",
            help="A value of the query's :NAME, or a parameter of an API; repeat it.",
        ),
    ] = None,
    option: Options = None,
    as_json: AsJson = False,
    workspace: Database = None,
) -> None:
    """Show the first rows of a table or a query, or the first records of a stream or an API."""
    import polars as pl

    given = dict(_pair(text, "--param") for text in parameter or ())
    frame = _opened(source, workspace, option).preview(what, rows, schema=schema, parameters=given)
    if as_json:
        return typer.echo(json.dumps(frame.to_dicts(), ensure_ascii=False, default=str))
    with pl.Config(tbl_rows=rows, tbl_cols=20, tbl_width_chars=120, tbl_hide_dataframe_shape=True):
        typer.echo(str(frame))
    return None


def _pair(text: str, option: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise SettingError(f"{option} {text!r} must be NAME=TEXT.")
    return name, value


def _names(names: tuple[str, ...], *, as_json: bool) -> None:
    typer.echo(json.dumps(names, ensure_ascii=False) if as_json else "\n".join(names))


def _opened(source: str, workspace: str | None, option: list[str] | None = None) -> Source:
    options = dict(_pair(text, "--option") for text in option or ())
    if "://" not in source:
        if options:
            raise SettingError("A connector of a workspace has its options: leave --option out.")
        return mz.connect(mz.workspace(workspace).connectors[source])
    password = _password(source, signs=options.get("auth", "none") != "none")
    return mz.connect(source, password=password, options=options or None)


def _password(address: str, *, signs: bool) -> Any:
    """Return the password of an address; one that it holds itself is refused, as others see what runs."""
    from pydantic import SecretStr

    user, sign, _ = address.partition("://")[2].partition("/")[0].rpartition("@")
    if ":" in user:
        raise SettingError(
            f"Leave the password out of the address, where others on this machine see it: set {PASSWORD}, or wait to be asked."
        )
    if not (sign or signs):
        return None
    return SecretStr(os.environ.get(PASSWORD) or asked("Password"))
