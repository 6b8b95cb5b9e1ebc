"""Statements of a source: one query, which only reads; values bound, names quoted, rows limited by the database itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
import sqlglot
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from mindzie.core.errors import SettingError, unknown
from mindzie.ingest.connectors.kinds import Kind

_BEGINS: Final = {"SELECT", "WITH", "VALUES", "TABLE", "FROM", "("}
_WRITES: Final = {
    *("INSERT", "UPDATE", "DELETE", "MERGE", "INTO", "DROP", "CREATE", "ALTER", "TRUNCATE", "GRANT", "REVOKE", "DENY"),
    *("EXEC", "EXECUTE", "CALL", "COPY", "ATTACH", "DETACH", "PRAGMA", "DECLARE", "SHUTDOWN", "KILL", "DBCC", "WAITFOR"),
}  # fmt: skip
_FUNCTIONS: Final = {"INSERT", "TRUNCATE"}
"""Words that are functions too, where a bracket follows."""
_QUOTED: Final = {
    TokenType.IDENTIFIER, TokenType.STRING, TokenType.NATIONAL_STRING, TokenType.RAW_STRING,
    TokenType.HEREDOC_STRING, TokenType.BYTE_STRING, TokenType.HEX_STRING, TokenType.BIT_STRING, TokenType.UNICODE_STRING,
}  # fmt: skip


def is_query(text: str) -> bool:
    """Return whether a text is a query, not the name of a table.

    Examples
    --------
    >>> is_query("select 1"), is_query("selected orders")
    (True, False)
    """
    words = text.replace("(", " ( ").split(maxsplit=1)
    return len(words) > 1 and words[0].upper() in _BEGINS | _WRITES


def checked_query(kind: Kind, text: str) -> str:
    """Return a query without the semicolon at its end, where it is one query and only reads.

    Parameters
    ----------
    kind : Kind
        Whose grammar says where a text or a comment ends.
    text : str
        The query.

    Returns
    -------
    str
        The query.

    Raises
    ------
    SettingError
        Several statements, or one that does not select.

    Examples
    --------
    >>> from mindzie.ingest.connectors.kinds import kind_named
    >>> checked_query(kind_named("sqlite"), "select ';' ;")
    "select ';'"
    """
    try:
        tokens = list(sqlglot.tokenize(text, read=kind.grammar or None))
    except SqlglotError as error:
        raise SettingError(f"The query cannot be read: {str(error).splitlines()[0]}") from None
    while tokens and tokens[-1].token_type == TokenType.SEMICOLON:
        tokens.pop()
    if any(token.token_type == TokenType.SEMICOLON for token in tokens):
        raise SettingError(
            "The query has several statements: give one, without a semicolon within it."
        )
    if not tokens or tokens[0].text.upper() not in _BEGINS:
        raise SettingError("A source is only read: give a query that begins with SELECT or WITH.")
    for number, token in enumerate(tokens):
        _refuse_writing(tokens, number, token)
    return text[: tokens[-1].end + 1]  # a comment behind it would hide what follows


def _refuse_writing(tokens: Sequence[Token], number: int, token: Token) -> None:
    word = token.text.upper()
    if word not in _WRITES or token.token_type in _QUOTED:
        return
    after = tokens[number + 1].token_type if number + 1 < len(tokens) else None
    is_part = number > 0 and tokens[number - 1].token_type == TokenType.DOT
    is_value = number > 0 and tokens[number - 1].token_type == TokenType.COLON
    if not (is_part or is_value or (word in _FUNCTIONS and after == TokenType.L_PAREN)):
        raise SettingError(
            f"A source is only read, and the query says {word} (letter {token.start + 1}): where that is a name, put it into quotes."
        )


def bound(text: str, parameters: Mapping[str, Any]) -> sa.TextClause:
    """Return a query whose ``:names`` are bound to values.

    Raises
    ------
    SettingError
        A name without a value.
    UnknownNameError
        A value without a name.

    Examples
    --------
    >>> str(bound("select :a", {"a": 1}).compile().params)
    "{'a': 1}"
    """
    clause = sa.text(text)
    names = set(clause._bindparams)  # noqa: SLF001 - no public way to ask
    for name in parameters:
        if name not in names:
            raise unknown("parameter", str(name), sorted(names), "the query")
    missing = sorted(names - set(parameters))
    if missing:
        raise SettingError(
            f"The query needs a value of :{missing[0]}: give parameters={{{missing[0]!r}: ...}}, or write \\:{missing[0]} where it is no parameter."
        )
    return clause.bindparams(**parameters) if parameters else clause


def of_table(name: str, schema: str | None, columns: Sequence[str]) -> sa.Select[Any]:
    """Return the query of columns of a table; its dialect quotes the names.

    Examples
    --------
    >>> " ".join(str(of_table("order", "sales", ["id"])).split())
    'SELECT sales."order".id FROM sales."order"'
    """
    table = sa.table(name, *map(sa.column, columns), schema=schema)
    return sa.select(*table.c)


def wrapped(query: sa.TextClause) -> sa.Select[Any]:
    """Return a query around another, which can be limited and asked for a part."""
    inner = query.columns().subquery("source_rows")
    return sa.select(sa.text("*")).select_from(inner)


def since(statement: sa.Select[Any], cursor: str, value: Any) -> sa.Select[Any]:
    """Return the rows of a statement from a value of the cursor on."""
    return statement.where(sa.column(cursor) >= sa.bindparam("mindzie_since", value))
