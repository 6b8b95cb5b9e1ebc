"""What was added is still there in a saved data set, and nothing breaks without events."""

from collections.abc import Callable

import pytest

from mindzie import enrichments, filters
from mindzie.core.log import EventLog
from tests.operations.enrichments.conftest import HOUR, MONDAY, Make, column, event_column

CASES = {"1": "Order 0, Ship 3, Pay 4", "2": "Pay 1, Ship 9"}
ATTRIBUTES = {
    "Region": ("text", ["N", "N", "N", None, None]),
    "Note": ("text", ["a", None, "b", "c", "c"]),
    "Cost": ("number", [1, 2, 3, 4, 5]),
}
STEPS = (
    enrichments.CountActivities(name="Ships", activities="Ship"),
    enrichments.DurationBetweenActivities(name="Lead time", first="Order", second="Pay"),
    enrichments.DurationCategory(name="Pace"),
    enrichments.RepresentativeValue(name="Total", attribute="Cost", choose="sum"),
    enrichments.CaseGroup(name="Long", filters=[filters.CaseSize(min=3)]),
    enrichments.Concatenate(name="Key", attributes=["Region", "Note"]),
    enrichments.Upper(name="NOTE", attribute="Note"),
    enrichments.Add(name="Sum", attributes=["Cost", "event_count"], constant=0.5),
    enrichments.DatePart(name="Hour", attribute="timestamp", part="hour"),
    enrichments.MandatoryActivity(name="No order", activity="Order", severity="error"),
    enrichments.WrongOrder(name="Paid first", first="Pay", second="Ship"),
    enrichments.RenameActivities(mapping={"Pay": "Receive payment"}),
    enrichments.FreezeLogTime(),
)


def test_an_enriched_log_is_kept_whole(make: Make, kept: Callable[[EventLog], EventLog]) -> None:
    log = make(CASES, ATTRIBUTES).enrich(*STEPS)
    opened = kept(log)
    seen = [(a.name, a.type, a.level, a.kind, a.rule, a.severity) for a in opened.own_attributes]
    assert seen == [
        (a.name, a.type, a.level, a.kind, a.rule, a.severity) for a in log.own_attributes
    ]
    for name in [a.name for a in log.attribute_list if a.level == "case"]:
        assert column(opened, name) == column(log, name), name
    for name in [a.name for a in log.attribute_list if a.level == "event"]:
        assert event_column(opened, name) == event_column(log, name), name
    assert opened.now == log.now == MONDAY + 9 * HOUR
    assert opened.on("polars").now == opened.now
    assert opened.fingerprint != log.fingerprint
    later = opened.enrich(enrichments.MandatoryActivity(name="No ship", activity="Ship"))
    assert column(later, "conformance_violations") == {"1": 0, "2": 2}


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.id)
def test_no_case_left(make: Make, step: object) -> None:
    log = make(CASES, ATTRIBUTES).filter(filters.CaseSize(min=99)).enrich(step)
    assert (log.case_count, len(log.cases), len(log.events)) == (0, 0, 0)
    assert log.now is None


def test_a_data_set_without_events(make: Make) -> None:
    log = make({}).enrich(
        enrichments.CountActivities(name="Ships", activities="Ship"),
        enrichments.DurationBetweenActivities(name="Lead time", first="Order", second="Pay"),
        enrichments.DurationCategory(name="Pace"),
        enrichments.MandatoryActivity(name="No order", activity="Order"),
        enrichments.WrongOrder(name="Paid first", first="Pay", second="Ship", how="directly"),
        enrichments.RenameActivities(mapping={"Pay": "Receive payment"}),
        enrichments.FreezeLogTime(),
    )
    assert len(log.cases) == 0
    assert log.own_attributes[-1].name == "conformance_violations"
    assert log.activities == ()
