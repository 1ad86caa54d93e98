"""The best passage of each hit, all hits of a page of results in one search.

A passage is judged among those of its own document: a word that stands on every page of a manual
says nothing about the page, however rare it is elsewhere. So the engine is asked which of the
words and runs each passage holds, and they are weighed by how few passages of the same document
hold them.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from droindex.engine.bm25 import MOST, idf
from droindex.engine.clauses import AnyOf, Bool, Constant, PhraseOf, Term, added_up
from droindex.engine.entries import READING, owner_number
from droindex.engine.schema import DOC_ID, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from droindex.engine.clauses import Clause
    from droindex.engine.protocol import Held, Row
    from droindex.library.reader import SetReader
    from droindex.settings import RankingSettings

__all__ = ["PassageFinder"]

_AT_ONCE = 50  # documents in one search
_AT_LEAST = 100  # passages in one search
_PER_DOCUMENT = 50  # passages listed in it; what is not among them is asked by itself
_PER_DOCUMENT_UNWEIGHED = 10  # the same where the order of the engine stands
_WEIGHED = 2  # things asked for; one alone is a matter of its frequency
_MAX_WORDS = 12  # things a passage is judged by: the rarest words, and the heaviest runs
_MAX_ASKED = 18


class _Asked(NamedTuple):
    """A word or a run of words that was asked for."""

    clause: Clause  # with boosts of 1
    weight: float  # what was written counts 1
    entries: int  # passages of all documents that hold it, at most


class _Group:
    """Passages of a document that hold the same of what was asked for."""

    __slots__ = ("best", "passages")

    def __init__(self, best: Held) -> None:
        self.best = best  # the one with the most frequent words
        self.passages = 1


class PassageFinder:
    """Finds the passages that answer one query best.

    Args:
        reader: The set.
        clauses: What ranks passages: words, runs of words, and either-or of words.
        ranking: How much the frequency of words adds.
    """

    def __init__(
        self, reader: SetReader, clauses: Sequence[Term | PhraseOf | Bool], ranking: RankingSettings
    ) -> None:
        self._reader = reader
        self._frequency = ranking.page_frequency_boost * MOST
        self._asked_for: list[_Asked] = []
        self._scored: tuple[Clause, ...] = tuple(clauses)
        merged = _merged(clauses)
        if len(merged) < _WEIGHED:
            return
        terms = {term for clause in merged for term in _terms(clause)}
        self._holders = {term: reader.pages.count(Term(TEXT, term)) for term in terms}
        asked = (self._asked(clause, weight) for clause, weight in merged.items())
        found = [item for item in asked if item.entries]  # a title may hold what no page holds
        if len(found) < _WEIGHED:
            return
        words = sorted((a for a in found if not _is_run(a.clause)), key=itemgetter(2))
        runs = sorted((a for a in found if _is_run(a.clause)), key=lambda a: (-a.weight, a.entries))
        words = words[:_MAX_WORDS]
        # The rarest has the highest bit: what a long list is cut short of are common words alone.
        kept = [*words, *runs[: _MAX_ASKED - len(words)]]
        self._asked_for = sorted(kept, key=itemgetter(2), reverse=True)
        self._scored = tuple(_weighted(item) for item in self._asked_for)

    def _asked(self, clause: Clause, weight: float) -> _Asked:
        counts = [self._holders[term] for term in _terms(clause)]
        return _Asked(clause, weight, sum(counts) if isinstance(clause, Bool) else min(counts))

    def best(self, doc_ids: Sequence[str]) -> dict[str, Row]:
        """Return the best passage of each document; none where none holds what was asked for."""
        best: dict[str, Row] = {}
        with READING:  # a damaged column names owners that were not asked for
            for start in range(0, len(doc_ids) if self._scored else 0, _AT_ONCE):
                best |= self._best_of_some(doc_ids[start : start + _AT_ONCE])
        return {doc_id: row for doc_id, row in best.items() if row.score > 0}

    def _best_of_some(self, doc_ids: Sequence[str]) -> dict[str, Row]:
        names = {owner_number(doc_id): doc_id for doc_id in doc_ids}
        within = AnyOf(DOC_ID, tuple(doc_ids))
        look = self._judged if self._asked_for else self._first
        best, is_whole = look(within, names)
        if len(names) > 1 and not is_whole:  # long documents may have crowded others out
            for doc_id in doc_ids:
                if doc_id not in best:
                    best |= self._best_of_some((doc_id,))
        return best

    def _first(self, within: Clause, names: Mapping[int, str]) -> tuple[dict[str, Row], bool]:
        """Return the passages that score highest, and whether all were looked at."""
        limit = max(_AT_LEAST, _PER_DOCUMENT_UNWEIGHED * len(names))
        clause = added_up(within, self._scored)
        found, _ = self._reader.pages.search(clause, limit, count=False)
        best: dict[str, Row] = {}
        for row in found:
            best.setdefault(names[row.key], row)
        return best, len(found) < limit

    def _judged(self, within: Clause, names: Mapping[int, str]) -> tuple[dict[str, Row], bool]:
        """Return the passages that hold what sets them apart, and whether all were looked at."""
        limit = max(_AT_LEAST, _PER_DOCUMENT * len(names))
        found = self._reader.pages.scores(self._scored, within, limit)
        is_whole = len(found) < limit
        best: dict[str, Row] = {}
        for key, groups in _grouped(found).items():
            held = self._best_of_one(groups, names[key], is_whole=is_whole)
            best[names[key]] = held.row._replace(score=held.clauses)
        return best, is_whole

    def _best_of_one(self, groups: Mapping[int, _Group], doc_id: str, *, is_whole: bool) -> Held:
        """Return the best passage of a document, of which all were found or only the first."""
        most = next(iter(groups))
        union = 0
        for bits in groups:
            union |= bits
        if most == union:  # it holds all that any of them holds
            return groups[most].best
        seen = sum(group.passages for group in groups.values())
        pages = self._reader.pages
        total = seen if is_whole else max(seen, pages.count(Term(DOC_ID, doc_id)))
        weights = self._weights(groups, total, total - seen)

        def score(bits: int) -> float:
            held = sum(weight for bit, weight in enumerate(weights) if bits >> bit & 1)
            return held * (1 + self._frequency * groups[bits].best.frequency)

        return groups[max(groups, key=score)].best

    def _weights(self, groups: Mapping[int, _Group], total: int, unseen: int) -> list[float]:
        """Return the weight of each bit in a document of `total` passages, some of them unseen."""
        least = min(groups)
        idfs: dict[str, float] = {}
        own = []
        for bit, asked in enumerate(self._asked_for):
            holders = sum([group.passages for bits, group in groups.items() if bits >> bit & 1])
            if unseen and least >> bit:  # passages that were cut off may hold it too
                holders += unseen
            own.append(idf(holders, total))
            if isinstance(asked.clause, Term):
                idfs[asked.clause.term] = own[-1]
        return [
            asked.weight * (_run_idf(asked.clause, idfs) or alone)
            for asked, alone in zip(self._asked_for, own, strict=True)
        ]


def _weighted(asked: _Asked) -> Clause:
    """Return a clause as the engine is to count it: words by their weight, runs by being there."""
    if _is_run(asked.clause):
        return Constant(asked.clause, 0.0)
    terms = [Term(TEXT, term, asked.weight) for term in _terms(asked.clause)]
    return terms[0] if len(terms) == 1 else Bool(should=tuple(terms))


def _grouped(found: Sequence[Held]) -> dict[int, dict[int, _Group]]:
    """Return owner -> what was held, as bits -> passages; those come with the best first."""
    groups: dict[int, dict[int, _Group]] = {}
    for held in found:
        of_owner = groups.setdefault(held.row.key, {})
        if held.clauses in of_owner:
            of_owner[held.clauses].passages += 1
        else:
            of_owner[held.clauses] = _Group(held)
    return groups


def _merged(clauses: Iterable[Term | PhraseOf | Bool]) -> dict[Clause, float]:
    """Return each clause once, with the boosts that it was given added up."""
    merged: dict[Clause, float] = {}
    for clause in clauses:
        plain, weight = clause, 1.0
        if isinstance(clause, Term):
            plain, weight = Term(clause.field, clause.term), clause.boost
        elif isinstance(clause, PhraseOf):
            plain, weight = PhraseOf(clause.field, clause.terms, clause.slop), clause.boost
            if len(clause.terms) == 1:
                plain = Term(clause.field, clause.terms[0])
        merged[plain] = merged.get(plain, 0.0) + weight
    return merged


def _is_run(clause: Clause) -> bool:
    return isinstance(clause, PhraseOf)


def _terms(clause: Clause) -> tuple[str, ...]:
    """Return the terms of a word, a run, or either-or of words."""
    if isinstance(clause, Term):
        return (clause.term,)
    if isinstance(clause, PhraseOf):
        return clause.terms
    inner = clause.should if isinstance(clause, Bool) else ()
    return tuple(term for part in inner for term in _terms(part))


def _run_idf(clause: Clause, idfs: Mapping[str, float]) -> float | None:
    """Return the idf of a run's words, added up; None where one was not asked for itself."""
    if not isinstance(clause, PhraseOf) or not all(term in idfs for term in clause.terms):
        return None
    return sum(idfs[term] for term in clause.terms)
