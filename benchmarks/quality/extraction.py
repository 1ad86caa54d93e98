"""How good the text is: words in no dictionary, split words, ligatures, cut words left.

Usage: extract_quality.py FOLDER_OF_PDFS WORD_LIST [GLOB]

WORD_LIST has a word per line (Debian: /usr/share/dict/american-english-large). The backends as
they are stand beside droindex; all read the same pages. Pages whose text layer is garbled are
left out of every row: droindex marks them for OCR.
"""

from __future__ import annotations

import io
import logging
import re
import sys
import unicodedata
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pypdf
import pypdfium2

from droindex.extract.workers.run import ExtractRequest, extract_files
from droindex.pages import PageStatus
from droindex.settings import ExtractSettings

if TYPE_CHECKING:
    from collections.abc import Callable

WORD = re.compile(r"[A-Za-z]+")
LIGATURES = re.compile("[\ufb00-\ufb06]")
CUT = re.compile(r"[a-z][-\u00ad]\r?\n[a-z]|[\ufffe\x02]")
PRIVATE = re.compile("[\ue000-\uf8ff]")

Texts = dict[tuple[str, int], str]


def by_pypdf(paths: list[Path]) -> Texts:
    texts = {}
    for path in paths:
        reader = pypdf.PdfReader(io.BytesIO(path.read_bytes()))
        if reader.is_encrypted:
            reader.decrypt("")
        for number, page in enumerate(reader.pages, 1):
            texts[path.name, number] = page.extract_text()
    return texts


def by_pdfium(paths: list[Path]) -> Texts:
    texts = {}
    for path in paths:
        with pypdfium2.PdfDocument(path) as document:
            for number in range(1, len(document) + 1):
                text_page = document[number - 1].get_textpage()
                texts[path.name, number] = text_page.get_text_range()
                text_page.close()
    return texts


def by_droindex(paths: list[Path], backend: str) -> tuple[Texts, set[tuple[str, int]]]:
    texts, garbled = {}, set()
    requests = [ExtractRequest(path.name, path) for path in paths]
    settings = replace(ExtractSettings(), backend=backend, ocr=False)
    for item in extract_files(requests, settings=settings, workers=2):
        for page in item.extraction.pages:
            texts[item.request.key, page.number] = page.text
            if page.status is not PageStatus.OK:
                garbled.add((item.request.key, page.number))
    return texts, garbled


def row(texts: Texts, skip: set[tuple[str, int]], known: set[str]) -> str:
    words = unknown = split = ligatures = cut = private = 0
    for place, text in texts.items():
        if place in skip:
            continue
        ligatures += len(LIGATURES.findall(text))
        cut += len(CUT.findall(text))
        private += len(PRIVATE.findall(text))
        found = WORD.findall(unicodedata.normalize("NFKC", text))
        words += len(found)
        for word in found:
            if len(word) > 3:
                unknown += word.lower() not in known
        for left, right in pairwise(found):
            a, b = left.lower(), right.lower()
            pieces = a not in known or b not in known
            split += pieces and len(a + b) > 4 and a + b in known
    long_words = sum(
        len(word) > 3
        for place, text in texts.items()
        if place not in skip
        for word in WORD.findall(unicodedata.normalize("NFKC", text))
    )
    share = 100 * unknown / max(1, long_words)
    return f"{words:,} | {unknown:,} | {share:.2f} | {split} | {ligatures} | {cut} | {private}"


def main() -> None:
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    known = {line.strip().lower() for line in Path(sys.argv[2]).read_text("utf-8").splitlines()}
    paths = sorted(Path(sys.argv[1]).glob(sys.argv[3] if len(sys.argv) > 3 else "*.pdf"))
    auto, garbled = by_droindex(paths, "auto")
    ways: dict[str, Callable[[], Texts]] = {
        "pypdf as it is": lambda: by_pypdf(paths),
        "pdfium as it is": lambda: by_pdfium(paths),
        "droindex, pypdf": lambda: by_droindex(paths, "pypdf")[0],
        "droindex, auto": lambda: auto,
    }
    print(f"{len(paths)} files, {len(auto)} pages, {len(garbled)} of them left out\n")
    print("| way | words | not in the list | the same, % | split | ligatures | cut | private |")
    print("|---|---|---|---|---|---|---|---|")
    for name, way in ways.items():
        print(f"| {name} | {row(way(), garbled, known)} |")


if __name__ == "__main__":
    main()
