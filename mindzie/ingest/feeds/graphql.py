"""GraphQL APIs: a query, its variables bound, and the pages of a connection."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from mindzie.core.errors import SettingError, SourceError
from mindzie.ingest.connectors.faults import scrubbed
from mindzie.ingest.feeds.api import ApiReader, lines_of
from mindzie.ingest.feeds.feed import Asked, Gathered
from mindzie.ingest.feeds.http import Call
from mindzie.ingest.feeds.paths import records_of
from mindzie.ingest.feeds.spool import Spool
from mindzie.ingest.feeds.watch import Watch

_SILENT: Final = re.compile(r'"""(?:\\"""|[^"]|"(?!""))*"""|"(?:\\.|[^"\\\n])*"|#[^\n]*')
"""Texts and comments."""
_INNER: Final = re.compile(r"\{[^{}]*\}|\([^()]*\)")
_DEPTH: Final = 200


class GraphQLReader(ApiReader):
    """Reads an API by queries."""

    def test(self, watch: Watch) -> None:
        """Ask for the name of its root type."""
        with self._caller.opened(watch) as call:
            self._data(call, "{ __typename }", {})

    def gather(self, asked: Asked, watch: Watch) -> Gathered:
        """Bring the records of all pages."""
        query = checked_query(asked.query or "")
        variables = self._values(asked)
        seen: set[str] = set()
        with self._caller.opened(watch) as call, Spool() as spool:
            while True:
                data = self._data(call, query, variables)
                records, cursor = self._page(data)
                spool.add(lines_of(records))
                watch.tell(spool.count)
                if cursor is None or (asked.most is not None and spool.count >= asked.most):
                    return Gathered(spool.records())
                variables[self._after(query)] = cursor
                self._refuse_again(cursor, seen)

    def _data(self, call: Call, query: str, variables: Mapping[str, Any]) -> Any:
        answer = call(self._caller.url, body={"query": query, "variables": dict(variables)}).body
        if not isinstance(answer, dict) or not ({"data", "errors"} & answer.keys()):
            raise SourceError(f"{self._label} does not answer as GraphQL does: check the address.")
        if errors := answer.get("errors"):
            first = errors[0] if isinstance(errors, list) else errors
            told = first.get("message") if isinstance(first, dict) else first
            words = scrubbed(str(told), self._caller.secrets()).rstrip(". ")
            raise SourceError(f"{self._label} answers: {words}.")
        return answer["data"]

    def _page(self, data: Any) -> tuple[list[Any], str | None]:
        """Return the records of a page and the cursor of the next, where there is one."""
        path = self._options["records"]
        found = None if path else _connection(data)
        if found is None:
            return records_of(data, path, self._label), None
        records = found.get("nodes")
        if records is None:
            records = [
                edge.get("node") for edge in found.get("edges") or () if isinstance(edge, dict)
            ]
        info = found["pageInfo"]
        return list(records), str(info["endCursor"]) if info.get("hasNextPage") else None

    def _after(self, query: str) -> str:
        name = self._options["after"]
        if not re.search(rf"\${re.escape(name)}\b", _SILENT.sub(" ", query)):
            raise SettingError(
                f"There is more than one page: let the query take the variable ${name}: String and give it as after: ${name}, or name another by options after=."
            )
        return name


def checked_query(text: str) -> str:
    """Return a query, where it is one and only reads.

    Raises
    ------
    SettingError
        For a mutation, a subscription, or several queries.

    Examples
    --------
    >>> checked_query("{ orders { nodes { id } } }")
    '{ orders { nodes { id } } }'
    """
    bare = _SILENT.sub(" ", text)
    for _ in range(_DEPTH):
        if not _INNER.search(bare):
            break
        bare = _INNER.sub(" ; ", bare)
    words = re.findall(r"\b(query|mutation|subscription|fragment)\b(?!\s*:)", bare)
    if "mutation" in words or "subscription" in words:
        raise SettingError("A source is only read: give a query, no mutation and no subscription.")
    if not text.strip() or words.count("query") > 1 or not (words or ";" in bare):
        raise SettingError("Give one query of GraphQL, such as { orders { nodes { id } } }.")
    return text


def _connection(data: Any) -> Any:
    """Return the only connection of an answer, nearest to its top."""
    level = [data]
    for _ in range(6):
        found = [
            each
            for each in level
            if isinstance(each, dict) and isinstance(each.get("pageInfo"), dict)
        ]
        if found:
            return found[0]
        level = [inner for each in level if isinstance(each, dict) for inner in each.values()]
    return None
