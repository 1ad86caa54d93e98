"""Is a hit opened at the right page? Queries made from random places of the pages themselves.

    python benchmarks/quality/page_items.py [CORPUS] [--each N] [--misses]

Builds a library of CORPUS (the PDF directives, if none is named) and makes N queries of each kind
from places of its documents, drawn with a seed. Each is asked with the document known. A page is
right if it is the one the words came from, or holds all of them as close together.

near      4 to 6 telling words that stand within 25 words of each other, in their order
shuffled  the same in any order
figures   5 to 9 words side by side as they are written, a number among them
topic     3 or 4 telling words near each other, after 2 that most pages of the document hold
apart     4 to 6 telling words from anywhere on a page
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from judged_sets import shared_folder

from droindex import Index

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from droindex.engine.analysis import Analyzer

KINDS = ("near", "shuffled", "figures", "topic", "apart")
EACH = 150  # queries of a kind; a share is then right to some 3 points
_SEED = 520
_NEAR = 25  # words; two lines of print
_MIN_PAGES = 3  # a document of fewer is opened right by luck
_MIN_WORDS = 60  # of a page; fewer are a cover or a picture
_MIN_LETTERS = 3
_AROUND = re.compile(r"^[^\w$]+|[^\w%]+$")  # punctuation of the sentence, not of the word
_TRIES = 200  # places looked at for one query
_ABOUT = 2  # words of a topic that most pages hold
_COMMON_SHARE = 0.6  # of the pages of a document that hold what it is about


@dataclass(frozen=True)
class Shelf:
    """A document as the queries are made from it.

    Attributes:
        doc_id: Its id.
        pages: Page number -> text.
        words: Page number -> (stem, surface) of each word.
    """

    doc_id: str
    pages: dict[int, str]
    words: dict[int, list[tuple[str, str]]]

    def about(self, analyzer: Analyzer) -> list[str]:
        """Return the telling words that most pages hold."""
        held = Counter(word for words in self.words.values() for word in {w for _, w in words})
        least = _COMMON_SHARE * len(self.words)
        return sorted(w for w, n in held.items() if n >= least and _is_telling(w, analyzer))


@dataclass(frozen=True)
class PageItem:
    """A query and what came of it.

    Attributes:
        kind: How it was made.
        query: Its text.
        doc_id: The document it is asked of.
        right: The pages that answer it.
        shown: The page that was shown.
    """

    kind: str
    query: str
    doc_id: str
    right: frozenset[int]
    shown: int | None = field(default=None)

    @property
    def is_right(self) -> bool:
        """Whether the page that was shown answers it."""
        return self.shown in self.right


def read_shelves(index: Index) -> Iterator[Shelf]:
    """Yield the documents of a library that have pages enough, by id."""
    reader = index._reader  # noqa: SLF001 - the pages are no part of what the library shows
    ids = sorted(hit.doc_id for hit in index.scan("", scope="all", snippets=False))
    for doc_id in ids:
        texts = {page.number: page.text for page in reader.pages_of(doc_id)}
        words = {number: reader.analyzer.terms(text) for number, text in texts.items()}
        full = {number: found for number, found in words.items() if len(found) >= _MIN_WORDS}
        if len(full) >= _MIN_PAGES:
            yield Shelf(doc_id, texts, words)


def make_items(shelves: Sequence[Shelf], analyzer: Analyzer, each: int) -> Iterator[PageItem]:
    """Yield `each` queries of each kind; the same for the same shelves."""
    for kind in KINDS:
        dice = Random(f"{_SEED} {kind}")
        made = 0
        for _ in range(each * _TRIES):
            if made == each:
                break
            shelf = dice.choice(shelves)
            number = dice.choice([n for n, w in shelf.words.items() if len(w) >= _MIN_WORDS])
            if (item := _make(kind, shelf, number, analyzer, dice)) is not None:
                made += 1
                yield item


def ask(index: Index, item: PageItem) -> PageItem:
    """Return an item with the page that is shown for it."""
    hits = index.search(item.query, scope="all", filters={"doc_id": item.doc_id})
    shown = hits[0].snippet.page if hits and hits[0].snippet else None
    return PageItem(item.kind, item.query, item.doc_id, item.right, shown)


def page_rows(found: Sequence[PageItem]) -> Iterator[tuple[str, str, str]]:
    """Yield kind, how many were right, share."""
    for kind in (*KINDS, "all"):
        of_kind = [item for item in found if kind in (item.kind, "all")]
        right = sum(item.is_right for item in of_kind)
        if of_kind:
            yield kind, f"{right} of {len(of_kind)}", f"{right / len(of_kind):.1%}"


def measure_pages(library: Path, each: int = EACH) -> list[PageItem]:
    """Return what comes of the queries made from a library's pages."""
    with Index.open(library) as index:
        analyzer = index._reader.analyzer  # noqa: SLF001 - words are cut as the library does
        items = make_items(list(read_shelves(index)), analyzer, each)
        return [ask(index, item) for item in items]


