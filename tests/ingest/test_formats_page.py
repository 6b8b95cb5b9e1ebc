"""The page for analysts lists the formats that there are."""

from __future__ import annotations

from pathlib import Path

from mindzie.ingest.formats import FORMATS


def test_the_page_lists_every_format_and_setting(root: Path) -> None:
    page = (root / "docs" / "analysts" / "files.md").read_text("utf-8").splitlines()

    def code(names: tuple[str, ...]) -> str:
        return ", ".join(f"`{name}`" for name in names)

    rows = [
        f"| {found.title} | {code(found.endings)} | {code(found.settings)} | "
        f"{f'`mindzie[{found.package}]` ' if found.package else ''}|".replace("|  |", "| |")
        for found in FORMATS.values()
    ]
    assert [line for line in page if line.startswith("| ") and "`." in line] == rows
