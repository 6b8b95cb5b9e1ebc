"""Messages as a page sends them."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import mindzie as mz


class Browser:
    """A page with a wizard."""

    def __init__(self, wizard: mz.ImportWizard) -> None:
        self.wizard = wizard
        self.last = self.got = 0
        self.heard = ""
        """All that the page was told."""

    def ask(self, **message: Any) -> dict[str, Any]:
        """Send a message and return what is answered."""
        self.last += 1
        letters = [{"id": self.last, **message}]
        self.wizard.set_state({"asked": {"page": "page", "got": self.got, "messages": letters}})
        (answer,) = [told for told in self.wizard.told if told["id"] == self.last]
        self.got = answer["seq"]
        self.heard += json.dumps([self.wizard.shown, answer], allow_nan=False)
        return answer

    def do(self, **message: Any) -> Any:
        """Send a message that must be understood."""
        answer = self.ask(**message)
        assert "error" not in answer, answer
        return answer["result"]

    def upload(self, path: Path, piece: int = 100_000) -> None:
        """Send a file."""
        content = path.read_bytes()
        self.do(do="upload", name=path.name, size=len(content))
        for at in range(0, len(content), piece):
            data = base64.b64encode(content[at : at + piece]).decode()
            self.do(do="piece", offset=at, data=data)

    @property
    def shown(self) -> dict[str, Any]:
        """What the page shows."""
        return self.wizard.shown
