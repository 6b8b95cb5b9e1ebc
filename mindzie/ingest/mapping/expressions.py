"""Expressions of a mapping: SQL's grammar, our own meaning, never run as code.

A library parses the text; what it finds is turned into a lazy expression over the source's columns, node by node, and every
node that is not listed here is refused with its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

import polars as pl
from sqlglot import exp, parser
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

from mindzie.core.errors import SettingError
from mindzie.ingest.mapping.expression_checks import Checks, Value, advice, said, unknown_word
from mindzie.ingest.mapping.functions import FUNCTIONS, Function, Kind, kind_of
from mindzie.ingest.time_formats import known_format

LONGEST: Final = 4_000
DEEPEST: Final = 60
_COMPARED: Final[dict[type[exp.Expression], Callable[[pl.Expr, pl.Expr], pl.Expr]]] = {
    exp.EQ: lambda a, b: a == b,
    exp.NEQ: lambda a, b: a != b,
    exp.GT: lambda a, b: a > b,
    exp.GTE: lambda a, b: a >= b,
    exp.LT: lambda a, b: a < b,
    exp.LTE: lambda a, b: a <= b,
}
_COUNTED: Final[dict[type[exp.Expression], Callable[[pl.Expr, pl.Expr], pl.Expr]]] = {
    exp.Add: lambda a, b: a + b,
    exp.Sub: lambda a, b: a - b,
    exp.Mul: lambda a, b: a * b,
    exp.Div: lambda a, b: pl.when(b != 0).then(a.cast(pl.Float64) / b),
    exp.Mod: lambda a, b: pl.when(b != 0).then((a.abs() % b.abs()) * a.sign()),
}
_JOINED: Final[dict[type[exp.Expression], Callable[[pl.Expr, pl.Expr], pl.Expr]]] = {
    exp.And: lambda a, b: a & b,
    exp.Or: lambda a, b: a | b,
}


class _Grammar(Dialect):
    """SQL's expressions, with functions of ours only."""

    class Parser(parser.Parser):
        """Every call is a name with arguments."""

        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {}
        NO_PAREN_FUNCTIONS: ClassVar[dict[Any, Any]] = {}


def parse(text: str, schema: Mapping[str, Any]) -> Value:
    """Turn an expression into a lazy expression over columns.

    Parameters
    ----------
    text : str
        SQL's grammar of expressions, such as ``case when amount > 100 then 'large' else 'small' end``. Names of columns stand as
        they are, or in double quotes; texts in single quotes.
    schema : mapping
        Polars types by column.

    Returns
    -------
    Value
        The expression and its kind.

    Raises
    ------
    SettingError
        Where it cannot be understood; the message points at the place.
    UnknownNameError
        For an unknown column or function, with the nearest ones.

    Examples
    --------
    >>> parse("upper(status)", {"status": pl.String}).kind
    'text'
    """
    if not isinstance(text, str) or not text.strip():
        raise SettingError("An expression is a text such as amount * 1.19, and not empty.")
    if len(text) > LONGEST:
        raise SettingError(
            f"An expression has at most {LONGEST:,} letters; this one has {len(text):,}."
        )
    try:
        found = _Grammar().parse(text)
    except (SqlglotError, RecursionError) as error:
        raise SettingError(_unparsed(text, error)) from None
    if len(found) != 1 or found[0] is None:
        raise SettingError(f"{text!r} is not one expression.")
    return _Reader(text, schema).value(found[0])


def _unparsed(text: str, error: Exception) -> str:
    places = getattr(error, "errors", None) or [{}]
    column = places[0].get("col")
    where = f" near letter {column}" if column else ""
    return f"The expression {text!r} cannot be understood{where}: see that brackets and quotes are closed."


