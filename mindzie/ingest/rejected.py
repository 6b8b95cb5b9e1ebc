"""Rows that cannot be events, kept aside with their reason."""

from __future__ import annotations

import polars as pl

from mindzie.core.errors import SourceError
from mindzie.core.limits import shortened
from mindzie.core.readiness import Finding
from mindzie.core.words import counted
from mindzie.ingest.packed import Ways, texts_of
from mindzie.ingest.texts import written

NO_CASE, NO_ACTIVITY = "no case id", "no activity"
BAD_RECORD = "record cannot be read"
NO_TIME, BAD_TIME = "no timestamp", "timestamp cannot be read"
TITLES = {
    NO_CASE: (
        "null_case_ids",
        "{} without a case id",
        "Give case= if another column is the case.",
    ),
    NO_ACTIVITY: (
        "null_activities",
        "{} without an activity",
        "Give activity= if another column is the activity.",
    ),
    NO_TIME: (
        "missing_timestamps",
        "{} without a timestamp",
        "Give timestamp= if another column says when they happened.",
    ),
    BAD_TIME: (
        "unparsable_timestamps",
        "{} with a timestamp that cannot be read",
        "Give timestamp= if another column says when they happened, or date_format=, such as '%d.%m.%Y %H:%M'.",
    ),
    BAD_RECORD: (
        "unreadable_records",
        "{} that cannot be read",
        "Each must be an object of JSON: mend what sends them.",
    ),
}


def split(
    frame: pl.DataFrame, source: pl.DataFrame, time_text: pl.Series, ways: Ways | None = None
) -> tuple[pl.Series | None, pl.DataFrame]:
    """Return the mask of the rows that can be used (None for all) and those that cannot."""
    core = ("case_id", "activity", "time")
    if not any(frame[name].null_count() for name in core):
        nothing = written(source.clear())
        return None, with_reason(
            nothing, pl.Series("row", [], pl.Int64), pl.Series("reason", [], pl.String)
        )
    reasons = (
        frame.select(core)
        .with_columns(given=time_text.is_not_null())
        .select(
            pl.concat_str(
                pl.when(pl.col("case_id").is_null()).then(pl.lit(NO_CASE)),
                pl.when(pl.col("activity").is_null()).then(pl.lit(NO_ACTIVITY)),
                pl.when(pl.col("time").is_null() & ~pl.col("given")).then(pl.lit(NO_TIME)),
                pl.when(pl.col("time").is_null() & pl.col("given")).then(pl.lit(BAD_TIME)),
                separator="; ",
                ignore_nulls=True,
            )
        )
        .to_series()
    )
    good = reasons == ""
    kept = written(texts_of(source.filter(~good), ways or {}))
    return good, with_reason(kept, frame["row"].filter(~good), reasons.filter(~good))


def with_reason(kept: pl.DataFrame, row: pl.Series, reason: pl.Series) -> pl.DataFrame:
    """Put row and reason first; a source column of that name is marked as the source's."""
    names: dict[str, str] = {
        name: f"source {name}" for name in ("row", "reason") if name in kept.columns
    }
    return kept.rename(names).select(row.alias("row"), reason.alias("reason"), pl.all())


def of_origin(rejected: pl.DataFrame, origin: pl.DataFrame) -> pl.DataFrame:
    """Return rows kept aside as the source has them, each once, in place of what a mapping made of them."""
    rows = rejected.group_by("row", maintain_order=True).agg(
        pl.col("reason").unique(maintain_order=True).str.join("; ")
    )
    kept = written(origin[(rows["row"] - 1).to_list()])
    return with_reason(kept, rows["row"], rows["reason"])


def rejected_findings(
    rejected: pl.DataFrame, roles: dict[str, str], day_first: bool | None = None
) -> list[Finding]:
    """Return one finding for each reason; where the caller said which of day and month comes first, that is what to leave out."""
    columns = [
        "row",
        *dict.fromkeys(c for c in roles.values() if c in rejected.columns and c != "row"),
    ]
    found = []
    for reason, (name, title, usual) in TITLES.items():
        rows = rejected.filter(pl.col("reason").str.contains(reason, literal=True))
        if rows.is_empty():
            continue
        said = title.format(counted(rows.height, "row"))
        told = reason == BAD_TIME and day_first is not None
        change = (
            f"Leave day_first={day_first} out: the source itself tells whether day or month comes first."
            if told
            else usual
        )
        if reason == BAD_TIME and (column := roles.get("timestamp")) in rows.columns:
            said += f" (column {column!r}, such as {shortened(rows[column][0], 60)})"
        found.append(
            Finding(
                id=name,
                title=said,
                count=rows.height,
                severity="error",
                sample=tuple(rows.select(columns).head(5).to_dicts()),
                done="They were kept aside in log.rejected.",
                change=change,
            )
        )
    return found


def nothing_left(where: str, findings: list[Finding], rows: str = "No row") -> SourceError:
    """Return the error for a source of which no row, or hardly any, can be used."""
    why = "; ".join(finding.title for finding in findings)
    first = next(
        (f"The first is {dict(finding.sample[0])}." for finding in findings if finding.sample), ""
    )
    advice = " ".join(finding.change for finding in findings)
    verb = "can be used" if rows == "No row" else "cannot be used"
    return SourceError(f"{rows} of {where} {verb}: {why}. {first} {advice}")
