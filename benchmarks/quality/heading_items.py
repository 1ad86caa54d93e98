"""Does a heading lead to its section? Headings of the documents' own contents lists and outlines.

    python benchmarks/quality/heading_items.py [CORPUS] [--half 0|1] [--misses]

Builds a library of CORPUS (the PDF directives, if none is named) and asks for each heading that a
contents list or an outline names, with the document known. Right is a page on which the heading
stands as a line of its own, apart from lists; of an outline also the page that it names. What is
a list is judged here by leaders and by entries that stand side by side, and not by the library.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from judged_sets import shared_folder

from droindex import Index
from droindex.extract.cache import ExtractionCache
from droindex.extract.workers.run import ExtractRequest, extract_files
from droindex.settings import ExtractSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from droindex.pages import Page

_LEADERS = re.compile(r"(?:\.\s?){4,}")
_NUMBER = re.compile(r"^\W*(?:(?:\d{1,2}(?:\.\d{1,3})*|[IVXL]{1,5}|[A-Z])[.)]?\s+)?")
_PAGE = re.compile(r"(?<=[^\W\d_])\s+\d{1,3}$")
_SENTENCE = re.compile(r"[.,;:]$|^[a-z]|=")
_WORDS = re.compile(r"[^\W_]+")
_MIN_WORDS, _MAX_WORDS = 2, 14  # of a heading; one word alone stands everywhere
_LISTED = 3  # headings of others in a row, left out of what may be right
_MAX_RIGHT = 3  # pages; a heading that stands on more is a running head


class HeadingItem(NamedTuple):
    """A heading and what came of it.

    Attributes:
        source: `contents` or `outline`.
        heading: Its text.
        doc_id: The document it is asked of.
        right: The pages it leads to.
        shown: The page that was shown.
    """

    source: str
    heading: str
    doc_id: str
    right: frozenset[int]
    shown: int | None = None

    @property
    def is_right(self) -> bool:
        """Whether the page that was shown is one it leads to."""
        return self.shown in self.right


def folded(text: str) -> str:
    """Return the words of a heading without its number and its page, as a key."""
    text = _PAGE.sub("", _NUMBER.sub("", text, count=1))
    return " ".join(_WORDS.findall(text.lower()))


def headings_of(
    pages: Sequence[Page], outline: Sequence[tuple[str, int | None]]
) -> Iterator[tuple[str, str, frozenset[int]]]:
    """Yield source, heading and pages of each heading of a document that has one or more pages."""
    entries, listed = _entries(pages)
    lists = Counter(number for number, _ in listed)
    full = {page.number for page in pages if 2 * lists[page.number] > page.text.count("\n")}
    standing: dict[str, set[int]] = defaultdict(set)
    for page in pages:
        for at, line in enumerate(page.text.split("\n")):
            if (page.number, at) not in listed:
                standing[folded(line)].add(page.number)
    named: dict[str, set[int]] = defaultdict(set)
    for title, number in outline:
        if number is not None and number not in full:  # some outlines lead into the list
            named[folded(title)].add(number)
    for source, found in (("contents", entries), ("outline", [title for title, _ in outline])):
        for heading in dict.fromkeys(found):
            key = folded(heading)
            right = standing[key] | (named[key] if source == "outline" else set())
            if _SENTENCE.search(heading.strip()):  # paragraphs that stand twice
                continue
            if _MIN_WORDS <= len(key.split()) <= _MAX_WORDS and 0 < len(right) <= _MAX_RIGHT:
                yield source, heading, frozenset(right)


def _entries(pages: Sequence[Page]) -> tuple[list[str], set[tuple[int, int]]]:
    """Return the entries of contents lists, and the places of all lines of such lists."""
    keys = Counter(folded(line) for page in pages for line in page.text.split("\n"))
    entries: list[str] = []
    listed: set[tuple[int, int]] = set()
    for page in pages:
        run: list[int] = []
        lines = page.text.split("\n")
        for at, line in enumerate((*lines, "")):
            leaders = _LEADERS.search(line)
            if leaders and any(map(str.isalpha, line)):
                listed.add((page.number, at))
                entries.append(" ".join(line[: leaders.start()].split()))
                continue
            if line.strip() and keys[folded(line)] > 1 and len(line) < 110:
                run.append(at)
                continue
            if len(run) > _LISTED:  # the last one may be the heading that begins below
                listed.update((page.number, place) for place in run[:-1])
                entries += [lines[place].strip(" •-–\t") for place in run[:-1]]
            run = []
    return entries, listed


def measure(library: Path, corpus: Path, half: int | None = None) -> list[HeadingItem]:
    """Return what comes of the headings of the PDFs of a folder, asked of its library."""
    paths = sorted(corpus.resolve().glob("**/*.pdf"))
    paths = [path for at, path in enumerate(paths) if half is None or at % 2 == half]
    cache = ExtractionCache(library / "cache", library)
    requests = [ExtractRequest(path.stem, path) for path in paths]
    found: list[HeadingItem] = []
    with Index.open(library) as index:
        for read in extract_files(requests, settings=ExtractSettings(ocr=False), cache=cache):
            doc_id = read.request.key
            pages = read.extraction.pages
            outline = [(entry.title, entry.page) for entry in read.extraction.facts.outline]
            for source, heading, right in headings_of(pages, outline):
                hits = index.search(heading, scope="all", filters={"doc_id": doc_id})
                shown = hits[0].snippet.page if hits and hits[0].snippet else None
                found.append(HeadingItem(source, heading, doc_id, right, shown))
    return found


def heading_rows(found: Sequence[HeadingItem]) -> Iterator[tuple[str, str, str]]:
    """Yield source, how many were right, share."""
    for source in ("contents", "outline", "all"):
        items = [item for item in found if source in (item.source, "all")]
        right = sum(item.is_right for item in items)
        if items:
            yield source, f"{right} of {len(items)}", f"{right / len(items):.1%}"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Does a heading lead to its section?")
    parser.add_argument("corpus", type=Path, nargs="?", default=shared_folder() / "pdf")
    parser.add_argument("--library", type=Path, help="a library of it that is there already")
    parser.add_argument("--half", type=int, choices=(0, 1), help="every second file only")
    parser.add_argument("--misses", action="store_true", help="list what was missed")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="headings-") as work:
        library = arguments.library or Path(work) / "headings.idx"
        if arguments.library is None:
            Index.build(arguments.corpus, library, ocr=False)
        found = measure(library, arguments.corpus, arguments.half)
    for row in heading_rows(found):
        print("\t".join(row))
    for item in found if arguments.misses else ():
        if not item.is_right:
            right = ", ".join(map(str, sorted(item.right)))
            print(f"{item.source}: {item.heading}: {item.doc_id}, page {item.shown} for {right}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
