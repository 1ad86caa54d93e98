"""Values that are worked out when they are first asked for, and kept; without any lock.

A child that is forked while another thread holds a lock would wait for it for ever.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["Bounded", "Memo", "cached_property"]

K = TypeVar("K")
V = TypeVar("V")

if TYPE_CHECKING:
    from collections.abc import Callable
    from functools import cached_property
else:

    class cached_property(functools.cached_property):  # noqa: N801 - it is used as that of functools
        """As that of `functools` from Python 3.12 on: without a lock.

        Python 3.11 holds one for each attribute while it works out a value.
        """

        def __get__(self, instance: Any, owner: type | None = None) -> Any:
            if instance is None:
                return self
            value = instance.__dict__[self.attrname] = self.func(instance)
            return value


class Bounded(dict[K, V]):
    """A dict of at most so many values: when it is full, it starts anew.

    Args:
        most: How many values to keep.
    """

    __slots__ = ("_most",)

    def __init__(self, *, most: int) -> None:
        super().__init__()
        self._most = most

    def keep(self, key: K, value: V) -> None:
        """Keep a value."""
        if len(self) >= self._most:
            self.clear()
        self[key] = value


class Memo(Bounded[K, V]):
    """Key -> its value, worked out when it is first asked for.

    What is kept is found as fast as in any dict, which the caches of `functools` and `cachetools`
    do not reach: a build asks for millions of words.

    Args:
        work_out: Returns the value of a key.
        most: How many values to keep.

    Example:
        >>> lengths = Memo(len, most=2)
        >>> [lengths[word] for word in ("a", "to", "a", "the")], dict(lengths)
        ([1, 2, 1, 3], {'the': 3})
    """

    __slots__ = ("work_out",)

    def __init__(self, work_out: Callable[[K], V], *, most: int) -> None:
        super().__init__(most=most)
        self.work_out = work_out

    def __missing__(self, key: K) -> V:
        value = self.work_out(key)
        self.keep(key, value)
        return value
