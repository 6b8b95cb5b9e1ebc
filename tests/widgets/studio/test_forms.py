"""Forms follow the operations: every setting of every operation has a control."""

from __future__ import annotations

import asyncio
import threading

import pytest

from mindzie.core.errors import CancelledError
from mindzie.operations import operations
from mindzie.widgets.studio.forms import catalogue, form
from mindzie.widgets.studio.work import Work

CONTROLS = {
    "activity", "attribute", "value", "variant", "case", "duration", "date", "moment", "calendar", "operation", "choice", "flag",
    "keep", "integer", "number", "text", "json",
}  # fmt: skip


@pytest.mark.parametrize(
    "cls",
    [*operations("filter"), *operations("calculator")],
    ids=lambda cls: f"{cls.kind}-{cls.id}",
)
def test_every_setting_has_a_control_and_help(cls):
    made = form(cls)
    fields = {field["name"]: field for field in made["fields"]}
    assert fields.keys() == cls.model_fields.keys()
    assert {field["control"] for field in fields.values()} <= CONTROLS
    assert all(field["help"] for field in fields.values()), made
    assert all(field["main"] for field in fields.values() if field["required"])
    assert made["help"]


def test_controls_follow_the_marks():
    fields = {
        field["name"]: field
        for made in catalogue("filter")
        if made["op"] == "cases_with_attribute"
        for field in made["fields"]
    }
    assert fields["attribute"]["control"] == "attribute"
    assert (fields["values"]["control"], fields["values"]["of"], fields["values"]["many"]) == (
        "value",
        "attribute",
        True,
    )
    assert fields["comparison"]["control"] == "choice"
    assert fields["keep"]["control"] == "keep"
    duration = {
        field["name"]: field
        for made in catalogue("filter")
        if made["op"] == "case_duration"
        for field in made["fields"]
    }
    assert (duration["min"]["control"], duration["min"]["optional"]) == ("duration", True)
    nested = {
        field["name"]: field
        for made in catalogue("filter")
        if made["op"] == "any_of"
        for field in made["fields"]
    }
    assert (nested["filters"]["control"], nested["filters"]["many"], nested["filters"]["kind"]) == (
        "operation",
        True,
        "filter",
    )


@pytest.mark.parametrize("op", ["cases_with_attribute", "events_with_attribute"])
def test_comparisons_follow_the_type(op):
    made = next(made for made in catalogue("filter") if made["op"] == op)
    fields = {field["name"]: field for field in made["fields"]}
    comparison, values = fields["comparison"], fields["values"]
    nulls = {"is_null", "is_not_null"}
    orders = {"less", "at_most", "more", "at_least", "between"}
    typed = {"equals", "not_equals", *orders, *nulls}
    parts = {"begins_with", "ends_with", "contains", "matches"}
    assert comparison["of"] == values["of"] == "attribute"
    assert {kind: set(fitting) for kind, fitting in comparison["fitting"].items()} == {
        "text": {"equals", "not_equals", "one_of", *parts, *nulls},
        "number": typed,
        "duration": typed,
        "date": typed,
        "boolean": {"is_true", "is_false", *nulls},
    }
    assert values["by"] == "comparison"
    assert values["typed"] == {"number": "number", "date": "date", "duration": "duration"}
    assert values["needed"].keys() == set(comparison["options"])
    asked = ("between", "equals", "is_true", "one_of")
    assert [values["needed"][name] for name in asked] == [2, 1, 0, None]


def test_newer_work_drops_older_and_cancel_drops_all():
    async def scene():
        told, answers, gate = [], [], threading.Event()
        work = Work(told.append)

        def slow(job):
            job.step("Working", 0.5)
            gate.wait(10)
            return "old"

        work.submit("figures", slow, lambda made, error: answers.append((made, type(error))))
        await asyncio.sleep(0.05)
        work.submit(
            "figures", lambda _job: "new", lambda made, error: answers.append((made, type(error)))
        )
        gate.set()
        while len(answers) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert answers == [(None, CancelledError), ("new", type(None))]
        assert told[0].words == "Working"
        assert told[-1] is None
        gate.clear()
        work.submit("rows", slow, lambda made, error: answers.append((made, type(error))))
        await asyncio.sleep(0.05)
        assert work.cancel("rows")
        assert not work.cancel("rows")
        gate.set()
        while len(answers) < 3:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert answers[2] == (None, CancelledError)
        work.close()

    asyncio.run(scene())


def test_errors_of_work_are_handed_on():
    answers = []

    def broken(_job):
        message = "no"
        raise ValueError(message)

    Work(lambda _job: None).submit(
        "x", broken, lambda made, error: answers.append((made, str(error)))
    )
    assert answers == [(None, "no")]
