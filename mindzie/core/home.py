"""The folder in which Mindzie keeps what belongs to this machine's user."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def home() -> Path:
    """Return the folder: ``MINDZIE_HOME``, or the platform's place for data of applications."""
    named = os.environ.get("MINDZIE_HOME")
    if named:
        return Path(named).expanduser().resolve()
    return platformdirs.user_data_path("mindzie", appauthor=False)
