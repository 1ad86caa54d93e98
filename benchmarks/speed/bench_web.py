"""What the web application adds to a search, against `Index.search` for the same query.

What is measured: `/api/search?q=…`, limit 10, over one connection that is kept open, from a client
in this process to a server in another one, on loopback: reading the request, searching with
snippets, the JSON with all that the site adds to it (addresses, marked titles, what replaced a
hit), sending, and reading the answer. Each answer is asked for anew, without an ETag.
Against: `Index.search(text)` with snippets in this process, as a program that needs the hits calls
it. Both take turns; of each the medians (p50) and minima are added up over the queries. Once by
CPU time, that of the client and of all threads of the server together; and once by the clock on
the wall, which on a machine that others use as well counts how long a process waits for its turn:
a request needs four of them, a call none.
Corpus: the bulk sample, 300 queries of six classes, and generated documents.
"""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

from ratio import Ratio, Row, compare, record, settled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from corpora import Query
    from libraries import Bench

GROUP = "Over HTTP"
TARGET = 2.0
GATE = 2.5  # about a quarter above the target
_SERVER = """
import sys
from droindex.web import create_app
from droindex.web.serving import serve
serve(create_app(sys.argv[1]), port=0, started=lambda address: print(address, flush=True))
"""


@contextmanager
def served_at(library: Path) -> Iterator[tuple[int, tuple[str, int]]]:
    """Serve a library in a process of its own; yield the process, and host and port."""
    command = [sys.executable, "-c", _SERVER, str(library)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as server:
        try:
            assert server.stdout is not None
            found = re.search(r"http://([\d.]+):(\d+)/", server.stdout.readline())
            assert found is not None
            yield server.pid, (found[1], int(found[2]))
        finally:
            server.terminate()


def against_search(bench: Bench, *, by_cpu: bool) -> Ratio:
    """Return the time of a search over HTTP over that of one in this process."""
    with (
        served_at(bench.index.path) as (server, place),
        closing(http.client.HTTPConnection(*place)) as connection,
    ):

        def ours(query: Query) -> bytes:
            connection.request("GET", f"/api/search?q={quote(query.text)}")
            with connection.getresponse() as answer:
                assert answer.status == http.client.OK
                return answer.read()

        def theirs(query: Query) -> object:
            return bench.index.search(query.text)

        def cpu() -> float:
            return time.thread_time() + time.clock_gettime(_cpu_clock(server))

        clock = cpu if by_cpu else time.perf_counter
        return compare(ours, theirs, bench.queries, clock=clock)


def _cpu_clock(pid: int) -> int:
    """Return the id of the clock of a process: what clock_getcpuclockid(3) returns on Linux."""
    return (~pid << 3) | 2


def check(bench: Bench) -> None:
    """Record the rows of a bench."""
    cpu, wall = (
        settled(
            lambda by_cpu=by_cpu: against_search(bench, by_cpu=by_cpu),  # type: ignore[misc] # bound at once
            lambda ratio: ratio.medians,
            TARGET,
        )
        for by_cpu in (True, False)
    )
    for name, found in (("CPU time", cpu), ("p50 on the wall", wall)):
        what = f"{bench.name}, `/api/search` ÷ `Index.search`, {name}"
        note = f"{found.ours_us:.0f} / {found.theirs_us:.0f} µs"
        record(Row(GROUP, what, found.medians, found.minima, TARGET, note))
    assert cpu.medians <= GATE


def test_bulk(bulk: Bench) -> None:
    check(bulk)


def test_generated(generated: Callable[[int], Bench]) -> None:
    check(generated(1_000))
