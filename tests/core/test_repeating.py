"""What is looked at again and again."""

import threading

import pytest

from mindzie.core.repeating import Repeating


def test_it_looks_until_there_is_nothing_more():
    looks = iter([True, True, False])
    done = threading.Event()

    def look() -> bool:
        again = next(looks)
        if not again:
            done.set()
        return again

    with Repeating(look, 0.001, "test"):
        assert done.wait(30)
    assert list(looks) == []


def test_the_thread_ends_with_its_block_even_after_an_error():
    with (
        pytest.raises(ValueError, match="of the block"),
        Repeating(lambda: True, 0.001, "a name of its own"),
    ):
        raise ValueError("of the block")
    assert "a name of its own" not in [thread.name for thread in threading.enumerate()]
