"""What the browser may say, what it is answered, and what is refused."""

from __future__ import annotations

import json
import re

import polars as pl
import pytest

import mindzie as mz
from mindzie import calculators
from mindzie.core.errors import SettingError
from mindzie.core.log import EventLog
from mindzie.core.spreadsheets import csv_text
from mindzie.widgets.messages import MOST_CHARACTERS, read_message
from mindzie.widgets.post import Post

REGION = {
    "kind": "filter",
    "op": "cases_with_attribute",
    "settings": {"attribute": "Region", "values": ["West"]},
}


@pytest.fixture(scope="module")
def log() -> EventLog:
    return mz.demo("order-to-cash", cases=300, seed=1)


class Browser:
    """Sends messages as a page does."""

    def __init__(self, studio, page="page"):
        self.studio, self.page, self.last, self.got = studio, page, 0, 0

    def ask(self, **message):
        self.last += 1
        letter = {"id": self.last, **message}
        self.studio.set_state({"asked": {"page": self.page, "got": self.got, "messages": [letter]}})
        answers = [
            told
            for told in self.studio.told
            if told["page"] == self.page and told["id"] == self.last
        ]
        assert len(answers) == 1, answers
        self.got = answers[0]["seq"]
        json.dumps(answers, allow_nan=False)
        return answers[0]

    def value(self, **message):
        answer = self.ask(**message)
        assert "error" not in answer, answer
        return answer["result"]["value"]


@pytest.fixture
def studio(log):
    made = mz.Studio(log)
    yield made
    made.close()


@pytest.fixture
def visitor(studio):
    return Browser(studio)


def test_filters_come_edited_moved_switched_and_go(visitor, studio, log):
    visitor.ask(do="add_filter", operation=REGION)
    visitor.ask(do="add_filter", operation={"kind": "filter", "op": "rework", "settings": {}})
    visitor.ask(do="move_filter", place=1, to=0)
    assert [card["operation"]["op"] for card in studio.shown["filters"]] == [
        "rework",
        "cases_with_attribute",
    ]
    visitor.ask(do="switch_filter", place=0, on=False)
    assert len(studio.filters) == 1
    north = {**REGION, "settings": {"attribute": "Region", "values": ["North"]}}
    visitor.ask(do="edit_filter", place=1, operation=north)
    assert studio.log.case_count == (log.cases["Region"] == "North").sum()
    visitor.ask(do="remove_filter", place=1)
    visitor.ask(do="undo")
    assert studio.log.case_count == (log.cases["Region"] == "North").sum()


HOSTILE = [
    None, "undo", 7, [], {}, {"do": "exec", "code": "1"}, {"do": "__class__"}, {"do": ["undo"]},
    {"do": "add_filter"}, {"do": "add_filter", "operation": "DROP TABLE events"},
    {"do": "add_filter", "operation": {"op": "no_such"}}, {"do": "add_filter", "operation": REGION, "place": -1},
    {"do": "add_filter", "operation": REGION, "place": 99}, {"do": "add_filter", "operation": REGION, "also": 1},
    {"do": "add_filter", "operation": {"kind": "calculator", "op": "case_count", "settings": {}}},
    {"do": "add_filter", "operation": {**REGION, "settings": {"attribute": "Region; --", "values": ["x"]}}},
    {"do": "add_filter", "operation": {**REGION, "settings": {"attribute": {"$ne": 1}, "values": []}}},
    {"do": "remove_filter", "place": "0"}, {"do": "remove_filter", "place": 0}, {"do": "remove_filter", "place": True},
    {"do": "move_filter", "place": 0, "to": 1e9}, {"do": "tab", "tab": "../etc"}, {"do": "tab", "tab": "result:0"},
    {"do": "rows", "view": "result"}, {"do": "rows", "view": "events"}, {"do": "rows", "view": "cases", "limit": 10**9},
    {"do": "rows", "view": "cases", "sort": "1; select"}, {"do": "rows", "view": "cases", "offset": -5},
    {"do": "case", "case": "no such"}, {"do": "case", "case": {"a": 1}}, {"do": "drill", "view": "durations", "row": 10**6},
    {"do": "offer", "pick": "value", "attribute": "no such"}, {"do": "offer", "pick": "file"},
    {"do": "rows", "view": "cases", "offset": 2**70}, {"do": "drill", "view": "durations", "row": 2**70},
    {"do": "map", "changes": {"selection": [1]}}, {"do": "map", "changes": {"path_share": 10**400}},
    {"do": "map", "changes": {"measure": "os.system"}}, {"do": "map", "changes": {"activity_share": 7}},
    {"do": "map", "changes": {"choice": {"action": "rm", "selection": {"activity": "Ship goods"}}}},
    {"do": "map", "which": "result", "changes": {"measure": "cases"}}, {"do": "preview", "operation": {"op": "python"}},
]  # fmt: skip


