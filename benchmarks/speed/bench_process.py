"""A whole process, from the shell's call to its end, against Python importing click and the engine.

What is measured: CPU time of the process (user and system) of `droindex query WORDS` on the bulk
sample, of the same through Python without the command line, and of
`python -c "import click, tantivy"`, in turns.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest
from ratio import Row, compare_runs, record, settled

if TYPE_CHECKING:
    from collections.abc import Callable

    from libraries import Bench

CpuOf: TypeAlias = "Callable[..., Callable[[], float]]"

GROUP = "A whole process"
TARGET, GATE = 3.0, 3.8
_TURNS = 11
_BASE = ("-c", "import click, tantivy")


@pytest.fixture(scope="module")
def cpu_of(tmp_path_factory: pytest.TempPathFactory) -> CpuOf:
    """Return what makes a runner of Python with some arguments; it returns the CPU seconds."""
    # Compiled modules as an installed program has them, whatever this machine's settings are.
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path_factory.mktemp("compiled"))}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def make(*arguments: str) -> Callable[[], float]:
        command = [sys.executable, *arguments]

        def run() -> float:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(command, check=True, capture_output=True, env=environment)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

        run()  # the first one compiles
        return run

    return make


def test_query(bulk: Bench, cpu_of: CpuOf) -> None:
    program = Path(sys.executable).with_name("droindex")
    query = cpu_of(str(program), "query", "alien removal", "--index", str(bulk.index.path))
    found = settled(lambda: compare_runs(query, cpu_of(*_BASE), _TURNS), lambda r: r.worse, TARGET)
    note = f"{found.ours_us / 1e3:.0f} / {found.theirs_us / 1e3:.0f} ms"
    what = 'droindex query ÷ python -c "import click, tantivy"'
    record(Row(GROUP, what, found.medians, found.minima, TARGET, note))
    assert found.worse <= GATE


def test_library(bulk: Bench, cpu_of: CpuOf) -> None:
    code = (
        "from droindex import Index; "
        f"Index.open({str(bulk.index.path)!r}).search('alien removal').to_dict()"
    )
    found = compare_runs(cpu_of("-c", code), cpu_of(*_BASE), _TURNS)
    what = 'open, search and to_dict() in Python ÷ python -c "import click, tantivy"'
    record(Row(GROUP, what, found.medians, found.minima))
