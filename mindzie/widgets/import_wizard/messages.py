"""What the browser may ask of an import wizard, and nothing else: a security boundary as that of the studio."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, SecretStr, TypeAdapter, model_validator

from mindzie.widgets.messages import Ask, ColumnName, Letter, Part, Row, Text, understood

Number = Annotated[int, Field(ge=1, le=1_000_000)]
Setting = Literal[
    "delimiter", "encoding", "decimal", "day_first", "date_format", "timezone", "sheet",
    "header_row", "member", "object_type", "name",
]  # fmt: skip
Role = Literal["case", "activity", "timestamp", "start", "resource", "order"]


Query = Annotated[str, Field(min_length=1, max_length=100_000)]
Password = Annotated[SecretStr, Field(min_length=1, max_length=10_000)]


class OpenFile(Letter):
    """Read a file of the folder that is offered."""

    do: Literal["file"]
    path: Text


class OpenDemo(Letter):
    """Go on with generated data."""

    do: Literal["demo"]
    process: Literal["order-to-cash", "purchase-to-pay"]


class BeginUpload(Letter):
    """Announce a file that is sent piece by piece."""

    do: Literal["upload"]
    name: Text
    size: Row


class Piece(Letter):
    """Send a piece of it, in base64."""

    do: Literal["piece"]
    offset: Row
    data: Annotated[str, Field(max_length=900_000)]


class DatabaseLetter(Letter):
    """Base of what is asked of databases, which may take its time."""


class Databases(DatabaseLetter):
    """Ask which databases there are to choose from."""

    do: Literal["databases"]


class Connect(DatabaseLetter):
    """Connect to one that is offered by its name, or to an address."""

    do: Literal["connect"]
    name: Text | None = None
    address: Text | None = None
    password: Password | None = None


class Tables(DatabaseLetter):
    """Ask for the tables of a schema."""

    do: Literal["tables"]
    place: Text | None = None


class Choice(Letter):
    """A table, or a query."""

    table: Text | None = None
    query: Query | None = None
    place: Text | None = None
    """The schema of the table."""

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.table is None) == (self.query is None):
            raise ValueError("needs either table or query")
        return self


class Glance(Choice, DatabaseLetter):
    """Ask for its first rows."""

    do: Literal["glance"]


class OpenTable(Choice):
    """Go on with it."""

    do: Literal["table"]


class Say(Letter):
    """Say how the source is to be read; None is to find out again."""

    do: Literal["say"]
    setting: Setting
    value: Text | Number | bool | None


class Missing(Letter):
    """Say which texts mean that a value is missing."""

    do: Literal["missing"]
    texts: Annotated[tuple[Text, ...], Field(max_length=40)]


class Give(Letter):
    """Give a role to a column, or to none."""

    do: Literal["role"]
    role: Role
    column: ColumnName | None


class Clock(Letter):
    """Say where the time of day is, where the column of a role says the day alone."""

    do: Literal["clock"]
    role: Literal["timestamp", "start"]
    column: ColumnName | None


class LeaveOut(Letter):
    """Leave a column out, or take it in again."""

    do: Literal["leave_out"]
    column: ColumnName
    out: bool


class Dates(Letter):
    """Make an event of each of these columns of dates; of none, take rows as events."""

    do: Literal["dates"]
    columns: Annotated[tuple[ColumnName, ...], Field(max_length=500)]


class Go(Letter):
    """Go to another step, import, or stop what is done."""

    do: Literal["source", "columns", "check", "import", "cancel"]


class Rows(Part, Ask):
    """Ask for some of the source's rows."""

    do: Literal["rows"]


class Texts(Ask):
    """Ask for the code, the description of the import, or the rows that cannot be used."""

    do: Literal["code", "yaml", "rejected"]


Message = Annotated[
    OpenFile | OpenDemo | BeginUpload | Piece | Databases | Connect | Tables | Glance | OpenTable | Say | Missing | Give | Clock | LeaveOut | Dates | Go | Rows | Texts,
    Field(discriminator="do"),
]  # fmt: skip
_message: TypeAdapter[Message] = TypeAdapter(Message)


def read_message(raw: Any) -> Message:
    """Return a message of the browser.

    Parameters
    ----------
    raw : object
        What came.

    Returns
    -------
    Message
        One of the classes above.

    Raises
    ------
    SettingError
        Where it is none.

    Examples
    --------
    >>> read_message({"do": "role", "role": "case", "column": "order"}).column
    'order'
    """
    made: Message = understood(_message, raw, "import wizard")
    return made
