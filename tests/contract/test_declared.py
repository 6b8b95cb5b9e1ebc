"""What every operation says of itself: no log is needed."""

from __future__ import annotations

import doctest
import inspect
import json
import sys

import pytest

import mindzie as mz
from mindzie.core.errors import SettingError
from mindzie.core.operation import Operation
from mindzie.operations import calculators, enrichments, filters, load, operations

FAMILIES = {"filters": filters, "calculators": calculators, "enrichments": enrichments}
every = pytest.mark.parametrize("cls", operations(), ids=lambda cls: f"{cls.kind}-{cls.id}")


def example(cls: type[Operation]) -> Operation:
    return cls(**cls.example)


@every
def test_documented(cls: type[Operation]) -> None:
    first = cls.description()
    assert first[:1].isupper(), first
    assert first.endswith("."), first
    assert cls.__doc__ != (inspect.getmro(cls)[1].__doc__ or "")
    for name, field in cls.model_fields.items():
        assert field.description, f"{cls.__name__}.{name} is not described"
        assert field.description.strip().endswith((".", "?")), (
            f"{cls.__name__}.{name}: {field.description}"
        )


@every
def test_examples_in_the_docstring_run(cls: type[Operation]) -> None:
    names = {**vars(sys.modules[cls.__module__]), **FAMILIES, "mz": mz}
    [found] = doctest.DocTestFinder(recurse=False).find(cls, cls.__name__, globs=names)
    assert found.examples, f"{cls.__name__} shows no example"
    said: list[str] = []
    results = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(found, out=said.append)
    assert not results.failed, "".join(said)


@every
def test_reached_by_its_family(cls: type[Operation]) -> None:
    family = FAMILIES[f"{cls.kind}s"]
    if cls.__module__.startswith("mindzie."):
        assert getattr(family, cls.__name__) is cls
        assert cls.__name__ in family.__all__


@every
def test_json_round_trip(cls: type[Operation]) -> None:
    operation = example(cls)
    stored = operation.to_json()
    assert stored["kind"] == cls.kind
    assert stored["op"] == cls.id
    assert set(stored["settings"]) == set(cls.model_fields), "all settings are stored"
    text = json.dumps(stored, allow_nan=False)
    assert load(text) == operation
    assert load(text).to_json() == stored
    assert load(json.loads(text), cls.kind) == operation
    assert json.loads(text)["settings"] == stored["settings"], "JSON's own types alone"


@every
def test_hashable_and_unchangeable(cls: type[Operation]) -> None:
    operation = example(cls)
    assert hash(operation) == hash(example(cls))
    assert operation == example(cls)
    assert len({operation, example(cls)}) == 1
    for name in (*cls.model_fields, "colour"):
        with pytest.raises((ValueError, AttributeError)):
            setattr(operation, name, None)


@every
def test_repr_is_python_that_makes_an_equal_value(cls: type[Operation]) -> None:
    operation = example(cls)
    names = {**FAMILIES, "mz": mz}
    assert eval(repr(operation), dict(names)) == operation
    assert eval(cls.example_text(), dict(names)) == operation


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        (filters.CaseDuration(max="30 d"), "filters.CaseDuration(max='30 d')"),
        (filters.CaseDuration(min="90 min"), "filters.CaseDuration(min='1 h 30 min')"),
        (
            enrichments.Add(name="A", attributes="Wait", constant="2 h"),
            "enrichments.Add(name='A', attributes=('Wait',), constant='2 h')",
        ),
        (
            enrichments.DurationCategory(name="Pace", limits=("PT0.000001S", "1 d", "2 d")),
            "enrichments.DurationCategory(name='Pace', limits=('1 us', '1 d', '2 d'))",
        ),
    ],
    ids=["days", "minutes", "constant", "several"],
)
def test_python_shows_durations_as_people_type_them(operation: Operation, said: str) -> None:
    assert repr(operation) == said
    assert eval(said, dict(FAMILIES)) == operation
    assert "P" in json.dumps(operation.to_json()["settings"]).replace("Pace", ""), "JSON stays ISO"


