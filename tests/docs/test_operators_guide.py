"""The guide to the workspace does what it says, block by block, on a real PostgreSQL."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.test_blocks import blocks
from tests.servers.databases import on_postgresql
from tests.servers.postgresql import PostgreSQL

PASSWORD = "choose-a-password"
# what people type when they are asked
MINDZIE = """
mindzie() {{
  if [ "${{3:-}}" = accept ]; then
    {{ cat invitation.txt; echo a-password-of-a-person; }} | {python} -m mindzie "$@"
  else
    {python} -m mindzie "$@"
  fi
}}
"""


@on_postgresql
@pytest.mark.timeout(600)
def test_the_guide_to_the_workspace(
    backend: str, postgresql: PostgreSQL, root: Path, tmp_path: Path
) -> None:
    page = root / "docs" / "operators" / "workspace.md"
    found = list(blocks(page))
    assert backend
    (made,) = [block.text for block in found if block.language == "sql"]
    for statement in filter(str.strip, made.split(";")):
        postgresql.run(
            statement.replace("ROLE mindzie ", "ROLE guide ").replace(
                "OWNER mindzie", "OWNER guide"
            )
        )
    script = "".join(block.text for block in found if block.language == "sh")
    url = postgresql.url("mindzie", "guide", PASSWORD)
    for said, here in (
        (f"postgresql://mindzie:{PASSWORD}@db.example/mindzie", url),
        ("/srv/mindzie", str(tmp_path)),
    ):
        assert said in script
        script = script.replace(said, here)
    run = subprocess.run(
        [
            "bash",
            "-e",
            "-u",
            "-o",
            "pipefail",
            "-c",
            MINDZIE.format(python=sys.executable) + script,
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root), "MINDZIE_HOME": str(tmp_path / "home")},
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.count("All is well.") == 3
    assert "Ada is one of acme now." in run.stdout
    assert re.search(r"\d+ entries, whole", run.stdout)
    assert "service_accounts.create" in (tmp_path / "audit.csv").read_text()
    assert PASSWORD not in run.stdout + run.stderr
    assert (tmp_path / "key.txt").read_text().startswith("mz")
    assert (tmp_path / "backups" / "monday" / "backup.json").exists()
