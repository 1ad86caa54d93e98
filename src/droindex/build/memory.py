"""Memory that is free, given back to the system after a build in a long-lived process."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ctypes

__all__ = ["give_back", "give_back_once"]

_TRIM_THRESHOLD = -1  # the numbers of glibc's malloc.h
_MMAP_THRESHOLD = -3
_KEPT_PER_HEAP_BYTES = 1 << 19  # smaller gave no flatter memory, and slower builds
_MAPPED_FROM_BYTES = 1 << 20  # the engine's pages for postings are as large as this


def give_back() -> None:
    """Ask the C library to return what is free, now and from now on; only glibc does.

    The engine's threads allocate in heaps of their own, up to eight per core. A large block that
    is freed makes glibc raise the size that it keeps at the end of each heap, up to 64 MB, and
    `malloc_trim` returns the end of the first heap alone: measured, a process that updates a
    library again and again held 100 to 170 MB, of which 5 MB were in use. With fixed sizes that
    ends. They are set once a process has built, so searches and the first build keep glibc's own
    ways; and not at all where the environment says how the C library is to allocate.
    """
    _set_sizes()
    give_back_once()


def give_back_once() -> None:
    """Ask the C library to return what is free now; only glibc does.

    What reading left behind is a third of what a build holds when it begins to write.
    """
    library = _c_library()
    if library is not None:
        library.malloc_trim(0)


@cache
def _set_sizes() -> None:
    """Fix the sizes, unless the environment says how the C library is to allocate."""
    library = _c_library()
    if library is not None and not _is_set_by_environment():
        library.mallopt(_MMAP_THRESHOLD, _MAPPED_FROM_BYTES)
        library.mallopt(_TRIM_THRESHOLD, _KEPT_PER_HEAP_BYTES)


@cache
def _c_library() -> ctypes.CDLL | None:
    """Return glibc, None where there is another C library."""
    import ctypes  # noqa: PLC0415 - a search must not pay for it

    with suppress(OSError, AttributeError):  # another C library, which has no such calls
        library = ctypes.CDLL(None)
        library.malloc_trim.argtypes = [ctypes.c_size_t]
        library.mallopt.argtypes = [ctypes.c_int, ctypes.c_int]
        return library
    return None


def _is_set_by_environment() -> bool:
    """Whether the environment says how the C library is to allocate."""
    return any(name.startswith("MALLOC_") for name in os.environ) or (
        "glibc.malloc." in os.environ.get("GLIBC_TUNABLES", "")
    )
