from __future__ import annotations

import random
import shutil
import subprocess

import polars as pl
import pytest

from mindzie.core.errors import MissingPackageError
from mindzie.pictures import dot
from mindzie.pictures.layout import layout
from mindzie.pictures.text import text_width, wrap

NASTY = [
    'a"]; b -> c [label="x',
    "<b>bold</b>",
    "x" * 5000,
    "日本語の活動名がとても長い場合",
    "a\nb\\l",
    "",
]


def frames(steps, names=None):
    edges = pl.DataFrame(
        steps,
        {"from_activity": pl.String, "to_activity": pl.String, "events": pl.Int64},
        orient="row",
    )
    found = list(dict.fromkeys(n for row in steps for n in row[:2] if n is not None))
    nodes = pl.DataFrame({"activity": names or found}, {"activity": pl.String})
    return nodes.with_columns(mean_position=pl.int_range(pl.len()).cast(pl.Float64)), edges


def chain(names):
    return [(tail, head, 9) for tail, head in zip([None, *names], [*names, None], strict=True)]


def overlap(one, other):
    return (
        abs(one.x - other.x) < (one.width + other.width) / 2
        and abs(one.y - other.y) < (one.height + other.height) / 2
    )


def test_cases_run_downwards_and_boxes_do_not_overlap():
    names = [f"Activity {i}" for i in range(12)]
    draw = random.Random(1)
    extra = {(draw.choice(names), draw.choice(names)) for _ in range(20)}
    steps = chain(names) + [
        (a, b, 2) for a, b in sorted(extra) if (a, b) not in {(s[0], s[1]) for s in chain(names)}
    ]
    placed = layout(*frames(steps))
    heights = [box.y for box in placed.boxes]
    assert heights == sorted(heights)
    assert placed.start[1] < min(heights)
    assert placed.end[1] > max(heights)
    assert not any(
        overlap(one, other)
        for index, one in enumerate(placed.boxes)
        for other in placed.boxes[:index]
    )


def test_a_path_runs_from_its_first_to_its_second_activity_also_backwards():
    nodes, edges = frames([*chain(["A", "B"]), ("B", "A", 1)])
    placed = layout(nodes, edges)
    forward, back = placed.curves[1], placed.curves[3]
    a, b = placed.boxes
    assert not forward.back
    assert back.back
    for first, second, curve in ((a, b, forward), (b, a, back)):
        assert len(curve.points) % 3 == 1
        assert abs(curve.points[0][1] - first.y) <= first.height / 2 + 2
        assert abs(curve.points[-1][1] - second.y) <= second.height / 2 + 2


def test_a_loop_stands_beside_its_box():
    placed = layout(*frames([*chain(["A"]), ("A", "A", 5)]))
    box, loop = placed.boxes[0], placed.curves[2]
    assert min(x for x, _ in loop.points) >= box.x + box.width / 2 - 0.1


def test_names_never_reach_the_layout_language(monkeypatch):
    seen = []
    run = dot._run
    monkeypatch.setattr(
        dot, "_run", lambda script, timeout: seen.append(script) or run(script, timeout)
    )
    placed = layout(*frames(chain(NASTY)))
    assert len(placed.boxes) == len(NASTY)
    assert not any(name in seen[0] for name in NASTY if name)


def test_an_empty_map_has_start_and_end():
    placed = layout(*frames([]))
    assert placed.boxes == placed.curves == ()
    assert placed.start != placed.end


def test_layout_that_takes_too_long_is_given_up(monkeypatch):
    def late(*_args, timeout, **_kwargs):
        raise subprocess.TimeoutExpired("dot", timeout)

    monkeypatch.setattr(subprocess, "run", late)
    with pytest.raises(dot.LayoutError, match=r"longer than 0\.5 s: show fewer"):
        layout(*frames(chain(["Only here"])), timeout=0.5)


def test_without_graphviz_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda *_args, **_kwargs: None)
    with pytest.raises(MissingPackageError, match="graphviz-pure"):
        dot.graphviz()


@pytest.mark.parametrize("name", NASTY)
def test_a_name_takes_two_lines_that_fit(name):
    lines = wrap(name, 13, 150)
    assert 1 <= len(lines) <= 2
    assert all(text_width(line, 13) <= 150 for line in lines)
    whole = "".join(lines).replace(" ", "") == "".join(name.split())
    assert whole or lines[-1].endswith("…")
