"""What a build does to the C library's ways of keeping free memory."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys

import pytest

# Freeing a large block raises glibc's sizes: is the next one mapped on its own all the same?
CODE = """
import ctypes, sys
from droindex.build.memory import give_back, give_back_once

class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in (
        "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks",
        "fordblks", "keepcost")]

library = ctypes.CDLL(None)
library.malloc.restype = ctypes.c_void_p
library.free.argtypes = [ctypes.c_void_p]
library.mallinfo2.restype = Info
if sys.argv[1] == "built":
    give_back()
if sys.argv[1] == "reads":
    give_back_once()
library.free(library.malloc(8 << 20))
before = library.mallinfo2().hblks
library.malloc(2 << 20)
print(library.mallinfo2().hblks - before)
"""


def _mapped(state: str, **environment: str) -> int:
    """Return how many blocks of their own a block of 2 MB takes in a fresh process."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("MALLOC_") and name != "GLIBC_TUNABLES"
    }
    done = subprocess.run(
        [sys.executable, "-c", CODE, state],
        env={**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="only glibc tells")
def test_the_sizes_are_fixed_in_a_process_that_built_and_nowhere_else() -> None:
    assert _mapped("built") == 1
    assert _mapped("searched only") == 0
    assert _mapped("reads") == 0
    assert _mapped("built", MALLOC_ARENA_MAX="2") == 0
    assert _mapped("built", GLIBC_TUNABLES="glibc.malloc.arena_max=2") == 0


HELD = """
import re
from pathlib import Path
from droindex.build.memory import give_back_once

def held() -> int:
    return int(re.search(r"RssAnon:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024

blocks = [bytes(1000) for _ in range(60_000)]
pin = bytes(1000)
del blocks
before = held()
give_back_once()
print(before - held())
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="only glibc gives it back")
def test_what_reading_left_behind_is_given_back_before_writing() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-c", HELD], env=environment, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) > 30  # MB
