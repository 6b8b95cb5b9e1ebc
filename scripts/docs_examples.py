"""Examples of operations said in the words of the demo log, on which the pages show them."""

from __future__ import annotations

from typing import Any

from mindzie.core.operation import Operation

WORDS = {
    "Order": "Receive order",
    "Check": "Check credit",
    "Pack": "Pack goods",
    "Ship": "Ship goods",
    "Pay": "Receive payment",
    "Remind": "Send reminder",
    "Cancel": "Cancel order",
    "Return": "Receive returned goods",
    "Refund": "Issue refund",
    "Value": "Order amount",
    "Items": "Payment terms (days)",
    "Due": "Invoice due date",
    "Booked": "timestamp",
    "Promised": "case_duration",
    "Express": "has_rework",
    "0003": "1200003",
}
"""Names in the examples of operations, and what the demo log has in their place."""

CHOSEN: dict[tuple[str, str], dict[str, Any]] = {
    ("filter", "events_with_attribute"): {"attribute": "Team", "values": ["Warehouse"]},
    ("filter", "cases_with_events"): {
        "filters": [
            {
                "kind": "filter",
                "op": "events_with_attribute",
                "settings": {"attribute": "Team", "values": ["Warehouse"]},
            }
        ]
    },
    ("filter", "selected_variants"): {"variants": [1, 2]},
    ("enrichment", "add"): {
        "name": "Order amount with freight",
        "attributes": ["Order amount"],
        "constant": 25,
    },
    ("enrichment", "concatenate"): {
        "name": "Region and channel",
        "attributes": ["Region", "Channel"],
        "joiner": " / ",
    },
    ("enrichment", "rename_activities"): {
        "mapping": {"Pick goods": "Prepare goods", "Pack goods": "Prepare goods"}
    },
}
"""Where other settings than the operation's own example tell more."""


def _said(value: Any) -> Any:
    if isinstance(value, dict):
        return {_said(key): _said(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_said(item) for item in value]
    return WORDS.get(value, value) if isinstance(value, str) else value


def example_of(cls: type[Operation]) -> Operation:
    """Return the operation with settings that fit the demo log."""
    chosen = CHOSEN.get((cls.kind, cls.id))
    return cls(**(chosen if chosen is not None else _said(dict(cls.example))))
