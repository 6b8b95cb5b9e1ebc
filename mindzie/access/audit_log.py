"""Reading the audit log: chosen entries, the proof that none was altered, and exports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import polars as pl
from sqlalchemy import inspect, select

from mindzie.access.audit import digest, plain
from mindzie.access.audit_choice import chosen
from mindzie.access.door import Door, Visit
from mindzie.access.given import Text, given
from mindzie.access.tables import table_of
from mindzie.core.errors import unknown
from mindzie.core.spreadsheets import csv_text
from mindzie.core.words import counted
from mindzie.store.models import AuditEntry, AuditHead

COLUMNS: Final = tuple(item.key for item in inspect(AuditEntry).column_attrs)
FORMATS: Final = ("csv", "json")
_BATCH: Final = 1_000
_SHOWN: Final = 20
_SAID: Final = ("number", "at", "actor_name", "action", "object_kind", "object_name")
_PAGE: Final = 10_000


class AuditLog:
    """Who did what to what, oldest first; needs the permission ``audit.read``.

    Parameters
    ----------
    door : Door
        Of the workspace.
    """

    def __init__(self, door: Door) -> None:
        self._door = door

    def entries(
        self,
        *,
        action: str | None = None,
        actor: str | None = None,
        kind: str | None = None,
        object_name: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        after: int = 0,
        limit: int = 1_000,
        last: bool = False,
    ) -> list[dict[str, Any]]:
        """Return entries.

        Parameters
        ----------
        action : str, optional
            Such as ``"datasets.publish"``; with a dot at the end, all acts of an area: ``"datasets."``.
        actor : str, optional
            Name of who acted.
        kind : str, optional
            Kind of object, such as ``"data set"``.
        object_name : str, optional
            The object's name.
        since, until : datetime, optional
            From the first to before the second; with a time zone.
        after : int
            Only entries with a greater number; for the next page.
        limit : int
            At most so many, from 1 to 100,000.
        last : bool
            The last of them instead of the first.

        Returns
        -------
        list of dict
            One an entry: number, at, actor, action, object, before, after, origin and hashes.

        Raises
        ------
        ForbiddenError
            Without the permission.
        SettingError
            With all that is wrong: a time without a zone, a bad limit, another kind of value.
        """
        wanted = chosen(
            action=action,
            actor=actor,
            kind=kind,
            object_name=object_name,
            since=since,
            until=until,
            after=after,
            limit=limit,
            last=last,
        )
        with self._door.reading() as visit:
            visit.need("audit.read")
            found = [as_json(row) for row in visit.session.scalars(wanted.question)]
            return found[::-1] if last else found

    def verify(self, head: str | None = None) -> dict[str, Any]:
        """Prove that no entry was altered, removed or put in.

        Parameters
        ----------
        head : str, optional
            A hash noted earlier, elsewhere: it must be in the chain. Who can write to the database could otherwise make a
            whole new chain.

        Returns
        -------
        dict
            ``whole`` (bool), ``entries``, ``head`` (the last hash, to be noted elsewhere) and ``faults``, one text each.
        """
        head = given(Text | None, head, "head")
        with self._door.reading() as visit:
            visit.need("audit.read")
            return verified(visit, head)

    def export(self, format: str = "csv", **choice: Any) -> str:  # noqa: A002 - the field's word
        """Return entries as text; the export itself is written into the log.

        Parameters
        ----------
        format : {"csv", "json"}
            CSV is safe to open in a spreadsheet: what begins like a formula has an apostrophe before it.
        **choice
            As for ``entries``.

        Returns
        -------
        str
            With a header, or one JSON object a line.
        """
        if format not in FORMATS:
            raise unknown("format", format, FORMATS, "Mindzie")
        chosen(**choice)
        write, count = (_csv if format == "csv" else _json), 0
        texts = list[str]()
        for found in self._pages(choice):
            count += len(found)
            texts.append(write(found, first=not texts))
        with self._door.writing() as visit:
            visit.need("audit.read")
            told = {
                "format": format,
                "entries": count,
                **{name: plain(value) for name, value in choice.items()},
            }
            visit.note("audit.export", "audit log", after=told)
        return "".join(texts)

    def _pages(self, choice: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
        found = self.entries(**{"limit": _PAGE, **choice})
        yield found
        while len(found) == _PAGE and not {"limit", "last"} & choice.keys():
            found = self.entries(**{**choice, "after": found[-1]["number"], "limit": _PAGE})
            yield found

    def __len__(self) -> int:
        with self._door.reading() as visit:
            visit.need("audit.read")
            head = visit.session.scalars(select(AuditHead)).one_or_none()
            return 0 if head is None else head.number

    def __repr__(self) -> str:
        return f"<audit log: {counted(len(self), 'entry')}>"

    def _repr_html_(self) -> str:
        count, last = len(self), self.entries(last=True, limit=_SHOWN)
        if not last:
            return "<p>No entry yet.</p>"
        shown = [{name: entry[name] for name in _SAID} for entry in last]
        more = f", the last {len(last)}" if count > len(last) else ""
        return f"<p>{counted(count, 'entry')}{more}:</p>{table_of(shown)}"


def verified(visit: Visit, head: str | None = None) -> dict[str, Any]:
    """Walk the chain of a tenant and return what is wrong with it, as ``AuditLog.verify`` says."""
    number, last, faults, seen = 0, "", list[str](), head in {None, ""}
    for entry in _all(visit):
        number += 1
        if entry.number != number:
            faults.append(f"entry {number} is missing")
            number = entry.number
        elif entry.previous_hash != last:
            faults.append(f"entry {number} does not follow the one before it")
        if entry.hash != digest(entry):
            faults.append(f"entry {number} was altered")
        last = entry.hash
        seen = seen or last == head
    end = visit.session.scalars(select(AuditHead)).one_or_none()
    kept = (0, "") if end is None else (end.number, end.hash)
    if kept != (number, last):
        faults.append(f"the chain ends at entry {number}, but {kept[0]} were written")
    if not seen:
        faults.append(f"the hash {head} is not in the chain")
    return {"whole": not faults, "entries": number, "head": last, "faults": faults}


def as_json(entry: AuditEntry) -> dict[str, Any]:
    """Return an entry as JSON."""
    return {name: plain(getattr(entry, name)) for name in COLUMNS if name != "tenant_id"}


def _all(visit: Visit) -> Iterator[AuditEntry]:
    number = 0
    while True:
        chosen = select(AuditEntry).where(AuditEntry.number > number).order_by(AuditEntry.number)
        rows = list(visit.session.scalars(chosen.limit(_BATCH)))
        yield from rows
        if len(rows) < _BATCH:
            return
        number = rows[-1].number
        visit.session.expunge_all()


def _json(found: list[dict[str, Any]], *, first: bool) -> str:  # noqa: ARG001 - as _csv
    return "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in found)


def _csv(found: list[dict[str, Any]], *, first: bool) -> str:
    schema = {
        name: pl.Int64 if name == "number" else pl.String for name in COLUMNS if name != "tenant_id"
    }
    rows = [[_cell(entry[name]) for name in schema] for entry in found]
    text = csv_text(pl.DataFrame(rows, schema=schema, orient="row"))
    return text if first else text.partition("\n")[2]


def _cell(value: Any) -> Any:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value
