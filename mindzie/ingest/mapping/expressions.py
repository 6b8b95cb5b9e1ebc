"""Expressions of a mapping: SQL's grammar, our own meaning, never run as code.

A library parses the text; what it finds is turned into a lazy expression over the source's columns, node by node, and every
node that is not listed here is refused with its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import polars as pl
from sqlglot import exp, parser
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

from mindzie.core.errors import SettingError, UnknownNameError, nearest
from mindzie.ingest.mapping.functions import FUNCTIONS, Function, Kind, kind_of

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


@dataclass(frozen=True, slots=True)
class Value:
    """A part of an expression: what it computes, and the kind of what comes out."""

    expression: pl.Expr
    kind: Kind


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


class _Reader:
    def __init__(self, text: str, schema: Mapping[str, Any]) -> None:
        self.text, self.schema = text, schema
        self.depth = 0

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
            raise self._refused(node, f"{node.sql()!r} is not allowed in an expression")
        found: Value = reader(node)
        return found

    def _pair(self, node: Any) -> Value:
        left, right, kind = self.value(node.this), self.value(node.expression), type(node)
        if kind in _JOINED:
            self._need(node.this, left, "boolean")
            self._need(node.expression, right, "boolean")
            return Value(_JOINED[kind](left.expression, right.expression), "boolean")
        if kind in _COUNTED:
            self._need(node.this, left, "number")
            self._need(node.expression, right, "number")
            return Value(_COUNTED[kind](left.expression, right.expression), "number")
        self._alike(node, left, right)
        return Value(_COMPARED[kind](left.expression, right.expression), "boolean")

    def _column(self, node: Any) -> Value:
        if node.table:
            raise self._refused(
                node, f"{node.sql()!r} has a dot: put the column's name in double quotes"
            )
        name = node.name
        if name not in self.schema:
            raise _unknown("column", name, self.schema, self._place(node))
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
        self._need(node.this, found, "number")
        return Value(-found.expression, "number")

    def _not(self, node: Any) -> Value:
        found = self.value(node.this)
        self._need(node.this, found, "boolean")
        return Value(~found.expression, "boolean")

    def _dpipe(self, node: Any) -> Value:
        left, right = self.value(node.this), self.value(node.expression)
        parts = [each.expression.cast(pl.String) for each in (left, right)]
        return Value(pl.concat_str(parts), "text")

    def _in(self, node: Any) -> Value:
        if not node.expressions:
            raise self._refused(node, "after IN comes a list of values in brackets")
        left = self.value(node.this)
        found = pl.lit(False)
        for each in node.expressions:
            right = self.value(each)
            self._alike(each, left, right)
            found |= left.expression == right.expression
        return Value(found, "boolean")

    def _between(self, node: Any) -> Value:
        found, low, high = (self.value(node.args[name]) for name in ("this", "low", "high"))
        self._alike(node, found, low)
        self._alike(node, found, high)
        return Value(found.expression.is_between(low.expression, high.expression), "boolean")

    def _is(self, node: Any) -> Value:
        if not isinstance(node.expression, exp.Null):
            raise self._refused(node, "IS is followed by NULL or NOT NULL")
        return Value(self.value(node.this).expression.is_null(), "boolean")

    def _like(self, node: Any) -> Value:
        left, right = self.value(node.this), node.expression
        self._need(node.this, left, "text")
        if not isinstance(right, exp.Literal) or not right.is_string:
            raise self._refused(node, "LIKE is followed by a text in single quotes")
        return Value(left.expression.str.contains(_pattern(right.this)), "boolean")

    def _case(self, node: Any) -> Value:
        if node.this is not None:
            raise self._refused(node, "write CASE WHEN condition THEN value ... END")
        made: Any = pl
        kind: Kind = "nothing"
        for each in node.args["ifs"]:
            condition, then = self.value(each.this), self.value(each.args["true"])
            self._need(each.this, condition, "boolean")
            kind = self._joined(each, kind, then)
            made = made.when(condition.expression).then(then.expression)
        default = node.args.get("default")
        if default is not None:
            last = self.value(default)
            kind = self._joined(default, kind, last)
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
            raise _unknown("function", name, FUNCTIONS, self._place(node))
        given = [self.value(each) for each in arguments]
        most = None if function.more else len(function.takes)
        if len(given) < function.least or (most is not None and len(given) > most):
            raise self._refused(node, f"{name} takes other arguments, as in {function.example}")
        for at, (each, value) in enumerate(zip(arguments, given, strict=True)):
            self._argument(each, value, function, at, given)
        kind = given[0].kind if function.gives == "same" else function.gives
        if function.gives == "second":
            kind = self._joined(node, given[1].kind, given[2])
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
            raise self._refused(
                node, f"a text in single quotes is needed here, as in {function.example}"
            )
        if allowed == ("same",):
            self._alike(node, given[0], value)
        elif allowed not in {("any",), ("literal",)} and value.kind not in {*allowed, "nothing"}:
            raise self._refused(
                node,
                f"{node.sql()} is {_said(value.kind)}, but {_said(allowed[0])} is needed ({_advice(allowed[0])})",
            )

    def _need(self, node: Any, value: Value, kind: Kind) -> None:
        if value.kind not in {kind, "nothing"}:
            raise self._refused(
                node,
                f"{node.sql()} is {_said(value.kind)}, but {_said(kind)} is needed ({_advice(kind)})",
            )

    def _alike(self, node: Any, left: Value, right: Value) -> None:
        if "nothing" not in {left.kind, right.kind} and left.kind != right.kind:
            raise self._refused(
                node,
                f"{node.sql()} sets {_said(left.kind)} beside {_said(right.kind)}: turn one into the other with number(), text() or date()",
            )

    def _joined(self, node: Any, kind: Kind, value: Value) -> Kind:
        if "nothing" not in {kind, value.kind} and kind != value.kind:
            raise self._refused(
                node,
                f"one part gives {_said(kind)}, another {_said(value.kind)}: all must give the same",
            )
        return value.kind if kind == "nothing" else kind

    def _place(self, node: Any) -> str:
        start = next((each.meta["start"] for each in node.walk() if "start" in each.meta), None)
        where = "" if start is None else f", letter {start + 1}"
        return f"the expression {self.text!r}{where}"

    def _refused(self, node: Any, what: str) -> SettingError:
        return SettingError(f"In {self._place(node)}: {what}.")


def _unknown(kind: str, name: str, known: Any, where: str) -> UnknownNameError:
    close = nearest(name, known)
    hint = (
        f"Did you mean {' or '.join(map(repr, close))}?"
        if close
        else f"There are: {', '.join(sorted(known)[:20])}."
    )
    return UnknownNameError(f"In {where}: there is no {kind} {name!r}. {hint}")


def _pattern(text: str) -> str:
    import re

    return (
        "(?s)^"
        + "".join({"%": ".*", "_": "."}.get(letter, re.escape(letter)) for letter in text)
        + "$"
    )


def _said(kind: str) -> str:
    return {
        "number": "a number",
        "date": "a date",
        "boolean": "a condition",
        "duration": "a duration",
    }.get(kind, kind)


def _advice(kind: str) -> str:
    calls = {"number": "number(...)", "text": "text(...)", "date": "date(..., '%Y-%m-%d')"}
    return f"{calls[kind]} makes it one" if kind in calls else "compare it with something"