@pytest.mark.parametrize("hostile", HOSTILE, ids=[f"{at}" for at in range(len(HOSTILE))])
def test_hostile_messages_change_nothing_and_are_answered(studio, visitor, hostile):
    before = studio.shown
    if isinstance(hostile, dict):
        answer = visitor.ask(**hostile)
        assert "error" in answer or studio.map["error"], answer
        said = answer.get("error", "") or studio.map["error"]
        assert not re.search(r"Traceback|[A-Z]\w*Error", said), said
    else:
        studio.set_state({"asked": {"page": "p", "got": 0, "messages": [hostile]}})
        studio.set_state({"asked": hostile})
    assert studio.shown == before
    assert studio.filters == ()


def test_the_browser_sets_nothing_but_its_letters(studio):
    before = studio.shown
    studio.set_state(
        {
            "shown": {"tab": "map"},
            "filters": ["x"],
            "log": 1,
            "height": 1,
            "map": {},
            "_esm": "alert(1)",
        }
    )
    assert studio.shown == before
    assert studio.height is None
    assert studio.map["view"]["nodes"]


def test_too_long_and_too_deep_messages_are_refused():
    with pytest.raises(SettingError, match="too long"):
        read_message({"do": "tab", "tab": "x" * MOST_CHARACTERS})
    deep: dict[str, object] = {}
    for _ in range(20_000):
        deep = {"operation": deep}
    with pytest.raises(SettingError):
        read_message({"do": "add_filter", "operation": deep})


def test_each_message_counts_once_and_answers_stay_until_acknowledged(studio):
    letters = [{"id": 1, "do": "add_filter", "operation": REGION}, {"id": 2, "do": "undo"}]
    for _ in range(3):
        studio.set_state({"asked": None})
        studio.set_state({"asked": {"page": "one", "got": 0, "messages": letters}})
    assert [told["id"] for told in studio.told] == [1, 2]
    assert studio.shown["can"] == {"undo": False, "redo": True, "save": False}
    studio.set_state({"asked": {"page": "one", "got": 2, "messages": [{"id": 3, "do": "redo"}]}})
    assert [told["id"] for told in studio.told] == [3]
    assert len(studio.filters) == 1


def test_two_pages_are_told_apart(studio):
    one, two = Browser(studio, "one"), Browser(studio, "two")
    one.ask(do="add_filter", operation=REGION)
    two.ask(do="undo")
    assert studio.filters == ()


def test_rows_come_in_pages_sorted_and_searched(visitor, log):
    made = visitor.value(do="rows", view="cases", sort="case_duration", descending=True, limit=5)
    names = [column["name"] for column in made["columns"]]
    durations = [row[names.index("case_duration")] for row in made["rows"]]
    assert durations == sorted(durations, reverse=True)
    assert durations[0] == log.cases["case_duration"].max().total_seconds()
    assert (made["total"], made["all"]) == (300, 300)
    found = visitor.value(do="rows", view="cases", search="west", limit=500)
    assert found["total"] == len(found["rows"]) >= (log.cases["Region"] == "West").sum()
    last = visitor.value(do="rows", view="cases", offset=299, limit=100)
    assert len(last["rows"]) == 1


def test_variants_come_with_names_shares_and_durations(visitor, log):
    made = visitor.value(do="rows", view="variants", limit=3)
    reference = log.calculate(calculators.Variants(measures=("median", "mean")))
    names = [column["name"] for column in made["columns"]]
    assert made["rows"][0][names.index("activities")] == reference["activities"][0].to_list()
    assert made["rows"][0][names.index("cases")] == reference["cases"][0]


def test_csv_runs_no_formulas(visitor, log):
    made = visitor.value(do="csv", view="cases", search="")
    assert made["text"].count("\n") == 301
    assert made["name"] == "cases.csv"


def test_a_case_opens_with_waiting_and_service(visitor, log):
    case = log.cases["case_id"][0]
    story = visitor.value(do="case", case=case)
    events = log.events.to_polars().filter(log.events["case_id"] == case)
    assert [event["activity"] for event in story["events"]] == events["activity"].to_list()
    assert story["events"][0]["wait"] is None
    assert all(event["service"] >= 0 for event in story["events"])
    assert {"Region", "case_duration"} <= {fact["name"] for fact in story["attributes"]}


