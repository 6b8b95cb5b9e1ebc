"""Operations as code."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from mindzie.core.operation import Operation

_OF_OPERATIONS = {"filters", "enrichments", "calculators"}


def names_of(operations: Iterable[Operation]) -> set[str]:
    """Return which names of ``mindzie`` the code of operations needs; those that operations hold in their settings count.

    Parameters
    ----------
    operations : iterable of Operation
        Whose ``repr`` is written into a script.

    Returns
    -------
    set of str
        Of ``filters``, ``enrichments`` and ``calculators``.

    Examples
    --------
    >>> import mindzie as mz
    >>> late = mz.filters.CaseDuration(min="10 d")
    >>> sorted(names_of([mz.calculators.Rate(outcome=(late,))]))
    ['calculators', 'filters']
    """
    code = ast.parse(repr(tuple(operations)))
    return {node.id for node in ast.walk(code) if isinstance(node, ast.Name)} & _OF_OPERATIONS
