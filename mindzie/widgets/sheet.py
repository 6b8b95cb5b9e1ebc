"""HTML made in Python that tells Python what is clicked in it: what dashboards are built of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anywidget
import traitlets as t

from mindzie.core.errors import MindzieError
from mindzie.widgets.bundle import bundle

Listener = Callable[[str, Any], object]


class Sheet(anywidget.AnyWidget):
    """Live HTML.

    An element with ``data-do`` tells its name and, as value, the JSON in its ``data-value``; a field tells what was chosen.

    Parameters
    ----------
    html : str
        Trusted: what comes from data must be escaped.

    Attributes
    ----------
    error : str
        Shown under the HTML.
    file : dict
        The ``name`` and ``text`` of what was offered last, until something else is clicked.
    heard : int
        How many events were answered.

    Examples
    --------
    >>> sheet = Sheet('<button data-do="more" data-value="3">More</button>')
    >>> sheet.on_event(lambda name, value: print(name, value))
    >>> sheet.event = {"do": "more", "value": 3}
    more 3
    """

    html = t.Unicode("").tag(sync=True)
    event = t.Dict().tag(sync=True, echo_update=False)
    error = t.Unicode("").tag(sync=True)
    file = t.Dict(read_only=True).tag(sync=True)
    heard = t.Int(0, read_only=True).tag(sync=True)

    def __init__(self, html: str = "") -> None:
        self._listeners: list[Listener] = []
        super().__init__(html=html)

    @property
    def _esm(self) -> str:
        return bundle("sheet")

    def on_event(self, listener: Listener) -> None:
        """Call back with the name and value of each event; what it raises is shown under the HTML."""
        self._listeners.append(listener)

    def offer(self, name: str, text: str) -> None:
        """Have the browser save a text as a file."""
        # the same file is another one when it is asked for again
        self.set_trait("file", {"name": name, "text": text, "number": self.heard})

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take a message of the browser, which may send events and nothing else."""
        event = sync_data.get("event")
        if isinstance(event, dict):
            super().set_state({"event": event})

    @t.observe("event")
    def _heard(self, change: dict[str, Any]) -> None:
        event = change["new"]
        if not event:
            return
        self.error = ""
        self.set_trait("file", {})
        try:
            for listener in self._listeners:
                listener(str(event.get("do")), event.get("value"))
        except MindzieError as error:
            self.error = str(error)
        except Exception as error:  # noqa: BLE001 - the reader sees it; a kernel's log nobody sees
            self.error = f"{type(error).__name__}: {error}"
        finally:
            self.set_trait("heard", self.heard + 1)
