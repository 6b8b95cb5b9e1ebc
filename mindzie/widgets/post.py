"""Letters between a browser and Python over two synced values, so that every host carries them.

Hosts may join several changes of a value into one, so each side repeats what the other has not acknowledged.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from pydantic import ValidationError

from mindzie.core.errors import CancelledError, MindzieError, SettingError
from mindzie.widgets.messages import Envelope

Json = dict[str, Any]
_MOST_KEPT: Final = 100
_MOST_BYTES: Final = 16_000_000
"""Of all answers not acknowledged; the newest one may be larger."""
_MOST_PAGES: Final = 32
_GONE: Final = {
    "error": "The answer was too large to be kept for a page that did not take it. Ask again.",
    "cancelled": False,
}


class Post:
    """Takes each message once and keeps answers until they are acknowledged.

    Parameters
    ----------
    tell : callable
        Takes the list of answers not yet acknowledged.
    """

    def __init__(self, tell: Callable[[list[Json]], None]) -> None:
        self._tell = tell
        self._heard: dict[str, int] = {}
        self._answers: list[Json] = []
        self._sizes: dict[int, int] = {}
        self._sent = 0

    def hear(self, raw: Any) -> list[tuple[str, int, Json]]:
        """Return the new messages of an envelope.

        Parameters
        ----------
        raw : object
            What came from a browser.

        Returns
        -------
        list of (str, int, dict)
            Page, number of the message, and the message, which is still to be checked.

        Raises
        ------
        SettingError
            Where it is no envelope.
        """
        try:
            envelope = Envelope.model_validate(raw)
        except (ValidationError, RecursionError) as error:
            message = "The studio does not understand what the browser sent."
            raise SettingError(message) from error
        page = envelope.page
        self._answers = [a for a in self._answers if a["page"] != page or a["seq"] > envelope.got]
        last = self._heard.pop(page, 0)
        new = []
        for letter in envelope.messages:
            number = letter.get("id")
            if isinstance(number, int) and number > last:
                rest = {name: value for name, value in letter.items() if name != "id"}
                new.append((page, number, rest))
                last = number
        self._heard[page] = last
        if len(self._heard) > _MOST_PAGES:
            self._heard.pop(next(iter(self._heard)))
        return new

    def answer(self, page: str, number: int, result: Any, error: Exception | None) -> None:
        """Answer a message.

        Parameters
        ----------
        page, number
            As heard.
        result : object
            JSON values.
        error : Exception, optional
            What went wrong instead.
        """
        self._sent += 1
        made: Json = {"seq": self._sent, "page": page, "id": number}
        if error is None:
            made["result"] = result
        else:
            made["error"] = in_words(error)
            made["cancelled"] = isinstance(error, CancelledError)
        self._answers = [*self._answers, made][-_MOST_KEPT:]
        self._lighten(made)
        self._tell(self._answers)

    def _lighten(self, newest: Json) -> None:
        """Say of the oldest answers only that they are gone, until the rest is small enough to be sent again."""
        self._sizes = {a["seq"]: self._sizes.get(a["seq"], 0) for a in self._answers}
        self._sizes[newest["seq"]] = len(json.dumps(newest))
        too_much = sum(self._sizes.values()) - _MOST_BYTES
        for place, answer in enumerate(self._answers[:-1]):
            if too_much <= 0:
                return
            left = {name: answer[name] for name in ("seq", "page", "id")} | _GONE
            self._answers[place] = left
            too_much -= self._sizes[answer["seq"]] - len(json.dumps(left))
            self._sizes[answer["seq"]] = len(json.dumps(left))


def in_words(error: Exception) -> str:
    """Return what a reader is told about an error."""
    return str(error) if isinstance(error, MindzieError) else f"{type(error).__name__}: {error}"
