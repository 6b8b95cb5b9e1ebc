"""The ways in which an API gives its pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import httpx

from mindzie.core.errors import SettingError, SourceError
from mindzie.ingest.feeds.batch import whole
from mindzie.ingest.feeds.http import Answer
from mindzie.ingest.feeds.paths import at, next_address, says_more


class Page(NamedTuple):
    """Which page to ask for."""

    url: httpx.URL
    parameters: dict[str, Any]


Way = Callable[[Page, Answer, int], Page | None]
"""Takes a page, its answer and the number of records in it, and returns the page after it; None after the last."""
Within = Callable[[httpx.URL, str], httpx.URL]


def first_page(url: httpx.URL, said: Mapping[str, Any], options: Mapping[str, str]) -> Page:
    """Return the first page."""
    parameters = dict(said)
    if options["paging"] == "page":
        parameters[options["page_param"]] = whole(options, "first_page", 0)
    if options["paging"] == "offset":
        parameters |= {
            options["offset_param"]: 0,
            options["size_param"] or "limit": whole(options, "size"),
        }
    elif options["size_param"]:
        parameters[options["size_param"]] = whole(options, "size")
    return Page(url, parameters)


def way_of(options: Mapping[str, str], within: Within, label: str) -> Way:
    """Return how the next page is found.

    Parameters
    ----------
    options : mapping
        As the kind lists them.
    within : callable
        Checks an address that the server names.
    label : str
        What messages call the API.
    """
    ways: dict[str, Way] = {
        "none": lambda _page, _answer, _count: None,
        "page": lambda page, _, count: _counted(page, options["page_param"], 1 if count else 0),
        "offset": lambda page, _, count: _counted(page, options["offset_param"], count),
        "cursor": lambda page, answer, _: _by_cursor(page, answer, options),
        "link": lambda _, answer, __: _named(answer, answer.link, within),
        "next": lambda _, answer, __: _named(answer, at(answer.body, _path(options)), within),
        "auto": _auto(within, label),
    }
    return ways[options["paging"]]


def _counted(page: Page, name: str, step: int) -> Page | None:
    # an empty page is the last: one that is merely short may be all that a server gives at once
    if not step:
        return None
    return Page(page.url, {**page.parameters, name: page.parameters[name] + step})


def _by_cursor(page: Page, answer: Answer, options: Mapping[str, str]) -> Page | None:
    cursor = at(answer.body, _path(options))
    if cursor in (None, "", False):
        return None
    return Page(page.url, {**page.parameters, options["cursor_param"]: str(cursor)})


def _named(answer: Answer, address: Any, within: Within) -> Page | None:
    if address in (None, "", False):
        return None
    if not isinstance(address, str):
        raise SettingError("options next= names something that is no address.")
    return Page(within(answer.url, address), {})


def _path(options: Mapping[str, str]) -> str:
    if not options["next"]:
        raise SettingError(f"paging={options['paging']!r} needs next=, where an answer has it.")
    return options["next"]


def _auto(within: Within, label: str) -> Way:
    def auto(_page: Page, answer: Answer, count: int) -> Page | None:
        address = answer.link or next_address(answer.body)
        if address is None and (sign := says_more(answer.body, count)):
            raise SourceError(
                f"{label} has more than this page ({sign!r} says so), and not where the next one is: give options paging=."
            )
        return _named(answer, address, within)

    # the count of all pages so far belongs to one reading
    return _summing(auto)


def _summing(way: Way) -> Way:
    count = 0

    def summed(page: Page, answer: Answer, new: int) -> Page | None:
        nonlocal count
        count += new
        return way(page, answer, count)

    return summed
