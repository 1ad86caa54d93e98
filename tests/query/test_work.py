"""How often one call of a caller asks the engine: bounded, whatever the query holds."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING

import pytest

from droindex import Document, Index, Page
from droindex.engine.clauses import Term
from droindex.engine.tantivy.engine import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HEADS = ["ba", "be", "bi", "bo", "bu", "da", "de", "di", "do", "du", "ka", "ke", "ki", "ko", "ku"]
TAILS = ["ran", "ren", "rin", "ron", "run", "tal", "tel", "til", "tol", "tul"]
WORDS = [head + tail for head in HEADS for tail in TAILS]
HOSTILE = {
    "words": " ".join(WORDS),
    "loose phrases": " ".join(f'"{one} {other}"~9' for one, other in itertools.pairwise(WORDS)),
    "beginnings and slips": " ".join([*(f"{head}*" for head in HEADS), *(f"{w}~2" for w in WORDS)]),
    "nested": " OR ".join(f'({one} AND -"{one} {WORDS[0]}")' for one in WORDS),
    "short forms": " ".join(f"{w[:3]}Q".upper() for w in WORDS),
    "misspelt": " ".join(f"{word}x" for word in WORDS),
}
READS = ("search", "count", "facets", "scores")
MOST_LOOKUPS = 8_000  # in the dictionary: 64 words with the slips that are tried for each
MOST = {  # asks that read what documents hold
    "search": 200,
    "explain": 1_300,
    "suggest": 200,
    "scan": 200,
    "related": 150,
    "browse": 50,
    "recent": 50,
    "lineage": 50,
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    dice = random.Random(7)
    path: Path = tmp_path_factory.mktemp("work") / "library.idx"
    Index.update(
        path,
        [
            Document(
                doc_id=f"d{place}",
                title=" ".join(dice.choices(WORDS, k=5)),
                pages=(Page(1, " ".join(dice.choices(WORDS, k=300))),),
            )
            for place in range(300)
        ],
    )
    with Index.open(path) as opened:
        yield opened


@pytest.fixture
def asks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []

    def counted(name: str, method: Callable[..., object]) -> Callable[..., object]:
        def ask(*args: object, **options: object) -> object:
            is_lookup = name == "count" and isinstance(args[1], Term)
            found.append("terms" if is_lookup else name)
            return method(*args, **options)

        return ask

    for name in (*READS, "terms"):
        monkeypatch.setattr(Reader, name, counted(name, getattr(Reader, name)))
    return found


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("method", MOST)
def test_a_call_asks_the_engine_so_often_at_most(
    index: Index, asks: list[str], method: str, kind: str
) -> None:
    query = HOSTILE[kind][:1000]
    if method == "explain":
        hits = index.search(query, limit=1)
        asks.clear()
        for hit in hits:
            hit.explain()
    elif method == "scan":
        list(index.scan(query))
    elif method in {"search", "suggest"}:
        getattr(index, method)(query)
    elif method in {"related", "lineage"}:
        getattr(index, method)("d1")
    else:
        getattr(index, method)()
    reads = sum(name in READS for name in asks)
    assert reads <= MOST[method]
    assert len(asks) - reads <= MOST_LOOKUPS
