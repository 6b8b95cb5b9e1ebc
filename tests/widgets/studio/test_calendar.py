"""A working calendar in the studio: what its form offers, and the code that says it again."""

from __future__ import annotations

import pytest

import mindzie as mz
from mindzie import calculators, filters
from mindzie.core.errors import SettingError
from mindzie.core.log import EventLog
from mindzie.widgets.messages import read_message
from mindzie.widgets.studio.forms import form
from mindzie.widgets.studio.offers import offer

OFFICE = mz.WorkingCalendar(
    hours={"mon-thu": "8-12, 13-17", "fri": "8-14"},
    country="DE",
    region="BY",
    closures="2025-12-24",
)


@pytest.fixture(scope="module")
def log() -> EventLog:
    return mz.demo("order-to-cash", cases=200, seed=1)


@pytest.mark.parametrize(
    "cls", [filters.CaseDuration, calculators.CaseDuration], ids=lambda cls: cls.kind
)
def test_the_form_is_off_and_begins_with_office_hours(cls):
    [made] = [field for field in form(cls)["fields"] if field["name"] == "calendar"]
    assert (made["control"], made["default"], made["main"]) == ("calendar", None, True)
    assert made["hours"] == ["9-17"] * 5 + ["", ""]


def test_countries_and_their_regions_are_offered(log):
    asked = {"do": "offer", "pick": "country"}
    names = {item["value"]: item["label"] for item in offer(log, read_message(asked))["items"]}
    assert names["DE"] == "Germany"
    assert len(names) > 200
    assert list(names.values()) == sorted(names.values())
    asked = {"do": "offer", "pick": "region", "country": "DE"}
    regions = {item["value"]: item["label"] for item in offer(log, read_message(asked))["items"]}
    assert regions["BY"] == "Bayern"
    assert offer(log, read_message({"do": "offer", "pick": "region"}))["items"] == []
    with pytest.raises(SettingError, match="no country 'Atlantis'"):
        offer(log, read_message({**asked, "country": "Atlantis"}))


def test_the_code_writes_the_calendar_out(log):
    long = filters.CaseDuration(min="40 h", calendar=OFFICE)
    studio = mz.Studio(log, filters=[long], results=[calculators.CaseDuration(calendar=OFFICE)])
    studio.show_tab("result:0")
    text = studio.code
    studio.close()
    assert "calendar=mz.WorkingCalendar(hours={'mon-thu': '8-12, 13-17', 'fri': '8-14'}" in text
    scope: dict[str, object] = {}
    exec(text.replace("\nlog.calculate(", "\nshown = log.calculate("), scope)
    assert scope["log"].recipe == (long,)
    assert 0 < scope["log"].case_count < 200
    made = log.filter(long).calculate(calculators.CaseDuration(calendar=OFFICE))
    assert scope["shown"].to_polars().equals(made.to_polars())
