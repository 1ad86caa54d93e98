"""A second engine, in plain Python: the oracle that the first is compared with, and no product.

It is written from what `engine/protocol` and `engine/clauses` say and from BM25's formula, with the
lengths of fields rounded as Lucene rounds them; an index is one file of analyzed entries.
"""

from __future__ import annotations

import math
import pickle
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from shutil import copytree
from typing import Any, NamedTuple

from droindex.engine import clauses as c
from droindex.engine.analysis import Analyzer
from droindex.engine.clauses import Clause
from droindex.engine.protocol import Held, Row, Rows
from droindex.engine.schema import OWNER, Blob, Key, Number, Schema, Words

__all__ = ["MEMORY", "MemoryEngine", "MemoryReader", "rounded_length"]

_FILE = "entries"
_K1, _B = 1.2, 0.75
_LAST = "\U0010ffff"  # sorts after every value
_DIGITS = 7  # significant ones: what numbers of 32 bits leave of a sum


def _lengths() -> list[int]:
    """Return the 256 lengths that a field may have: exact ones, then four significant bits."""
    exact = 24
    found = list(range(exact))
    for code in range(256 - exact):
        bits, shift = code & 7, (code >> 3) - 1
        found.append(exact + (bits if shift < 0 else (bits | 8) << shift))
    return found


_LENGTHS = _lengths()


def rounded_length(words: int) -> int:
    """Return the length of a field as BM25 sees it."""
    return _LENGTHS[bisect_right(_LENGTHS, words) - 1]


class _Entry(NamedTuple):
    values: Mapping[str, Any]
    terms: Mapping[str, list[tuple[str, int]]]  # field -> terms and their positions


class MemoryWriter:
    """Writes entries; see `protocol.Writer`."""

    def __init__(self, place: Path, schema: Schema, analyzer: Analyzer) -> None:
        self._file = place / _FILE
        self._schema = schema
        self._analyzer = analyzer
        self._entries: list[_Entry] = []
        place.mkdir(parents=True, exist_ok=True)
        if self._file.exists():
            _, self._entries = pickle.loads(self._file.read_bytes())

    def add(self, entry: Mapping[str, Any]) -> None:
        terms: dict[str, list[tuple[str, int]]] = {}
        for field in self._schema:
            value = entry.get(field.name)
            if value is None:
                continue
            if isinstance(field, Words):
                terms[field.name] = self._terms(value, is_stemmed=field.is_stemmed)
            elif isinstance(field, Key):
                values = [value] if isinstance(value, str) else value
                terms[field.name] = [(item, place) for place, item in enumerate(values)]
        self._entries.append(_Entry(dict(entry), terms))

    def _terms(self, text: str, *, is_stemmed: bool) -> list[tuple[str, int]]:
        tokens = self._analyzer.plain.pre_tokenize(text).tokens
        words = [token.text for token in tokens]
        terms = self._analyzer.stems(words) if is_stemmed else words
        return [(term, token.position) for term, token in zip(terms, tokens, strict=True)]

    def delete(self, field: str, value: str) -> None:
        self._entries = [
            entry
            for entry in self._entries
            if value not in {term for term, _ in entry.terms.get(field, ())}
        ]

    def commit(self) -> None:
        fresh = self._file.with_name(f"{_FILE}.fresh")  # the file itself may belong to others too
        fresh.write_bytes(pickle.dumps((self._schema, self._entries)))
        fresh.replace(self._file)


class _Inverted:
    """The terms of one field."""

    def __init__(self) -> None:
        self.postings: dict[str, dict[int, list[int]]] = {}
        self.lengths: dict[int, int] = {}

    def add(self, number: int, terms: Iterable[tuple[str, int]]) -> None:
        for term, position in terms:
            self.postings.setdefault(term, {}).setdefault(number, []).append(position)
            self.lengths[number] = self.lengths.get(number, 0) + 1


