"""Settings are kept and shown in the clear: what looks like a secret is refused there."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mindzie.core.errors import SettingError

_DEEPEST: Final = 100
_SECRET: Final = re.compile(
    r"pass(word|wd|phrase|wort)|kennwort|(^|_)pwd?($|_)|^(pass|pin)$|token|secret|credential|authorization|(^|_)cookie"
    r"|(api|access|private|account|shared|sas)_?key"
)
_WORDS: Final = r"password|passwd|pwd|passphrase|passwort|kennwort"
_IN_TEXT: Final = re.compile(
    r"://[^/@:\s]*:[^/@\s]+@"  # an address with a password
    rf"|(^|[;?&\s])({_WORDS})\s*="  # a connection string
    r"|(^|[;?&])\s*(\w*(secret|token|credential)|(api|access|account|shared ?access)[_ -]?key|sig|x-amz-signature)=[^;&\s]"
    r"|^\s*bearer\s+\S{8,}\s*$|authorization\s*:\s*\S"  # a header
    r"|[?&]key=[^;&\s]{8,}"
    r"|\b(gh[a-z]|github_pat)_\w{20,}|\bA[KS]IA[0-9A-Z]{16}\b"  # what services give out, told by its beginning
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----",
    re.IGNORECASE,
)
_BASIC: Final = re.compile(r"^\s*basic\s+([a-z0-9+/]+=*)\s*$", re.IGNORECASE)


def refuse_secrets(settings: Any, of: str = "settings", *, names: bool = True) -> None:
    """Refuse settings that hold a secret.

    Parameters
    ----------
    settings : object
        Settings as JSON, nested as they may be.
    of : str
        What they are called in the message.
    names : bool
        Whether names tell secrets too; not where they are names of columns.

    Raises
    ------
    SettingError
        With where it is, never what.

    Examples
    --------
    >>> refuse_secrets({"host": "db.example.org", "user": "reader"})
    """
    for where in _found(settings, of, names=names, depth=0):
        raise SettingError(
            f"{where} looks like a secret, and {of} are shown to others: keep it with workspace.secrets.keep(name, value), and give that to a connector as secret_id."
        )


def looks_secret(text: str) -> bool:
    """Return whether a text holds a password, a token or a key.

    Examples
    --------
    >>> looks_secret("Server=erp;Uid=me;Pwd=x"), looks_secret("Server=erp;Uid=me")
    (True, False)
    """
    basic = _BASIC.match(text)
    return bool(_IN_TEXT.search(text)) or (basic is not None and _is_pair(basic[1]))


def _is_pair(code: str) -> bool:
    try:
        return b":" in base64.b64decode(code, validate=True)
    except ValueError:
        return False


def _found(value: Any, where: str, *, names: bool, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        raise SettingError(f"{where[:80]}... is nested more than {_DEEPEST} deep: make it flatter.")
    if isinstance(value, Mapping):
        yield from _in_mapping(value, where, names=names, depth=depth)
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from _found(item, f"{where}[{number}]", names=names, depth=depth + 1)
    elif isinstance(value, str) and looks_secret(value):
        yield where


def _in_mapping(value: Mapping[Any, Any], where: str, *, names: bool, depth: int) -> Iterator[str]:
    said = value.get("name", value.get("key"))  # a header as {"name": ..., "value": ...}
    if names and isinstance(said, str) and _tells(said, value.get("value")):
        yield f"{where}.value"
    for key, item in value.items():
        if looks_secret(str(key)):
            yield f"a name in {where}"
        here = f"{where}.{key}"
        if names and _tells(str(key), item):
            yield here
        yield from _found(item, here, names=names, depth=depth + 1)


def _tells(name: str, value: Any) -> bool:
    return _SECRET.search(_words(name)) is not None and value not in (None, "", False, True)


def _words(key: str) -> str:
    return re.sub(r"[\s\-.]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key)).lower()
