"""Reports on paper: a cover, the pictures in their colours, and where the figures come from."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from typing import Any

import pypdfium2
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import mindzie as mz
from mindzie.core.errors import MissingPackageError
from mindzie.investigations.pdf import report_pdf
from mindzie.investigations.report import report
from mindzie.pictures.still import show

A4 = (595, 842)


def notebook(run: Mapping[str, Any] | None = None) -> Any:
    """Return the report of an executed notebook with a title, a chart and a map, and its results."""
    log = mz.demo("order-to-cash", cases=60)
    results = [
        log.calculate(mz.calculators.CaseDuration()),
        log.calculate(mz.calculators.ProcessMap()),
        log.calculate(mz.calculators.WeekdayHour()),
    ]
    shown = [new_output("display_data", data=show(result)) for result in results]
    told = [{"name": result.title, **result.to_json(1)} for result in results]
    page = report(
        new_notebook(cells=[new_markdown_cell("# Orders & co"), new_code_cell("", outputs=shown)]),
        results=None if run is None else {**run, "results": told},
    )
    return page, told


def said(made: bytes) -> list[str]:
    with pypdfium2.PdfDocument(made) as document:
        pages = [" ".join(page.get_textpage().get_text_range().split()) for page in document]
        assert {tuple(map(round, page.get_size())) for page in document} == {A4}
    return pages


def test_a_report_with_cover_pictures_and_sources() -> None:
    about = {
        "investigation": "late <orders>",
        "asked_by": "Ada",
        "reason": "schedule",
        "mindzie": "1.2",
    }
    data = {"name": "orders", "version": 3, "fingerprint": "f" * 64}
    given = {"dataset": "data", "region": "South", "top": 3, "none": None}
    ended = {"finished": "2025-01-02T03:04:05+00:00", "status": "completed"}
    run = {"parameters": given, "data": data, **about, **ended}
    page, results = notebook(run)
    for text in ("late &lt;orders&gt;", "orders, version 3", "South", "case_duration"):
        assert text in page.partition("About this run")[2]
    cover, *middle = said(report_pdf(page, {**run, "results": results}))
    assert "About this run" not in " ".join(middle)
    for text in (
        "Orders & co",
        "Investigation late <orders>",
        "Asked by Ada",
        "Run by its schedule",
    ):
        assert text in cover
    assert "Data set orders, version 3" in cover
    assert "Calculated 2025-01-02 03:04 UTC" in cover
    assert "Parameters region South top 3" in cover
    assert "none" not in cover
    assert "dataset" not in cover  # a folder of the run: which data it was is said above
    assert middle[0].startswith("Orders & co")
    assert middle[0].endswith(f"Orders & co 2 of {len(middle) + 1}")
    last = middle[-1]
    assert "Where the figures come from" in last
    assert results[0]["provenance"]["fingerprint"][:12] in last
    assert "case_duration" in last


def test_charts_keep_their_colours() -> None:
    page, _ = notebook()
    with pypdfium2.PdfDocument(report_pdf(page, {})) as document:
        pixels = document[1].render(scale=1).to_pil().convert("RGB")
    seen = {number for _, number in pixels.getcolors(1_000_000)}
    assert any(blue > 150 > red for red, _, blue in seen)
    dark = sum(
        count
        for count, (red, green, blue) in pixels.getcolors(1_000_000)
        if max(red, green, blue) < 40
    )
    assert dark < 0.02 * pixels.width * pixels.height  # no bar is black


def test_heat_maps_keep_their_shades() -> None:
    heat = mz.demo("order-to-cash", cases=60).calculate(mz.calculators.WeekdayHour())
    page = report(
        new_notebook(
            cells=[new_code_cell("", outputs=[new_output("display_data", data=show(heat))])]
        )
    )
    with pypdfium2.PdfDocument(report_pdf(page, {})) as document:
        pixels = document[1].render(scale=1).to_pil().convert("RGB")
    blues = {color for _, color in pixels.getcolors(1_000_000) if color[2] > color[0] + 40}
    assert len(blues) > 5
    assert any(sum(map(abs, map(int.__sub__, color, (0x24, 0x56, 0xC8)))) < 9 for color in blues)


def test_pictures_have_the_room_there_is_and_tables_their_width() -> None:
    """A tall map fills the page, long tables begin below what says what they are, and none is squeezed."""
    log = mz.demo("order-to-cash", cases=60)
    rows = log.calculate(mz.calculators.Bottlenecks())
    half = new_code_cell("", outputs=[new_output("display_data", data=show(rows))])
    half.metadata["mindzie"] = {"columns": 6}
    tall = '<div class="mz-picture"><svg width="500" height="2000" viewBox="0 0 500 2000" style="max-width:max(100%,300px);max-height:1500px;height:auto"><rect width="500" height="2000" fill="#2456c8"/></svg></div>'
    shown = new_code_cell("", outputs=[new_output("display_data", data={"text/html": tall})])
    made = report_pdf(report(new_notebook(cells=[shown, half])), {})
    with pypdfium2.PdfDocument(made) as document:
        pixels = document[1].render(scale=1).to_pil().convert("RGB")
        wide = document[2].get_textpage()
        whole = [wide.get_rect(at)[2] for at in range(wide.count_rects())]
    blue = [y for y in range(pixels.height) if pixels.getpixel((60, y)) == (36, 86, 200)]
    assert len(blue) > 0.6 * A4[1]
    assert max(whole) > 0.85 * A4[0]


def test_nothing_is_fetched() -> None:
    page, _ = notebook()
    for address in ("file:///etc/hostname", "http://127.0.0.1:9/x.png"):
        made = report_pdf(page.replace("<h1", f'<img src="{address}"><h1', 1), {})
        assert said(made)


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingPackageError, match=r"libpango-1.0-0 libpangoft2-1.0-0"):
        report_pdf("<main></main>", {})


def test_nothing_in_a_notebook_stands_before_the_policy_of_its_report() -> None:
    evil = '"><script>alert(1)</script>'
    page = report(
        new_notebook(cells=[new_markdown_cell("# x")], metadata={"language": evil, "title": evil})
    )
    assert "<script" not in page.partition("Content-Security-Policy")[0]
    assert "form-action 'none'" in page
