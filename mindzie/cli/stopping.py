"""How workers are stopped: they end at once, and what they were doing waits again."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import typer

from mindzie.core.errors import MindzieError, StoreError

T = TypeVar("T")


@contextmanager
def stoppable() -> Iterator[threading.Event]:
    """End what is done within by SIGTERM or an interrupt.

    A driver that is interrupted while it talks to its server may fail while it cleans up, and that error takes the place of the
    interruption. So loops look at the event, too.

    Yields
    ------
    threading.Event
        Set once the process was told to end.
    """
    told = threading.Event()

    def stop(*_: Any) -> None:
        told.set()
        raise KeyboardInterrupt

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield told
    except (KeyboardInterrupt, MindzieError):
        if not told.is_set():
            raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def worked_off(
    work: Callable[[], Iterable[T]],
    line: Callable[[T], str],
    told: threading.Event,
    *,
    pause: float | None,
    ends: type[StoreError] | tuple[()] = (),
) -> bool:
    """Do what waits, and say a line of each.

    Parameters
    ----------
    work : callable
        Does what waits, and yields what became of each.
    line : callable
        Says it.
    told : threading.Event
        Set once the process was told to end.
    pause : float, optional
        Seconds before it looks again, also after a fault of the database or the storage; None to end when nothing waits.
    ends : type of StoreError
        A fault after which looking again is of no use.

    Returns
    -------
    bool
        Whether one of them failed.
    """
    failed = False
    while not told.is_set():
        try:
            for one in work():
                failed |= getattr(one, "state", "") == "failed"
                typer.echo(line(one))
                if told.is_set():
                    break
        except StoreError as error:
            if pause is None or told.is_set() or isinstance(error, ends):
                raise
            typer.echo(f"mindzie: {error}", err=True)
        if pause is None:
            break
        time.sleep(pause)
    return failed