class _Reader(Checks):
    def __init__(self, text: str, schema: Mapping[str, Any]) -> None:
        super().__init__(text)
        self.schema, self.depth = schema, 0

    def value(self, node: Any) -> Value:
        self.depth += 1
        if self.depth > DEEPEST:
            raise SettingError(
                f"The expression {self.text[:60]!r}... is nested too deeply: use several fields."
            )
        try:
            return self._read(node)
        finally:
            self.depth -= 1

    def _read(self, node: Any) -> Value:
        kind = type(node)
        if kind in _COMPARED or kind in _COUNTED or kind in _JOINED:
            return self._pair(node)
        reader = getattr(self, f"_{kind.__name__.lower()}", None)
        if reader is None:
            raise self.refused(node, f"{node.sql()!r} is not allowed in an expression")
        found: Value = reader(node)
        return found

    def _pair(self, node: Any) -> Value:
        left, right, kind = self.value(node.this), self.value(node.expression), type(node)
        if kind in _JOINED:
            self.need(node.this, left, "boolean")
            self.need(node.expression, right, "boolean")
            return Value(_JOINED[kind](left.expression, right.expression), "boolean")
        if kind in _COUNTED:
            self.need(node.this, left, "number")
            self.need(node.expression, right, "number")
            return Value(_COUNTED[kind](left.expression, right.expression), "number")
        self.alike(node, left, right)
        return Value(_COMPARED[kind](left.expression, right.expression), "boolean")

    def _column(self, node: Any) -> Value:
        if node.table:
            raise self.refused(
                node, f"{node.sql()!r} has a dot: put the column's name in double quotes"
            )
        name = node.name
        if name not in self.schema:
            raise unknown_word("column", name, self.schema, self.place(node))
        return Value(pl.col(name), kind_of(self.schema[name]))

    def _literal(self, node: Any) -> Value:
        if node.is_string:
            return Value(pl.lit(node.this), "text")
        number = float(node.this)
        whole = number.is_integer() and abs(number) < 2**53 and "e" not in node.this.lower()
        return Value(pl.lit(int(number) if whole else number), "number")

    def _boolean(self, node: Any) -> Value:
        return Value(pl.lit(bool(node.this)), "boolean")

    def _null(self, _node: Any) -> Value:
        return Value(pl.lit(None), "nothing")

    def _paren(self, node: Any) -> Value:
        return self.value(node.this)

    def _neg(self, node: Any) -> Value:
        found = self.value(node.this)
        self.need(node.this, found, "number")
        return Value(-found.expression, "number")

    def _not(self, node: Any) -> Value:
        found = self.value(node.this)
        self.need(node.this, found, "boolean")
        return Value(~found.expression, "boolean")

    def _dpipe(self, node: Any) -> Value:
        left, right = self.value(node.this), self.value(node.expression)
        parts = [each.expression.cast(pl.String) for each in (left, right)]
        return Value(pl.concat_str(parts), "text")

    def _in(self, node: Any) -> Value:
        if not node.expressions:
            raise self.refused(node, "after IN comes a list of values in brackets")
        left = self.value(node.this)
        found = pl.lit(False)
        for each in node.expressions:
            right = self.value(each)
            self.alike(each, left, right)
            found |= left.expression == right.expression
        return Value(found, "boolean")

    def _between(self, node: Any) -> Value:
        found, low, high = (self.value(node.args[name]) for name in ("this", "low", "high"))
        self.alike(node, found, low)
        self.alike(node, found, high)
        return Value(found.expression.is_between(low.expression, high.expression), "boolean")

    def _is(self, node: Any) -> Value:
        if not isinstance(node.expression, exp.Null):
            raise self.refused(node, "IS is followed by NULL or NOT NULL")
        return Value(self.value(node.this).expression.is_null(), "boolean")

    def _like(self, node: Any) -> Value:
        left, right = self.value(node.this), node.expression
        self.need(node.this, left, "text")
        if not isinstance(right, exp.Literal) or not right.is_string:
            raise self.refused(node, "LIKE is followed by a text in single quotes")
        return Value(left.expression.str.contains(_pattern(right.this)), "boolean")

    def _case(self, node: Any) -> Value:
        if node.this is not None:
            raise self.refused(node, "write CASE WHEN condition THEN value ... END")
        made: Any = pl
        kind: Kind = "nothing"
        for each in node.args["ifs"]:
            condition, then = self.value(each.this), self.value(each.args["true"])
            self.need(each.this, condition, "boolean")
            kind = self.joined(each, kind, then)
            made = made.when(condition.expression).then(then.expression)
        default = node.args.get("default")
        if default is not None:
            last = self.value(default)
            kind = self.joined(default, kind, last)
            made = made.otherwise(last.expression)
        return Value(made, kind)

    def _if(self, node: Any) -> Value:
        # the grammar knows this one call by itself
        parts = [node.this, node.args.get("true"), node.args.get("false")]
        return self._call(node, "if", [part for part in parts if part is not None])

    def _anonymous(self, node: Any) -> Value:
        return self._call(node, str(node.this).lower(), node.expressions)

    def _call(self, node: Any, name: str, arguments: list[Any]) -> Value:
        function = FUNCTIONS.get(name)
        if function is None:
            raise unknown_word("function", name, FUNCTIONS, self.place(node))
        given = [self.value(each) for each in arguments]
        most = None if function.more else len(function.takes)
        if len(given) < function.least or (most is not None and len(given) > most):
            raise self.refused(node, f"{name} takes other arguments, as in {function.example}")
        for at, (each, value) in enumerate(zip(arguments, given, strict=True)):
            self._argument(each, value, function, at, given)
        kind = given[0].kind if function.gives == "same" else function.gives
        if function.gives == "second":
            kind = self.joined(node, given[1].kind, given[2])
        made = [
            each.this
            if function.takes[min(at, len(function.takes) - 1)] == ("literal",)
            else value.expression
            for at, (each, value) in enumerate(zip(arguments, given, strict=True))
        ]
        return Value(function.make(*made), kind)  # type: ignore[arg-type]

    def _argument(
        self, node: Any, value: Value, function: Function, at: int, given: list[Value]
    ) -> None:
        allowed = function.takes[min(at, len(function.takes) - 1)]
        if allowed == ("literal",) and not (isinstance(node, exp.Literal) and node.is_string):
            raise self.refused(
                node, f"a text in single quotes is needed here, as in {function.example}"
            )
        if allowed == ("literal",):
            self._form(node)
        if allowed == ("same",):
            self.alike(node, given[0], value)
        elif allowed not in {("any",), ("literal",)} and value.kind not in {*allowed, "nothing"}:
            raise self.refused(
                node,
                f"{node.sql()} is {said(value.kind)}, but {said(allowed[0])} is needed ({advice(allowed[0])})",
            )

    def _form(self, node: Any) -> None:
        try:
            known_format(node.this)
        except SettingError as error:
            raise self.refused(node, str(error).rstrip(".")) from None


def _pattern(text: str) -> str:
    return (
        "(?s)^"
        + "".join({"%": ".*", "_": "."}.get(letter, re.escape(letter)) for letter in text)
        + "$"
    )
