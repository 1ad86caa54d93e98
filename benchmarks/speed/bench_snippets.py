"""Search with snippets, against the raw engine's generator, and against SQLite FTS5.

What is measured: `Index.search(text)`, limit 10, scope active, ten snippets of 240 characters
from the best page of each hit, and the whole answer as JSON data with `to_dict()`.
Against the raw engine: the same clauses, ten hits, the engine's snippet generator (240
characters) over the whole bodies, which it reads from its own store. Two stricter rows: one hands
it the bodies from memory, which saves it the store; one lets it cut snippets with its stock
analyzer, which is several times as fast as the one that both sides index with.
Against FTS5: one statement with `snippet()` (32 tokens), bm25, ten rows, no count of all hits.
A long document: one query that a document of 2 and one of 500 pages both answer on their last page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import corpora
import pytest
import tantivy
import twin
from corpora import CLASSES, Query
from libraries import Bench, bulk_documents
from ratio import Ratio, Row, compare, record, settled
from twin import Fts5, RawEngine, clause_of, fts5_match

from droindex import Index

if TYPE_CHECKING:
    from pathlib import Path

GROUP = "Search with snippets"
TARGET = 0.35
FTS5_TARGET = 0.5
LONG_TARGET = 1.5
# Gates: about a quarter above what was measured.
GATE = 0.22
FTS5_GATE = 0.85
LONG_GATE = 1.4


def against_raw(bench: Bench, bodies: RawEngine, queries: list[Query], *, full: bool) -> Ratio:
    """Return our search with snippets over the raw engine's."""
    clauses = {query: clause_of(bench.index, query.text) for query in queries}

    def ours(query: Query) -> object:
        results = bench.index.search(query.text)
        return results.to_dict() if full else results

    def theirs(query: Query) -> object:
        return bodies.snippets(bodies.query(clauses[query]), ("doc_id", "meta", "body"))

    return compare(ours, theirs, queries)


@pytest.mark.parametrize("kind", CLASSES)
def test_each_class(bulk: Bench, bulk_bodies: RawEngine, kind: str) -> None:
    found = against_raw(bulk, bulk_bodies, bulk.of(kind), full=False)
    note = f"{found.ours_us:.0f} / {found.theirs_us:.0f} µs"
    what = f"bulk, {kind} ÷ raw engine's generator"
    record(Row(GROUP, what, found.medians, found.minima, None, note))


def test_all_classes(bulk: Bench, bulk_bodies: RawEngine) -> None:
    found = settled(
        lambda: against_raw(bulk, bulk_bodies, bulk.queries, full=False),
        lambda r: r.worse,
        TARGET,
    )
    note = f"{found.ours_us:.0f} / {found.theirs_us:.0f} µs"
    what = "bulk, all ÷ raw engine's generator over whole bodies"
    record(Row(GROUP, what, found.medians, found.minima, TARGET, note))
    assert found.worse <= GATE


def test_stock_analyzer(bulk: Bench, bulk_bodies_stock: RawEngine) -> None:
    found = against_raw(bulk, bulk_bodies_stock, bulk.queries, full=False)
    note = f"{found.ours_us:.0f} / {found.theirs_us:.0f} µs"
    what = "bulk, all ÷ raw engine's generator with its stock analyzer en_stem"
    record(Row(GROUP, what, found.medians, found.minima, None, note))


def test_whole_answer(bulk: Bench, bulk_bodies: RawEngine) -> None:
    found = against_raw(bulk, bulk_bodies, bulk.queries, full=True)
    note = f"{found.ours_us:.0f} / {found.theirs_us:.0f} µs"
    what = "bulk, all, to_dict() of the answer ÷ raw engine's generator"
    record(Row(GROUP, what, found.medians, found.minima, None, note))


def test_bodies_from_memory(bulk: Bench) -> None:
    bodies = {document.doc_id: document.body for document in bulk_documents()}
    raw = bulk.raw

    def theirs(query: Query) -> object:
        engine_query = raw.query(clauses[query])
        rows = raw.fetch(engine_query)
        generator = tantivy.SnippetGenerator.create(raw.searcher, engine_query, raw.schema, "all")
        generator.set_max_num_chars(twin.SNIPPET_CHARS)
        return [
            generator.snippet_from_doc(tantivy.Document(all=bodies[doc_id])).to_html()
            for doc_id, _ in rows
        ]

    clauses = {query: clause_of(bulk.index, query.text) for query in bulk.queries}
    found = compare(lambda query: bulk.index.search(query.text), theirs, bulk.queries)
    what = "bulk, all ÷ raw engine's generator, bodies from memory"
    record(Row(GROUP, what, found.medians, found.minima))


@pytest.mark.parametrize("kind", CLASSES)
def test_against_fts5(bulk: Bench, bulk_fts5: Fts5, kind: str) -> None:
    found = settled(
        lambda: compare(
            lambda query: bulk.index.search(query.text),
            lambda query: bulk_fts5.snippets(fts5_match(query.kind, query.terms)),
            bulk.of(kind),
        ),
        lambda r: r.worse,
        FTS5_TARGET,
    )
    note = f"{found.ours_us:.0f} / {found.theirs_us:.0f} µs"
    what = f"bulk, {kind} ÷ FTS5 with snippet()"
    record(Row(GROUP, what, found.medians, found.minima, FTS5_TARGET, note))
    assert found.worse <= FTS5_GATE


def test_long_document(tmp_path: Path) -> None:
    library = tmp_path / "long.idx"
    Index.update(library, [corpora.long_document(2, "memo"), corpora.long_document(500, "manual")])
    with Index.open(library) as index:
        hits = {hit.doc_id: hit for hit in index.search("zyxomatic quorvane")}
        pages = {doc_id: hit.snippet.page for doc_id, hit in hits.items() if hit.snippet}
        assert pages == {"memo": 2, "manual": 500}

        def cut(doc_id: str) -> object:
            hits[doc_id].__dict__.pop("snippet")  # what was made is kept there
            return hits[doc_id].snippet

        found = settled(
            lambda: compare(lambda _: cut("manual"), lambda _: cut("memo"), list(range(50))),
            lambda r: r.worse,
            LONG_TARGET,
        )
    note = f"{found.ours_us:.0f} / {found.theirs_us:.0f} µs"
    what = "the snippet of a hit with 500 pages ÷ of one with 2 pages"
    record(Row(GROUP, what, found.medians, found.minima, LONG_TARGET, note))
    assert found.worse <= LONG_GATE
