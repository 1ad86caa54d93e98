"""What a slip of the hand costs: seeded misspellings of query words, in one command.

    python benchmarks/quality/misspellings.py [--seed 7] [--missed] [--libraries FOLDER]

Draws 200 slips, 50 of each kind: a letter added, missing or wrong, or two neighbours exchanged.
Half stand in judged queries and titles of the sample corpus, half in queries of the bulk sample
(words, any, all and phrases). Letters that come in are half the time those of neighbouring keys.
Every tenth slip at least gives another word that the library holds. Printed is how often the
document that is first for the right spelling is among the first three for the wrong one.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from judged_sets import ROOT

sys.path.append(str(ROOT / "benchmarks" / "speed"))

from corpora import bulk_folder, bulk_queries, bulk_records

from droindex import Index
from droindex.engine.analysis import Analyzer
from droindex.evaluate import read_topics

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = ("added", "missing", "wrong", "exchanged")
PER_KIND = 50
WORDS_PER_KIND = 5  # of these, at least so many give another word of the library
NEAR = 3  # hits that a reader sees without looking
TARGET = 0.9

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST = 4  # letters of a word that is misspelt
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_TRIES = 10_000  # draws; some queries have no word to misspell, some slips give no word


@dataclass(frozen=True)
class Shelf:
    """A library and what is asked of it.

    Attributes:
        name: What the tables call it.
        index: The library.
        queries: Queries that find something, in our language.
        words: The words that it holds.
    """

    name: str
    index: Index
    queries: list[str]
    words: frozenset[str]

    def first(self, query: str, count: int) -> list[str]:
        """Return the ids of the first hits, in all scopes."""
        found = self.index.search(query, scope="all", limit=count, snippets=False)
        return [hit.doc_id for hit in found]


@dataclass(frozen=True)
class Slip:
    """One misspelling and what came of it.

    Attributes:
        shelf: Where it is asked.
        kind: One of KINDS.
        right: The query as it was meant.
        wrong: The query as it was typed.
        is_word: Whether the wrong word is another word of the library.
        rank: Where the first document of the right query is among the first; None if it is not.
    """

    shelf: str
    kind: str
    right: str
    wrong: str
    is_word: bool
    rank: int | None


def misspelt(word: str, kind: str, dice: random.Random) -> str:
    """Return a word with one slip of a kind; the word itself where the slip changes nothing."""
    place = dice.randrange(len(word))
    head, tail = word[:place], word[place:]
    if kind == "exchanged":
        return head + tail[1:2] + tail[:1] + tail[2:]
    if kind == "missing":
        return head + tail[1:]
    letter = dice.choice(_beside(tail[0]) if dice.random() < 0.5 else _LETTERS)
    return head + letter + (tail if kind == "added" else tail[1:])


def _beside(letter: str) -> str:
    """Return the letters of the keys beside a key, and of the key itself."""
    row = next(keys for keys in _ROWS if letter in keys)
    place = row.index(letter)
    return row[max(0, place - 1) : place + 2]


def draw(shelves: list[Shelf], dice: random.Random) -> Iterator[Slip]:
    """Yield the slips of every kind, the shelves taking turns."""
    common = Analyzer().stop_words
    for kind in KINDS:
        seen: set[str] = set()
        for place in range(PER_KIND):
            shelf = shelves[place % len(shelves)]
            for attempt in range(_TRIES):
                # Some queries have no word that a slip turns into another: then any slip will do.
                must_be_word = place < WORDS_PER_KIND and attempt < _TRIES // 2
                query = dice.choice(shelf.queries)
                words = re.findall(rf"\b[A-Za-z]{{{_SHORTEST},}}\b", query)
                words = [word for word in words if word.lower() not in common]
                if not words or query in seen:
                    continue
                word = dice.choice(words)
                slip = misspelt(word.lower(), kind, dice)
                is_word = slip in shelf.words
                if slip == word.lower() or (must_be_word and not is_word):
                    continue
                seen.add(query)
                wrong = re.sub(rf"\b{word}\b", slip, query)
                best = shelf.first(query, 1)[0]
                near = shelf.first(wrong, NEAR)
                rank = near.index(best) + 1 if best in near else None
                yield Slip(shelf.name, kind, query, wrong, is_word, rank)
                break


def shelves_in(folder: Path) -> list[Shelf]:
    """Return the libraries, built in a folder where they are not there yet."""
    sample, bulk, records = folder / "sample.idx", folder / "bulk.idx", folder / "uscode.jsonl"
    if not sample.exists():
        Index.build(ROOT / "corpus", sample, ocr=False)
    has_bulk = bulk_folder().is_dir()
    if not bulk.exists() and has_bulk:
        with records.open("wb") as file:
            file.writelines(bulk_records())
        Index.build(records, bulk)
    judged = read_topics(ROOT / "corpus" / "judged" / "queries.tsv").values()
    with Index.open(sample, clearance="LES") as index:
        titles = [hit.document.title for hit in index.scan("", scope="all", snippets=False)]
    shelves = [_shelf("sample", sample, [*judged, *titles], clearance="LES")]
    if has_bulk:
        asked = [query.text for query in bulk_queries() if query.kind != "prefix"]
        shelves.append(_shelf("bulk", bulk, asked))
    else:
        print(f"bulk sample: skipped, it is not at {bulk_folder()}", file=sys.stderr)
    return shelves


def _shelf(name: str, path: Path, queries: list[str], clearance: str | None = None) -> Shelf:
    index = Index.open(path, clearance=clearance) if clearance else Index.open(path)
    reader = index._handle.reader()  # noqa: SLF001 - the dictionary is not for applications
    words = reader.documents.terms("exact", "", 10**7)
    shelf = Shelf(name, index, [], frozenset(word for word, _ in words))
    shelf.queries.extend(query for query in dict.fromkeys(queries) if shelf.first(query, 1))
    return shelf


def rows(slips: list[Slip]) -> Iterator[str]:
    """Yield the table: share found per kind, per shelf, for words and others, over all."""
    groups = {
        **{kind: [slip for slip in slips if slip.kind == kind] for kind in KINDS},
        **{name: [s for s in slips if s.shelf == name] for name in ("sample", "bulk")},
        "gives no word": [slip for slip in slips if not slip.is_word],
        "gives another word": [slip for slip in slips if slip.is_word],
        "all": slips,
    }
    yield f"| slip | queries | first | in the first {NEAR} | share |"
    yield "|---|---|---|---|---|"
    for name, group in ((name, group) for name, group in groups.items() if group):
        ranks = Counter(slip.rank for slip in group)
        near = len(group) - ranks[None]
        yield f"| {name} | {len(group)} | {ranks[1]} | {near} | {near / len(group):.1%} |"


def main() -> int:
    """Draw, ask, print; end with 1 where the target is missed."""
    parser = argparse.ArgumentParser(description="How misspelt queries are answered.")
    parser.add_argument("--seed", type=int, default=7, help="of the draw")
    parser.add_argument("--missed", action="store_true", help="list what was not found")
    parser.add_argument("--libraries", type=Path, help="keep the libraries there, or find them")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="misspellings-") as work:
        shelves = shelves_in(arguments.libraries or Path(work))
        slips = list(draw(shelves, random.Random(arguments.seed)))
        for shelf in shelves:
            shelf.index.close()
    print("\n".join(rows(slips)))
    for slip in slips:
        if arguments.missed and slip.rank is None:
            what = "a word" if slip.is_word else "no word"
            print(f"- {slip.shelf}, {slip.kind}, {what}: {slip.right} -> {slip.wrong}")
    found = sum(slip.rank is not None for slip in slips)
    return 0 if found >= TARGET * len(slips) else 1


if __name__ == "__main__":
    sys.exit(main())
