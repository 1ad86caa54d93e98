"""The other side of each ratio: the raw engine on the very same files, and SQLite FTS5.

The raw engine gets the clauses of the compiled query as data and turns them into its own objects
with the code below, which shares nothing with droindex; it counts the hits exactly, as droindex
does, and reads the same two stored fields. For snippets it uses the engine's own generator over
whole bodies, stored in a second index of the same documents (they must come from somewhere).
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import tantivy
from tantivy import Occur
from tantivy import Query as EngineQuery

from droindex.engine import clauses as c
from droindex.engine.analysis import STEMS, SURFACES, Analyzer
from droindex.engine.tantivy.engine import regex_of
from droindex.query.request import Request
from droindex.query.search import compile_request
from droindex.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from droindex import Document, Index
    from droindex.library.reader import SetReader
    from droindex.query.compile.contribution import Compiled

SNIPPET_CHARS = 240
_NOTHING = "nothing"  # a tokenizer without tokens: the body is stored, and indexed in `all` alone


def reader_of(index: Index) -> SetReader:
    """Return what an open library reads from."""
    return index._handle.reader()  # noqa: SLF001 - the twin needs the very same files


def compiled(index: Index, text: str, **options: Any) -> Compiled:
    """Return a query as droindex compiles it."""
    today = datetime.now(UTC).date()
    request = Request(today=today, text=text, **options)
    return compile_request(reader_of(index), request, Settings())


def clause_of(index: Index, text: str, **options: Any) -> c.Clause:
    """Return the whole clause that droindex gives its engine for a query."""
    found = compiled(index, text, **options)
    return found.limited()


class RawEngine:
    """Plain tantivy on one index folder."""

    def __init__(self, folder: Path, analyzer: Analyzer, *, is_stock: bool = False) -> None:
        self.index = tantivy.Index.open(str(folder))
        _register(self.index, analyzer)
        if is_stock:  # only snippets are cut with it; the index stays as it is
            self.index.register_tokenizer(STEMS, _stock())
        self.schema = self.index.schema
        self.searcher = self.index.searcher()

    @classmethod
    def documents_of(cls, index: Index) -> RawEngine:
        """Return the engine on the document index of an open library."""
        reader = reader_of(index)
        return cls(reader.folder / "documents", reader.analyzer)

    def query(self, clause: c.Clause) -> EngineQuery:
        """Return the engine's object for a clause."""
        match clause:
            case c.Term(field, term, boost):
                query = EngineQuery.term_query(self.schema, field, term)
                return query if boost == 1.0 else EngineQuery.boost_query(query, boost)
            case c.PhraseOf(field, terms, slop, boost):
                if len(terms) == 1:
                    query = EngineQuery.term_query(self.schema, field, terms[0])
                else:
                    query = EngineQuery.phrase_query(self.schema, field, list(terms), slop)
                return query if boost == 1.0 else EngineQuery.boost_query(query, boost)
            case c.Constant(inner, score):
                return EngineQuery.const_score_query(self.query(inner), score)
            case c.Bool(must, should, must_not):
                parts = [(Occur.Must, self.query(item)) for item in must]
                parts += [(Occur.Should, self.query(item)) for item in should]
                parts += [(Occur.MustNot, self.query(item)) for item in must_not]
                return EngineQuery.boolean_query(parts)
            case c.AnyOf(field, (value,)):
                return EngineQuery.term_query(self.schema, field, value)
            case c.AnyOf(field, values):
                return EngineQuery.term_set_query(self.schema, field, values)
            case c.Wildcard(field, shape):
                return EngineQuery.regex_query(self.schema, field, regex_of(shape))
            case c.AllDocuments():
                return EngineQuery.all_query()
            case _:
                return EngineQuery.empty_query()

    def fetch(
        self, query: EngineQuery, fields: tuple[str, ...] = ("doc_id", "meta")
    ) -> list[list[Any]]:
        """Return stored fields of the ten best hits, counting all of them."""
        searcher = self.searcher
        rows = []
        for _, address in searcher.search(query, 10, True).hits:
            document = searcher.doc(address)
            rows.append([document.get_first(field) for field in fields])
        return rows

    def snippets(self, query: EngineQuery, fields: tuple[str, ...]) -> list[str]:
        """Return the engine's own snippets of the ten best hits, over their whole bodies."""
        rows = self.fetch(query, fields)
        generator = tantivy.SnippetGenerator.create(self.searcher, query, self.schema, "all")
        generator.set_max_num_chars(SNIPPET_CHARS)
        return [generator.snippet_from_doc(tantivy.Document(all=row[-1])).to_html() for row in rows]


