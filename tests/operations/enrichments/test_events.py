"""Activities get other names, the clock stops."""

from datetime import UTC, datetime

import pytest

from mindzie import calculators, enrichments, filters
from mindzie.core.errors import SettingError, UnknownNameError
from tests.operations.enrichments.conftest import HOUR, MONDAY, Make, column, event_column

CASES = {"1": "Order 0, Pick 3, Pack 5, Ship 6", "2": "Order 1, Ship 9"}


def edges(log: object) -> set[tuple[object, ...]]:
    table = log.calculate(calculators.ProcessMap()).edges
    return set(zip(table["from_activity"], table["to_activity"], table["events"], strict=True))


def test_names_that_become_one_are_neighbours_of_themselves(make: Make) -> None:
    log = make(CASES)
    mapping = {"Pick": "Prepare", "Pack": "Prepare"}
    renamed = log.enrich(enrichments.RenameActivities(mapping=mapping))
    assert set(renamed.activities) == {"Order", "Prepare", "Ship"}
    assert event_column(renamed, "activity")[:3] == ["Order", "Prepare", "Prepare"]
    assert column(renamed, "has_rework") == {"1": True, "2": False}
    assert edges(renamed) == {
        (None, "Order", 2),
        ("Order", "Prepare", 1),
        ("Prepare", "Prepare", 1),
        ("Prepare", "Ship", 1),
        ("Order", "Ship", 1),
        ("Ship", None, 2),
    }
    assert set(log.activities) == {"Order", "Pick", "Pack", "Ship"}
    assert renamed.filter(filters.CasesWithActivity(activities="Prepare")).case_count == 1
    with pytest.raises(UnknownNameError):
        renamed.filter(filters.CasesWithActivity(activities="Pick"))


def test_variants_may_become_one(make: Make) -> None:
    log = make({"1": "A 0, B 1", "2": "A 5, C 6", "3": "A 9, C 10"})
    renamed = log.enrich(enrichments.RenameActivities(mapping={"B": "C"}))
    assert (log.variant_count, renamed.variant_count) == (2, 1)
    assert renamed.variants["cases"].to_list() == [3]
    assert column(renamed, "variant") == {"1": 1, "2": 1, "3": 1}
    assert column(renamed, "end_activity") == {"1": "C", "2": "C", "3": "C"}


def test_names_may_be_swapped(make: Make) -> None:
    renamed = make(CASES).enrich(
        enrichments.RenameActivities(mapping=(("Order", "Ship"), ("Ship", "Order")))
    )
    assert event_column(renamed, "activity") == ["Ship", "Pick", "Pack", "Order", "Ship", "Order"]
    assert column(renamed, "start_activity") == {"1": "Ship", "2": "Ship"}


def test_names_by_a_pattern(make: Make) -> None:
    step = enrichments.RenameActivities(pattern="^(P)..k$", replacement=r"\1 goods")
    assert event_column(make(CASES).enrich(step), "activity")[1:3] == ["P goods", "P goods"]
    assert step.title == r"Activities renamed: ^(P)..k$ to \1 goods"


def test_a_replacement_is_taken_as_it_stands(make: Make) -> None:
    for replacement, name in (
        ("$1 {x}", "$1 {x}"),
        (r"\g<last>\\\1", r"k\Pic"),
        (r"\0!", "Pick!"),
        ("事", "事"),
    ):
        step = enrichments.RenameActivities(pattern="^(Pic)(?P<last>k)$", replacement=replacement)
        assert name in make(CASES).enrich(step).activities


def test_no_pattern_takes_longer_than_the_names_do(make: Make) -> None:
    log = make({"1": "a" * 60 + "b 0"})
    renamed = log.enrich(enrichments.RenameActivities(pattern="(a+)+$", replacement="x"))
    assert renamed.activities == log.activities


def test_attributes_stay_and_later_steps_know_the_new_names(make: Make) -> None:
    log = make(CASES, {"Cost": ("number", [1, 2, 3, 4, 5, 6])}).enrich(
        enrichments.CountActivities(name="Picks", activities="Pick"),
        enrichments.RenameActivities(mapping={"Pick": "Prepare", "Pack": "Prepare"}),
        enrichments.CountActivities(name="Prepared", activities="Prepare"),
    )
    assert column(log, "Picks") == {"1": 1, "2": 0}
    assert column(log, "Prepared") == {"1": 2, "2": 0}
    assert event_column(log, "Cost") == [1, 2, 3, 4, 5, 6]


def test_what_is_refused(make: Make) -> None:
    log = make(CASES)
    with pytest.raises(UnknownNameError, match="Did you mean 'Ship'"):
        log.enrich(enrichments.RenameActivities(mapping={"Shpi": "Send"}))
    with pytest.raises(SettingError, match="leaves nothing of 'Order'"):
        log.enrich(enrichments.RenameActivities(pattern="^Order$"))
    for wrong in (
        {},
        {"mapping": {"A": "B"}, "pattern": "C"},
        {"mapping": {"A": ""}},
        {"mapping": (("A", "B"), ("A", "C"))},
        {"pattern": "("},
        {"pattern": "A", "replacement": r"\2"},
        {"pattern": "A", "replacement": "\\"},
        {"pattern": "(?<=A)B"},
        {"pattern": "(a{1000}){1000}"},
    ):
        with pytest.raises(SettingError):
            enrichments.RenameActivities(**wrong)


def test_the_clock_stops(make: Make) -> None:
    log = make(CASES, zone="Europe/Berlin")
    assert log.now is None
    assert log.enrich(enrichments.FreezeLogTime()).now == MONDAY + 9 * HOUR
    some = log.filter(filters.CasesWithActivity(activities="Pick"))
    assert some.enrich(enrichments.FreezeLogTime()).now == MONDAY + 6 * HOUR
    day = log.enrich(enrichments.FreezeLogTime(time="2024-07-01"))
    moment = datetime(2024, 6, 30, 22, tzinfo=UTC)
    assert day.now == round(moment.timestamp() * 1e6)
    assert day.calculate(calculators.ProcessMap()).provenance.now == day.now
    with pytest.raises(SettingError, match="time"):
        enrichments.FreezeLogTime(time="yesterday")


def test_filtering_and_renaming_may_change_places(make: Make) -> None:
    log = make({"1": "A 0, B 1, C 2", "2": "A 5, C 6", "3": "B 9, C 10", "4": "A 1, B 2, C 3"})
    rename = enrichments.RenameActivities(mapping={"B": "A"})
    some = filters.CasesWithActivity(activities="C", min_occurrences=1), filters.CaseSize(max=2)
    left, right = log.filter(*some).enrich(rename), log.enrich(rename).filter(*some)
    for name in ("case_count", "event_count", "variant_count", "activities"):
        assert getattr(left, name) == getattr(right, name) != getattr(log, name), name
    assert column(left, "case_duration") == column(right, "case_duration")
    assert edges(left) == edges(right)
    assert left.filter(filters.VariantsTop(mode="count", threshold=1)).case_count == 2
