"""What lies in the folder of a run while it is done."""

from __future__ import annotations

from typing import Final

SOURCE: Final = "source.ipynb"
"""The notebook."""
LEFT: Final = "left"
"""What the run leaves."""
WORK: Final = "work"
"""Where its kernel works."""
LOG: Final = "log.txt"
"""What is said meanwhile."""
ASK: Final = "ask.sock"
"""Where its notebook asks the worker, where only the run gets to the folder."""
DATASET: Final = "dataset"
"""The parameter that gets the data of the investigation."""
DATA: Final = "data"
"""Where that lies."""
WHY: Final = {"schedule": "by its schedule", "data": "after new data"}
"""Why a run was made, for people, where its reason does not say it by itself."""
TALK: Final = "talk.sock"
"""Where a process that was forked is asked."""
