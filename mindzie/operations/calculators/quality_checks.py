"""What can be wrong with the data of a log, counted: each check is one line of the report on quality."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

import narwhals as nw
import polars as pl

from mindzie.core.moments import resolve

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog

COMPLETENESS, UNIQUENESS, VALIDITY = "completeness", "uniqueness", "validity"
CONSISTENCY, TIMELINESS = "consistency", "timeliness"
DIMENSIONS: Final = (COMPLETENESS, UNIQUENESS, VALIDITY, CONSISTENCY, TIMELINESS)
FIRST_YEAR: Final = "1990-01-01"
"""Few systems that record events are older."""
DAY: Final = 86_400_000_000


class Check(NamedTuple):
    """One thing looked at.

    ``found`` of ``total`` are not as they should be; ``weight`` is what it costs where all of them are.
    """

    dimension: str
    name: str
    of: str | None
    found: int
    total: int
    weight: float
    share: float | None = None
    """Where it is not found of total."""


_OF_SOURCE: Final = (
    ("null_case_ids", COMPLETENESS, "rows without a case id", 100),
    ("null_activities", COMPLETENESS, "rows without an activity", 100),
    ("missing_timestamps", COMPLETENESS, "rows without a timestamp", 100),
    ("missing_starts", COMPLETENESS, "rows without a start", 30),
    ("missing_marks", COMPLETENESS, "values that seem to mean missing", 20),
    ("duplicate_rows", UNIQUENESS, "rows that repeat another in full", 40),
    ("unparsable_timestamps", VALIDITY, "timestamps that cannot be read", 100),
    ("mapping_rejected", VALIDITY, "values that do not fit their type", 100),
    ("infinite_numbers", VALIDITY, "numbers that are infinite or none", 50),
    ("ties", CONSISTENCY, "events at the same time as another of their case", 30),
    ("midnight_timestamps", TIMELINESS, "timestamps without a time of day", 50),
)
"""What reading found out, that the log itself does not show any more."""


def checks(log: EventLog, max_gap: int, max_age: int | None) -> list[Check]:
    """Count everything, in the order of the dimensions.

    Parameters
    ----------
    log : EventLog
        Any log.
    max_gap, max_age : int
        Microseconds between two events of a case, and since the last event of all; None: any age will do.

    Returns
    -------
    list of Check
        Those that count nothing too, so that one sees what was looked at.
    """
    found = [*_of_source(log), *_missing(log), *_of_events(log, max_gap), *_of_names(log)]
    if max_age is not None:
        found.append(_age(log, max_age))
    return sorted(found, key=lambda check: DIMENSIONS.index(check.dimension))


def _of_source(log: EventLog) -> Iterator[Check]:
    report = log.readiness
    for name, dimension, said, weight in _OF_SOURCE:
        finding = report.find(name)
        count = 0 if finding is None else finding.count
        rows = max(report.rows_read, log.event_count)
        share = None if finding is None else finding.share
        yield Check(dimension, said, None, count, rows, weight, share)


def _missing(log: EventLog) -> Iterator[Check]:
    """Count the missing values of all attributes in one look at events and one at cases."""
    looked = [a for a in log.attribute_list if a.kind != "built-in" or a.name == "resource"]
    weight = round(50 / max(1, len(looked)), 2)
    for level, frame, total in (
        ("event", log.rel.events, log.event_count),
        ("case", log.rel.cases, log.case_count),
    ):
        chosen = [a for a in looked if a.level == level]
        if not chosen:
            continue
        sums = {f"n{i}": nw.col(a.column).is_null().sum() for i, a in enumerate(chosen)}
        counts = log.collect(frame.select(**sums)).row(0)
        for attribute, count in zip(chosen, counts, strict=True):
            yield Check(
                COMPLETENESS,
                f"{level}s without a value",
                attribute.name,
                int(count or 0),
                total,
                weight,
            )
    lonely = log.of_cases(n=(nw.col("event_count") == 1).sum()).item()
    yield Check(COMPLETENESS, "cases of one event only", None, lonely or 0, log.case_count, 10)


def _of_events(log: EventLog, max_gap: int) -> Iterator[Check]:
    events, now = log.event_count, log.clock
    bad = {
        "gaps": nw.col("time_to_next") > max_gap,
        "future": nw.col("time") > now,
        "early": nw.col("time") < earliest(log),
    }
    if log.manifest.has_start_time:
        bad["backward"] = nw.col("time") < nw.col("start_time")
    found = log.collect(log.rel.events.select(**{k: v.sum() for k, v in bad.items()}))
    count = {name: int(value or 0) for name, value in found.row(0, named=True).items()}
    twice = log.collect(repeated(log).select(n=(nw.col("n") - 1).sum())).item()
    steps = max(0, events - log.case_count)
    yield Check(UNIQUENESS, REPEATED, None, int(twice or 0), events, 60)
    yield Check(VALIDITY, EARLY, None, count["early"], events, 100)
    if "backward" in count:
        yield Check(CONSISTENCY, BACKWARD, None, count["backward"], events, 100)
    yield Check(CONSISTENCY, GAPS, None, count["gaps"], steps, 50)
    yield Check(TIMELINESS, FUTURE, None, count["future"], events, 100)


REPEATED: Final = "events that repeat another of their case at the same time"
EARLY: Final = "events before 1990"
BACKWARD: Final = "events that end before they start"
GAPS: Final = "long gaps between two events of a case"
FUTURE: Final = "events in the future"
ALIKE: Final = "events whose activity is also written otherwise"


def earliest(log: EventLog) -> int:
    """Return the moment before which a time is taken to be wrong, microseconds UTC."""
    return resolve(FIRST_YEAR, now=log.clock, zone=log.time_zone)


def repeated(log: EventLog) -> Frame:
    """Return how often each event of a case occurs that occurs more than once: ``case`` and ``n``.

    Repeats begin together, so only events that begin with the next one of their case are looked at: mostly few.
    """
    begun = "start_time" if log.manifest.has_start_time else "time"
    # the next one begins so long after this one's end
    together = nw.col("time_to_next") == nw.col(begun) - nw.col("time")
    some = log.rel.events.filter(together).select("case", begun).unique()
    near = log.rel.events.select(*dict.fromkeys(("case", "activity", "time", begun)))
    near = near.join(some, on=["case", begun], how="semi")
    return near.group_by(*near.collect_schema().names()).agg(n=nw.len()).filter(nw.col("n") > 1)


def bad_cases(log: EventLog, name: str, max_gap: int) -> Frame | None:
    """Return the cases behind a check of events, one row a case; None for other checks."""
    conditions = {
        GAPS: nw.col("time_to_next") > max_gap,
        FUTURE: nw.col("time") > log.clock,
        EARLY: nw.col("time") < earliest(log),
    }
    if log.manifest.has_start_time:
        conditions[BACKWARD] = nw.col("time") < nw.col("start_time")
    if name == REPEATED:
        return repeated(log).select("case").unique()
    condition = conditions.get(name)
    return None if condition is None else log.rel.events.filter(condition).select("case").unique()


def _of_names(log: EventLog) -> Iterator[Check]:
    alike = alike_names(log.activities)
    codes = log.codes(alike)
    count = 0
    if codes:
        sums = log.collect(
            log.rel.variant_activities.join(
                log.rel.variants.select("variant", "case_count"), on="variant", how="inner"
            )
            .filter(nw.col("activity").is_in(codes))
            .select(n=(nw.col("count") * nw.col("case_count")).sum())
        )
        count = int(sums.item() or 0)
    yield Check(CONSISTENCY, ALIKE, None, count, log.event_count, 30)


def alike_names(names: tuple[str, ...]) -> list[str]:
    """Return the activities that differ from another by capital letters, spaces and marks alone.

    Parameters
    ----------
    names : tuple of str
        Activities.

    Returns
    -------
    list of str
        In their order.

    Examples
    --------
    >>> alike_names(("Pay invoice", "pay  Invoice", "Ship"))
    ['Pay invoice', 'pay  Invoice']
    """
    plain = [
        "".join(
            c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum() or c in "+-"
        )
        for name in names
    ]
    frame = pl.DataFrame({"name": names, "plain": plain}, schema={"name": pl.String, "plain": pl.String})  # fmt: skip
    return frame.filter(pl.col("plain").is_duplicated() & (pl.col("plain") != ""))["name"].to_list()


def _age(log: EventLog, max_age: int) -> Check:
    last = log.of_cases(n=nw.col("end").max()).item()
    days = 0 if last is None else max(0, log.clock - int(last)) // DAY
    allowed = max_age // DAY
    late = max(0, days - allowed)
    share = min(1.0, late / max(1, allowed))
    return Check(
        TIMELINESS, "days that the last event is too old", None, late, max(1, allowed), 100, share
    )
