"""All of tantivy: schemas, writing, reading, and turning clauses into its query objects.

Nothing outside `index/` knows which engine this is, and none of its errors leaves this module:
they are translated by what was being done, for their texts are no interface.
"""

from __future__ import annotations

import os
import re
from itertools import pairwise, repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import tantivy
from tantivy import FieldType, Occur, Order, Query

from droindex.engine import clauses
from droindex.engine.analysis import KEPT, STEMS, SURFACES, Analyzer
from droindex.engine.packed import packed_scores
from droindex.engine.protocol import Row, Rows
from droindex.engine.schema import OWNER, Blob, Key, Number, Words
from droindex.engine.tantivy.faults import translate, translated
from droindex.engine.tantivy.opening import (
    make_engine_lock,
    make_writer_locks,
    open_index,
)
from droindex.engine.tantivy.purging import purge
from droindex.files.disk import link_tree
from droindex.lazy import Bounded, Memo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from droindex.engine.clauses import Clause
    from droindex.engine.protocol import Held
    from droindex.engine.schema import Schema

__all__ = ["ENGINE", "TANTIVY", "Reader", "TantivyEngine", "Writer", "regex_of", "schema_of"]

ENGINE: str = tantivy.__version__  # type: ignore[attr-defined] # its stubs leave the name out

_MUST, _SHOULD, _MUST_NOT = Occur.Must, Occur.Should, Occur.MustNot
_MAX_TERMS = 5_000  # whose objects are kept: about 2 MB
_MAX_SCORES = 100  # of everything, whose objects are kept; bits of a score are some twenty
_LARGE = 12  # parts of a clause that is worth keeping
_FEW = 64  # values of a field that are looked up one by one
_SPECIAL = re.compile(r"[\\.+()|\[\]{}^$]")  # what a regular expression does not take as it is
_WILDCARDS = re.compile(r"[*?]")
_MIN_HEAP_BYTES = 15_000_000  # the engine refuses less

# A panic of the engine is a BaseException and prints a trace; the trace helps nobody here.
os.environ.setdefault("RUST_BACKTRACE", "0")


def schema_of(schema: Schema) -> tantivy.Schema:
    """Return the engine's form of a schema."""
    build = tantivy.SchemaBuilder()
    for field in schema:
        match field:
            case Words(name, is_stemmed=True):
                build.add_text_field(name, stored=field.is_stored, tokenizer_name=STEMS)
            case Words(name):
                build.add_text_field(
                    name,
                    stored=field.is_stored,
                    tokenizer_name=SURFACES,
                    index_option="freq",
                )
            case Key(name):
                build.add_text_field(
                    name,
                    stored=field.is_stored,
                    fast=field.is_column,
                    tokenizer_name="raw",
                    index_option="basic",
                )
            case Number(name):
                build.add_integer_field(name, indexed=field.is_indexed, fast=True)
            case Blob(name):
                build.add_bytes_field(name, stored=True)
    return build.build()


class TantivyEngine:
    """tantivy as an engine: an index is a folder of files that are never changed, only replaced."""

    def analyzer(self, language: str) -> Analyzer:
        """Return the chain that makes terms of texts; see `Engine`."""
        return Analyzer(language)

    def writer(self, place: Path, schema: Schema, analyzer: Analyzer, heap_bytes: int) -> Writer:
        """Return a writer of the index at a place; see `Engine`."""
        stemmed = [f.name for f in schema if isinstance(f, Words) and f.is_stemmed]
        return Writer(place, schema_of(schema), stemmed, analyzer, heap_bytes)

    def reader(self, place: Path, names: Iterable[str] = ()) -> Reader:
        """Return a snapshot of the index at a place; see `Engine`."""
        return Reader(place, names)

    def clone(self, source: Path, target: Path) -> None:
        """Link the files of an index; see `Engine`."""
        link_tree(source, target)
        make_engine_lock(target)


TANTIVY = TantivyEngine()


