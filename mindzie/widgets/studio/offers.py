"""What pickers offer: this log's activities, attributes and values, the commonest first; and whose holidays are known."""

from __future__ import annotations

from typing import Any, Final

import narwhals as nw
import polars as pl

from mindzie.core.calendar_holidays import countries, country_code, regions
from mindzie.core.log import EventLog
from mindzie.core.manifest import Attribute
from mindzie.core.results import plain
from mindzie.core.settings import AttributeType, Level
from mindzie.core.tables import name_of, names_of, said
from mindzie.core.words import cell
from mindzie.widgets.messages import Offer

Json = dict[str, Any]
MOST: Final = 200


def offer(log: EventLog, asked: Offer) -> Json:
    """Return what a picker offers.

    Parameters
    ----------
    log : EventLog
        As the filters before this one leave it.
    asked : Offer
        What is picked, and the text searched for.

    Returns
    -------
    dict
        ``items`` of ``value``, ``label`` and ``cases``; ``total`` of all that were found; ``of`` cases.
    """
    if asked.pick in ("country", "region"):
        return _places(asked)
    if asked.pick == "attribute":
        items = attributes(log, tuple(asked.types or ()), asked.level, asked.search)
        return {"items": items, "total": len(items), "of": log.case_count}
    if asked.pick == "value" and asked.attribute is None:
        return {
            "items": [],
            "total": 0,
            "of": log.case_count,
            "hint": "Choose the attribute first.",
        }
    if asked.pick == "value" and (asked.attribute or "").lower() != "activity":
        return _values(log, log.attribute(str(asked.attribute)), asked.search)
    if asked.pick == "case":
        return _values(log, log.attribute("case_id"), asked.search)
    counted = _variants(log) if asked.pick == "variant" else _activities(log)
    return _found(log, counted, asked.search)


def _places(asked: Offer) -> Json:
    if asked.pick == "country":
        known = countries()
    else:
        known = regions(country_code(asked.country)) if asked.country else {}
    items = [
        {"value": code, "label": name}
        for code, name in known.items()
        if asked.search.lower() in name.lower()
    ]
    return {"items": items, "total": len(items), "of": 0}


def attributes(
    log: EventLog, types: tuple[AttributeType, ...], level: Level | None, search: str = ""
) -> list[Json]:
    """Return the attributes that fit, those of the source first."""
    fitting = [
        a
        for a in (*log.own_attributes, *(a for a in log.attribute_list if a.kind == "built-in"))
        if (not types or a.type in types)
        and level in (None, a.level)
        and search.lower() in a.name.lower()
    ]
    return [
        {"value": a.name, "label": a.name, "type": a.type, "level": a.level, "kind": a.kind}
        for a in fitting
    ]


def by_cases(log: EventLog) -> list[str]:
    """Return the activities, those in most cases first."""
    found = _activities(log).sort("cases", "value", descending=[True, False])
    return found["value"].to_list()


def _activities(log: EventLog) -> pl.DataFrame:
    counts = log.rel.variants.select("variant", "case_count")
    rows = log.rel.variant_activities.join(counts, on="variant", how="inner")
    found = log.collect(rows.group_by("activity").agg(cases=nw.col("case_count").sum()))
    return found.select(value=name_of(log, "activity"), cases="cases").with_columns(label="value")


def _variants(log: EventLog) -> pl.DataFrame:
    found = log.collect(log.rel.variants.select("variant", "activities", "case_count"))
    names = names_of(log, pl.col("activities")).list.join(" \u2192 ")
    return found.select(value="variant", cases="case_count", label=names)


def _values(log: EventLog, attribute: Attribute, search: str) -> Json:
    if attribute.level == "case":
        found = log.case_values(value=attribute.name).group_by("value").agg(cases=nw.len())
    else:
        pairs = log.event_values(value=attribute.name).select("case", "value").unique()
        found = pairs.group_by("value").agg(cases=nw.len())
    if attribute.type not in ("text", "boolean"):
        return _numbers(
            log, attribute, log.collect(found.filter(~nw.col("value").is_null())), search
        )
    counted = log.collect(found.filter(~nw.col("value").is_null()))
    return _found(log, counted.with_columns(label=pl.col("value").cast(pl.String)), search)


def _numbers(log: EventLog, attribute: Attribute, counted: pl.DataFrame, search: str) -> Json:
    """Numbers and times: the range beside the commonest."""
    shown = said(counted, {"value": attribute.type}, log.time_zone)
    ends = shown.select(low=pl.col("value").min(), high=pl.col("value").max()).row(0)
    made = _found(log, shown.with_columns(label=pl.col("value").cast(pl.String)), search)
    for item in made["items"]:
        if attribute.type == "duration":
            item["label"] = cell(item["value"], attribute.unit)
        item["value"] = plain(item["value"])
        item["type"] = attribute.type
    about = {"type": attribute.type, "unit": attribute.unit}
    return {**made, "range": [plain(end) for end in ends], **about}


def _found(log: EventLog, counted: pl.DataFrame, search: str) -> Json:
    if search:
        counted = counted.filter(
            pl.col("label").str.to_lowercase().str.contains(search.lower(), literal=True)
        )
    top = counted.sort("cases", "label", descending=[True, False]).head(MOST)
    items = top.select("value", "label", "cases").to_dicts()
    return {"items": items, "total": counted.height, "of": log.case_count}