TITLES = {
    filters.CaseSize(min=1): "Cases of at least 1 event",
    filters.CaseSize(min=1, max=1): "Cases of 1 event",
    filters.CaseSize(max=9119): "Cases of at most 9\u202f119 events",
    filters.CasesWithActivity(activities="Ship", max_occurrences=1): "Cases with Ship 1 time",
    filters.Sample(n=1): "Sample of 1 case",
    enrichments.Add(
        name="Sum", attributes="Wait", constant="90 min"
    ): "Sum: Wait + 1 h 30 min added up",
    filters.Sample(share=0.1): "Sample of 10 % of cases",
    filters.VariantsTop(threshold=1): "Cases of the most frequent variant",
    filters.ActivityFrequency(min_share=0.125): "Events of activities in at least 12.5 % of cases",
    filters.CasesWithAttribute(attribute="Note", values=""): 'Cases where Note is ""',
    filters.CasesWithAttribute(attribute="Express", values=True): "Cases where Express is yes",
    filters.TimePeriod(start="-30 d", mode="started"): ("Cases that started from 30 d ago on"),
    filters.TimePeriod(start="-3 month", end="now", mode="started"): (
        "Cases that started in the last 3 months"
    ),
    filters.TimePeriod(start="start of month -1", end="start of month", mode="started"): (
        "Cases that started between the start of last month and the start of this month"
    ),
    filters.TimePeriod(end="-1 month", mode="started"): "Cases that started until 1 month ago",
    calculators.Variants(top=1): "The commonest variant",
    calculators.Variants(top=None): "All variants",
    calculators.AggregateValue(attribute="Cost", aggregation="p90"): "90th percentile of Cost",
    calculators.AggregateValue(attribute="Team", aggregation="distinct"): (
        "Number of different values of Team"
    ),
    enrichments.CountActivities(name="N", activities="Ship"): "N: how often Ship happened",
}


@pytest.mark.parametrize(("operation", "title"), TITLES.items(), ids=TITLES.values())
def test_titles_are_grammatical(operation: Operation, title: str) -> None:
    assert operation.title == title


@every
def test_refuses_what_it_does_not_know(cls: type[Operation]) -> None:
    with pytest.raises(SettingError, match="no setting 'qqqqqq'"):
        cls(**{**cls.example, "qqqqqq": 1})
    for name in cls.model_fields:
        with pytest.raises(SettingError, match=f"no setting '{name}x'.*Did you mean '"):
            cls(**{**cls.example, f"{name}x": 1})
    for name, field in cls.model_fields.items():
        if field.is_required():
            rest = {key: value for key, value in cls.example.items() if key != name}
            with pytest.raises(SettingError, match=name):
                cls(**rest)


@every
def test_title_is_a_sentence(cls: type[Operation]) -> None:
    title = example(cls).title
    assert title.strip() == title
    assert title[:1].upper() == title[:1]
    assert not set(title) & set("{}<>[]"), title
    assert "None" not in title, title
    assert "  " not in title
    assert "(" not in title or ")" in title
    if "keep" in cls.model_fields:
        removed = cls(**{**cls.example, "keep": False})
        assert removed.title != cls(**{**cls.example, "keep": True}).title, (
            "the title must tell keep from remove"
        )


@every
def test_json_schema_makes_a_form(cls: type[Operation]) -> None:
    schema = cls.model_json_schema()
    assert schema["type"] == "object"
    assert schema.get("additionalProperties") is False
    properties = schema.get("properties", {})
    assert set(properties) == set(cls.model_fields)
    for name, offered in properties.items():
        assert offered.get("description"), f"{cls.__name__}.{name}"
        assert offered.keys() & {
            "type",
            "anyOf",
            "oneOf",
            "$ref",
            "enum",
            "const",
            "allOf",
            "x-mindzie",
        }, name
    json.dumps(schema)
    assert set(cls.main_settings) <= set(cls.model_fields)
    assert set(cls.example) <= set(cls.model_fields)


def test_ids_are_unlike_in_their_kind() -> None:
    ids = [(cls.kind, cls.id) for cls in operations()]
    assert len(set(ids)) == len(ids)
    assert all(op.replace("_", "").isalnum() and op.islower() for _, op in ids)
