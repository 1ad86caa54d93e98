"""Attributes that are worked out when they are first asked for."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

__all__ = ["cached_property"]

if TYPE_CHECKING:
    from functools import cached_property
else:

    class cached_property(functools.cached_property):  # noqa: N801 - it is used as that of functools
        """As that of `functools` from Python 3.12 on: without a lock.

        Python 3.11 holds one for each attribute while it works out a value. A child that is forked
        meanwhile, from another thread, would wait for it for ever.
        """

        def __get__(self, instance: Any, owner: type | None = None) -> Any:
            if instance is None:
                return self
            value = instance.__dict__[self.attrname] = self.func(instance)
            return value
