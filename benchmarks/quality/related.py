"""How well documents like a document are found, and what that costs, in one command.

    python benchmarks/quality/related.py [--terms 25] [--questions 400]

On the sample corpus: how many of the first five, versions of the document left out, are of the
same category or subject, beside what chance gives, and how many of the links that owners made are
among the first ten. Categories and subjects were not given with this in mind: they are a proxy.
On obliqa, where it is there: for questions that several passages answer, how many of the other
answers are among the ten passages that are like the first one, beside what the passage's whole
text finds as a query. The cost is the time of a call over the time of a search with snippets,
both measured in turns in one run.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import replace
from itertools import islice
from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING

from droindex.query.editions.versions import versions
from judged_sets import ROOT, JudgedSet, find_sets

from droindex import Document, Index
from droindex.library.reader import SetReader
from droindex.query.related import alike
from droindex.settings import RelatedSettings, Settings
from droindex.store.generation import OPEN_SET
from droindex.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FIRST, LISTED = 5, 10  # documents looked at for shelves, and for links and answers
TIMED = 200  # calls of each kind


def measure_sample(library: Path, settings: Settings) -> Iterator[str]:
    """Yield what is found on the sample corpus."""
    Index.build(ROOT / "corpus", library, workers=0, ocr=False)
    with Index.open(library, settings=settings) as index:
        documents = {hit.doc_id: hit.document for hit in index.scan("", scope="all")}
        reader = _reader(library)
        ranked = {}
        for key in documents:
            own = versions(reader, key)
            found = alike(reader, key, LISTED, settings.related, own)
            ranked[key] = [other.doc_id for other in found]
    keys = [key for key, others in ranked.items() if others]
    yield f"sample corpus: {len(documents)} documents, {len(keys)} with any like them"
    for name, shared in (("category", _same_category), ("subject", _same_subject)):
        asked = [key for key in keys if getattr(documents[key], name)]
        hits = fmean(
            shared(documents[key], documents[other])
            for key in asked
            for other in ranked[key][:FIRST]
        )
        chance = fmean(
            shared(documents[key], other)
            for key in asked
            for other in documents.values()
            if other.doc_id != key
        )
        yield f"  of the first {FIRST}, of the same {name}: {hits:.0%}; by chance {chance:.0%}"
    links = [
        link.doc_id in ranked[key]
        for key, document in documents.items()
        for link in document.related
        if link.doc_id is not None
    ]
    chance = LISTED / (len(documents) - 1)
    yield (
        f"  of {len(links)} links of owners, among the first {LISTED}: {fmean(links):.0%}; "
        f"by chance {chance:.0%}"
    )


def measure_answers(
    judged: JudgedSet, library: Path, settings: Settings, questions: int
) -> Iterator[str]:
    """Yield what is found on questions that several passages answer."""
    Index.build(judged.file, library)
    texts = {text.key: text.whole for text in judged.texts}
    pairs = []
    for grades in judged.judgements.values():
        answers = sorted(key for key, grade in grades.items() if grade > 0)
        if len(answers) > 1:
            pairs.append((answers[0], set(answers[1:])))
    pairs = pairs[:: max(1, len(pairs) // questions)]
    reader = _reader(library)
    with Index.open(library, settings=settings) as index:

        def by_text(key: str) -> list[str]:
            hits = index.search(texts[key], scope="all", limit=LISTED + 1, snippets=False)
            return [hit.doc_id for hit in hits if hit.doc_id != key][:LISTED]

        def by_terms(key: str) -> list[str]:
            return [item.doc_id for item in alike(reader, key, LISTED, settings.related, ())]

        yield f"{judged.name}: {len(pairs)} questions with several answers"
        for title, find in (("like the first answer", by_terms), ("its text as a query", by_text)):
            recall = fmean(len(others & set(find(key))) / len(others) for key, others in pairs)
            yield f"  other answers among the first {LISTED}, {title}: {recall:.1%}"
        queries = list(islice(judged.queries.values(), TIMED))
        keys = [key for key, _ in islice(pairs, TIMED)]
        yield _cost(index, queries, keys)


def _cost(index: Index, queries: list[str], keys: list[str]) -> str:
    ratios = []
    for query, key in zip(queries, keys, strict=False):
        search = _best_of(lambda q=query: index.search(q, scope="all", limit=LISTED))
        call = _best_of(lambda k=key: index.related(k, scope="all", limit=LISTED))
        ratios.append(call / search)
    return (
        f"  cost: {median(ratios):.2f} x a search with {LISTED} snippets (median of {len(ratios)})"
    )


def _best_of(call: Callable[[], object], rounds: int = 3) -> float:
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return min(times)


def _reader(library: Path) -> SetReader:
    return SetReader(Store(library).current(), OPEN_SET)


def _same_category(one: Document, other: Document) -> bool:
    return one.category == other.category


def _same_subject(one: Document, other: Document) -> bool:
    return bool(set(one.subject) & set(other.subject))


def main() -> int:
    """Measure what is there, and print it."""
    parser = argparse.ArgumentParser(description="Documents like a document, measured.")
    default = RelatedSettings()
    parser.add_argument("--terms", type=int, default=default.terms)
    parser.add_argument("--min-relevance", type=int, default=default.min_relevance)
    parser.add_argument("--questions", type=int, default=400)
    arguments = parser.parse_args()
    chosen = RelatedSettings(terms=arguments.terms, min_relevance=arguments.min_relevance)
    settings = replace(Settings(), related=chosen)
    print(f"{chosen.terms} terms, at least {chosen.min_relevance} %")
    with tempfile.TemporaryDirectory(prefix="related-") as work:
        for line in measure_sample(Path(work) / "sample.idx", settings):
            print(line)
        sets, reasons = find_sets(["obliqa"], is_fast=False)
        for judged in sets:
            for line in measure_answers(
                judged, Path(work) / judged.name, settings, arguments.questions
            ):
                print(line)
        for reason in reasons:
            print(reason, file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
