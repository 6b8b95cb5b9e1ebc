"""Expressions: what each function means, what is refused and where."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mindzie.core.errors import MindzieError, SettingError, UnknownNameError
from mindzie.ingest.mapping.expressions import parse
from mindzie.ingest.mapping.functions import FUNCTIONS, kind_of
from mindzie.ingest.mapping.steps import FormatDate

at = datetime.fromisoformat
FRAME = pl.DataFrame(
    {
        "amount": [1.26, 150.0, None],
        "status": ["a-b", " Open ", None],
        "note": [None, "n", "m"],
        "code": ["A-1", "B-2-x", "q9"],
        "code2": ["1", "x", "3"],
        "flag": ["Yes", "no", "?"],
        "day": ["01.02.2024", "x", "30.02.2024"],
        "Order Total": [1, 2, 3],
        "created": [at("2024-01-05T10:20")] * 3,
        "closed": [at("2024-01-08T22:20")] * 3,
    }
)
MEANT = {
    "upper": ["A-B", " OPEN ", None],
    "lower": ["a-b", " open ", None],
    "trim": ["a-b", "Open", None],
    "length": [3, 6, None],
    "substring": ["a-b", " Op", None],
    "replace": ["a b", " Open ", None],
    "concat": ["a-b ", " Open  n", " m"],
    "split_part": ["1", "2", None],
    "contains": [False, False, None],
    "starts_with": [True, False, False],
    "ends_with": [False, False, True],
    "coalesce": ["a-b", "n", "m"],
    "nullif": ["a-b", " Open ", None],
    "if": ["small", "large", "small"],
    "abs": [1.26, 150.0, None],
    "round": [1.3, 150.0, None],
    "floor": [1.0, 150.0, None],
    "ceil": [2.0, 150.0, None],
    "least": [1.26, 100.0, 100.0],
    "greatest": [1.26, 150.0, 0.0],
    "number": [1.0, None, 3.0],
    "text": ["1.26", "150.0", None],
    "boolean": [True, False, None],
    "date": [at("2024-02-01T00:00"), None, None],
    "year": [2024] * 3,
    "month": [1] * 3,
    "day": [5] * 3,
    "hour": [10] * 3,
    "minute": [20] * 3,
    "weekday": [5] * 3,
    "days_between": [3.5] * 3,
    "hours_between": [84.0] * 3,
    "add_days": [at("2024-01-08T10:20")] * 3,
    "add_hours": [at("2024-01-05T22:20")] * 3,
}


def computed(text: str) -> list[object]:
    return FRAME.select(pl.repeat(None, 3), value=parse(text, FRAME.schema).expression)[
        "value"
    ].to_list()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_does_what_its_example_shows(name):
    example = FUNCTIONS[name].example
    assert computed(example) == MEANT[name]
    found = parse(example, FRAME.schema)
    values = FRAME.select(value=found.expression)["value"]
    assert kind_of(values.dtype) == found.kind


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("amount * 2 - 1", [1.52, 299.0, None]),
        ("\"Order Total\" >= 2 and not code2 = 'x'", [False, False, True]),
        ("case when amount > 100 then 'x' end", [None, "x", None]),
        ("status || '/' || code", ["a-b/A-1", " Open /B-2-x", None]),
        ('"Order Total" in (1, 3) or "Order Total" between 2 and 2', [True, True, True]),
        ("status is null", [False, False, True]),
        ("status is not null", [True, True, False]),
        ("code like 'B%'", [False, True, False]),
        ("code like '_9'", [False, False, True]),
        ("amount / 0", [None, None, None]),
        ('-"Order Total" % 2', [-1, 0, -1]),
        ("'it''s'", ["it's"] * 3),
    ],
)
def test_the_grammar_is_that_of_sql(text, values):
    assert (
        computed(text) == pytest.approx(values) if "amount *" in text else computed(text) == values
    )


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("", SettingError, "not empty"),
        ("floo(amount)", UnknownNameError, "Did you mean 'floor'"),
        ("amout + 1", UnknownNameError, "letter 1.*Did you mean 'amount'"),
        ("amount + status", SettingError, "letter 10: status is text, but a number is needed"),
        ("status > 3", SettingError, "sets text beside a number"),
        ("upper(status, 1)", SettingError, "as in upper"),
        ("upper(", SettingError, "cannot be understood"),
        ("'open", SettingError, "cannot be understood"),
        ("amount; drop table x", SettingError, "not one expression"),
        ("(select 1)", SettingError, "not allowed"),
        ("exists(select 1)", SettingError, "not allowed"),
        ("row_number() over ()", SettingError, "not allowed"),
        ("sum(amount)", UnknownNameError, "no function 'sum'"),
        ("now()", UnknownNameError, "no function 'now'"),
        ("__import__('os')", UnknownNameError, "no function"),
        ("amount::text", SettingError, "not allowed"),
        ("x.y", SettingError, "double quotes"),
        ("if(amount, 1, 2)", SettingError, "a condition is needed"),
        ("date(day, code)", SettingError, "single quotes"),
        ("((((" * 40, SettingError, "cannot be understood"),
        ("1" + "+1" * 500, SettingError, "nested too deeply"),
        ("1" + "+1" * 5_000, SettingError, "at most 4,000"),
    ],
)
def test_what_is_no_expression_of_ours_is_refused_with_its_place(text, error, said):
    with pytest.raises(error, match=f"(?s){said}"):
        parse(text, FRAME.schema)


@given(st.text(max_size=60) | st.text(alphabet="amountsde()'\"+-*/<>=, 019%|;.", max_size=60))
def test_any_text_is_understood_or_refused(text):
    try:
        found = parse(text, FRAME.schema)
    except MindzieError:
        return
    assert FRAME.select(pl.repeat(None, 3), value=found.expression).height == 3


@pytest.mark.parametrize(
    ("form", "what"), [("%Q", "%Q means nothing"), ("day", "it has no letters such as %Y")]
)
def test_an_unknown_form_of_dates_is_refused_with_its_place(form: str, what: str) -> None:
    with pytest.raises(SettingError, match=f"letter 16: '{form}' is not a date format: {what}"):
        parse(f"year(date(day, '{form}'))", {"day": pl.String})


def test_fractions_of_seconds_are_read_as_python_writes_them() -> None:
    for mark in ".,":
        frame = pl.DataFrame({"day": [f"13.02.2024 10:11:12{mark}25"]})
        found = parse(f"date(day, '%d.%m.%Y %H:%M:%S{mark}%f')", frame.schema)
        assert frame.select(found.expression).item().microsecond == 250_000
        step = FormatDate(column="day", form=f"%d.%m.%Y %H:%M:%S{mark}%f")
        assert step.applied(frame)[0].item().microsecond == 250_000
    with pytest.raises(SettingError, match="%f must follow a point or a comma"):
        parse("date(day, '%Y%m%d%H%M%S%f')", frame.schema)
