"""What a refusal must be: of our family, in words, without the password, not even in what caused it."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mindzie.core.errors import MindzieError
from tests.servers.postgresql import PASSWORD


@contextmanager
def refused(kind: type[MindzieError], match: str) -> Iterator[None]:
    """Expect an error that says what and what to do, and gives no secret away."""
    with pytest.raises(kind, match=match) as caught:
        yield
    assert PASSWORD not in "".join(traceback.format_exception(caught.value))
    for error in _behind(caught.value, set()):
        assert PASSWORD not in f"{error} {error!r} {vars(error)}"


def _behind(error: BaseException | None, seen: set[int]) -> Iterator[BaseException]:
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    yield error
    yield from _behind(error.__cause__, seen)
    yield from _behind(error.__context__, seen)
