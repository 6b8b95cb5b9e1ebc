"""What libraries of a run's process make do without: half of the time until its kernel is started."""

from __future__ import annotations

import sys
from typing import Final

_NOT_NEEDED: Final = (
    "rfc3987_syntax",  # jsonschema works out a grammar of addresses with it, longer than all else until the kernel
    *("boto3", "azure", "gcsfs", "pyarrow.fs", "github"),  # Papermill looks for notebooks in clouds
    "debugpy",  # nobody debugs a kernel that was forked here
)


def leave_out() -> None:
    """Let nothing in this process import them."""
    sys.modules.update(dict.fromkeys(_NOT_NEEDED))  # type: ignore[arg-type]


def let_in() -> None:
    """Let notebooks import them again."""
    for name in _NOT_NEEDED:
        if sys.modules.get(name, name) is None:
            del sys.modules[name]
