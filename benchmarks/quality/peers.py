"""Other search engines, each as its users would set it up: documents and queries in, a run out.

A question becomes an OR of its words. Each engine is given the same words as text, and orders
its hits itself.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import tantivy
from judged_sets import Text

from droindex.evaluate import read_run

HITS = 10  # what ndcg@10 looks at
_WORD = re.compile(r"\w+")
_INDEXER = "io.anserini.index.IndexCollection"
_SEARCHER = "io.anserini.search.SearchCollection"
_GENERATOR = "DefaultLuceneDocumentGenerator"

Run = dict[str, list[str]]
Peer = Callable[[Sequence[Text], Mapping[str, str], Path], Run]


class NotInstalledError(Exception):
    """An engine that is not on this machine; the message says what is missing."""


def fts5(tokenizer: str) -> Peer:
    """Return SQLite FTS5 with a tokenizer; title, summary and body are columns, unweighted."""

    def run(texts: Sequence[Text], queries: Mapping[str, str], folder: Path) -> Run:
        with sqlite3.connect(folder / "fts5.sqlite") as database:
            database.execute(
                "CREATE VIRTUAL TABLE d USING "
                f"fts5(key UNINDEXED, title, summary, body, tokenize='{tokenizer}')"
            )
            database.executemany("INSERT INTO d VALUES (?, ?, ?, ?)", texts)
            found = {}
            for query, text in queries.items():
                match = " OR ".join(f'"{word}"' for word in _WORD.findall(text.replace("_", " ")))
                rows = database.execute(
                    "SELECT key FROM d WHERE d MATCH ? ORDER BY rank LIMIT ?", (match, HITS)
                )
                found[query] = [row[0] for row in rows] if match else []
        database.close()
        return found

    return run


def bm25s(texts: Sequence[Text], queries: Mapping[str, str], _folder: Path) -> Run:
    """Run bm25s with stems and English stop words, as its README shows."""
    try:
        import bm25s as engine  # noqa: PLC0415 - it may not be there
        import Stemmer  # noqa: PLC0415 - likewise
    except ImportError as error:
        raise NotInstalledError("pip install bm25s PyStemmer") from error
    options = {"stopwords": "en", "stemmer": Stemmer.Stemmer("english"), "show_progress": False}
    retriever = engine.BM25()
    retriever.index(engine.tokenize([text.whole for text in texts], **options), show_progress=False)
    found = {}
    for query, text in queries.items():
        tokens = engine.tokenize([text], **options, return_ids=False)
        if not tokens[0]:
            found[query] = []
            continue
        places, scores = retriever.retrieve(tokens, k=HITS, show_progress=False)
        pairs = zip(places[0], scores[0], strict=True)
        found[query] = [texts[place].key for place, score in pairs if score > 0]
    return found


def raw_tantivy(*, is_stemmed: bool) -> Peer:
    """Return the plain engine with everything in one field: its own analyzer, or stems."""

    def run(texts: Sequence[Text], queries: Mapping[str, str], folder: Path) -> Run:
        steps = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        steps = steps.filter(tantivy.Filter.remove_long(40)).filter(tantivy.Filter.lowercase())
        if is_stemmed:
            steps = steps.filter(tantivy.Filter.stopword("english"))
            steps = steps.filter(tantivy.Filter.stemmer("english"))
        analyzer = steps.build()
        build = tantivy.SchemaBuilder()
        build.add_text_field("key", stored=True, tokenizer_name="raw")
        build.add_text_field("all", tokenizer_name="words")
        schema = build.build()
        place = folder / "tantivy"
        place.mkdir()
        index = tantivy.Index(schema, path=str(place))
        index.register_tokenizer("words", analyzer)
        writer = index.writer(64_000_000, 1)
        for text in texts:
            writer.add_document(tantivy.Document(key=text.key, all=text.whole))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        searcher = index.searcher()
        found = {}
        for query, text in queries.items():
            terms = [tantivy.Query.term_query(schema, "all", t) for t in analyzer.analyze(text)]
            union = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
            hits = searcher.search(union, HITS).hits
            found[query] = [searcher.doc(address)["key"][0] for _, address in hits]
        return found

    return run


def xapian(texts: Sequence[Text], queries: Mapping[str, str], folder: Path) -> Run:
    """Run Xapian with its English stemmer and BM25; words are split as for SQLite."""
    try:
        import xapian as engine  # noqa: PLC0415 - it may not be there
    except ImportError as error:
        raise NotInstalledError("the Python binding of Xapian (python3-xapian)") from error
    stemmer = engine.Stem("en")
    database = engine.WritableDatabase(str(folder / "xapian"), engine.DB_CREATE)
    generator = engine.TermGenerator()
    generator.set_stemmer(stemmer)
    generator.set_stemming_strategy(engine.TermGenerator.STEM_ALL)  # others leave numbers out
    for text in texts:
        document = engine.Document()
        document.set_data(text.key)
        generator.set_document(document)
        generator.index_text(" ".join(_WORD.findall(text.whole)))
        database.add_document(document)
    database.commit()
    enquire = engine.Enquire(database)
    found = {}
    for query, text in queries.items():
        stems = [stemmer(word.lower()).decode() for word in _WORD.findall(text)]
        enquire.set_query(engine.Query(engine.Query.OP_OR, stems))
        found[query] = [match.document.get_data().decode() for match in enquire.get_mset(0, HITS)]
    return found


def lucene(texts: Sequence[Text], queries: Mapping[str, str], folder: Path) -> Run:
    """Run Lucene with Anserini's English analyzer and BM25; ANSERINI_JAR names its jar."""
    jar = os.environ.get("ANSERINI_JAR", "")
    java = os.environ.get("JAVA") or shutil.which("java")
    if not Path(jar).is_file() or not java:
        raise NotInstalledError("java, and ANSERINI_JAR naming Anserini's jar (pip: pyserini)")
    source, index, topics, output = (folder / name for name in ("in", "index", "topics", "run"))
    source.mkdir()
    # Keys and query ids are replaced by numbers, which no format can misread.
    with (source / "documents.jsonl").open("w", encoding="utf-8") as file:
        for number, text in enumerate(texts):
            file.write(json.dumps({"id": str(number), "contents": text.whole}) + "\n")
    names = list(queries)
    topics.write_text("".join(f"{at}\t{queries[name]}\n" for at, name in enumerate(names)), "utf-8")
    call = [java, "-cp", jar]
    indexing = [
        _INDEXER,
        "-collection",
        "JsonCollection",
        "-generator",
        _GENERATOR,
        "-threads",
        "1",
    ]
    searching = [_SEARCHER, "-bm25", "-hits", str(HITS)]
    _quiet([*call, *indexing, "-input", str(source), "-index", str(index)])
    asked = ["-topicReader", "TsvString", "-topics", str(topics), "-output", str(output)]
    _quiet([*call, *searching, "-index", str(index), *asked])
    ranked = read_run(output)
    return {
        name: [texts[int(number)].key for number in ranked.get(str(at), ())]
        for at, name in enumerate(names)
    }


def _quiet(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True)


PEERS: dict[str, Peer] = {
    "SQLite FTS5 unicode61": fts5("unicode61"),
    "SQLite FTS5 porter": fts5("porter unicode61"),
    "bm25s, stems and stop words": bm25s,
    "raw tantivy, default analyzer": raw_tantivy(is_stemmed=False),
    "raw tantivy, stems and stop words": raw_tantivy(is_stemmed=True),
    "Xapian, stems": xapian,
    "Lucene (Anserini), BM25": lucene,
}


def versions() -> dict[str, str]:
    """Return what was measured -> its version, as far as it is installed."""
    found = {"SQLite": sqlite3.sqlite_version}
    for name in ("droindex", "tantivy", "bm25s", "PyStemmer", "ir-measures"):
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    with suppress(ImportError):
        import xapian as engine  # noqa: PLC0415 - it may not be there

        found["Xapian"] = engine.version_string()
    if jar := os.environ.get("ANSERINI_JAR"):
        found["Lucene"] = Path(jar).stem
    return found
