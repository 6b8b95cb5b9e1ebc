"""What any work does first, done once: processes that are forked from this one start with it behind them.

No log is touched: threads of Polars would not come along.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from mindzie.store.upgrade import upgrade
from tests.faults.office import Office

with tempfile.TemporaryDirectory() as _folder:
    _office = Office(f"sqlite:///{_folder}/workspace.db", Path(_folder))
    with _office.place() as _place:
        upgrade(_place.database)
    _office.set_up_empty()
    with _office.workspace() as _workspace:
        _workspace.secrets.keep("word", "word")
