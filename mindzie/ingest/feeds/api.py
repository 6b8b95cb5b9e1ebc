"""What REST and GraphQL have in common: a caller, values since the last reading, and pages that must come to an end."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from mindzie.core.errors import SourceError
from mindzie.ingest.feeds.feed import Asked, Reader
from mindzie.ingest.feeds.http import Caller
from mindzie.ingest.feeds.watch import Watch


class ApiReader(Reader):
    """Reads an API.

    Parameters
    ----------
    url, user, password, options, label, guarded, private
        As for `Caller`.
    """

    def __init__(
        self, url: str, user: str | None, password: str | None, options: Mapping[str, str], label: str, *, guarded: bool,
        private: bool,
    ) -> None:  # fmt: skip
        self._caller = Caller(url, user, password, options, label, guarded=guarded, private=private)
        self._options, self._label = options, label

    def names(self, watch: Watch) -> tuple[str, ...]:
        """Return nothing: an API does not say what it has."""
        del watch
        return ()

    def _values(self, asked: Asked) -> dict[str, Any]:
        """Return what is asked with, after an earlier reading with the place where it ended."""
        values = dict(asked.parameters)
        if asked.before is not None and self._options["since"]:
            since = asked.before.since
            values[self._options["since"]] = getattr(since, "isoformat", lambda: since)()
        return values

    def _refuse_again(self, page: str, seen: set[str]) -> None:
        """Refuse a page that was asked for already, and note it."""
        if page in seen:
            raise SourceError(
                f"{self._label} names the same page as the next one again and again: it would never end."
            )
        seen.add(page)


def lines_of(records: Iterable[Any]) -> list[bytes]:
    """Return records as lines of JSON.

    Examples
    --------
    >>> lines_of([{"id": 1}])
    [b'{"id": 1}']
    """
    return [
        json.dumps(each, ensure_ascii=False).encode("utf-8", "surrogatepass") for each in records
    ]
