"""What every operation answers: on both engines, for any log, whatever its names and however its files lie."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest

from mindzie.core.errors import MindzieError, UnknownNameError, WrongTypeError
from mindzie.core.log import EventLog
from mindzie.core.operation import Operation
from mindzie.operations import load, operations
from tests.contract.comparing import answer, assert_same, figures, plain
from tests.contract.conftest import Logs
from tests.contract.log import ACTIVITIES, ATTRIBUTES, ODD

ENGINES = ("polars", "duckdb")
BY_NAMES = {"standard_checker"}
"""Operations whose very question is what things are called."""


def each(*classes: type[Operation]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "cls",
        # one worker asks one operation everything, so that answers are computed once
        [pytest.param(cls, marks=pytest.mark.xdist_group(cls.id)) for cls in classes],
        ids=[f"{cls.kind}-{cls.id}" for cls in classes],
    )


every = each(*operations())
by_any_name = each(*(cls for cls in operations() if cls.id not in BY_NAMES))
on_each_engine = pytest.mark.parametrize("engine", ENGINES)
keeping = pytest.mark.parametrize(
    "cls",
    [cls for cls in operations("filter") if "keep" in cls.model_fields],
    ids=lambda cls: cls.id,
)


def example(cls: type[Operation]) -> Any:
    return cls(**cls.example)


def walked(value: Any, change: Any) -> Any:
    """Change every text of a JSON value."""
    if isinstance(value, dict):
        return {walked(key, change): walked(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [walked(item, change) for item in value]
    return change(value) if isinstance(value, str) else value


@every
@on_each_engine
def test_example_fits_the_log_and_leaves_it_alone(
    cls: type[Operation], engine: str, contract_logs: Logs
) -> None:
    log = contract_logs(engine)
    before = log.fingerprint, log.recipe, log.attribute_list
    shown = contract_logs.figures(engine)
    operation = example(cls)
    made = operation.apply(log)
    assert (log.fingerprint, log.recipe, log.attribute_list) == before
    assert_same(figures(log), shown)
    if isinstance(made, EventLog):
        assert made.recipe == (operation,)
        assert made.fingerprint == log.fingerprint
        assert made.engine == engine
    else:
        assert made.title[:1].isupper()
        said = json.loads(json.dumps(made.to_json(), allow_nan=False))
        assert said["provenance"]["operation"] == operation.to_json()
        assert said["provenance"]["fingerprint"] == log.fingerprint
        assert made.to_arrow().num_rows == made.to_polars().height


@every
def test_engines_agree(cls: type[Operation], contract_logs: Logs) -> None:
    operation = example(cls)
    polars, duckdb = (contract_logs.answer(operation, engine) for engine in ENGINES)
    assert_same(polars, duckdb)


@every
@on_each_engine
def test_row_order_of_files_does_not_matter(
    cls: type[Operation], engine: str, contract_logs: Logs
) -> None:
    operation = example(cls)
    stored = contract_logs.answer(operation, engine)
    assert_same(stored, contract_logs.answer(operation, engine, "shuffled"))


@by_any_name
@on_each_engine
def test_names_do_not_matter(cls: type[Operation], engine: str, contract_logs: Logs) -> None:
    named = {*ACTIVITIES, *ATTRIBUTES}
    odd = walked(example(cls).to_json(), lambda text: ODD + text if text in named else text)
    found = answer(load(odd), contract_logs.renamed(engine))
    found = walked(found, lambda text: text.replace(ODD, ""))
    assert_same(contract_logs.answer(example(cls), engine), found)


@every
def test_no_case_left(cls: type[Operation], contract_logs: Logs) -> None:
    polars, duckdb = (contract_logs.answer(example(cls), e, "nothing_left") for e in ENGINES)
    json.dumps(polars, allow_nan=False)
    assert_same(polars, duckdb)
    if cls.kind != "calculator":
        assert (polars["case_count"], polars["event_count"], polars["variant_count"]) == (0, 0, 0)
        assert polars["activities"] == ()


@every
@on_each_engine
def test_a_log_without_rows(cls: type[Operation], engine: str, contract_logs: Logs) -> None:
    # it cannot know the names and levels of what it never had
    with suppress(UnknownNameError, WrongTypeError):
        contract_logs.answer(example(cls), engine, "empty")


@every
def test_one_event(cls: type[Operation], contract_logs: Logs) -> None:
    assert {contract_logs.one_event(engine).event_count for engine in ENGINES} == {1}
    polars, duckdb = (contract_logs.answer(example(cls), e, "one_event") for e in ENGINES)
    assert_same(polars, duckdb)


@keeping
@on_each_engine
def test_keep_and_remove_are_the_whole(cls: Any, engine: str, contract_logs: Logs) -> None:
    log = contract_logs(engine)
    keys = ("case", "activity", "time", "start_time")
    whole = log.collect(log.rel.events.select(*keys)).rows()
    parts = [log.filter(cls(**{**cls.example, "keep": keep})) for keep in (True, False)]
    rows = [part.collect(part.rel.events.select(*keys)).rows() for part in parts]
    assert sorted(rows[0] + rows[1]) == sorted(whole)
    if hasattr(cls, "matching"):
        cases = [set(part.cases["case_id"]) for part in parts]
        assert not cases[0] & cases[1]
        assert cases[0] | cases[1] == set(log.cases["case_id"])


@every
def test_unknown_names_are_refused_with_the_nearest(
    cls: type[Operation], contract_logs: Logs
) -> None:
    named = {*ACTIVITIES, *ATTRIBUTES}
    stored = example(cls).to_json()
    wrong = walked(stored, lambda text: text + "q" if text in named else text)
    if wrong == stored:
        return  # it names nothing of the log
    log = contract_logs("polars")
    with pytest.raises(MindzieError) as caught:
        load(wrong).apply(log)
    assert "q'" in str(caught.value)


def test_the_log_itself_is_the_same_on_both_engines(contract_logs: Logs) -> None:
    assert_same(contract_logs.figures("polars"), contract_logs.figures("duckdb"))
    for shape in ("__call__", "shuffled", "one_event", "nothing_left", "empty"):
        polars, duckdb = (getattr(contract_logs, shape)(engine) for engine in ENGINES)
        assert_same(plain(polars.attributes), plain(duckdb.attributes))
    assert plain(contract_logs("polars").cases)["rows"]
