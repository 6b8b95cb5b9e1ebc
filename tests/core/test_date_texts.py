"""Dates as people type them: read where they can mean one day, else refused with what to type."""

from __future__ import annotations

import pytest

from mindzie import filters
from mindzie.core.date_texts import iso_date
from mindzie.core.errors import SettingError


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2011-06-01", "2011-06-01"),
        ("2011-06-01T09:03:00+02:00", "2011-06-01T09:03:00+02:00"),
        ("01.06.2011", "2011-06-01"),
        ("1.6.2011 9:03", "2011-06-01 09:03:00"),
        ("2011/06/01", "2011-06-01"),
        ("1 Jun 2011", "2011-06-01"),
        ("1 June 2011 09:03", "2011-06-01 09:03:00"),
        ("Jun 1, 2011", "2011-06-01"),
        ("31/01/2011", "2011-01-31"),
        ("01/31/2011", "2011-01-31"),
        ("05/05/2011", "2011-05-05"),
    ],
)
def test_what_can_mean_one_day_is_read(typed: str, meant: str) -> None:
    assert iso_date(typed) == meant
    chosen = filters.TimePeriod(start=typed)
    assert chosen.start == meant
    assert chosen == filters.TimePeriod(start=meant)


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("01/06/2011", "'2011-06-01' where the day comes first, or '2011-01-06'"),
        ("31.02.2011", "write one such as '2025-01-31'"),
        ("32/13/2011", "write one such as '2025-01-31'"),
        ("soon", "write one such as '2025-01-31'"),
    ],
)
def test_what_cannot_is_refused_with_what_to_type(typed: str, advice: str) -> None:
    with pytest.raises(SettingError, match="time_period: start") as refused:
        filters.TimePeriod(start=typed)
    assert advice in str(refused.value)