class Writer:
    """Writes one index in one thread; nothing is kept before `commit`.

    Args:
        folder: Where the index lies; it is created if it is not there.
        schema: Its schema.
        stemmed: Its fields of stem terms.
        analyzer: The chain that its text fields use.
        heap_bytes: Memory for postings before a segment is written.
    """

    def __init__(
        self,
        folder: Path,
        schema: tantivy.Schema,
        stemmed: Sequence[str],
        analyzer: Analyzer,
        heap_bytes: int,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._schema = schema
        self._stemmed = stemmed
        self._analyzer = analyzer
        make_writer_locks(folder)
        with translated(f"open {folder.name} for writing", folder):
            self._index = tantivy.Index(schema, path=str(folder), reuse=True)
            _register(self._index, analyzer)
            self._writer = self._index.writer(max(heap_bytes, _MIN_HEAP_BYTES), 1)

    def add(self, values: Mapping[str, Any]) -> None:
        """Add one entry; `values` maps fields to a value or a list of values."""
        entry = dict(values)
        for name in self._stemmed:
            if text := entry.get(name):
                entry[name] = self._analyzer.with_kept(text)
        with translated("add a document", self._folder):
            self._writer.add_document(tantivy.Document.from_dict(entry, self._schema))

    def delete(self, field: str, term: str) -> None:
        """Delete all entries that hold a raw term."""
        with translated("delete a document", self._folder):
            self._writer.delete_documents_by_term(field, term)

    def commit(self) -> None:
        """Write everything to disk and wait for merges; the writer is used up then."""
        with translated("commit", self._folder):
            self._writer.commit()
            self._writer.wait_merging_threads()
            purge(self._folder)


class Reader:
    """A snapshot of one index; safe to use from many threads.

    Args:
        folder: Where the index lies.
        names: Its files, where they are known.
    """

    def __init__(self, folder: Path, names: Iterable[str] = ()) -> None:
        self._folder = folder
        with translated(f"open {folder.name}", folder):
            self._index = open_index(folder, names)
            self._schema = self._index.schema
            self._searcher = self._index.searcher()
        self._everything = Memo(_everything, most=_MAX_SCORES)
        self._last_large: tuple[clauses.Bool, Query] | None = None
        self._terms: Bounded[clauses.Term, Query] = Bounded(most=_MAX_TERMS)
        self.num_docs: int = self._searcher.num_docs

    def takes(self, clause: Clause) -> bool:
        """Whether a clause, one with wildcards above all, is simple enough for the engine."""
        try:
            self.to_query(clause)
        except ValueError:
            return False
        return True

    def search(
        self, clause: Clause, limit: int, *, order: str = "", offset: int = 0, count: bool = True
    ) -> tuple[list[Row], int | None]:
        """Return the best entries, best first, and how many match in all; see `Reader`."""
        try:
            query = self.to_query(clause)
            if order:
                result: Any = self._searcher.search(
                    query, limit, count, order_by_field=order, offset=offset, order=Order.Asc
                )
            else:
                result = self._searcher.search(query, limit, count)
            hits = result.hits  # the engine makes this list anew each time it is asked
            scores, addresses = zip(*hits, strict=True) if hits else ((), ())
            rows = Rows(addresses, self._keys)
            found = map(Row, repeat(0.0) if order else scores, repeat(rows), range(len(hits)))
            return list(found), result.count
        except BaseException as error:
            raise translate(error, "search", self._folder) from error

    def count(self, clause: Clause) -> int:
        """Return how many entries match."""
        if type(clause) is clauses.Term:  # no index here holds deleted entries
            return int(self._searcher.doc_freq(clause.field, clause.term))
        return self.search(clause, 1)[1] or 0

    def facets(
        self, clause: Clause, names: Sequence[str], size: int
    ) -> dict[str, list[tuple[str, int]]]:
        """Return the values of facet fields among the hits: most frequent first, then by value."""
        wanted = {name: {"terms": {"field": name, "size": size}} for name in names}
        with translated("count facets", self._folder):
            answer = self._searcher.aggregate(self.to_query(clause), wanted)
        found = {}
        for name in names:
            pairs = [(item["key"], int(item["doc_count"])) for item in answer[name]["buckets"]]
            pairs.sort()
            pairs.sort(key=itemgetter(1), reverse=True)  # which keeps the order of equal ones
            found[name] = pairs
        return found

    def column(self, clause: Clause, field: str) -> list[int | None]:
        """Return the number that each match has in a field, None where it has none."""
        most = self.count(clause)
        if not most:
            return []
        with translated("read a column", self._folder):
            query = self.to_query(clauses.Constant(clause, 0.0))
            addresses = [address for _, address in self._searcher.search(query, most, False).hits]
            return self._searcher.fast_field_values(field, addresses)  # type: ignore[return-value] # whole numbers

    def fetch(self, rows: Sequence[Row], fields: Sequence[str]) -> list[list[Any]]:
        """Return stored values of each row, None where there is none."""
        read = self._searcher.doc
        try:
            documents = [read(rows_of.handles[place]) for _, rows_of, place in rows]
            found = [[document.get_first(name) for name in fields] for document in documents]
        except BaseException as error:
            raise translate(error, "read a document", self._folder) from error
        return [[_as_written(value) for value in values] for values in found]

    def terms(self, field: str, prefix: str, limit: int) -> list[tuple[str, int]]:
        """Return (term, entries that hold it), the most frequent first, at most `limit`."""
        with translated("read the dictionary", self._folder):
            return list(self._searcher.terms_with_prefix(field, prefix, limit=limit))

    def scores(self, clauses: Sequence[Clause], within: Clause, limit: int) -> list[Held]:
        """Return which clauses the entries hold that match another, most first; see `Reader`."""
        return packed_scores(self, clauses, within, limit, _place)

    def _keys(self, addresses: Sequence[Any]) -> list[int]:
        with translated("read a column", self._folder):
            return self._searcher.fast_field_values(OWNER, list(addresses))  # type: ignore[return-value] # whole numbers

    def to_query(self, clause: Clause) -> Query:
        """Return the engine's query object for a clause."""
        return _CONVERTERS[type(clause)](self, clause)

    def _term(self, clause: clauses.Term) -> Query:
        known = self._terms.get(clause)
        if known is None:
            known = Query.term_query(self._schema, clause.field, clause.term)
            if clause.boost != 1.0:
                known = Query.boost_query(known, clause.boost)
            self._terms.keep(clause, known)
        return known

    def _phrase(self, clause: clauses.PhraseOf) -> Query:
        if len(clause.terms) == 1:  # the engine panics on a phrase of one word
            return self._term(clauses.Term(clause.field, clause.terms[0], clause.boost))
        if clause.slop and len(clause.terms) > 2:
            return self._chain(clause)
        query = Query.phrase_query(self._schema, clause.field, list(clause.terms), clause.slop)
        return query if clause.boost == 1.0 else Query.boost_query(query, clause.boost)

    def _chain(self, clause: clauses.PhraseOf) -> Query:
        """Return a loose phrase of many words as one of each two neighbours.

        The engine tries every combination of places: frequent words seven times over take more
        memory than there is, and end the process.
        """
        pairs = list(dict.fromkeys(pairwise(clause.terms)))
        # Each word but the first and the last stands in two pairs, and is to count once.
        boost = clause.boost * len(clause.terms) / (2 * (len(clause.terms) - 1))
        parts = [
            (_MUST, self._phrase(clauses.PhraseOf(clause.field, pair, clause.slop, boost)))
            for pair in pairs
        ]
        return Query.boolean_query(parts)

    def _any_of(self, clause: clauses.AnyOf) -> Query:
        field, values = clause.field, clause.values
        if len(values) > _FEW:
            return Query.term_set_query(self._schema, field, values)
        # The set query walks through the whole dictionary, which takes longer than a few look-ups.
        terms = [Query.term_query(self._schema, field, value) for value in values]
        either = Query.boolean_query([(_SHOULD, term) for term in terms])
        return Query.const_score_query(either, 1.0)

    def _any_number(self, clause: clauses.AnyNumber) -> Query:
        if len(clause.values) > _FEW:
            return Query.term_set_query(self._schema, clause.field, clause.values)
        terms = [Query.term_query(self._schema, clause.field, value) for value in clause.values]
        either = Query.boolean_query([(_SHOULD, term) for term in terms])
        return Query.const_score_query(either, 1.0)

    def _wildcard(self, clause: clauses.Wildcard) -> Query:
        beginning = clause.shape.removesuffix("*")
        if beginning != clause.shape and not _WILDCARDS.search(beginning):
            # The same as the regular expression, which takes half a millisecond to be made.
            return Query.fuzzy_term_query(self._schema, clause.field, beginning, 0, False, True)
        return Query.regex_query(self._schema, clause.field, regex_of(clause.shape))

    def _span(self, clause: clauses.Span) -> Query:
        return Query.range_query(
            self._schema, clause.field, FieldType.Integer, clause.low, clause.high
        )

    def _all(self, _clause: clauses.AllDocuments) -> Query:
        return Query.all_query()

    def _none(self, _clause: clauses.NoDocuments) -> Query:
        return Query.empty_query()

    def _constant(self, clause: clauses.Constant) -> Query:
        if type(clause.clause) is clauses.AllDocuments:
            return self._everything[clause.score]  # many times in a query where few score
        return Query.const_score_query(self.to_query(clause.clause), clause.score)

    def _bool(self, clause: clauses.Bool) -> Query:
        last = self._last_large
        if last and last[0] is clause:  # a query within its filters, and once more without them
            return last[1]
        parts = [(_MUST, _CONVERTERS[type(item)](self, item)) for item in clause.must]
        if clause.should:
            parts += [(_SHOULD, _CONVERTERS[type(item)](self, item)) for item in clause.should]
        if clause.must_not:
            if not parts:  # the engine finds nothing by exclusions alone
                parts = [(_MUST, self._everything[0.0])]
            parts += [(_MUST_NOT, _CONVERTERS[type(item)](self, item)) for item in clause.must_not]
        query = Query.boolean_query(parts)
        if len(parts) >= _LARGE:
            self._last_large = clause, query
        return query


_CONVERTERS: dict[type, Callable[[Reader, Any], Query]] = {
    clauses.Term: Reader._term,  # noqa: SLF001 - the table of Reader's own converters
    clauses.PhraseOf: Reader._phrase,  # noqa: SLF001 - as above
    clauses.AnyOf: Reader._any_of,  # noqa: SLF001 - as above
    clauses.AnyNumber: Reader._any_number,  # noqa: SLF001 - as above
    clauses.Wildcard: Reader._wildcard,  # noqa: SLF001 - as above
    clauses.Span: Reader._span,  # noqa: SLF001 - as above
    clauses.AllDocuments: Reader._all,  # noqa: SLF001 - as above
    clauses.NoDocuments: Reader._none,  # noqa: SLF001 - as above
    clauses.Constant: Reader._constant,  # noqa: SLF001 - as above
    clauses.Bool: Reader._bool,  # noqa: SLF001 - as above
}


def _everything(score: float) -> Query:
    return Query.const_score_query(Query.all_query(), score)


def regex_of(shape: str) -> str:
    """Return the engine's regular expression for a term with `*` and `?` as wildcards."""
    escaped = _SPECIAL.sub(lambda match: "\\" + match.group(), shape)
    return escaped.replace("*", ".*").replace("?", ".")


def _place(row: Row) -> tuple[int, int]:
    """Return what tells an entry from all others of the index."""
    return row.handle.segment_ord, row.handle.doc


def _as_written(value: Any) -> Any:
    """Return a stored value as it was given: texts without the marks of words that keep theirs."""
    return value.replace(KEPT, "") if isinstance(value, str) and KEPT in value else value


def _register(index: tantivy.Index, analyzer: Analyzer) -> None:
    index.register_tokenizer(STEMS, analyzer.stemming)
    index.register_tokenizer(SURFACES, analyzer.plain)
