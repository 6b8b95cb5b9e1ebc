"""What the browser may ask of an import wizard, and nothing else: a security boundary as that of the studio."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from mindzie.widgets.messages import MOST_ROWS, Ask, Letter, Row, Text, understood

Column = Annotated[str, Field(max_length=10_000)]
Number = Annotated[int, Field(ge=1, le=1_000_000)]
Setting = Literal[
    "delimiter", "encoding", "decimal", "day_first", "date_format", "timezone", "sheet",
    "header_row", "member", "object_type", "name",
]  # fmt: skip
Role = Literal["case", "activity", "timestamp", "start", "resource", "order"]


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
    column: Column | None


class LeaveOut(Letter):
    """Leave a column out, or take it in again."""

    do: Literal["leave_out"]
    column: Column
    out: bool


class Dates(Letter):
    """Make an event of each of these columns of dates; of none, take rows as events."""

    do: Literal["dates"]
    columns: Annotated[tuple[Column, ...], Field(max_length=500)]


class Go(Letter):
    """Go to another step, import, or stop what is done."""

    do: Literal["source", "columns", "check", "import", "cancel"]


class Rows(Ask):
    """Ask for some of the source's rows."""

    do: Literal["rows"]
    offset: Row = 0
    limit: int = Field(default=100, ge=1, le=MOST_ROWS)
    sort: Column | None = None
    descending: bool = False
    search: Text = ""


class Texts(Ask):
    """Ask for the code, the description of the import, or the rows that cannot be used."""

    do: Literal["code", "yaml", "rejected"]


Message = Annotated[
    OpenFile | OpenDemo | BeginUpload | Piece | Say | Missing | Give | LeaveOut | Dates | Go | Rows | Texts,
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
