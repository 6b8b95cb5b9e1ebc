"""Pictures for what knows no style sheets."""

from __future__ import annotations

import pytest

from mindzie.pictures.plain import plain


@pytest.mark.parametrize(
    "before",
    ['<svg class="mz-chart" role="img">', '<svg aria-label="A > B" class="mz-chart" role="img">'],
)
def test_a_charts_letters_have_a_size_wherever_its_class_stands(before: str) -> None:
    made = plain(f"<p>{before}<text>3 d</text></svg></p>")
    assert 'font-size="11"' in made
    assert made.endswith(' role="img"><text>3 d</text></svg></p>')


def test_other_pictures_stay_as_they_are() -> None:
    for picture in ('<svg class="mz-map">', '<svg><g class="mz-chart">'):
        assert plain(picture) == picture
