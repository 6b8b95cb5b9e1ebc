"""REST APIs: pages of records, by every usual way of paging."""

from __future__ import annotations

import re
from typing import Any, Final

import httpx

from mindzie.core.errors import SettingError, SourceError
from mindzie.ingest.feeds.answers import GoneError
from mindzie.ingest.feeds.api import ApiReader, lines_of
from mindzie.ingest.feeds.feed import Asked, Gathered
from mindzie.ingest.feeds.http import Call
from mindzie.ingest.feeds.paging import Page, first_page, way_of
from mindzie.ingest.feeds.paths import records_of
from mindzie.ingest.feeds.spool import Spool
from mindzie.ingest.feeds.watch import Watch

_SECRET: Final = re.compile(r"pass(word|wd)|secret|api[_-]?key|access[_-]?(key|token)|^token$|^key$", re.IGNORECASE)  # fmt: skip


class RestReader(ApiReader):
    """Reads an API page by page."""

    def test(self, watch: Watch) -> None:
        """Ask for the address itself; that it has nothing there is an answer too."""
        with self._caller.opened(watch) as call:
            try:
                call(self._caller.url)
            except GoneError:
                return

    def gather(self, asked: Asked, watch: Watch) -> Gathered:
        """Bring the records of all pages."""
        parameters = self._parameters(asked)
        url = _below(self._caller.url, asked.table or "")
        with self._caller.opened(watch) as call, Spool() as spool:
            page: Page | None = first_page(url, parameters, self._options)
            way, seen, last = way_of(self._options, call.within, self._label), set[str](), b""
            while page is not None and (asked.most is None or spool.count < asked.most):
                self._refuse_again(_told(page), seen)
                answer = self._asked(call, page, first=len(seen) == 1)
                if answer is None:
                    break
                records = records_of(answer.body, self._options["records"], self._label)
                lines = lines_of(records)
                last = self._refuse_same(b"\n".join(lines), last)
                spool.add(lines)
                watch.tell(spool.count)
                enough = asked.most is not None and spool.count >= asked.most
                page = None if enough else way(page, answer, len(records))
            return Gathered(spool.records())

    def _asked(self, call: Call, page: Page, *, first: bool) -> Any:
        try:
            return call(page.url, page.parameters)
        except GoneError:
            if first or self._options["paging"] != "page":
                raise
            return None  # some say so of the page after the last

    def _parameters(self, asked: Asked) -> dict[str, Any]:
        for name, value in asked.parameters.items():
            if _SECRET.search(name):
                raise SettingError(
                    f"parameters[{name!r}] looks like a secret, and they are kept with the log: give it as password=, with options auth='query' and auth_name={name!r}."
                )
            if not isinstance(value, str | int | float | bool):
                raise SettingError(f"parameters[{name!r}] must be text, a number or a truth.")
        return self._values(asked)

    def _refuse_same(self, lines: bytes, last: bytes) -> bytes:
        if lines and lines == last:
            raise SourceError(
                f"{self._label} gives the same records for one page and the next: check options paging= and the names of its parameters."
            )
        return lines


def _told(page: Page) -> str:
    return f"{page.url} {sorted((k, str(v)) for k, v in page.parameters.items())}"


def _below(url: httpx.URL, path: str) -> httpx.URL:
    """Return an address below another."""
    if "://" in path or "?" in path or "#" in path or ".." in path.split("/"):
        raise SettingError(
            f"table={path!r} must be a path below the address; what follows a question mark is parameters=."
        )
    return url.copy_with(path=f"{url.path.rstrip('/')}/{path.strip('/')}") if path else url
