"""Every template says of the demo data what is stored in it, word for word; nbval compares, and tells where a figure has changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from mindzie.investigations.notebooks import templates

ROOT = Path(__file__).parents[2]
WRITE = "run scripts/template_outputs.py, and look at what git says has changed"


def test_templates_say_what_is_stored_in_them_and_a_changed_figure_is_found(tmp_path: Path) -> None:
    text = templates()["process_overview"].read_text("utf-8")
    changed = tmp_path / "changed.ipynb"
    changed.write_text(text.replace("5\u202f000 cases", "5\u202f001 cases"), "utf-8")
    assert changed.read_text("utf-8") != text
    settings = tmp_path / "pytest.ini"
    settings.write_text("[pytest]\n", "ascii")
    files = [*map(str, templates().values()), str(changed)]
    command = [sys.executable, "-m", "tests.investigations.one_kernel", str(settings), *files]
    own = {**os.environ, "MINDZIE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, encoding="utf-8", check=False)  # fmt: skip
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    assert len(failed) == 1, f"{WRITE}: {done.stdout}{done.stderr}"
    assert "changed.ipynb" in failed[0], f"{WRITE}: {done.stdout}"
    code = sum(
        cell["cell_type"] == "code"
        for file in files
        for cell in json.loads(Path(file).read_text("utf-8"))["cells"]
    )
    assert f"1 failed, {code - 1} passed" in done.stdout
