"""The corpora of the speed benchmarks: generated ones and the bulk sample; and their queries.

Generated: seeded, 1,000 or 10,000 documents of made-up words with natural frequencies (Zipf), a
title of 3 to 8 words, a summary, 1 to 6 pages of 60 to 220 words, facet values and dates.
Bulk: 10,000 sections of the United States Code with 300 queries of six classes; it lies in the
folder `shared` beside the checkout, or where DROINDEX_SHARED says.
"""

from __future__ import annotations

import gzip
import json
import os
import random
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from droindex import Document, Page

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
SEED = 7
CLASSES = ("term", "union", "intersection", "phrase", "phrase_common", "prefix")

_VOCABULARY = 20_000
_PER_CLASS = 20
_SYLLABLES = [
    consonant + vowel + end
    for consonant in "b c d f g h l m n p r s t v st tr pl".split()  # noqa: SIM905
    for vowel in "aeiou"
    for end in ("", "n", "r", "l", "t")
]
_OFFICES = ("Detention Management (DM)", "Removal (RM)", "Field Operations (FO)", "Training (TR)")
_CATEGORIES = ("Enforcement", "Detention", "Removal", "Mission Support", "Training", "Policy")
_TYPES = ("Directive", "Guidance", "Manual", "Memorandum", "Form")


@dataclass(frozen=True, slots=True)
class Query:
    """A query: its class, its words, and the text that says it in our query language."""

    kind: str
    terms: tuple[str, ...]

    @property
    def text(self) -> str:
        """The query as a searcher writes it."""
        if self.kind == "intersection":
            return " AND ".join(self.terms)
        if self.kind.startswith("phrase"):
            return f'"{" ".join(self.terms)}"'
        return f"{self.terms[0]}*" if self.kind == "prefix" else " ".join(self.terms)


def bulk_folder() -> Path:
    """Return where the bulk sample lies, if it is there."""
    return Path(os.environ.get("DROINDEX_SHARED", ROOT.parent / "shared")) / "data" / "bulk"


def bulk_records(limit: int | None = None) -> Iterator[bytes]:
    """Yield the first records of the bulk sample, one line of JSON each."""
    with gzip.open(bulk_folder() / "uscode.jsonl.gz", "rb") as file:
        for number, line in enumerate(file):
            if limit is not None and number >= limit:
                return
            yield line


def bulk_queries() -> list[Query]:
    """Return the 300 queries of the bulk sample."""
    lines = (bulk_folder() / "queries.jsonl").read_text("utf-8").splitlines()
    records: list[dict[str, Any]] = [json.loads(line) for line in lines]
    return [Query(record["class"], tuple(record["terms"])) for record in records]


def generated_documents(count: int) -> Iterator[Document]:
    """Yield seeded documents; the first n of a larger corpus are those of a smaller one."""
    dice = random.Random(SEED)
    words, weights = _words()
    for number in range(count):
        title = " ".join(dice.choices(words, cum_weights=weights, k=dice.randint(3, 8)))
        pages = tuple(
            Page(page, _prose(dice, words, weights, dice.randint(60, 220)))
            for page in range(1, dice.choice((1, 1, 2, 2, 3, 6)) + 1)
        )
        yield Document(
            doc_id=f"generated/{number:06d}",
            title=title.title(),
            summary=_prose(dice, words, weights, 25),
            pages=pages,
            number=f"{dice.randint(1, 40)}-{dice.randint(1, 9)}.{dice.randint(1, 9)}",
            doc_type=dice.choice(_TYPES),
            category=dice.choice(_CATEGORIES),
            collection="documents",
            source="Office of Samples",
            subject=(dice.choice(words[:200]), dice.choice(words[:200])),
            opi=dice.choice(_OFFICES),
            status=dice.choices(("Current", "Superseded"), (9, 1))[0],
            issued=date(dice.randint(1996, 2009), dice.randint(1, 12), dice.randint(1, 28)),
        )


def generated_queries() -> list[Query]:
    """Return twenty seeded queries of each class for the generated corpora."""
    dice = random.Random(SEED + 1)
    words, weights = _words()
    common = words[:20]

    def some(count: int) -> tuple[str, ...]:
        return tuple(dice.choices(words[20:3_000], k=count))

    makers = {
        "term": lambda: some(1),
        "union": lambda: some(dice.randint(2, 4)),
        "intersection": lambda: tuple(dice.choices(words[20:300], k=2)),
        "phrase": lambda: (dice.choice(common), dice.choices(words, cum_weights=weights)[0]),
        "phrase_common": lambda: tuple(dice.sample(common, 2)),
        "prefix": lambda: (dice.choice(words[20:3_000])[:4],),
    }
    return [Query(kind, tuple(make())) for kind, make in makers.items() for _ in range(_PER_CLASS)]


def short_documents(count: int) -> Iterator[Document]:
    """Yield seeded documents of one short page, for a library of very many."""
    dice = random.Random(SEED)
    words, weights = _words()
    for number in range(count):
        title = " ".join(dice.choices(words, cum_weights=weights, k=4))
        page = Page(1, _prose(dice, words, weights, 12))
        yield Document(doc_id=f"short/{number:06d}", title=title, pages=(page,))


def long_document(pages: int, doc_id: str) -> Document:
    """Return a document of that many pages of print, the same words on its last page as on any."""
    dice = random.Random(SEED + pages)
    words, weights = _words()
    made = [Page(n, _prose(dice, words, weights, 400)) for n in range(1, pages + 1)]
    last = made[-1]
    made[-1] = Page(last.number, f"{last.text} The zyxomatic quorvane is kept on every page.")
    return Document(doc_id=doc_id, title=f"Manual of {pages} pages", pages=tuple(made))


def _words() -> tuple[list[str], list[float]]:
    """Return made-up words, most frequent first, and their cumulative Zipf weights."""
    dice = random.Random(SEED)
    words: dict[str, None] = {}
    while len(words) < _VOCABULARY:
        words["".join(dice.choices(_SYLLABLES, k=dice.choice((1, 2, 2, 3, 3, 4))))] = None
    return list(words), list(accumulate(1 / (rank + 3) for rank in range(_VOCABULARY)))


def _prose(dice: random.Random, words: list[str], weights: list[float], count: int) -> str:
    drawn = dice.choices(words, cum_weights=weights, k=count)
    sentences = [" ".join(drawn[i : i + 14]).capitalize() for i in range(0, count, 14)]
    return ". ".join(sentences) + "."
