"""What the page may ask for, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from mindzie.lab import boards, importing, keeping, running
from mindzie.lab.shown import shown

ACTS: Final[Mapping[str, Callable[..., Any]]] = {
    act.__name__: act
    for act in (
        shown,
        keeping.opened,
        keeping.keep,
        keeping.open_investigation,
        keeping.open_dataset,
        importing.open_import,
        running.form,
        running.run,
        running.steer_run,
        running.times,
        running.schedule,
        running.steer_schedule,
        boards.publishable,
        boards.publish,
        boards.open_dashboard,
    )
}