class MemoryReader:
    """A snapshot of the entries; see `protocol.Reader`."""

    def __init__(self, place: Path) -> None:
        schema, entries = pickle.loads((place / _FILE).read_bytes())
        self._values = [entry.values for entry in entries]
        self._fields: dict[str, _Inverted] = {}
        self._stored = {
            field.name
            for field in schema
            if isinstance(field, Blob) or (isinstance(field, Words | Key) and field.is_stored)
        }
        self._counts = {field.name for field in schema if isinstance(field, Words)}
        for field in schema:
            if not isinstance(field, Blob | Number):
                inverted = self._fields[field.name] = _Inverted()
                for number, entry in enumerate(entries):
                    inverted.add(number, entry.terms.get(field.name, ()))
        self.num_docs = len(entries)

    # what is asked ----------------------------------------------------------------------------

    def takes(self, clause: Clause) -> bool:
        return True

    def search(
        self, clause: Clause, limit: int, *, order: str = "", offset: int = 0, count: bool = True
    ) -> tuple[list[Row], int | None]:
        found = self._match(clause)
        total = len(found) if count else None
        if order:
            numbers = sorted(found, key=lambda number: self._values[number].get(order, _LAST))
            return self._rows([(0.0, number) for number in numbers[offset : offset + limit]]), total
        best = sorted((-_rounded(score), number) for number, score in found.items())[:limit]
        return self._rows([(-score, number) for score, number in best]), total

    def count(self, clause: Clause) -> int:
        return len(self._match(clause))

    def facets(
        self, clause: Clause, names: Sequence[str], size: int
    ) -> dict[str, list[tuple[str, int]]]:
        found = self._match(clause)
        answer = {}
        for name in names:
            counts = {
                term: sum(number in found for number in posting)
                for term, posting in self._fields[name].postings.items()
            }
            pairs = [(term, count) for term, count in counts.items() if count]
            answer[name] = sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:size]
        return answer

    def column(self, clause: Clause, field: str) -> list[int | None]:
        return [self._values[number].get(field) for number in self._match(clause)]

    def fetch(self, rows: Sequence[Row], fields: Sequence[str]) -> list[list[Any]]:
        assert self._stored.issuperset(fields)
        return [[self._values[row.handle].get(name) for name in fields] for row in rows]

    def terms(self, field: str, prefix: str, limit: int) -> list[tuple[str, int]]:
        postings = self._fields[field].postings
        pairs = [(term, len(found)) for term, found in postings.items() if term.startswith(prefix)]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:limit]

    def scores(self, clauses: Sequence[Clause], within: Clause, limit: int) -> list[Held]:
        matches = [self._match(clause) for clause in clauses]
        words = [_words(clause) for clause in clauses]
        most = (_K1 + 1) * sum(
            term.boost * self._idf(term.field, term.term) for terms in words for term in terms
        )
        held: list[tuple[int, float, int]] = []
        for number in self._match(within):
            bits = sum(1 << bit for bit, found in enumerate(matches) if number in found)
            frequent = sum(
                found.get(number, 0.0) for found, terms in zip(matches, words, strict=True) if terms
            )
            held.append((-bits, -frequent / most if most else 0.0, number))
        best = sorted(held)[:limit]
        rows = self._rows([(float(-bits), number) for bits, _, number in best])
        return [Held(row, -bits, -share) for row, (bits, share, _) in zip(rows, best, strict=True)]

    # how it is answered -----------------------------------------------------------------------

    def _rows(self, found: Sequence[tuple[float, int]]) -> list[Row]:
        rows = Rows(
            [number for _, number in found],
            lambda numbers: [self._values[number][OWNER] for number in numbers],
        )
        return [Row(score, rows, place) for place, (score, _) in enumerate(found)]

    def _match(self, clause: Clause) -> dict[int, float]:
        """Return the entries that a clause matches, with their scores."""
        match clause:
            case c.Term(field, term, boost):
                return self._scored(field, (term,), self._frequencies(field, term), boost)
            case c.PhraseOf():
                return self._phrase(clause)
            case c.AnyOf(field, values):
                postings = self._fields[field].postings
                return {number: 1.0 for value in values for number in postings.get(value, ())}
            case c.AnyNumber(field, numbers):
                return self._where(field, set(numbers).__contains__)
            case c.Wildcard(field, shape):
                return self._wildcard(field, shape)
            case c.Span(field, low, high):
                first, last = (
                    -math.inf if low is None else low,
                    math.inf if high is None else high,
                )
                return self._where(field, lambda value: first <= value <= last)
            case c.AllDocuments():
                return dict.fromkeys(range(self.num_docs), 1.0)
            case c.NoDocuments():
                return {}
            case c.Constant(inner, score):
                return dict.fromkeys(self._match(inner), score)
            case c.Bool():
                return self._bool(clause)
        raise AssertionError(clause)

    def _where(self, field: str, fits: Callable[[Any], bool]) -> dict[int, float]:
        return {
            number: 1.0
            for number, values in enumerate(self._values)
            if (value := values.get(field)) is not None and fits(value)
        }

    def _wildcard(self, field: str, shape: str) -> dict[int, float]:
        pattern = re.compile(re.escape(shape).replace(r"\*", ".*").replace(r"\?", "."))
        return {
            number: 1.0
            for term, found in self._fields[field].postings.items()
            if pattern.fullmatch(term)
            for number in found
        }

    def _bool(self, clause: c.Bool) -> dict[int, float]:
        must = [self._match(item) for item in clause.must]
        should = [self._match(item) for item in clause.should]
        if must:
            found = set(must[0]).intersection(*must[1:])
        elif should:
            found = set().union(*should)
        else:
            found = set(range(self.num_docs)) if clause.must_not else set()
        for item in clause.must_not:
            found -= self._match(item).keys()
        return {number: sum(part.get(number, 0.0) for part in (*must, *should)) for number in found}

    def _frequencies(self, field: str, term: str) -> dict[int, int]:
        postings = self._fields[field].postings.get(term, {})
        return {number: len(places) for number, places in postings.items()}

    def _phrase(self, clause: c.PhraseOf) -> dict[int, float]:
        field, terms, slop, boost = clause
        if len(terms) == 1:
            return self._match(c.Term(field, terms[0], boost))
        if slop and len(terms) > 2:  # one of each two neighbours; inner terms count half in each
            share = boost * len(terms) / (2 * (len(terms) - 1))
            pairs = dict.fromkeys(pairwise(terms))
            parts = tuple(c.PhraseOf(field, pair, slop, share) for pair in pairs)
            return self._bool(c.Bool(must=parts))
        postings = [self._fields[field].postings.get(term, {}) for term in terms]
        if slop:  # as if the second stood where the first does
            after = {
                number: [place - 1 for place in found] for number, found in postings[1].items()
            }
            postings = sorted((postings[0], after), key=len)
        counts = {
            number: times
            for number in set(postings[0]).intersection(*postings[1:])
            if (times := _times([found[number] for found in postings], slop))
        }
        return self._scored(field, terms, counts, boost)

    def _idf(self, field: str, term: str) -> float:
        count = len(self._fields[field].postings.get(term, ()))
        return math.log(1 + (self.num_docs - count + 0.5) / (count + 0.5))

    def _scored(
        self, field: str, terms: Sequence[str], counts: Mapping[int, int], boost: float
    ) -> dict[int, float]:
        """Return BM25 of terms that stand in each entry so many times."""
        lengths = self._fields[field].lengths
        average = sum(lengths.values()) / max(self.num_docs, 1)
        weight = boost * sum(self._idf(field, term) for term in terms) * (_K1 + 1)
        scores = {}
        for number, count in counts.items():
            times = count if field in self._counts else 1  # of a key nobody counts how often
            norm = _K1 * (1 - _B + _B * rounded_length(lengths[number]) / average)
            scores[number] = weight * times / (times + norm)
        return scores


