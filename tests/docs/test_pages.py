"""The pages of the catalogue are those that the operations make now."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from mindzie.operations import operations


def build(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(folder / "scripts" / "build_docs.py"), *options]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def test_pages_are_up_to_date(root: Path) -> None:
    run = build(root, "--check")
    assert run.returncode == 0, f"run `make docs`, these changed:\n{run.stdout}{run.stderr}"


def test_a_page_that_lags_behind_is_found_and_written(root: Path, tmp_path: Path) -> None:
    for name in ("mindzie", "scripts", "docs/operations"):
        ignore = shutil.ignore_patterns("__pycache__", "static")
        shutil.copytree(root / name, tmp_path / name, ignore=ignore)
    (tmp_path / "tests" / "operations").mkdir(parents=True)
    shutil.copy(
        root / "tests" / "operations" / "golden_operations.json", tmp_path / "tests" / "operations"
    )
    pages = tmp_path / "docs" / "operations"
    old = pages / "filters" / "no_longer_there.md"
    old.write_text("old", "utf-8")
    (pages / "enrichments" / "upper.md").unlink()
    source = tmp_path / "mindzie" / "operations" / "enrichments" / "text.py"
    changed = source.read_text("utf-8").replace('joiner: str = " "', 'joiner: str = "-"')
    source.write_text(changed, "utf-8")
    found = build(tmp_path, "--check")
    assert found.returncode == 1, found.stderr
    expected = ("no_longer_there", "upper.md", "concatenate.md", "golden_operations.json")
    assert all(name in found.stdout for name in expected), found.stdout
    assert old.exists(), "a check writes nothing"
    assert build(tmp_path).returncode == 0
    assert not old.exists()
    assert '`"-"`' in (pages / "enrichments" / "concatenate.md").read_text("utf-8")
    assert build(tmp_path, "--check").stdout == ""


def test_ids_and_settings_are_those_that_were_published(root: Path) -> None:
    file = root / "tests" / "operations" / "golden_operations.json"
    golden = json.loads(file.read_text("utf-8"))
    known = {(kind, op, name) for kind, ops in golden.items() for op in ops for name in ops[op]}
    ours = [cls for cls in operations() if cls.__module__.startswith("mindzie.")]
    now = {(cls.kind, cls.id, name) for cls in ours for name in cls.model_fields}
    assert sorted(known - now) == [], "stored notebooks and dashboards use these"
    assert sorted(now - known) == [], "new ones are published by `make docs`"


def test_links_lead_somewhere(root: Path) -> None:
    pages = [root / "README.md", root / "CONTRIBUTING.md", *(root / "docs").rglob("*.md")]
    links = [
        (page, target)
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
        if "://" not in target
    ]
    assert len(links) > 100
    broken = [f"{p.name}: {target}" for p, target in links if not (p.parent / target).exists()]
    assert broken == []
