"""Where in an answer something is: records, the next page."""

from __future__ import annotations

from typing import Any, Final

from mindzie.core.errors import SourceError

_NEXT: Final = (
    "next", "links.next", "links.next.href", "_links.next.href", "_links.next", "@odata.nextLink", "odata.nextLink", "nextLink",
    "paging.next", "paging.next.link", "pagination.next", "pagination.next_url", "meta.next", "next_url", "next_page_url",
)  # fmt: skip
_MORE: Final = (
    "has_more", "hasMore", "more", "next_cursor", "nextCursor", "nextPageToken", "next_page_token", "next_page", "nextPage",
    "meta.next_cursor", "meta.has_more", "pagination.next_cursor", "pagination.has_more", "response_metadata.next_cursor",
)  # fmt: skip
_TOTAL: Final = ("total", "total_count", "totalCount", "meta.total", "pagination.total")


def at(body: Any, path: str) -> Any:
    """Return what is at a path, or None.

    Examples
    --------
    >>> at({"data": {"items": [{"id": 7}]}}, "data.items.0.id")
    7
    """
    if isinstance(body, dict) and path in body:
        return body[path]
    first, _, rest = path.partition(".")
    if isinstance(body, list) and first.isdecimal() and int(first) < len(body):
        body = body[int(first)]
    elif isinstance(body, dict) and first in body:
        body = body[first]
    else:
        return None
    return at(body, rest) if rest else body


def records_of(body: Any, path: str, label: str) -> list[Any]:
    """Return the records of an answer: at a path, else the only list of objects.

    Raises
    ------
    SourceError
        Where there is no list, or several.

    Examples
    --------
    >>> records_of({"total": 1, "orders": [{"id": 7}]}, "", "the API")
    [{'id': 7}]
    """
    found = at(body, path) if path else body
    if isinstance(found, list):
        return found
    if path:
        raise SourceError(
            f"{label} has no list of records at records={path!r}. It has: {_fields(body)}."
        )
    lists = _lists(body, "")
    if len(lists) > 1:
        filled = {name: each for name, each in lists.items() if each and isinstance(each[0], dict)}
        lists = filled or lists
    if len(lists) != 1:
        told = f"several lists: {', '.join(lists)}" if lists else f"no list, but: {_fields(body)}"
        raise SourceError(f"{label} answers with {told}. Give options records=, the path to one.")
    return next(iter(lists.values()))


def next_address(body: Any) -> str | None:
    """Return the address of the next page, where an answer has one in a usual place."""
    found = (at(body, path) for path in _NEXT)
    return next(
        (each for each in found if isinstance(each, str) and each.startswith(("http", "/", "?"))),
        None,
    )


def says_more(body: Any, count: int) -> str:
    """Return the field by which an answer says that there is more than it has; empty where it does not.

    Examples
    --------
    >>> says_more({"has_more": True, "data": []}, 0), says_more({"total": 2}, 2)
    ('has_more', '')
    """
    more = next((path for path in _MORE if at(body, path) not in (None, "", False, 0)), "")
    beyond = (p for p in _TOTAL if isinstance(total := at(body, p), int) and total > count)
    return more or next(beyond, "")


def _lists(body: Any, above: str) -> dict[str, list[Any]]:
    if not isinstance(body, dict):
        return {}
    found = {f"{above}{name}": each for name, each in body.items() if isinstance(each, list)}
    if found or above.count(".") > 2:  # noqa: PLR2004 - as deep as APIs go
        return found
    for name, each in body.items():
        found |= _lists(each, f"{above}{name}.")
    return found


def _fields(body: Any) -> str:
    return ", ".join(list(map(str, body))[:12]) if isinstance(body, dict) and body else "none"