class MemoryEngine:
    """See `protocol.Engine`."""

    def analyzer(self, language: str) -> Analyzer:
        return Analyzer(language)

    def writer(
        self, place: Path, schema: Schema, analyzer: Analyzer, heap_bytes: int
    ) -> MemoryWriter:
        return MemoryWriter(place, schema, analyzer)

    def reader(self, place: Path, names: Iterable[str] = ()) -> MemoryReader:
        return MemoryReader(place)

    def clone(self, source: Path, target: Path) -> None:
        copytree(source, target)


MEMORY = MemoryEngine()


def _rounded(score: float) -> float:
    return float(f"{score:.{_DIGITS}g}")


def _words(clause: Clause) -> tuple[c.Term, ...]:
    """Return what counts by its frequency: a term, or either-or of terms."""
    if isinstance(clause, c.Term):
        return (clause,)
    if isinstance(clause, c.Bool) and not (clause.must or clause.must_not):
        terms = tuple(item for item in clause.should if isinstance(item, c.Term))
        return terms if len(terms) == len(clause.should) else ()
    return ()


def _times(places: Sequence[Sequence[int]], slop: int) -> int:
    """Return how often terms stand side by side, or two of them nearly; the rarer one leads."""
    if not slop:
        starts = [{place - shift for place in found} for shift, found in enumerate(places)]
        return len(set.intersection(*starts))
    (left, right), times, first, second = places, 0, 0, 0
    while first < len(left) and second < len(right):
        away = right[second] - left[first]
        if abs(away) <= slop:
            while first + 1 < len(left) and left[first + 1] <= right[second]:
                first += 1  # the nearest one before it
            times, first, second = times + 1, first + 1, second + 1
        elif away > 0:
            first += 1
        else:
            second += 1
    return times
