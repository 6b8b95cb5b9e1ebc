"""How a form asks for a comparison: what is offered follows the type of the attribute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, get_args

from mindzie.core.compare import FITTING, Comparison, needed
from mindzie.core.settings import AttributeType

Json = dict[str, Any]
COMPARISONS: Final[tuple[str, ...]] = get_args(Comparison)
TYPED: Final[Mapping[AttributeType, str]] = {
    "number": "number",
    "date": "date",
    "duration": "duration",
}
"""The control in which a value of a type is typed; others are picked from a list."""


def follow_type(fields: list[Json]) -> None:
    """Let a comparison and its values follow the type of their attribute.

    Parameters
    ----------
    fields : list of dict
        Of a form. Where they compare, the comparison is given ``of`` and ``fitting``, the comparisons by type; the values
        are given ``by``, the comparison's name, ``needed``, how many values each takes, and ``typed``, controls by type.

    Examples
    --------
    >>> follow_type([])
    """
    compared = [made for made in fields if made.get("options") == list(COMPARISONS)]
    values = [made for made in fields if made["control"] == "value" and made["many"]]
    if len(compared) != 1 or len(values) != 1:
        return
    fitting = {kind: offered(kind) for kind in FITTING}
    compared[0].update(of=values[0]["of"], fitting=fitting)
    counts = {comparison: needed(comparison) for comparison in COMPARISONS}
    values[0].update(by=compared[0]["name"], needed=counts, typed=dict(TYPED))


def offered(kind: AttributeType) -> list[str]:
    """Return the comparisons a form offers for a type.

    Those that fit, except what is said more simply: a boolean by no value, typed values one at a time.

    Examples
    --------
    >>> offered("boolean")
    ['is_true', 'is_false', 'is_null', 'is_not_null']
    """
    fitting = [comparison for comparison in COMPARISONS if comparison in FITTING[kind]]
    if kind == "boolean":
        return [comparison for comparison in fitting if needed(comparison) == 0]
    if kind in TYPED:
        return [comparison for comparison in fitting if needed(comparison) is not None]
    return fitting
