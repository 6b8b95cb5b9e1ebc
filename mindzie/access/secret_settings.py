"""Settings are kept and shown in the clear: what looks like a secret is refused there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mindzie.core.errors import SettingError

_SECRET: Final = re.compile(
    r"pass(word|wd|phrase)|(^|_)pwd($|_)|token|secret|credential|(api|access|private|account|shared|sas)_?key"
)
_IN_ADDRESS: Final = re.compile(
    r"://[^/@:\s]*:[^/@\s]+@|(^|[;?&\s])(password|pwd)\s*=", re.IGNORECASE
)


def refuse_secrets(settings: Any) -> None:
    """Refuse settings that hold a secret.

    Parameters
    ----------
    settings : object
        Settings as JSON, nested as they may be.

    Raises
    ------
    SettingError
        With where it is, never what.

    Examples
    --------
    >>> refuse_secrets({"host": "db.example.org", "user": "reader"})
    """
    for where in _found(settings, ""):
        raise SettingError(
            f"settings.{where} looks like a secret, and settings are shown to all who see the connector: keep it with workspace.secrets.keep(name, value), and give that as secret_id."
        )


def _found(value: Any, where: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            here = f"{where}.{key}" if where else str(key)
            if _SECRET.search(_words(str(key))) and item not in (None, "", False, True):
                yield here
            yield from _found(item, here)
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from _found(item, f"{where}[{number}]")
    elif isinstance(value, str) and _IN_ADDRESS.search(value):
        yield where


def _words(key: str) -> str:
    return re.sub(r"[\s\-.]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key)).lower()
