"""An operation is a value: settings, a meaning, and everything else derived from them.

A family (filter, calculator, enrichment) is a subclass of ``Operation`` with ``kind``; an operation is a subclass of a
family with fields, an ``example``, a ``sentence`` and one method. Its id is the class name in snake case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NoReturn, Self, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from mindzie.core.errors import SettingError, nearest, unknown
from mindzie.core.limits import refuse_excess, shortened
from mindzie.core.refusals import explained, spoken
from mindzie.core.settings import Length, Pick, as_typed

if TYPE_CHECKING:
    from mindzie.core.log import EventLog

REGISTRY: dict[str, dict[str, type[Operation]]] = {"filter": {}, "calculator": {}, "enrichment": {}}
"""Every operation by kind and id; a class enters it when it is defined."""

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def _id_of(class_name: str) -> str:
    return _WORD.sub("_", class_name).lower()


def register(cls: type[Operation]) -> None:
    """Enter an operation into the registry; a class defined again in a notebook replaces itself.

    Raises
    ------
    SettingError
        Where another class has the id already.
    """
    known = REGISTRY[cls.kind].get(cls.id)
    if known is not None and (known.__module__, known.__qualname__) != (
        cls.__module__,
        cls.__qualname__,
    ):
        message = f"The {cls.kind} {cls.id!r} exists already in {known.__module__}: give {cls.__module__}.{cls.__name__} another name."
        raise SettingError(message)
    REGISTRY[cls.kind][cls.id] = cls


@cache
def load_all() -> tuple[str, ...]:
    """Have the operations of all packages that declare some, ours first, and return the packages' names."""
    points = sorted(
        entry_points(group="mindzie.operations"), key=lambda point: point.name != "mindzie"
    )
    return tuple(point.name for point in points if point.load())


def find(op: str, kind: str | None = None) -> type[Operation]:
    """Return an operation's class.

    Parameters
    ----------
    op : str
        Its id.
    kind : {"filter", "calculator", "enrichment"}, optional
        Needed where several kinds have the id.

    Returns
    -------
    type of Operation
        The class.

    Raises
    ------
    UnknownNameError
        Where there is none; the nearest ids are listed.
    SettingError
        Where the kind is needed or unknown.
    """
    if kind is not None and kind not in REGISTRY:
        message = (
            f"There is no kind of operation {shortened(kind)}. Use one of {', '.join(REGISTRY)}."
        )
        raise SettingError(message)
    load_all()
    found = [
        classes[op] for name, classes in REGISTRY.items() if op in classes and kind in (None, name)
    ]
    if len(found) > 1:
        kinds = " or ".join(repr(cls.kind) for cls in found)
        message = f'{op!r} is the id of several operations: add "kind": {kinds}.'
        raise SettingError(message)
    if not found:
        known = [op for name, classes in REGISTRY.items() if kind in (None, name) for op in classes]
        raise unknown(kind or "operation", op, known, "the catalogue")
    return found[0]


def missing(module: str, names: Sequence[str]) -> Callable[[str], NoReturn]:
    """Return what a module of operations says of a name it does not have.

    Parameters
    ----------
    module : str
        Its name.
    names : sequence of str
        What it has.

    Returns
    -------
    callable
        To be the module's ``__getattr__``.
    """

    def refuse(name: str) -> NoReturn:
        close = nearest(name, names)
        hint = f" Did you mean {' or '.join(map(repr, close))}?" if close else ""
        message = f"module {module!r} has no attribute {name!r}.{hint}"
        raise AttributeError(message)

    return refuse


