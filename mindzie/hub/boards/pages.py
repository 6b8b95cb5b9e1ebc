"""The pages that run: some warm ones that show nothing yet, and those that were claimed, bounded in number and age."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import secrets
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mindzie.hub.boards.launcher import Orders
from mindzie.hub.boards.sockets import fetched

_log = logging.getLogger("mindzie.hub")
_WARM_AGE: Final = 3_600.0
"""Seconds after which a page that nobody wanted is started anew."""
_LEFT: Final = 60.0
"""Seconds that a page goes on which nobody has open; a reader who comes back by then finds it as it was."""
_UNSEEN: Final = 180.0
"""The same before anybody opened it."""
_LOOK_SECONDS: Final = 1.0
_RENDERED: Final = 3.0
"""Seconds in which a page is drawn, before the next one is begun, where others wait already."""
_PATIENCE: Final = 60.0


@dataclass(eq=False)
class Page:
    """A process that shows a dashboard, or will.

    Parameters
    ----------
    name : str
        The secret of its address: whoever has it sees the page.
    folder : Path
        Of its process.
    """

    name: str
    folder: Path
    since: float = field(default_factory=time.monotonic)
    until: float = float("inf")
    reader: str = ""
    grant: str = ""
    kind: str = ""
    embed: tuple[str, ...] = ()
    opened: bool = False
    lines: int = 0
    """Websockets that are open."""
    seen: float = field(default_factory=time.monotonic)

    @property
    def socket(self) -> str:
        """Where it is served."""
        return str(self.folder / ("panel.sock" if self.kind == "panel" else "page.sock"))

    def over(self, moment: float) -> bool:
        """Whether nobody looks at it any more, or nobody may."""
        left = self.lines == 0 and moment - self.seen > (_LEFT if self.opened else _UNSEEN)
        return moment > self.until or left


class Pages:
    """Starts, hands out and ends pages.

    Parameters
    ----------
    orders : Orders
        For the launcher.
    python : str
        Interpreter of pages.
    base : str
        Path below which pages have their addresses.
    warm, most, each : int
        Pages that wait, pages in all, and pages of one reader.
    """

    def __init__(
        self, orders: Orders, python: str, base: str, *, warm: int, most: int, each: int
    ) -> None:
        self.base, self._folder = base, Path(orders.folder)
        self._warm, self._most, self._each = warm, most, each
        self.running: dict[str, Page] = {}
        self._waiting: list[Page] = []
        self._free = asyncio.Event()
        self._ended: Callable[[Page], object] = lambda _page: None
        line, other = socket.socketpair()
        # with an environment of its own: what is forked shows the launcher's to whoever may read it
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [python, "-P", "-m", "mindzie.hub.boards.launcher", str(other.fileno())],
            pass_fds=[other.fileno()],
            env=orders.environment,
            stdin=subprocess.DEVNULL,
        )
        other.close()
        line.sendall(json.dumps(vars(orders)).encode() + b"\n")
        self._line = line

    def on_end(self, act: Callable[[Page], object]) -> None:
        """Call for each page that was shown and ended."""
        self._ended = act

    async def serve(self) -> None:
        """Keep pages warm, and end those that are over, for ever."""
        reader, self._writer = await asyncio.open_connection(sock=self._line)
        listening = asyncio.create_task(self._listen(reader))
        try:
            while not listening.done():
                moment = time.monotonic()
                for page in [*self.running.values()]:
                    if page.grant and page.over(moment):
                        self.end(page)
                for page in [*self._waiting]:
                    if moment - page.since > _WARM_AGE:
                        self._waiting.remove(page)
                        self.end(page)
                await asyncio.sleep(_LOOK_SECONDS)
        finally:
            listening.cancel()
        raise RuntimeError("The launcher of pages has ended.")

    def _fill(self) -> None:
        if self._writer.is_closing():
            return
        unclaimed = sum(not page.grant for page in self.running.values())
        room = self._most - len(self.running)
        for _ in range(min(self._warm - unclaimed, room)):
            page = Page(secrets.token_urlsafe(24), Path())
            # the name of a folder is seen by who lists processes; that of an address must not be
            page.folder = self._folder / secrets.token_hex(6)
            self.running[page.name] = page
            self._tell(start=page.folder.name, base=f"{self.base}{page.name}/")

    def _tell(self, **said: str) -> None:
        self._writer.write(json.dumps(said).encode() + b"\n")

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            said: dict[str, Any] = json.loads(line)
            if "ended" in said:
                for page in [*self.running.values()]:
                    if page.folder.name == said["ended"]:
                        self._gone(page)
            elif "warm" in said:
                name = said["warm"]
                self._waiting += [one for one in self.running.values() if one.folder.name == name]
                self._free.set()
            self._fill()

    def _gone(self, page: Page) -> None:
        self.running.pop(page.name, None)
        if page in self._waiting:
            self._waiting.remove(page)
        if page.grant:
            self._ended(page)

    def end(self, page: Page) -> None:
        """End a page; it shows nothing from now on."""
        if page.until > 0:
            page.until = 0.0
            self._tell(end=page.folder.name)

    async def claim(
        self,
        reader: str,
        told: dict[str, Any],
        grant: str,
        seconds: float,
        *,
        several: bool = False,
    ) -> Page:
        """Take a warm page for a reader.

        Parameters
        ----------
        reader : str
            Who it is for; of one with too many pages the one left longest ends.
        told : dict
            ``kind``, ``content`` and ``environment``.
        grant : str
            What the page may read by.
        seconds : float
            For which it may be shown.
        several : bool
            Whether it stands for many readers, as a public link does: they have up to half of all pages, and end none that another
            one looks at.

        Returns
        -------
        Page
            Ready to be looked at.

        Raises
        ------
        TimeoutError
            Where there is none in time: too many are open.
        """
        self._make_room(reader, several=several)
        async with asyncio.timeout(_PATIENCE):
            while not self._waiting:
                self._free.clear()
                await self._free.wait()
            page = self._waiting.pop(0)
        moment = time.monotonic()
        page.reader, page.grant, page.kind = reader, grant, told["kind"]
        page.until, page.seen = moment + seconds, moment
        try:
            await fetched(
                str(page.folder / "claim.sock"), "/claim", body=json.dumps(told), seconds=_PATIENCE
            )
        except BaseException:
            self.end(page)
            raise
        # what is begun now would slow the page down that somebody waits for
        asyncio.get_running_loop().call_later(_RENDERED if self._waiting else 0, self._fill)
        return page

    def _make_room(self, reader: str, *, several: bool) -> None:
        own = [one for one in self.running.values() if one.reader == reader and one.until > 0]
        own.sort(key=lambda one: (one.lines > 0, one.seen))
        beyond = own[: max(len(own) + 1 - (self._most // 2 if several else self._each), 0)]
        if several and any(one.lines for one in beyond):
            raise TimeoutError("Too many have this link open.")
        for one in beyond:
            self.end(one)

    async def stop(self) -> None:
        """End all pages, and the launcher with them."""
        self._writer.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(self._process.wait, _PATIENCE)
