"""What reads a stream: one client for all of its parts, and one load on its way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Self

import polars as pl

from mindzie.core.readiness import Finding
from mindzie.ingest import watching
from mindzie.ingest.connectors.faults import scrubbed
from mindzie.ingest.feeds.batch import Bounds, more_left
from mindzie.ingest.feeds.feed import Asked, Gathered, Reader
from mindzie.ingest.feeds.spool import Spool
from mindzie.ingest.feeds.watch import Watch

_MESSAGES: Final = 10_000


class Batch:
    """One load on its way: its records, where each of them was, and whether it takes more.

    Parameters
    ----------
    asked : Asked
        Of the reader.
    bounds : Bounds
        Of a load.
    watch : Watch
        Of the reading.
    schema : mapping
        Columns that say where a record was, with their types.
    """

    def __init__(
        self, asked: Asked, bounds: Bounds, watch: Watch, schema: Mapping[str, Any]
    ) -> None:
        self._is_preview, self._bounds = asked.most is not None, bounds.for_(asked.most)
        self._watch, self._schema = watch, schema
        self._places = [pl.DataFrame(schema=schema)]
        self._spool = Spool()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._spool.__exit__()

    @property
    def takes_more(self) -> bool:
        """Whether there is room and time."""
        return not self._bounds(self._spool) and self._watch.left > 0

    def expect(self, there: int) -> None:
        """Tell how many records are there, of which a load takes no more than it may."""
        if not self._is_preview:
            watching.expects(min(there, self._bounds.rows))

    def next(self) -> int:
        """Return how many records to ask for; where it is not wanted any more, this raises."""
        self._watch.wanted()
        return min(_MESSAGES, self._bounds.left(self._spool))

    def add(self, texts: list[bytes], places: list[tuple[Any, ...]]) -> None:
        """Keep records, and where they were."""
        self._spool.add(texts)
        self._places.append(pl.DataFrame(places, schema=self._schema, orient="row"))
        self._watch.tell(self._spool.count)

    def gathered(
        self,
        positions: Mapping[str, str],
        findings: tuple[Finding, ...],
        *,
        is_open: bool,
        left: int,
        what: str,
    ) -> Gathered:
        """Return what came, and say how much is left where the load ended before the stream."""
        if is_open and not self._spool.count:
            self._watch.check()  # nothing came in the time that there was
        if left and not self._is_preview:
            findings = (*findings, *more_left(left, what))
        return Gathered(self._spool.records(), pl.concat(self._places), positions, findings)


class StreamReader(Reader):
    """Reads a stream by its own client.

    Parameters
    ----------
    password : str or None
        Which no message shows.
    options : mapping
        As the kind lists them.
    label : str
        What messages call it.
    """

    def __init__(self, password: str | None, options: Mapping[str, str], label: str) -> None:
        self._label, self._secrets = label, tuple(filter(None, (password,)))
        self._bounds = Bounds.of(options)

    def _words(self, meaning: str | None, words: str) -> str:
        """Return a message: what an error means, or what the stream answers."""
        return f"{self._label} {meaning or f'answers: {scrubbed(words, self._secrets)}'}."
