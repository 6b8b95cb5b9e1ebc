"""Studios that start at the same instant do not write one notebook."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TAKING = """
import sys, time
from pathlib import Path
from mindzie.cli import claims

alive = claims._alive

def slowly(*given):
    found = alive(*given)
    time.sleep(0.2)
    return found

claims._alive = slowly
print("ready", flush=True)
sys.stdin.readline()
places = (Path(f"orders-{number}.ipynb") for number in range(9))
print(claims.claim_notebook(places).name, flush=True)
sys.stdin.readline()
"""


def test_a_notebook_left_by_a_dead_studio_is_taken_by_one(tmp_path: Path) -> None:
    environment = {**os.environ, "MINDZIE_HOME": str(tmp_path)}

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", TAKING],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    with start() as left:
        assert left.communicate("\n\n")[0].split() == ["ready", "orders-0.ipynb"]
    studios = [start() for _ in range(3)]
    try:
        for studio in studios:
            assert studio.stdout.readline() == "ready\n"
        for studio in studios:
            studio.stdin.write("\n")
            studio.stdin.flush()
        taken = sorted(studio.stdout.readline().strip() for studio in studios)
    finally:
        for studio in studios:
            studio.communicate("\n")
    assert taken == ["orders-0.ipynb", "orders-1.ipynb", "orders-2.ipynb"]
