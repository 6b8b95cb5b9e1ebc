"""What the browser may ask for: small commands and operation JSON, and nothing else.

This is a security boundary: in a shared dashboard anyone may send anything.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from mindzie.core.errors import SettingError
from mindzie.core.limits import LARGEST
from mindzie.core.refusals import spoken
from mindzie.core.settings import AttributeType, Level
from mindzie.core.words import count

MOST_CHARACTERS: Final = 1_000_000
"""Of one message; the longest list of values a reader picks is far below."""
MOST_ROWS: Final = 500
Place = Annotated[int, Field(ge=0, le=10_000)]
Row = Annotated[int, Field(ge=0, le=LARGEST)]
Text = Annotated[str, Field(max_length=1_000)]
ColumnName = Annotated[str, Field(max_length=10_000)]
Stored = dict[str, Any]
View = Annotated[str, Field(pattern=r"^(variants|cases|result)$")]


class Letter(BaseModel):
    """Base of what a browser may send."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Order(Letter):
    """How the rows of a table are sorted, and which are found."""

    sort: ColumnName | None = None
    descending: bool = False
    search: Text = ""


class Part(Order):
    """Some of them."""

    offset: Row = 0
    limit: int = Field(default=100, ge=1, le=MOST_ROWS)


class AddFilter(Letter):
    """Add a filter, last where no place is given."""

    do: Literal["add_filter"]
    operation: Stored
    place: Place | None = None


class EditFilter(Letter):
    """Change the filter at a place."""

    do: Literal["edit_filter"]
    place: Place
    operation: Stored


class RemoveFilter(Letter):
    """Remove the filter at a place."""

    do: Literal["remove_filter"]
    place: Place


class MoveFilter(Letter):
    """Move a filter."""

    do: Literal["move_filter"]
    place: Place
    to: Place


class SwitchFilter(Letter):
    """Switch a filter on or off."""

    do: Literal["switch_filter"]
    place: Place
    on: bool


class SetResult(Letter):
    """Add a result, or change the one at a place."""

    do: Literal["set_result"]
    operation: Stored
    place: Place | None = None


class RemoveResult(Letter):
    """Remove the result at a place."""

    do: Literal["remove_result"]
    place: Place


class OpenTab(Letter):
    """Open a tab."""

    do: Literal["tab"]
    tab: Text


class Drill(Order):
    """Keep the cases behind a row of what is shown, or behind what a result leaves out."""

    do: Literal["drill"]
    view: Literal["durations", "result"]
    row: Row = 0
    left_out: Text | None = None


class Simple(Letter):
    """Go back, forward, or stop."""

    do: Literal["undo", "redo", "cancel"]


class MoveMap(Letter):
    """Tell what the reader did on a map."""

    do: Literal["map"]
    which: Literal["map", "result"] = "map"
    changes: dict[Text, Any]


class Ask(Letter):
    """A question that changes nothing."""


class Catalogue(Ask):
    """Ask for the forms of all operations of a kind."""

    do: Literal["catalogue"]
    kind: Literal["filter", "calculator"]


class Offer(Ask):
    """Ask what a picker offers for the filter at a place."""

    do: Literal["offer"]
    pick: Literal["activity", "attribute", "value", "variant", "case", "country", "region"]
    place: Place | None = None
    attribute: Text | None = None
    types: tuple[AttributeType, ...] | None = None
    level: Level | None = None
    country: Text | None = None
    search: Text = ""


class Preview(Ask):
    """Ask what a filter would leave."""

    do: Literal["preview"]
    operation: Stored
    place: Place | None = None


class Rows(Part, Ask):
    """Ask for some rows of a table."""

    do: Literal["rows"]
    view: View


class Csv(Order, Ask):
    """Ask for a table as CSV."""

    do: Literal["csv"]
    view: View


class Case(Ask):
    """Ask for one case."""

    do: Literal["case"]
    case: Text


class Plain(Ask):
    """Ask for what needs no settings."""

    do: Literal["durations", "result", "readiness", "code"]


class Save(Letter):
    """Keep what is shown as an investigation."""

    do: Literal["save"]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    project: Text | None = None


class Publish(Letter):
    """Show what is shown as a dashboard."""

    do: Literal["publish"]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    description: Annotated[str, Field(max_length=10_000)] = ""
    project: Text | None = None
    # strict models take no text for an identifier
    people: Annotated[
        tuple[Annotated[UUID, Field(strict=False)], ...], Field(max_length=1_000)
    ] = ()
    groups: Annotated[tuple[Text, ...], Field(max_length=1_000)] = ()


class Projects(Ask):
    """Ask into which projects an investigation or a dashboard can go."""

    do: Literal["projects"]


class Audience(Ask):
    """Ask with whom a dashboard can be shared."""

    do: Literal["audience"]


Message = Annotated[
    AddFilter | EditFilter | RemoveFilter | MoveFilter | SwitchFilter | SetResult | RemoveResult
    | OpenTab | Drill | Simple | MoveMap | Catalogue | Offer | Preview | Rows | Csv | Case | Plain | Save | Publish
    | Projects | Audience,
    Field(discriminator="do"),
]  # fmt: skip
_message: TypeAdapter[Message] = TypeAdapter(Message)


class Envelope(Letter):
    """Messages of one page, numbered; what was not acknowledged is sent again."""

    page: Annotated[str, Field(min_length=1, max_length=40)]
    got: Row
    messages: Annotated[list[Stored], Field(max_length=1_000)]


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
    >>> read_message({"do": "remove_filter", "place": 0}).place
    0
    """
    made: Message = understood(_message, raw, "studio")
    return made


def understood(adapter: TypeAdapter[Any], raw: Any, who: str) -> Any:
    """Return a message as one of the kinds that somebody understands.

    Parameters
    ----------
    adapter : pydantic.TypeAdapter
        The kinds.
    raw : object
        What came from a browser.
    who : str
        Who is asked, for the refusal.

    Returns
    -------
    Letter
        One of the kinds.

    Raises
    ------
    SettingError
        Where it is none.

    Examples
    --------
    >>> understood(_message, {"do": "undo"}, "studio").do
    'undo'
    """
    try:
        text = json.dumps(raw)
        if len(text) > MOST_CHARACTERS:
            message = f"A message of {count(len(text))} characters is too long: at most {count(MOST_CHARACTERS)}."
            raise SettingError(message)
        return adapter.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        message = f"The {who} does not understand this message: {spoken(first)}."
        raise SettingError(message) from None
    except (TypeError, ValueError, RecursionError) as error:
        message = f"The {who} does not understand this message: {error}."
        raise SettingError(message) from None
