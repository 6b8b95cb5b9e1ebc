"""The client of a page's kernel, which knows at once that the kernel listens."""

from __future__ import annotations

import time
from queue import Empty
from typing import Any, Final

from jupyter_client.asynchronous.client import AsyncKernelClient

_LOOK_SECONDS: Final = 0.1
_PATIENCE: Final = 120.0


class PageKernelClient(AsyncKernelClient):
    """Is ready as soon as it hears the kernel answer: Jupyter's own waits until nothing was heard for a fifth of a second, each time."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - Jupyter's
        """Wait until the kernel answers, and what it tells all is heard here."""
        until = time.monotonic() + (_PATIENCE if timeout is None else timeout)
        asked = set[str]()
        while time.monotonic() < until:
            asked.add(str(self.kernel_info()))
            if await self._answered(asked):
                return
        raise RuntimeError("The kernel did not answer in time.")

    async def _answered(self, asked: set[str]) -> bool:
        while True:
            try:
                said: dict[str, Any] = await self.get_iopub_msg(timeout=_LOOK_SECONDS)
            except Empty:  # before it was connected, or the kernel is still beginning
                return False
            idle = said["content"].get("execution_state") == "idle"
            if idle and said["parent_header"].get("msg_id") in asked:
                return True
