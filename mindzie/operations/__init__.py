"""The catalogue: every operation of ours, and of packages that declare the entry-point group ``mindzie.operations``."""

from __future__ import annotations

from typing import Any

from mindzie.core import operation as core
from mindzie.core.errors import SettingError
from mindzie.core.operation import REGISTRY, Operation
from mindzie.operations import calculators, enrichments, filters

__all__ = ["calculators", "enrichments", "filters", "load", "operations"]


def operations(kind: str | None = None) -> tuple[type[Operation], ...]:
    """Return the classes of all operations.

    Parameters
    ----------
    kind : {"filter", "calculator", "enrichment"}, optional
        Only those of one kind.

    Returns
    -------
    tuple of type
        By kind, then by id.

    Examples
    --------
    >>> "cases_with_activity" in [cls.id for cls in operations("filter")]
    True
    """
    core.load_all()
    if kind is not None and kind not in REGISTRY:
        message = f"There is no kind of operation {kind!r}. Use one of {', '.join(REGISTRY)}."
        raise SettingError(message)
    return tuple(
        classes[op]
        for name, classes in REGISTRY.items()
        if kind in (None, name)
        for op in sorted(classes)
    )


def load(stored: Any, kind: str | None = None) -> Any:
    """Make an operation, or a list of them, from stored JSON.

    Parameters
    ----------
    stored : str, dict or list
        JSON text, or what it holds: ``{"op": id, "settings": {...}}``, with ``"kind"`` where the id alone does not tell.
    kind : {"filter", "calculator", "enrichment"}, optional
        The kind expected.

    Returns
    -------
    Operation or list of Operation
        Equal to what was stored.

    Raises
    ------
    SettingError, UnknownNameError
        Where the text is not JSON or not an operation.

    Examples
    --------
    >>> load('{"op": "cases_with_activity", "settings": {"activities": ["Ship"]}}')
    filters.CasesWithActivity(activities=('Ship',))
    """
    import json

    if isinstance(stored, str | bytes):
        try:
            stored = json.loads(stored)
        except ValueError as error:
            message = f'This is not JSON: {error}. An operation looks like {{"op": "case_size", "settings": {{"min": 2}}}}.'
            raise SettingError(message) from None
        except RecursionError:
            message = "This JSON has too many objects or lists within each other: use fewer levels."
            raise SettingError(message) from None
    if isinstance(stored, list):
        return [core.load(item, kind) for item in stored]
    return core.load(stored, kind)
