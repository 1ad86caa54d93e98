"""Marks on pictures of pages, beside where another reader of PDF (poppler) has the words."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import RectangleObject

from droindex import Index, PageImage, Settings
from droindex.query.passages import marker
from droindex.query.request import Request

SAMPLE = Path(__file__).resolve().parents[2] / "corpus"
QUERIES = 40
TURNED = ("detention-and-removal/detainee-telephone-access", "droppm/chapter-18")
COLUMNS = (  # pages of two and three columns, and what stands in them, cut words among it
    ("tricky-pdfplumber-federal-register-2020-17221", 1, "flight control computer software"),
    ("tricky-pdfplumber-federal-register-2020-17221", 1, "aviation administration proposes"),
    ("tricky-samples-multicolumn", 1, "lorem ipsum maecenas accumsan"),
    ("tricky-pdfminer-nlp2004slides", 1, "Computer Science Department"),
)
_WORD = re.compile(
    r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>'
)
_PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">')
_COVERED = 0.5  # of the smaller of two boxes: poppler's are as high as the type, ours as the ink

Rect = tuple[float, float, float, float]


class Word(NamedTuple):
    """A word where poppler has it, in pixels of the picture."""

    text: str
    box: Rect


def real_words(path: Path, picture: PageImage) -> list[Word]:
    command = ["pdftotext", "-bbox", "-cropbox", "-f", str(picture.page), "-l", str(picture.page)]
    done = subprocess.run([*command, path, "-"], capture_output=True, text=True, check=True)
    ((width, height),) = _PAGE.findall(done.stdout)
    sides = float(width), float(height)
    if (sides[0] > sides[1]) != (picture.width > picture.height):
        sides = sides[1], sides[0]  # poppler turns the words of a page that lies, and not the page
    across, down = picture.width / sides[0], picture.height / sides[1]
    return [
        Word(
            html.unescape(text),
            (float(a) * across, float(b) * down, float(c) * across, float(d) * down),
        )
        for a, b, c, d, text in _WORD.findall(done.stdout)
    ]


def share(one: Rect, other: Rect) -> float:
    """Return how much of the smaller of two boxes the other one covers."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return max(wide, 0.0) * max(high, 0.0) / min(areas) if min(areas) > 0 else 0.0


class Counts(NamedTuple):
    """What was compared."""

    hits: int
    words: int
    missed: list[str]
    strays: list[str]


def compared(index: Index, hits: Iterator[tuple[str, int, str]]) -> Counts:
    pages, words, missed, strays = 0, 0, [], []
    for doc_id, page, query in hits:
        picture = index.page_image(doc_id, page, query=query, width=1200)
        path = index.file_path(doc_id)
        assert path is not None
        real = real_words(path, picture)
        with index._reader as reader:
            asked = Request(today=date(2026, 1, 1), text=query, scope="all")
            find = marker(reader, asked, Settings())
        boxes = [box for mark in picture.highlights for box in mark.boxes]
        sought = [word for word in real if find(word.text)]
        pages += bool(boxes)
        words += len(sought)
        missed += [
            f"{doc_id} p. {page}: {word.text} ({query})"
            for word in sought
            if not any(share(word.box, box) >= _COVERED for box in boxes)
        ]
        strays += [
            f"{doc_id} p. {page}: {mark.text} ({query})"
            for mark in picture.highlights
            for box in mark.boxes
            if not any(share(word.box, box) >= _COVERED and alike(word, mark.text) for word in real)
        ]
    return Counts(pages, words, missed, strays)


def alike(word: Word, text: str) -> bool:
    """Whether a word of poppler's holds the marked one, or is a piece of it."""
    one, other = (re.sub(r"[\W_]", "", item).casefold() for item in (word.text, text))
    return bool(one) and (other in one or one in other)


@pytest.fixture(scope="module")
def poppler(require: Callable[[str, object, str], None]) -> None:
    require("poppler", shutil.which("pdftotext"), "pdftotext of poppler is not installed")


@pytest.fixture(scope="module")
def real(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """The real files, in a library."""
    folder = tmp_path_factory.mktemp("real")
    corpus = folder / "corpus"
    corpus.mkdir()
    names = {*(f"{name}.pdf" for name, _, _ in COLUMNS), "policy-*.pdf"}
    for path in (path for name in names for path in (shared / "data" / "pdf").glob(name)):
        shutil.copy(path, corpus)
    Index.build(corpus, folder / "library.idx", ocr=False)
    with Index.open(folder / "library.idx") as index:
        yield index


@pytest.fixture(scope="module")
def turned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Sample documents whose pages lie on each side, and are cropped, in a library."""
    folder = tmp_path_factory.mktemp("turned")
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, name in enumerate(TURNED):
        for angle in (90, 180, 270):
            for is_cropped in (False, True):
                writer = PdfWriter(clone_from=PdfReader(SAMPLE / f"{name}.pdf"))
                for page in writer.pages:
                    page.rotate(angle)
                    if is_cropped:
                        page.cropbox = RectangleObject((40, 30, 560, 700))
                writer.write(corpus / f"{number}-{angle}{'-cropped' * is_cropped}.pdf")
    Index.build(corpus, folder / "library.idx", ocr=False)
    with Index.open(folder / "library.idx") as index:
        yield index


def hits_of(index: Index, queries: list[str], *, limit: int) -> Iterator[tuple[str, int, str]]:
    for query in queries:
        for hit in index.search(query, scope="all", limit=limit):
            is_pdf = (hit.document.file or "").endswith(".pdf")
            if is_pdf and hit.snippet is not None and hit.snippet.page is not None:
                yield hit.doc_id, hit.snippet.page, query


def report(name: str, counts: Counts) -> None:
    found = counts.words - len(counts.missed)
    print(f"\n{name}: {counts.hits} pages, {found} of {counts.words} words, {counts.strays}")
    print("\n".join(counts.missed))


@pytest.mark.shared
def test_every_word_of_hits_on_real_pages_is_marked_where_it_stands(
    real: Index, shared: Path, poppler: None
) -> None:
    rows = (shared / "data" / "pdf" / "queries.tsv").read_text().splitlines()[1:]
    queries = [row.split("\t")[1] for row in rows]
    counts = compared(real, hits_of(real, queries, limit=2))
    report("real pages", counts)
    assert counts.hits >= 50
    assert (counts.missed, counts.strays) == ([], [])


@pytest.mark.shared
def test_words_in_columns_are_marked_where_they_stand(real: Index, poppler: None) -> None:
    counts = compared(real, iter(COLUMNS))
    report("columns", counts)
    assert counts.hits == len(COLUMNS)
    assert (counts.missed, counts.strays) == ([], [])


def test_words_of_the_sample_corpus_are_marked_where_they_stand(
    sample_library: Path, poppler: None
) -> None:
    rows = (SAMPLE / "judged" / "queries.tsv").read_text().splitlines()[:QUERIES]
    with Index.open(sample_library) as index:
        queries = [row.split("\t")[1] for row in rows]
        counts = compared(index, hits_of(index, queries, limit=2))
    report("sample corpus", counts)
    assert counts.hits >= 50
    assert (counts.missed, counts.strays) == ([], [])


def test_words_on_turned_and_cropped_pages_are_marked_where_they_stand(
    turned: Index, poppler: None
) -> None:
    queries = ["detainee telephone", "escort officers travel", "removal"]
    counts = compared(turned, hits_of(turned, queries, limit=12))
    report("turned pages", counts)
    assert counts.hits >= 12
    assert (counts.missed, counts.strays) == ([], [])