def test_pickers_offer_what_the_filters_before_leave(visitor, log):
    visitor.ask(do="add_filter", operation=REGION)
    all_values = visitor.value(do="offer", pick="value", attribute="Region", place=0)
    left = visitor.value(do="offer", pick="value", attribute="Region")
    assert sum(item["cases"] for item in all_values["items"]) == 300
    assert [item["value"] for item in left["items"]] == ["West"]
    activities = visitor.value(do="offer", pick="activity", place=0, search="SHIP")
    assert "Ship goods" in [item["value"] for item in activities["items"]]
    dates = visitor.value(do="offer", pick="attribute", types=["date"], level="case")
    assert "Invoice due date" in [item["value"] for item in dates["items"]]
    amounts = visitor.value(do="offer", pick="value", attribute="Order amount")
    assert amounts["range"][0] <= amounts["items"][0]["value"] <= amounts["range"][1]


def test_a_preview_tells_what_would_be_left_and_changes_nothing(visitor, studio, log):
    made = visitor.value(do="preview", operation=REGION)
    assert made["cases"] == (log.cases["Region"] == "West").sum()
    assert made["of_cases"] == 300
    assert "Region" in made["title"]
    assert studio.filters == ()


def test_a_bar_becomes_the_filter_of_its_cases(visitor, studio):
    data = visitor.value(do="durations")
    bar = max(range(len(data["counts"])), key=data["counts"].__getitem__)
    visitor.ask(do="drill", view="durations", row=bar)
    assert studio.log.case_count == data["counts"][bar]
    assert studio.shown["filters"][0]["operation"]["op"] == "case_duration"


def test_every_kind_of_result_is_shown(visitor, studio):
    shown = {}
    for op in ("case_count", "cases_over_time", "activity_statistics", "process_map"):
        visitor.ask(do="set_result", operation={"kind": "calculator", "op": op, "settings": {}})
        shown[op] = visitor.value(do="result")
    assert shown["case_count"]["value"] == 300
    assert shown["cases_over_time"]["axis"] == "period"
    assert shown["activity_statistics"]["kind"] == "table"
    assert shown["process_map"]["map"]["view"]["nodes"]
    assert studio.shown["tab"] == "result:3"
    assert (
        visitor.ask(do="map", which="result", changes={"measure": "cases"})["result"]["measure"]
        == "cases"
    )


def test_clicks_on_the_map_become_filters(visitor, studio, log):
    selection = {"activity": studio.map["view"]["nodes"][3]["name"]}
    visitor.ask(do="map", changes={"selection": selection})
    assert studio.selection == selection
    visitor.ask(
        do="map", changes={"choice": {"action": "remove_cases", "selection": selection, "at": 1}}
    )
    assert studio.log.recipe[-1].id == "cases_with_activity"
    assert 300 - studio.log.case_count > 0
    visitor.ask(do="map", changes={"activity_share": 1.0, "path_share": 1.0})
    kept = studio.map["view"]["kept"]
    assert kept["activities"][0] == kept["activities"][1]


def test_an_error_of_a_form_says_what_to_do(visitor):
    answer = visitor.ask(
        do="preview", operation={**REGION, "settings": {"attribute": "Regoin", "values": ["West"]}}
    )
    assert "Did you mean 'Region'?" in answer["error"]


def test_csv_runs_no_formulas_in_lists_and_names():
    frame = pl.DataFrame({"=2+2": [["=cmd", "Pay"]]})
    assert csv_text(frame).splitlines() == ["'=2+2", "'=cmd → Pay"]


def test_answers_that_nobody_takes_keep_no_more_than_some_megabytes():
    told = []
    post = Post(lambda answers: told.append(list(answers)))
    for number in range(1, 31):
        post.hear({"page": "gone", "got": 0, "messages": [{"id": number}]})
        post.answer("gone", number, "x" * 2_000_000, None)
    assert len(json.dumps(told[-1])) < 17_000_000
    assert [answer["id"] for answer in told[-1]] == list(range(1, 31))
    assert "Ask again" in told[-1][0]["error"]
    assert len(told[-1][-1]["result"]) == 2_000_000
    post.answer("gone", 31, "x" * 40_000_000, None)
    assert len(told[-1][-1]["result"]) == 40_000_000
    assert len(json.dumps(told[-1])) < 41_000_000
    post.hear({"page": "gone", "got": 31, "messages": []})
    post.answer("here", 1, "small", None)
    assert [answer["result"] for answer in told[-1]] == ["small"]
