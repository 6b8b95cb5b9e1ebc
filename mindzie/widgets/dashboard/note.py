"""What a dashboard says besides its figures: how ready the data is."""

from __future__ import annotations

from html import escape
from typing import Any

from mindzie.core.log import EventLog
from mindzie.core.words import count
from mindzie.investigations.findings import readiness
from mindzie.pictures.still import page_part


class ReadinessNote:
    """What was found in a log's source, what was done about it and how to change that.

    Parameters
    ----------
    log : EventLog
        Any log.
    """

    def __init__(self, log: EventLog) -> None:
        self.log = log

    def html(self) -> str:
        """Return the note."""
        heads = "".join(
            f'<th scope="col">{name}</th>'
            for name in ("Found", "Rows", "What was done", "To change it")
        )
        rows = "".join(
            f'<tr><td>{escape(item.title)}</td><td class="mz-right">{count(item.count)}</td><td>{escape(item.done)}</td><td>{escape(item.change)}</td></tr>'
            for item in self.log.readiness.findings
        )
        table = (
            f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>" if rows else ""
        )
        about = f"Readiness of {escape(self.log.name)} · times in {escape(self.log.time_zone)}"
        return page_part(
            f'<p class="mz-finding">{escape(readiness(self.log))}</p><p class="mz-about">{about}</p>{table}'
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:  # noqa: ARG002 - as IPython asks
        return {"text/plain": readiness(self.log), "text/html": self.html()}
