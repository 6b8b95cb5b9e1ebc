"""The built JavaScript that the wheel carries."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from mindzie.core.errors import MissingPackageError


@cache
def bundle(name: str) -> str:
    """Return a widget's JavaScript module.

    Parameters
    ----------
    name : str
        Such as ``"process_map"``.

    Returns
    -------
    str
        The text of the module.

    Raises
    ------
    MissingPackageError
        If the JavaScript was not built.

    Examples
    --------
    >>> "export" in bundle("process_map")
    True
    """
    path = Path(__file__).with_name("static") / f"{name}.js"
    if not path.exists():
        raise MissingPackageError(
            f"The widgets' JavaScript is not built: {path} is missing. "
            "Install mindzie from its wheel, or run 'npm ci && npm run build' in extensions/."
        )
    return path.read_text(encoding="utf-8")
