from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree as ET

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mindzie.core.errors import SettingError
from mindzie.pictures.map_svg import map_svg
from mindzie.pictures.scales import Scale, contrast, shade, text_on
from mindzie.pictures.tokens import tokens

SVG = "{http://www.w3.org/2000/svg}"
NAMES = ["<script>alert(1)</script>", '" onload="x', "]]>&amp;\x00"]


def drawn():
    nodes = pl.DataFrame(
        {"activity": NAMES, "events": [1107, 20, 1], "cases": [9, 9, 1], "mean_position": [0, 1, 2]}
    )
    edges = pl.DataFrame(
        {
            "from_activity": [None, NAMES[0], NAMES[1], NAMES[2], NAMES[1]],
            "to_activity": [NAMES[0], NAMES[1], NAMES[2], None, NAMES[0]],
            "events": [9, 9, 1, 1, 2],
            "cases": [9, 9, 1, 1, 2],
            "mean": [None, 273_600.0, 0.0, None, -60.0],
        }
    )
    return nodes, edges


@pytest.mark.parametrize("measure", ["events", "cases", "mean"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture_is_whole_xml_whatever_the_names(measure, theme):
    picture = ET.fromstring(map_svg(*drawn(), shown=measure, theme=theme))
    assert not list(picture.iter(f"{SVG}script"))
    allowed = {"title", "path", "rect", "circle", "text", "g", "svg"}
    assert {element.tag.removeprefix(SVG) for element in picture.iter()} == allowed
    assert not any(name.startswith("on") for element in picture.iter() for name in element.attrib)


def test_a_picture_says_its_figures():
    texts = "|".join(ET.fromstring(map_svg(*drawn(), shown="mean")).itertext())
    assert "3 d 4 h" in texts
    assert "0 s" in texts
    assert "START → " in texts
    assert "not computed" in texts


def test_paths_are_never_fainter_than_can_be_seen():
    picture = ET.fromstring(map_svg(*drawn()))
    faint = [
        float(group.get("opacity")) for group in picture.iter(f"{SVG}g") if group.get("opacity")
    ]
    assert len(faint) == 5
    assert min(faint) >= 0.35


def test_an_unknown_measure_lists_the_nearest():
    with pytest.raises(SettingError, match="'median'"):
        map_svg(*drawn(), shown="medain")


@given(
    st.sampled_from(list(tokens()["scales"])), st.floats(0, 1), st.sampled_from(["light", "dark"])
)
def test_text_on_every_fill_is_legible(scale, position, theme):
    fill = shade(scale, position, theme)
    assert contrast(fill, text_on(fill)) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ink", ["ink", "muted", "accent", "positive", "warning", "negative"])
def test_inks_are_legible_on_surfaces(theme, ink):
    colors = tokens()[theme]
    assert contrast(colors[ink], colors["surface"]) >= 4.5


@pytest.mark.parametrize("scale", ["frequency", "performance"])
def test_scales_read_in_grey(scale):
    steps = [contrast(shade(scale, step / 8), "#ffffff") for step in range(9)]
    assert steps == sorted(steps)


def test_widths_grow_with_the_logarithm():
    scale = Scale.spanning([1, 100])
    assert [scale.width(value) for value in (1, 10, 100, None, 0)] == [1, 4.5, 8, 1, 1]


def test_group_separators_stay_in_the_picture():
    nodes = pl.DataFrame({"activity": ["A"], "events": [12345], "mean_position": [0.0]})
    edges = pl.DataFrame(
        {"from_activity": [None, "A"], "to_activity": ["A", None], "events": [12345, 12345]}
    )
    assert "12\u202f345" in map_svg(nodes, edges)


def test_tall_pictures_stay_legible_on_a_page():
    names = [f"Step {number}" for number in range(40)]
    nodes = pl.DataFrame({"activity": names, "events": [9] * 40, "mean_position": range(40)})
    ends = {"from_activity": [None, *names], "to_activity": [*names, None], "events": [9] * 41}
    picture = ET.fromstring(map_svg(nodes, pl.DataFrame(ends)))
    height = float(picture.get("height"))
    tallest = float(picture.get("style").split("max-height:")[1].split("px")[0])
    assert height > 2000
    # Names are 13 pixels high.
    assert 13 * tallest / height >= 10


def test_two_dozen_activities_are_told_apart():
    hues = tokens()["activities"]
    assert len(set(hues)) == 24
    assert hues[:7] == tokens()["categories"][:7]
    assert (
        min(np.hypot.reduce(one - other) for one, other in combinations(map(lab, hues), 2)) > 0.09
    )
    assert all(contrast(text_on(hue), hue) >= 4.5 for hue in hues)


def lab(value):
    """A colour's place in OKLab, in which equal distances look equal."""
    parts = np.array([int(value[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    cones = np.array([[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.63]])
    turn = np.array(
        [[0.2105, 0.7936, -0.0041], [1.978, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]]
    )
    return turn @ np.cbrt(cones @ linear)
