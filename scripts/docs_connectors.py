"""The page of sources, from the lists of their kinds."""

from __future__ import annotations

from docs_feeds import part

from mindzie.ingest.connectors.kinds import KINDS, Kind

MADE = "<!-- made by `make docs` from mindzie/ingest/connectors/kinds.py and mindzie/ingest/feeds/kinds.py -->"
HEAD = """Every kind is read in the same way, see [connect to a database](analysts/databases.md). An address is
written without password, which `password=` gives. `pip install 'mindzie[EXTRA]'` brings the driver; where it is missing, the message says so."""
TESTED = """**Tested against the real thing** (a server or a file that the tests start): {names}. Of the others nothing but the text of their
SQL is known to be right: the tests hold that of MySQL, SQL Server and Oracle, whose dialects come with SQLAlchemy; the other dialects
come with their drivers. Whoever has such a server is asked to tell."""
LAST = """Where nothing keeps the session from writing, the check of the query does (one statement, which selects), and the rights of the
user should: give Mindzie a user who may only select."""

KEPT = """A connector that a workspace keeps signs in with its own user and secret, never with what the machine that reads has:
no variable, password file, service, key or role of the machine is used. It may have these parameters of the address, no others; none for files."""


def page() -> str:
    """Return the page.

    Returns
    -------
    str
        Markdown.
    """
    tested = ", ".join(kind.label for kind in KINDS if kind.tested)
    what = [
        f"| {kind.label} | `{kind.url}` | `{kind.extra}` | {_packages(kind)} |" for kind in KINDS
    ]
    how = [
        f"| {kind.label} | `{kind.limits}`, a query is {_limited(kind)} | {kind.streams}{_arrow(kind)} | {kind.reads_only or 'nothing'} | {STOPS[kind.stops]} |"
        for kind in KINDS
    ]
    kept = [
        f"| {kind.label} | {SIGNS[kind.signs]} | {', '.join(f'`{name}`' for name in kind.kept)} |"
        for kind in KINDS
        if not kind.is_file
    ]
    parts = [
        f"# Databases, streams and APIs\n{MADE}",
        f"## Databases\n\n{HEAD}",
        "| | address | extra | driver |\n|---|---|---|---|\n" + "\n".join(what),
        TESTED.format(names=tested),
        "### What differs",
        "| | rows of a preview | how rows come | keeps from writing | to stop it |\n|---|---|---|---|---|\n"
        + "\n".join(how),
        LAST,
        "### In a workspace",
        KEPT,
        "| | secret | parameters |\n|---|---|---|\n" + "\n".join(kept),
        *part(),
    ]
    return "\n\n".join(parts) + "\n"


SIGNS = {
    "password": "needed",
    "bare": "where the server asks for a password",
    "machine": "cannot be kept: its driver takes the rights of the machine",
}
STOPS = {
    "cancel": "its statement is cancelled",
    "interrupt": "its statement is interrupted",
    "kill": "its statement is killed by a second connection",
    "close": "its connection is closed",
}


def _packages(kind: Kind) -> str:
    return ", ".join(f"`{name}`" for name in kind.package.split()) or "comes with Mindzie"


def _limited(kind: Kind) -> str:
    words = {
        "wrapped": "wrapped",
        "rowcount": "limited by `SET ROWCOUNT`",
        "first rows": "left after its first rows",
    }
    return words[kind.queries]


def _arrow(kind: Kind) -> str:
    return (
        f"; whole columns by `{kind.arrow}` where it is installed and no value is bound"
        if kind.arrow
        else ""
    )
