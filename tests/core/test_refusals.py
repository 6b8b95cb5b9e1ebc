"""What is wrong with a setting is said in plain words."""

from __future__ import annotations

import pytest

import mindzie as mz
from mindzie import calculators, filters
from mindzie.core.errors import SettingError


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: calculators.CaseDuration(bins=0), "bins must be at least 1 (got 0)"),
        (lambda: calculators.CaseDuration(bins="many"), "bins must be a whole number (got 'many')"),
        (lambda: calculators.CaseDuration(range="x"), "range must be 'auto', 'full' or 'manual'"),
        (lambda: calculators.Rate(outcome=[]), "outcome needs at least 1 value"),
        (
            lambda: filters.CasesWithAttribute(attribute="a", values=[*"xyz"]),
            "needs one value, not 3: for several use comparison 'one_of'",
        ),
        (lambda: mz.WorkingCalendar(country=5), "working calendar: country must be text"),
        (
            lambda: mz.Mapping(case="a", steps=[{"step": "nope"}]),
            "has 'nope' as its 'step', which must be one of 'map_field',",
        ),
    ],
)
def test_no_words_of_a_library_reach_people(make, said) -> None:
    with pytest.raises(SettingError) as refused:
        make()
    assert said in str(refused.value)
    assert "Input" not in str(refused.value)
    assert "validation" not in str(refused.value)


def test_free_days_are_read_as_dates_elsewhere() -> None:
    made = mz.WorkingCalendar(closures=["24.12.2024", "1 May 2025", "2025-01-31"])
    assert made.closures == ("2024-12-24", "2025-01-31", "2025-05-01")
    with pytest.raises(SettingError, match="may be two days"):
        mz.WorkingCalendar(closures=["01/02/2025"])


def test_hours_stay_hours_beside_a_calendar() -> None:
    made = filters.CaseDuration(min="40 h", calendar=mz.WorkingCalendar())
    assert "min='40 h'" in repr(made)
    assert "min='1 d 16 h'" in repr(filters.CaseDuration(min="40 h"))