def closest(words: Sequence[tuple[str, str]], stems: frozenset[str]) -> int | None:
    """Return the length in words of the shortest stretch that holds all stems; None if none."""
    held: Counter[str] = Counter()
    best, start = None, 0
    for end, (stem, _) in enumerate(words):
        if stem not in stems:
            continue
        held[stem] += 1
        while len(held) == len(stems):
            length = end - start + 1
            best = length if best is None else min(best, length)
            left = words[start][0]
            if left in held:
                held[left] -= 1
                if not held[left]:
                    del held[left]
            start += 1
    return best


def _make(
    kind: str, shelf: Shelf, number: int, analyzer: Analyzer, dice: Random
) -> PageItem | None:
    if kind == "figures":
        query = _figures(shelf.pages[number], analyzer, dice)
    else:
        query = _picked(kind, shelf.words[number], analyzer, dice)
    if query is None:
        return None
    terms = analyzer.query_terms(query)
    stems = frozenset(stem for stem, word in terms if not analyzer.is_stop_word(word))
    spans = {page: closest(words, stems) for page, words in shelf.words.items()}
    own = spans[number]
    if own is None or not stems:
        return None
    right = frozenset(page for page, span in spans.items() if span is not None and span <= own)
    if len(right) > len(shelf.pages) // 2:  # a heading or a formula: says nothing of a page
        return None
    if kind == "topic":
        about = [word for word in shelf.about(analyzer) if word not in query.split()]
        if len(about) < _ABOUT:
            return None
        query = " ".join((*dice.sample(about, _ABOUT), query))
    return PageItem(kind, query, shelf.doc_id, right)


def _picked(
    kind: str, words: Sequence[tuple[str, str]], analyzer: Analyzer, dice: Random
) -> str | None:
    """Return telling words of one place of a page, or of the whole page."""
    count = dice.randint(3, 4) if kind == "topic" else dice.randint(4, 6)
    start = 0 if kind == "apart" else dice.randrange(len(words))
    stretch = words if kind == "apart" else words[start : start + _NEAR]
    telling = list(dict.fromkeys(w for _, w in stretch if _is_telling(w, analyzer)))
    if len(telling) < count:
        return None
    places = dice.sample(range(len(telling)), count)
    if kind != "shuffled":
        places.sort()
    return " ".join(telling[place] for place in places)


def _figures(text: str, analyzer: Analyzer, dice: Random) -> str | None:
    """Return some words side by side, as written, with a number and another telling word."""
    chunks = text.split()
    count = dice.randint(5, 9)
    start = dice.randrange(max(1, len(chunks) - count))
    run = [_AROUND.sub("", chunk) for chunk in chunks[start : start + count]]
    query = " ".join(chunk for chunk in run if chunk).lower()
    words = [word for _, word in analyzer.query_terms(query)]
    has_number = any(word[0].isdigit() for word in words)
    telling = [word for word in words if _is_telling(word, analyzer)]
    return query if has_number and len(telling) > 1 and '"' not in query else None


def _is_telling(word: str, analyzer: Analyzer) -> bool:
    return word.isalpha() and len(word) >= _MIN_LETTERS and not analyzer.is_stop_word(word)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Is a hit opened at the right page?")
    parser.add_argument("corpus", type=Path, nargs="?", default=shared_folder() / "pdf")
    parser.add_argument("--each", type=int, default=EACH, help="queries of each kind")
    parser.add_argument("--misses", action="store_true", help="list what was missed")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pages-") as work:
        Index.build(arguments.corpus, Path(work) / "pages.idx", ocr=False)
        found = measure_pages(Path(work) / "pages.idx", arguments.each)
    for row in page_rows(found):
        print("\t".join(row))
    for item in found if arguments.misses else ():
        if not item.is_right:
            right = ", ".join(map(str, sorted(item.right)))
            print(f"{item.kind}: {item.query}: {item.doc_id}, page {item.shown} for {right}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
