"""An import as a value: from where, how columns become a log, to where; checked as a whole, kept as JSON or YAML."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from mindzie.access.secret_settings import refuse_secrets
from mindzie.core.errors import SettingError
from mindzie.core.refusals import spoken
from mindzie.core.settings import AttributeType
from mindzie.core.zones import zone_named
from mindzie.ingest.column_pairs import PAIRS
from mindzie.ingest.mapping.values import Mapping

Word = Annotated[str, Field(min_length=1, max_length=4_000)]
Value = str | int | float | bool | None


class Part(BaseModel):
    """Base of the parts: what is not known is refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, populate_by_name=True
    )


class ImportSource(Part):
    """A file, or a table or query of a database. It holds no password."""

    file: Word | None = None
    """A file, a folder of Parquet, or an address such as ``s3://bucket/orders.csv``."""
    connector: Word | None = None
    """Name of a connector of the workspace."""
    kind: Word | None = None
    """In place of a connector: a kind of database such as ``postgresql``, or an address without password."""
    host: Word | None = None
    port: int | None = None
    database: Word | None = None
    user: Word | None = None
    options: dict[str, str] | None = None
    """Parameters of the address that the driver knows."""
    password_variable: Word | None = None
    """Name of the environment variable with the password."""
    password_secret: Word | None = None
    """Name of the workspace's secret with the password."""
    table: Word | None = None
    query: Annotated[str, Field(min_length=1, max_length=100_000)] | None = None
    in_schema: Word | None = Field(None, alias="schema")
    """Schema of the table."""
    parameters: dict[str, Value] = {}
    """Values of the ``:names`` in the query."""

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        places = [name for name in ("file", "connector", "kind") if getattr(self, name)]
        faults = self._secrets()
        if len(places) != 1:
            said = " and ".join(places) or "none of them"
            faults.append(f"needs one of file, connector and kind, and has {said}")
        if "file" in places:
            extra = self.model_fields_set - {"file"}
            if extra:
                faults.append(f"is a file, so leave out {', '.join(sorted(extra))}")
        elif (self.table is None) == (self.query is None):
            faults.append("needs either table or query")
        if self.password_variable and self.password_secret:
            faults.append("has two passwords: password_variable or password_secret, not both")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _secrets(self) -> list[str]:
        try:
            refuse_secrets({"kind": self.kind, "options": self.options})
        except SettingError:
            return [
                "holds what looks like a password: leave it out, and name a variable with password_variable or a secret with password_secret"
            ]
        return []

    @property
    def label(self) -> str:
        """Say in a few words what is read."""
        if self.file:
            return self.file
        where = self.connector or str(self.kind).partition("://")[0]
        return f"{self.table or 'a query'} of {where}"


class Reading(Part):
    """What is said of how the source is written; each as in `mindzie.read`."""

    case: Word | None = None
    activity: Word | None = None
    timestamp: Word | tuple[Word, ...] | None = None
    start: Word | tuple[Word, ...] | Literal[False] | None = None
    resource: Word | Literal[False] | None = None
    order: Word | None = None
    timezone: Word | None = None
    expected_order: tuple[str, ...] | None = None
    delimiter: Annotated[str, Field(max_length=1)] | None = None
    encoding: Word | None = None
    decimal: Literal[".", ","] | None = None
    day_first: bool | None = None
    date_format: Word | None = None
    null_values: tuple[str, ...] | None = None
    name: Word | None = None
    attributes: tuple[str, ...] | None = None
    types: dict[str, AttributeType] | None = None
    sheet: str | int | None = None
    header_row: Annotated[int, Field(ge=1)] | None = None
    member: Word | None = None
    object_type: Word | None = None
    max_bytes: Annotated[int, Field(ge=1)] | None = None

    @field_validator(*PAIRS, mode="before")
    @classmethod
    def _is_column_or_pair(cls, value: Any, info: ValidationInfo) -> Any:
        if value is None or (value is False and info.field_name == "start"):
            return value
        names = [value] if isinstance(value, str) else value
        if isinstance(names, list | tuple) and all(isinstance(n, str) and n for n in names):
            if len(names) == 1:
                return names[0]
            if len({*names}) == len(names) == 2:  # noqa: PLR2004
                return tuple(names)
        message = "must be a column, or two: that of the date and that of the time of day"
        raise ValueError(message)

    @field_validator("timezone")
    @classmethod
    def _is_zone(cls, value: str | None) -> str | None:
        try:
            zone_named(value or "UTC")
        except SettingError:
            message = "is not known; use an IANA name such as 'Europe/Berlin'"
            raise ValueError(message) from None
        return value