def load(stored: Any, kind: str | None = None) -> Operation:
    """Make an operation from its stored form.

    Parameters
    ----------
    stored : mapping or Operation
        ``{"op": id, "settings": {...}}``, with ``"kind"`` where the id alone does not tell.
    kind : str, optional
        The kind expected.

    Returns
    -------
    Operation
        Equal to the one that was stored.
    """
    if isinstance(stored, type) and issubclass(stored, Operation):
        message = f"{stored.__name__} is the class of an operation: write {stored.kind}s.{stored.__name__}(...) with brackets."
        raise SettingError(message)
    if isinstance(stored, Operation):
        operation = stored
    else:
        if not isinstance(stored, Mapping) or not isinstance(stored.get("op"), str):
            message = f'An operation is an object such as {{"op": "cases_with_activity", "settings": {{...}}}}, not {shortened(stored)}.'
            raise SettingError(message)
        extra = set(stored) - {"kind", "op", "settings"}
        if extra:
            message = f"A stored operation has kind, op and settings, not {', '.join(name[:80] for name in sorted(map(str, extra))[:5])}."
            raise SettingError(message)
        settings, said = stored.get("settings"), stored.get("kind")
        settings = {} if settings is None else settings
        if not isinstance(settings, Mapping) or not all(isinstance(name, str) for name in settings):
            message = f"The settings of {shortened(stored['op'])} must be an object of names and values, not {shortened(settings)}."
            raise SettingError(message)
        if not isinstance(said, str | None):
            message = (
                f"The kind of an operation is one of {', '.join(REGISTRY)}, not {shortened(said)}."
            )
            raise SettingError(message)
        operation = find(stored["op"], said or kind).from_settings(settings)
    if kind is not None and operation.kind != kind:
        message = f"{operation.id!r} is a {operation.kind}, but a {kind} is needed here."
        raise SettingError(message)
    return operation


def _said(value: Any) -> str:
    if isinstance(value, tuple | list):
        words = [_said(item) for item in value]
        return ", ".join(words[:-1]) + " or " + words[-1] if len(words) > 1 else "".join(words)
    if isinstance(value, Operation):
        return value.title
    return str(value)


