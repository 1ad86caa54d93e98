"""Many clients of one server while its library is built anew again and again.

What is measured: 16 clients, each over a connection that it keeps open, ask `/api/search` one
request after the other for 60 seconds, while another process brings the library up to date every
10 seconds. Printed are how many answers came, how many were errors, how many were mixed of two
states of the library, and the median and the 99th percentile of the time of an answer.
Against: nothing but itself: the 99th percentile is to stay under ten medians.
Corpus: 1,000 generated documents, and ten whose titles all change with each update. An answer is
mixed if it shows two of these titles' numbers, or another number than an answer with the same
fingerprint.

    python benchmarks/speed/load.py
    python benchmarks/speed/load.py --seconds 10 --clients 4 --every 2

It ends with 1 if an answer was an error or mixed, or if the 99th percentile is too far off.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import corpora
from bench_web import served_at

from droindex import Document, Index, Page

if TYPE_CHECKING:
    from collections.abc import Sequence

MARKED = 10  # documents whose titles change with each update
MOST_SPREAD = 10.0  # 99th percentile over median
_ADDRESS = "/api/search?q=edition+marker&limit=10"
_UPDATES = """
import sys, time
sys.path.insert(0, sys.argv[4])
from load import update
for number in range(1, 1 + int(sys.argv[3])):
    time.sleep(float(sys.argv[2]))
    update(sys.argv[1], number)
"""


@dataclass(slots=True)
class Told:
    """What the answers to one client were.

    Attributes:
        times: Of each answer, in seconds.
        errors: Those that were none, by status or kind.
        editions: Fingerprint of the library -> numbers of editions that an answer showed with it.
        mixed: Answers that showed several.
    """

    times: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    editions: dict[str, set[str]] = field(default_factory=dict)
    mixed: int = 0


def update(library: Path | str, number: int) -> None:
    """Give all marked documents another title."""
    title = f"Edition marker {number}"
    pages = (Page(1, "An edition has a marker."),)
    documents = [
        Document(doc_id=f"marked/{place}", title=title, pages=pages) for place in range(MARKED)
    ]
    Index.update(library, documents=documents)


def ask(place: tuple[str, int], end: float) -> Told:
    """Ask again and again until a moment."""
    told = Told()
    connection = http.client.HTTPConnection(*place, timeout=60)
    while time.perf_counter() < end:
        start = time.perf_counter()
        try:
            connection.request("GET", _ADDRESS)
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            told.errors[type(error).__name__] += 1
            connection.close()
            continue
        told.times.append(time.perf_counter() - start)
        if answer.status == http.client.OK:
            note(told, json.loads(body))
        else:
            told.errors[str(answer.status)] += 1
    connection.close()
    return told


def note(told: Told, shape: dict[str, object]) -> None:
    """Note which edition an answer shows."""
    shown = set(re.findall(r'"title": "Edition marker (\d+)"', json.dumps(shape)))
    told.mixed += len(shown) != 1
    told.editions.setdefault(str(shape["generation"]), set()).update(shown)


def summed(all_told: Sequence[Told]) -> Told:
    """Return what all clients were told."""
    whole = Told()
    for told in all_told:
        whole.times += told.times
        whole.errors += told.errors
        whole.mixed += told.mixed
        for generation, shown in told.editions.items():
            whole.editions.setdefault(generation, set()).update(shown)
    return whole


def main() -> int:
    """Run the trial and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--every", type=float, default=10.0, help="seconds between updates")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library.idx"
        Index.update(library, documents=corpora.generated_documents(1_000))
        update(library, 0)
        updates = [str(library), str(given.every), str(int(given.seconds / given.every))]
        here = str(Path(__file__).resolve().parent)
        with (
            served_at(library) as (_, place),
            subprocess.Popen([sys.executable, "-c", _UPDATES, *updates, here]) as building,
            ThreadPoolExecutor(given.clients) as clients,
        ):
            end = time.perf_counter() + given.seconds
            asked = [clients.submit(ask, place, end) for _ in range(given.clients)]
            told = summed([one.result() for one in asked])
            building.terminate()
    return tell(told)


def tell(told: Told) -> int:
    """Print it; return 1 if something was not as it should be."""
    times = sorted(told.times)
    middle, late = median(times), times[int(0.99 * len(times))]
    mixed = told.mixed + sum(len(shown) != 1 for shown in told.editions.values())
    print(f"{len(times)} answers, from {len(told.editions)} states of the library")
    print(f"errors: {dict(told.errors) or 'none'}; mixed answers: {mixed}")
    print(f"p50 {1e3 * middle:.1f} ms, p99 {1e3 * late:.1f} ms: {late / middle:.1f} times as long")
    return int(bool(told.errors) or bool(mixed) or late > MOST_SPREAD * middle)


if __name__ == "__main__":
    sys.exit(main())