class Increments(Part):
    """How later imports read only what is new; each as in ``source.read``."""

    cursor: Word
    """Column that grows with every change."""
    key: tuple[Word, ...] = ()
    """Columns that together name a row."""
    overlap: Annotated[float, Field(ge=0)] = 0
    """How far before the last value to look again: seconds, or a number."""


class Target(Part):
    """Where the log goes: a new folder, or a data set of the workspace as its next version."""

    folder: Word | None = None
    dataset: Word | None = None
    project: Word | None = None
    """Of the data set; needed where several projects have one of the name."""

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.folder is None) == (self.dataset is None):
            raise ValueError("needs either folder or dataset")
        if self.project and not self.dataset:
            raise ValueError("has a project, which belongs to dataset")
        return self


class ImportPlan(Part):
    """An import: what `mindzie import --config` reads from YAML and a job of a workspace keeps.

    Parameters
    ----------
    source : ImportSource
        A file, or a table or query of a database.
    reading : Reading
        What is said of how it is written.
    mapping : Mapping or str, optional
        Steps and roles, or the name of a mapping of the workspace.
    increments : Increments, optional
        Of a database: read only what is new the next time.
    most_rejected : float
        Share of the rows, from 0 to 1, above which the import fails in place of keeping them aside.
    target : Target, optional
        Where the log goes.

    Raises
    ------
    SettingError
        With everything that is wrong.

    Examples
    --------
    >>> plan = ImportPlan(source={"file": "orders.csv"}, reading={"delimiter": ";"}, target={"folder": "orders"})
    >>> ImportPlan.load(plan.to_json()) == plan
    True
    """

    source: ImportSource
    reading: Reading = Reading()
    mapping: Mapping | Word | None = None
    increments: Increments | None = None
    most_rejected: Annotated[float, Field(ge=0, le=1)] = 1
    target: Target | None = None

    def __init__(self, **said: Any) -> None:
        try:
            super().__init__(**said)
        except ValidationError as error:
            lines = [spoken(item) for item in error.errors(include_url=False, include_input=False)]
            message = "The import is not right:\n" + "\n".join(dict.fromkeys(lines))
        else:
            return
        raise SettingError(message)

    @field_validator("mapping", mode="before")
    @classmethod
    def _one_kind(cls, value: Any) -> Any:
        # a union would say of a bad mapping that it is no name
        return Mapping.load(dict(value)) if isinstance(value, AnyMapping) else value

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.increments and self.source.file:
            raise ValueError("increments belong to a database: a file is read whole each time")
        return self

    @classmethod
    def load(cls, stored: Any) -> Self:
        """Make a plan from JSON."""
        if isinstance(stored, cls):
            return stored
        if not isinstance(stored, AnyMapping):
            raise SettingError("An import is an object with source, reading, mapping and target.")
        return cls(**stored)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON, without what was not said."""
        said = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        if isinstance(self.mapping, Mapping):
            said["mapping"] = self.mapping.to_json()
        return said

    def settings(self) -> dict[str, Any]:
        """Return what is said of reading, as arguments of `mindzie.read`."""
        return {name: value for name, value in self.reading if value is not None}
