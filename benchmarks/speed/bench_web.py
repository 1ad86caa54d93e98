"""What the web application adds to a search, against `Index.search` for the same query.

What is measured: `/api/search?q=…`, limit 10, over one connection that is kept open, from a client
in this process to a server in another one, on loopback: reading the request, searching with
snippets, the JSON with all that the site adds to it (addresses, marked titles, what replaced a
hit), sending, and reading the answer. Each answer is asked for anew, without an ETag.
Against: `Index.search(text)` with snippets in this process, as a program that needs the hits calls
it. Both take turns; of each the medians (p50) and minima of wall time are added up over the
queries, since the work is done in two processes.
Corpus: the bulk sample, 300 queries of six classes, and generated documents.
"""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from ratio import Ratio, Row, compare, record, settled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
def served(bench: Bench) -> Iterator[http.client.HTTPConnection]:
    """Serve the library of a bench in a process of its own; yield a connection that stays open."""
    command = [sys.executable, "-c", _SERVER, str(bench.index.path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as server:
        try:
            assert server.stdout is not None
            found = re.search(r"http://([\d.]+):(\d+)/", server.stdout.readline())
            assert found is not None
            connection = http.client.HTTPConnection(found[1], int(found[2]))
            yield connection
            connection.close()
        finally:
            server.terminate()


def against_search(bench: Bench) -> Ratio:
    """Return the time of a search over HTTP over that of one in this process."""
    with served(bench) as connection:

        def ours(query: Query) -> bytes:
            connection.request("GET", f"/api/search?q={quote(query.text)}")
            with connection.getresponse() as answer:
                assert answer.status == http.client.OK
                return answer.read()

        def theirs(query: Query) -> object:
            return bench.index.search(query.text)

        return compare(ours, theirs, bench.queries, clock=time.perf_counter)


def found_by(bench: Bench) -> Row:
    """Return the row of a bench."""
    found = settled(lambda: against_search(bench), lambda ratio: ratio.medians, TARGET)
    what = f"{bench.name}, `/api/search` ÷ `Index.search`, p50"
    note = f"{found.ours_us:.0f} / {found.theirs_us:.0f} µs"
    return Row(GROUP, what, found.medians, found.minima, TARGET, note)


def test_bulk(bulk: Bench) -> None:
    row = found_by(bulk)
    record(row)
    assert row.medians <= GATE


@pytest.mark.parametrize("count", [1_000])
def test_generated(generated: Callable[[int], Bench], count: int) -> None:
    row = found_by(generated(count))
    record(row)
    assert row.medians <= GATE
