"""Many readers at once on one published dashboard: how long a page takes to open and a filter to answer, minute by minute.

``python -m benchmarks.dashboards http://127.0.0.1:8000/services/dashboards/link/TOKEN --readers 50 --minutes 10``, on a hub whose
``most_pages`` is at least twice the readers: a public link has half of them. Readers are websockets, not browsers. With ``--visits 1000`` pages
are opened and left one after the other instead.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import statistics
import time
from collections import defaultdict
from itertools import accumulate, pairwise
from typing import Any, Final
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

import psutil
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

_KERNEL: Final = "api/kernels/00000000-0000-4000-8000-000000000000/channels"
_PROTOCOL: Final = "v1.kernel.websocket.jupyter.org"
_EVENTS: Final = ({"do": "choose", "value": '["attribute", 0, 0]'}, {"do": "clear", "value": None})
_PATIENCE: Final = 120.0
_THINK: Final = 3.0
"""Seconds between two filters of one reader."""
Times = dict[int, list[float]]


def framed_message(comm: str, state: dict[str, Any]) -> tuple[str, bytes]:
    """Return the identifier of a widget's change, and the change as the page sends it."""
    number = uuid4().hex
    content = {"comm_id": comm, "data": {"method": "update", "state": state, "buffer_paths": []}}
    parts = [
        b"shell",
        json.dumps({"msg_type": "comm_msg", "msg_id": number, "session": "bench"}).encode(),
        b"{}",
        b"{}",
        json.dumps(content).encode(),
    ]
    start = 8 * (len(parts) + 2)
    ends = [start, *accumulate((len(part) for part in parts), initial=start)][1:]
    head = b"".join(number.to_bytes(8, "little") for number in [len(ends), *ends])
    return number, head + b"".join(parts)


def read(message: bytes) -> list[dict[str, Any]]:
    """Return header, parent and content of a message."""
    ends = [int.from_bytes(message[8 * n : 8 * n + 8], "little") for n in range(1, 7)]
    parts = [message[at:to] for at, to in pairwise(ends)]
    return [json.loads(parts[1]), json.loads(parts[2]), json.loads(parts[4])]


async def opened(link: str) -> tuple[WebSocketClientConnection, str]:
    """Open a page as a browser does, and return its line and its filter bar."""
    web = AsyncHTTPClient()
    shell = await web.fetch(HTTPRequest(link, request_timeout=_PATIENCE))
    found = re.search(r'<iframe[^>]* src="([^"]+)"', shell.body.decode())
    assert found, "no frame"
    page = urljoin(link, found[1])
    body = (await web.fetch(HTTPRequest(page, request_timeout=_PATIENCE))).body.decode()
    bar = re.search(r'"model_id": ?"(\w+)"', body)
    assert bar, "no widget"
    request = HTTPRequest(
        urljoin(page, _KERNEL).replace("http", "ws", 1), request_timeout=_PATIENCE
    )
    return await websocket_connect(request, subprotocols=[_PROTOCOL]), bar[1]


async def filtered(line: WebSocketClientConnection, bar: str, turn: int) -> None:
    """Choose a filter, or take it away, and wait until everything that follows it is done."""
    event = {**_EVENTS[turn % 2], "at": time.time()}
    number, sent = framed_message(bar, {"event": event})
    await line.write_message(sent, binary=True)
    while True:
        told = await asyncio.wait_for(line.read_message(), _PATIENCE)
        assert isinstance(told, bytes), "the line was closed"
        header, parent, content = read(told)
        idle = header["msg_type"] == "status" and content["execution_state"] == "idle"
        if idle and parent.get("msg_id") == number:
            return


async def reader(link: str, start: float, end: float, opens: Times, answers: Times) -> None:
    """Read until the end."""
    begun = time.monotonic()
    line, bar = await opened(link)
    opens[int((begun - start) // 60)].append(time.monotonic() - begun)
    turn = 0
    while time.monotonic() < end:
        begun = time.monotonic()
        await filtered(line, bar, turn)
        answers[int((begun - start) // 60)].append(time.monotonic() - begun)
        turn += 1
        await asyncio.sleep(_THINK)
    line.close()


def memory() -> float:
    """Return the memory of all pages in GB, shared memory counted once."""
    found = 0
    for process in psutil.process_iter(["cmdline"]):
        if "mindzie.hub.boards.launcher" in (process.info["cmdline"] or ()):
            try:
                found += process.memory_full_info().pss
            except psutil.Error:
                continue
    return found / 2**30


def told(name: str, times: list[float]) -> str:
    """Return median and 95th percentile in words."""
    if len(times) < 2:
        return f"{name} -"
    p95 = statistics.quantiles(times, n=20)[-1]
    return f"{name} {len(times)}: median {statistics.median(times):.2f} s, p95 {p95:.2f} s"


async def load(link: str, readers: int, minutes: float) -> None:
    """Have many readers at once."""
    start = time.monotonic()
    end = start + 60 * minutes
    opens: Times = defaultdict(list)
    answers: Times = defaultdict(list)
    tasks = [asyncio.create_task(reader(link, start, end, opens, answers)) for _ in range(readers)]
    minute = 0
    while pending := [task for task in tasks if not task.done()]:
        await asyncio.wait(pending, timeout=60)
        here = told("opened", opens[minute]), told("filters", answers[minute])
        print(f"minute {minute + 1}:", *here, f"memory {memory():.2f} GB", sep="  ")
        minute += 1
    failed = [task.exception() for task in tasks if task.exception()]
    print(f"{readers - len(failed)} of {readers} readers stayed to the end", *failed[:3])


async def visits(link: str, count: int) -> None:
    """Open and leave pages one after the other."""
    times = list[float]()
    for number in range(count):
        begun = time.monotonic()
        line, _ = await opened(link)
        times.append(time.monotonic() - begun)
        line.close()
        if number % 50 == 49:
            print(told("opened", times[-50:]), f"memory {memory():.2f} GB", sep="  ")
    await asyncio.sleep(90)  # pages that were left end after a minute
    health = urljoin(
        f"{urlsplit(link).scheme}://{urlsplit(link).netloc}", "/services/dashboards/health"
    )
    print((await AsyncHTTPClient().fetch(health)).body.decode(), f"memory {memory():.2f} GB")


def main() -> None:
    """Read what is asked for, and measure it."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("link")
    words.add_argument("--readers", type=int, default=50)
    words.add_argument("--minutes", type=float, default=10)
    words.add_argument("--visits", type=int, default=0)
    said = words.parse_args()
    AsyncHTTPClient.configure(None, max_clients=1_000)
    asyncio.run(
        visits(said.link, said.visits)
        if said.visits
        else load(said.link, said.readers, said.minutes)
    )


if __name__ == "__main__":
    main()