class _Words(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


class Operation(BaseModel):
    """Base of every filter, calculator and enrichment.

    Raises
    ------
    SettingError
        When a setting is unknown, missing or outside what is allowed.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, validate_default=True
    )

    kind: ClassVar[str] = ""
    id: ClassVar[str] = ""
    category: ClassVar[str] = ""
    sentence: ClassVar[str] = ""
    example: ClassVar[Mapping[str, Any]] = {}
    main_settings: ClassVar[tuple[str, ...]] = ()
    """The settings a form shows first; by default the first three."""

    def __init__(self, **settings: Any) -> None:
        for name, value in settings.items():
            try:
                refuse_excess(value)
            except ValueError as error:
                message = f"{self.id}: {name if name.isidentifier() else shortened(name)}: {error}."
                raise SettingError(message) from None
        try:
            super().__init__(**settings)
        except ValidationError as error:
            raise SettingError(_explain(type(self), error)) from None

    def __init_subclass__(cls, **options: Any) -> None:
        """Name the operation by its class and its category by its module."""
        super().__init_subclass__(**options)
        cls.id = _id_of(cls.__name__)
        cls.category = cls.__module__.rpartition(".")[2].replace("_", " ")
        if "example" in cls.__dict__:
            register(cls)

    @property
    def title(self) -> str:
        """One line that says what it does with these settings."""
        return self.say(self.sentence)

    def say(self, template: str) -> str:
        """Return a template with the settings in words, as one line that begins with a capital."""
        text = template.format_map(_Words(self.words()))
        text = re.sub(r"[ \t\r\n]+", " ", text).strip()
        return text[:1].upper() + text[1:]

    def words(self) -> dict[str, str]:
        """Return each setting in words, for the sentence."""
        return {name: _said(value) for name, value in self if value is not None}

    @classmethod
    def description(cls) -> str:
        """Return the first line of the docstring."""
        return (cls.__doc__ or "").strip().partition("\n")[0]

    def to_json(self) -> dict[str, Any]:
        """Return the stored form, with all settings so that a changed default changes nothing stored.

        Returns
        -------
        dict
            ``{"kind": ..., "op": id, "settings": {...}}``
        """
        return {"kind": self.kind, "op": self.id, "settings": self.model_dump(mode="json")}

    def check(self, log: EventLog) -> None:
        """Refuse names that the log does not have and attributes of a wrong type.

        Parameters
        ----------
        log : EventLog
            The log it is about to be applied to.
        """
        for name, marks in picks(type(self)).items():
            value = getattr(self, name)
            for mark in marks if value is not None else ():
                _check_names(mark, value if isinstance(value, tuple) else (value,), log)

    def resolved(self, log: EventLog) -> dict[str, Any]:  # noqa: ARG002 - for subclasses
        """Return what relative settings came to on a log, such as the dates of "last month"; part of the provenance."""
        return {}

    def _stored(self) -> str:
        return json.dumps(self.to_json(), sort_keys=True)

    def __eq__(self, other: object) -> bool:
        """Tell whether both are stored alike: to Python 1 equals True, to a log it does not."""
        return isinstance(other, type(self)) and self._stored() == other._stored()

    def __hash__(self) -> int:
        """Return the hash of the stored form."""
        return hash(self._stored())

    def __repr__(self) -> str:
        """Return Python that makes an equal value."""
        lengths = _lengths(type(self))
        # of working time a day is easily misunderstood, and hours is what was typed
        longest: Literal["d", "h"] = "h" if getattr(self, "calendar", None) is not None else "d"
        shown = [
            f"{name}={_python(getattr(self, name), typed=name in lengths, longest=longest)}"
            for name, field in type(self).model_fields.items()
            if field.is_required()
            or getattr(self, name) != field.get_default(call_default_factory=True)
        ]
        return f"{self.kind}s.{type(self).__name__}({', '.join(shown)})"

    def __str__(self) -> str:
        """Return the title."""
        return self.title

    @classmethod
    def example_text(cls) -> str:
        """Return Python that makes the example."""
        settings = ", ".join(f"{name}={value!r}" for name, value in cls.example.items())
        return f"{cls.kind}s.{cls.__name__}({settings})"

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Self:
        """Make the operation from stored settings."""
        return cls(**settings)


def _python(value: Any, *, typed: bool, longest: Literal["d", "h"]) -> str:
    """Return Python that makes an equal value; durations as people type them."""
    if typed and isinstance(value, tuple):
        return repr(tuple(as_typed(item, longest) for item in value))
    return repr(as_typed(value, longest) if typed and isinstance(value, str) else value)


@cache
def _lengths(cls: type[Operation]) -> frozenset[str]:
    """Return the settings that are durations."""

    def marked(annotation: Any, metadata: Iterable[Any] = ()) -> bool:
        marks = (*metadata, *getattr(annotation, "__metadata__", ()))
        inside = any(isinstance(mark, Length) for mark in marks)
        return inside or any(marked(part) for part in get_args(annotation))

    fields = cls.model_fields.items()
    return frozenset(name for name, field in fields if marked(field.annotation, field.metadata))


def _marks(annotation: Any, metadata: Iterable[Any] = ()) -> tuple[Pick, ...]:
    found = [mark for mark in metadata if isinstance(mark, Pick)]
    found += [mark for mark in getattr(annotation, "__metadata__", ()) if isinstance(mark, Pick)]
    for part in get_args(annotation):
        found += _marks(part)
    return tuple(found)


@cache
def picks(cls: type[Operation]) -> dict[str, tuple[Pick, ...]]:
    """Return the markers of each setting that names something of a log.

    Parameters
    ----------
    cls : type of Operation
        The operation.

    Returns
    -------
    dict of str to tuple of Pick
        Settings without a marker are left out.
    """
    marks = {
        name: _marks(field.annotation, field.metadata) for name, field in cls.model_fields.items()
    }
    return {name: found for name, found in marks.items() if found}


def _check_names(mark: Pick, names: tuple[Any, ...], log: EventLog) -> None:
    if mark.what == "activity":
        log.codes(names)
    elif mark.what == "attribute":
        for name in names:
            log.attribute(name, types=mark.types, level=mark.level)


def _explain(cls: type[Operation], error: ValidationError) -> str:
    def said(item: Mapping[str, Any]) -> str:
        given = item.get("input")
        plain = isinstance(given, Mapping) or item["type"] == "too_short"
        got = "" if plain else f" (got {shortened(given)})"
        return f"{cls.id}: {spoken(item)}{got}"

    def example() -> str:
        return f" Example: {cls.example_text()}"

    return explained(error, cls.id, "setting", cls.model_fields, said, example=example)
