"""Parameters: read from the notebook, unknown ones refused, text converted."""

from __future__ import annotations

import pytest

from mindzie.core.errors import SettingError, SourceError, UnknownNameError
from mindzie.investigations.parameters import declared, given

CELL = """
# A data set.
dataset: str | None = None
cases: int = 5
share = 0.5
live: bool = True
filters: list[dict] = []
names: "list[str]" = []
anything = None
region = "North"
unit: Literal["day", "week"] | None = "day"
level: Literal[1, 2] = 1
"""
PARAMETERS = declared(
    {
        "cells": [
            {"metadata": {"tags": ["parameters"]}, "source": CELL},
            {"metadata": {}, "source": "other = 1"},
        ]
    }
)


def converted(**values):
    return given(PARAMETERS, values, "t.ipynb")


def test_every_parameter_is_found_whatever_its_annotation():
    assert [p.name for p in PARAMETERS] == [
        "dataset",
        "cases",
        "share",
        "live",
        "filters",
        "names",
        "anything",
        "region",
        "unit",
        "level",
    ]
    assert PARAMETERS[1].default == 5


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("dataset", "0012", "0012"),
        ("dataset", "None", None),
        ("cases", "12", 12),
        ("share", "0.25", 0.25),
        ("live", "no", False),
        ("filters", '[{"op": "sample"}]', [{"op": "sample"}]),
        ("names", '["a", "b"]', ["a", "b"]),
        ("anything", "[1, 2]", [1, 2]),
        ("anything", "2025-01-01", "2025-01-01"),
        ("region", "12", "12"),
        ("region", "null", "null"),
        ("unit", "week", "week"),
        ("unit", "None", None),
        ("level", "2", 2),
    ],
)
def test_text_becomes_what_the_cell_declares(name, text, value):
    assert converted(**{name: text}) == {name: value}


def test_a_choice_takes_nothing_else():
    with pytest.raises(SettingError, match=r"'unit'.*'month'"):
        converted(unit="month")


def test_an_unknown_parameter_names_the_nearest():
    with pytest.raises(
        UnknownNameError, match=r"no parameter 'case' in t\.ipynb\. Did you mean 'cases'"
    ):
        converted(case="1")


def test_a_value_that_does_not_fit_is_refused_with_its_name():
    with pytest.raises(SettingError, match="'cases' is 'many'"):
        converted(cases="many")


def test_a_cell_of_parameters_that_is_not_python_is_said():
    with pytest.raises(SourceError, match="line 2: '%matplotlib inline'"):
        declared(
            {
                "cells": [
                    {"metadata": {"tags": ["parameters"]}, "source": "a = 1\n%matplotlib inline"}
                ]
            }
        )


def test_an_annotation_that_is_not_python_takes_anything():
    source = "text: 'one of (' = 'a'"
    (found,) = declared({"cells": [{"metadata": {"tags": ["parameters"]}, "source": source}]})
    assert found.convert("[1]") == [1]


@pytest.mark.parametrize(
    ("source", "default"),
    [
        ("x = {[1]: 2}", None),
        ("x = {{}}", None),
        ("x: Literal[()] = 1", 1),
        ("x: dict[int] = {}", {}),
        ("x: list[int, str] = []", []),
    ],
)
def test_what_python_itself_would_refuse_takes_anything(source, default):
    (found,) = declared({"cells": [{"metadata": {"tags": ["parameters"]}, "source": source}]})
    assert (found.default, found.convert("[1]")) == (default, [1])
