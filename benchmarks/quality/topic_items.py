"""Does a hit open where its topic is treated, when the query also names the document?

    python benchmarks/quality/topic_items.py [--misses]

Builds a library of the PDF directives and asks the queries of topic_queries.tsv, in all scopes.
Each is the number of a directive, or a word or two of its title, with a topic that one of its
pages treats. They were written from the texts of the pages by readers who knew neither this
library nor what it finds; as pages that answer, one to three are named.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from judged_sets import shared_folder

from droindex import Index

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

QUERIES = Path(__file__).with_name("topic_queries.tsv")


class TopicItem(NamedTuple):
    """A query and what came of it.

    Attributes:
        query: Its text.
        file: The file that treats the topic.
        right: The pages on which it does.
        rank: Where the file is among the first ten hits; None if it is not.
        shown: The page at which it opens.
    """

    query: str
    file: str
    right: frozenset[int]
    rank: int | None
    shown: int | None

    @property
    def is_right(self) -> bool:
        """Whether the file opens at a page that treats the topic."""
        return self.shown in self.right


def measure(library: Path, queries: Path = QUERIES) -> list[TopicItem]:
    """Return what comes of the queries, asked of a library of the directives."""
    with queries.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    with Index.open(library) as index:
        return [_ask(index, row) for row in rows]


def _ask(index: Index, row: dict[str, str]) -> TopicItem:
    hits = index.search(row["query"], scope="all", limit=10)
    hit = next((hit for hit in hits if f"{hit.doc_id}.pdf" == row["file"]), None)
    return TopicItem(
        row["query"],
        row["file"],
        frozenset(map(int, row["pages"].split(","))),
        hit.rank if hit else None,
        hit.snippet.page if hit and hit.snippet else None,
    )


def topic_rows(found: Sequence[TopicItem]) -> Iterator[tuple[str, str, str]]:
    """Yield measure, how many, share."""
    for name, right in (
        ("right file first", sum(item.rank == 1 for item in found)),
        ("right page, wherever the file", sum(item.is_right for item in found)),
        ("right page, right file first", sum(item.is_right and item.rank == 1 for item in found)),
    ):
        yield name, f"{right} of {len(found)}", f"{right / len(found):.1%}"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Does a hit open where its topic is treated?")
    parser.add_argument("--library", type=Path, help="a library of the directives, if there is one")
    parser.add_argument("--misses", action="store_true", help="list what was missed")
    arguments = parser.parse_args()
    corpus = shared_folder() / "pdf"
    if arguments.library is None and not corpus.is_dir():
        print(f"skipped: the directives are not at {corpus}")
        return 0
    with tempfile.TemporaryDirectory(prefix="topics-") as work:
        library = arguments.library or Path(work) / "topics.idx"
        if arguments.library is None:
            Index.build(corpus, library, ocr=False)
        found = measure(library)
    for row in topic_rows(found):
        print("\t".join(row))
    for item in found if arguments.misses else ():
        if not item.is_right or item.rank != 1:
            right = ", ".join(map(str, sorted(item.right)))
            print(f"{item.query}: {item.file}, rank {item.rank}, page {item.shown} for {right}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
