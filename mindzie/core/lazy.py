"""Properties computed once, without a lock.

``functools.cached_property`` of Python 3.11 holds one lock a class while it computes (python/cpython#87634, gone in 3.12):
two threads that compute different logs then wait for each other, for ever where an engine takes turns as well. Here the
worst that happens is that two threads compute the same value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from functools import cached_property as lazy
else:
    T = TypeVar("T")

    class lazy(Generic[T]):  # noqa: N801 - used as a decorator, like property
        """A property that is computed when first asked for, and then kept in the instance."""

        def __init__(self, compute: Callable[[Any], T]) -> None:
            self.func = compute
            self.__doc__ = compute.__doc__

        def __set_name__(self, owner: type, name: str) -> None:
            self._name = name

        def __get__(self, instance: object | None, owner: type | None = None) -> Any:
            if instance is None:
                return self
            kept = instance.__dict__
            if self._name not in kept:
                kept[self._name] = self.func(instance)
            return kept[self._name]


__all__ = ["lazy"]
