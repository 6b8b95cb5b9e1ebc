"""Polars gives memory back soon wherever Mindzie is imported first, and somebody's own settings hold."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from mindzie.core.allocator import VARIABLE

OURS = f"narenas:{os.cpu_count()},dirty_decay_ms:50,muzzy_decay_ms:0"


def told(program: str, said: str | None = None) -> str:
    env = {name: value for name, value in os.environ.items() if name != VARIABLE}
    env |= {} if said is None else {VARIABLE: said}
    program = f"{program}\nimport os\nprint(os.environ.get({VARIABLE!r}, ''))"
    done = subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (None, OURS),
        ("", OURS),
        ("narenas:9", "narenas:9"),
        ("dirty_decay_ms:500", f"dirty_decay_ms:500,{OURS}"),
    ],
)
def test_it_is_said_unless_somebody_did(said: str | None, found: str) -> None:
    assert told("import mindzie", said) == found


def test_polars_takes_it_last_and_who_was_first_keeps_its_own() -> None:
    assert told("import mindzie, polars").endswith(f",{OURS}")
    assert "narenas" not in told("import polars, mindzie")


def test_a_process_started_by_one_with_polars_has_it_too() -> None:
    assert told("import mindzie", told("import polars")).endswith(f",{OURS}")