def _stock() -> tantivy.TextAnalyzer:
    """Return the engine's own English analyzer, `en_stem`, which is faster and cuts words less."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in (
        tantivy.Filter.remove_long(40),
        tantivy.Filter.lowercase(),
        tantivy.Filter.stemmer("english"),
    ):
        builder = builder.filter(step)
    return builder.build()


def _register(index: tantivy.Index, analyzer: Analyzer) -> None:
    nothing = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(r"[^\s\S]")).build()
    index.register_tokenizer(STEMS, analyzer.stemming)
    index.register_tokenizer(SURFACES, analyzer.plain)
    index.register_tokenizer(_NOTHING, nothing)


def write_with_bodies(folder: Path, entries: Iterable[dict[str, Any]], analyzer: Analyzer) -> None:
    """Write the document index once more, with the whole body stored beside the other fields."""
    build = tantivy.SchemaBuilder()
    build.add_text_field("doc_id", stored=True, tokenizer_name="raw", index_option="basic")
    build.add_bytes_field("meta", stored=True)
    build.add_text_field("all", tokenizer_name=STEMS)
    build.add_text_field("exact", tokenizer_name=SURFACES, index_option="freq")
    build.add_text_field("title", tokenizer_name=STEMS)
    build.add_text_field("summary", tokenizer_name=STEMS)
    build.add_text_field("title_exact", tokenizer_name=SURFACES, index_option="freq")
    for name in ("title_key", "scope", "number_key"):
        build.add_text_field(name, tokenizer_name="raw", index_option="basic")
    build.add_text_field("body", stored=True, tokenizer_name=_NOTHING, index_option="basic")
    write(folder, build.build(), entries, analyzer)


def write(
    folder: Path,
    schema: tantivy.Schema,
    entries: Iterable[dict[str, Any]],
    analyzer: Analyzer,
    heap_bytes: int = 128_000_000,
) -> None:
    """Write entries with the plain engine, one thread, one commit."""
    folder.mkdir(parents=True)
    index = tantivy.Index(schema, path=str(folder))
    _register(index, analyzer)
    writer = index.writer(heap_bytes, 1)
    for entry in entries:
        writer.add_document(tantivy.Document.from_dict(entry, schema))
    writer.commit()
    writer.wait_merging_threads()


class Fts5:
    """SQLite FTS5 with the same title, summary and body, porter stems, bm25 weights 5, 2, 1."""

    def __init__(self, path: Path, documents: Iterable[Document] = ()) -> None:
        self._db = sqlite3.connect(path)
        rows = [(d.doc_id, d.title, d.summary, d.body) for d in documents]
        if rows:
            self._db.execute(
                "CREATE VIRTUAL TABLE d USING fts5(doc_id UNINDEXED, title, summary, body, "
                "tokenize='porter unicode61')"
            )
            self._db.executemany("INSERT INTO d VALUES (?, ?, ?, ?)", rows)
            self._db.execute("INSERT INTO d(d, rank) VALUES ('rank', 'bm25(0, 5.0, 2.0, 1.0)')")
            self._db.execute("INSERT INTO d(d) VALUES ('optimize')")
            self._db.commit()
        self._db.execute("PRAGMA mmap_size = 1000000000")
        self._db.execute("PRAGMA cache_size = -200000")

    def snippets(self, match: str) -> list[tuple[str, ...]]:
        """Return id, title, summary and snippet of the ten best hits."""
        return self._db.execute(
            "SELECT doc_id, title, summary, snippet(d, 3, '<b>', '</b>', '…', 32) "
            "FROM d WHERE d MATCH ? ORDER BY rank LIMIT 10",
            (match,),
        ).fetchall()


def fts5_match(kind: str, terms: tuple[str, ...]) -> str:
    """Return a query of the bulk sample in FTS5's language."""
    quoted = [f'"{term}"' for term in terms]
    if kind == "prefix":
        return f"{quoted[0]}*"
    if kind.startswith("phrase"):
        return f'"{" ".join(terms)}"'
    return (" AND " if kind == "intersection" else " OR ").join(quoted)
