"""Advice as the command line takes it: what reading says of its settings names Python's arguments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from mindzie.core.errors import SettingError, SourceError, UnknownNameError
from mindzie.core.operation import Operation, find

_PLACES: Final = {
    "case": "COLUMN",
    "activity": "COLUMN",
    "timestamp": "COLUMN",
    "start": "COLUMN",
    "resource": "COLUMN",
    "order": "COLUMN",
    "expected_order": "ACTIVITY",
    "timezone": "ZONE",
    "delimiter": "CHARACTER",
    "encoding": "NAME",
    "decimal": "MARK",
    "date_format": "FORMAT",
    "null_values": "TEXT",
    "name": "NAME",
    "sheet": "SHEET",
    "header_row": "ROW",
    "member": "FILE",
    "object_type": "TYPE",
}
"""What stands for each argument's value where none is given."""
_LACKING: Final = re.compile(r"(\w+) needs the setting '\w+'")
_EXAMPLE: Final = re.compile(r" Example: .*")
_OPTIONS: Final = {"null_values": "--null-value"}
_CALL: Final = re.compile(r"mz\.read\(source, (.*)\)")
_QUOTED: Final = r"'(?:[^'\\]|\\.)*'"
_SETTING: Final = re.compile(
    rf"(?<![\w'])(day_first=(?:True|False)|(?:{'|'.join(_PLACES)})=(?:{_QUOTED}|\[[^\]]*\])?|types=\{{[^}}]*\}})"
)


@contextmanager
def advising() -> Iterator[None]:
    """Let errors of reading name options."""
    try:
        yield
    except (SourceError, SettingError, UnknownNameError) as error:
        error.args = (on_command_line(str(error)),)
        raise


@contextmanager
def exemplifying(kind: str) -> Iterator[None]:
    """Let an operation that lacks settings be shown as JSON, as options take it, in place of Python."""
    try:
        yield
    except SettingError as error:
        found = _LACKING.match(str(error))
        if found is None:
            raise
        cls = find(found[1], kind)
        example = json.dumps({"op": cls.id, "settings": _settings(cls)})
        option = {"filter": "--filter", "enrichment": "--enrich"}.get(kind, "--op")
        message = f"{_EXAMPLE.sub('', str(error))}\nSay it in JSON, such as: {option} '{example}'"
        raise SettingError(message) from None


def _settings(cls: type[Operation]) -> dict[str, object]:
    """Return the example's settings as they are stored, without those left as they are."""
    made = cls(**cls.example).to_json()["settings"]
    return {name: made[name] for name in cls.example}


def on_command_line(text: str) -> str:
    """Return advice about settings of ``mindzie.read`` as options of ``mindzie import``.

    Parameters
    ----------
    text : str
        An error or a finding of reading.

    Returns
    -------
    str
        With options in place of arguments.

    Examples
    --------
    >>> on_command_line("Give timestamp= or day_first=False.")
    'Give --timestamp COLUMN or --month-first.'
    >>> on_command_line("Say it: mz.read(source, case='id', activity='...')")
    "Say it: mindzie import FILE --to DIR --case 'id' --activity COLUMN"
    """
    text = _CALL.sub(
        lambda call: f"mindzie import FILE --to DIR {call[1].replace(', ', ' ')}",
        text.replace("mapping=mz.suggest(source).mapping", "--suggested"),
    )
    return _SETTING.sub(lambda found: _option(found[0]), text)


def _option(setting: str) -> str:
    name, _, value = setting.partition("=")
    if name == "day_first":
        return "--day-first" if value == "True" else "--month-first"
    if name == "types":
        return f"{setting} in Python"
    option = _OPTIONS.get(name, f"--{name.replace('_', '-')}")
    if value.startswith("["):
        return " ".join(f"{option} {item}" for item in re.findall(_QUOTED, value))
    return f"{option} {_PLACES[name] if value in ('', repr('...')) else value}"
