"""What `make soak` says on stderr while a trial runs."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY_S = 15.0


def every(name: str, seconds: float = EVERY_S) -> Callable[[float, float], None]:
    """Return what tells how far a trial has come, at most once in so many seconds."""
    started = told = time.monotonic()

    def tell(done: float, total: float) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= seconds:
            told = now
            took = now - started
            left = f", {took / done * (total - done):.0f} s left" if done > 0 else ""
            print(f"{name}: {done:.0f} of {total:.0f} after {took:.0f} s{left}", file=sys.stderr)

    return tell
