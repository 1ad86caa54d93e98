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
from droindex.engine.clauses import AnyOf, Bool, Constant, NoDocuments, PhraseOf, Term, added_up
from droindex.engine.entries import READING, owner_number
from droindex.engine.schema import DOC_ID, HEADINGS, KIND, LISTING, TEXT
from droindex.query.results.named import naming_stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from droindex.engine.clauses import Clause
    from droindex.engine.protocol import Held, Row
    from droindex.library.reader import SetReader
    from droindex.query.results.named import Named
    from droindex.settings import RankingSettings

__all__ = ["PassageFinder"]

_AT_ONCE = 50  # documents in one search
_AT_LEAST = 100  # passages in one search
_PER_DOCUMENT = 50  # passages listed in it; what is not among them is asked by itself
_PER_DOCUMENT_UNWEIGHED = 10  # the same where the order of the engine stands
_WEIGHED = 2  # things asked for; one alone is a matter of its frequency
_MAX_WORDS = 12  # things a passage is judged by: the rarest words, and the heaviest runs
_MAX_TERMS = 16
_IS_LISTING, _IS_HEADING = 1, 2  # the lowest bits: they put nothing before what is asked for
_FIRST_BIT = 2
_FEW = 3  # passages that are put in order by what they hold alone
_LISTING_SHARE = 0.25  # a list of contents counts less than the page that it points to
_HEADING_FACTOR = 1.5  # a page with all that is asked for in its headings counts more
_NUMBER_SHARE = 0.05  # a number says which document is meant, and nothing of the page
_TITLE_SHARE = 0.2  # a word of title or path says the same, and also what its pages are about


_NEVER = Constant(NoDocuments(), 0.0)


class _QueryTerm(NamedTuple):
    """A word or a run of words that was asked for."""

    clause: Clause  # with boosts of 1
    weight: float  # what was written counts 1
    entries: int  # passages of all documents that hold it, at most


class _Group:
    """Passages of a document that hold the same of what was asked for."""

    __slots__ = ("best", "held", "passages")

    def __init__(self, best: Held) -> None:
        self.best = best  # the one with the most frequent words
        self.held = [best]  # the first of them
        self.passages = 1

    def add(self, held: Held, most: int) -> None:
        """Take one more, whose words are no more frequent; of many the first alone."""
        self.passages += 1
        if len(self.held) < most:
            self.held.append(held)


class PassageFinder:
    """Finds the passages that answer one query best.

    Args:
        reader: The set.
        clauses: What ranks passages: words, runs of words, and either-or of words.
        ranking: How much the frequency of words adds.
        most: How many passages of a document are wanted.
    """

    def __init__(
        self,
        reader: SetReader,
        clauses: Sequence[Term | PhraseOf | Bool],
        ranking: RankingSettings,
        most: int,
    ) -> None:
        self._reader = reader
        self._most = most
        self._frequency = ranking.page_frequency_boost * MOST
        self._query_terms: list[_QueryTerm] = []
        self._scored: tuple[Clause, ...] = tuple(clauses)
        self._listing = Constant(Term(KIND, LISTING), 0.0)
        self._heading: Clause = _NEVER
        self._as_heading = [Term(HEADINGS, term) for item in clauses for term in _terms(item)]
        words, runs = self._rarest(_merged(clauses))
        if len(words) + len(runs) < _WEIGHED:
            return
        # The rarest has the highest bit: what a long list is cut short of are common words alone.
        kept = [*words, *runs[: _MAX_TERMS - len(words)]]
        self._query_terms = sorted(kept, key=itemgetter(2), reverse=True)
        self._heading = Constant(_in_heading([item.clause for item in words]), 0.0)
        self._scored = tuple(_weighted(item) for item in self._query_terms)

    def _rarest(self, merged: Mapping[Clause, float]) -> tuple[list[_QueryTerm], list[_QueryTerm]]:
        """Return the rarest words and the heaviest runs that any passage holds."""
        if len(merged) < _WEIGHED:
            return [], []
        terms = {term for clause in merged for term in _terms(clause)}
        self._holders = {term: self._reader.pages.count(Term(TEXT, term)) for term in terms}
        items = (self._query_term(clause, weight) for clause, weight in merged.items())
        found = [item for item in items if item.entries]  # a title may hold what no page holds
        words = [item for item in found if not _is_run(item.clause)]
        runs = [item for item in found if _is_run(item.clause)]
        words.sort(key=itemgetter(2))
        runs.sort(key=lambda item: (-item.weight, item.entries))
        return words[:_MAX_WORDS], runs

    def _query_term(self, clause: Clause, weight: float) -> _QueryTerm:
        counts = [self._holders[term] for term in _terms(clause)]
        return _QueryTerm(clause, weight, sum(counts) if isinstance(clause, Bool) else min(counts))

    def best(self, names: Mapping[str, Named]) -> dict[str, list[Row]]:
        """Return the best passages of each document, best first.

        None where none holds what was asked for.

        Args:
            names: Document -> its title and number, whose words say little of a page.
        """
        best: dict[str, list[Row]] = {}
        doc_ids = list(names)
        with READING:  # a damaged column names owners that were not asked for
            for start in range(0, len(doc_ids) if self._scored else 0, _AT_ONCE):
                best |= self._best_of_some(doc_ids[start : start + _AT_ONCE], names)
        return best

    def _best_of_some(
        self, doc_ids: Sequence[str], names: Mapping[str, Named]
    ) -> dict[str, list[Row]]:
        owners = {owner_number(doc_id): doc_id for doc_id in doc_ids}
        within = AnyOf(DOC_ID, tuple(doc_ids))
        if self._query_terms:
            best, is_whole = self._judged(within, owners, names)
        else:
            best, is_whole = self._first(within, owners)
        if len(owners) > 1 and not is_whole:  # long documents may have crowded others out
            for doc_id in doc_ids:
                if doc_id not in best:
                    best |= self._best_of_some((doc_id,), names)
        return best

    def _first(
        self, within: Clause, owners: Mapping[int, str]
    ) -> tuple[dict[str, list[Row]], bool]:
        """Return the passages that score highest, and whether all were looked at."""
        limit = max(_AT_LEAST, _PER_DOCUMENT_UNWEIGHED * len(owners), self._most)
        scored = (*self._scored, *self._as_heading)
        found, _ = self._reader.pages.search(added_up(within, scored), limit, count=False)
        best: dict[str, list[Row]] = {}
        for row in found:
            if row.score > 0:
                of_one = best.setdefault(owners[row.key], [])
                if len(of_one) < self._most:
                    of_one.append(row)
        return best, len(found) < limit

    def _judged(
        self, within: Clause, owners: Mapping[int, str], names: Mapping[str, Named]
    ) -> tuple[dict[str, list[Row]], bool]:
        """Return the passages that hold what sets them apart, and whether all were looked at."""
        limit = max(_AT_LEAST, _PER_DOCUMENT * len(owners), self._most)
        clauses = (self._listing, self._heading, *self._scored)
        found = self._reader.pages.scores(clauses, within, limit)
        is_whole = len(found) < limit
        best: dict[str, list[Row]] = {}
        for key, groups in _grouped(found, self._most).items():
            doc_id = owners[key]
            rows = self._best_of_one(groups, doc_id, names[doc_id], is_whole=is_whole)
            if rows:
                best[doc_id] = rows
        return best, is_whole

    def _best_of_one(
        self, groups: Mapping[int, _Group], doc_id: str, named: Named, *, is_whole: bool
    ) -> list[Row]:
        """Return the best passages of a document, of which all were found or only the first."""
        if self._most <= _FEW and (rows := self._whole(groups)):
            return rows
        seen = sum(group.passages for group in groups.values())
        pages = self._reader.pages
        total = seen if is_whole else max(seen, pages.count(Term(DOC_ID, doc_id)))
        weights = self._weights(groups, total, total - seen, self._shares(named))

        scored = [
            (_score(bits, weights) * (1 + self._frequency * held.frequency), held.row)
            for bits, group in groups.items()
            if bits >> _FIRST_BIT
            for held in group.held
        ]
        scored.sort(key=itemgetter(0), reverse=True)
        return [row._replace(score=score) for score, row in scored[: self._most] if score > 0]

    def _whole(self, groups: Mapping[int, _Group]) -> list[Row]:
        """Return passages that hold all that any holds, if there are, and behind them others.

        Nothing has to be weighed then.
        """
        union = 0
        for bits in groups:
            union |= bits
        most = next(iter(groups))  # they come with the highest bits first
        if most & _IS_LISTING or not most >> _FIRST_BIT == union >> _FIRST_BIT > 0:
            return []
        rest = [group.held[0] for bits, group in groups.items() if bits != most]
        return [held.row for held in (*groups[most].held, *rest)[: self._most]]

    def _shares(self, named: Named) -> list[float]:
        """Return the share of its weight that each thing asked for has in a document."""
        numbered, titled = naming_stems(named, self._holders.keys(), self._reader.analyzer)
        shares = dict.fromkeys(titled, _TITLE_SHARE) | dict.fromkeys(numbered, _NUMBER_SHARE)
        return [_share(item.clause, shares) for item in self._query_terms]

    def _weights(
        self, groups: Mapping[int, _Group], total: int, unseen: int, shares: Sequence[float]
    ) -> list[float]:
        """Return the weight of each bit in a document of `total` passages, some of them unseen."""
        least = min(groups)
        idfs: dict[str, float] = {}
        own = []
        for bit, item in enumerate(self._query_terms, _FIRST_BIT):
            holders = sum([group.passages for bits, group in groups.items() if bits >> bit & 1])
            if unseen and least >> bit:  # passages that were cut off may hold it too
                holders += unseen
            own.append(idf(holders, total))
            if isinstance(item.clause, Term):
                idfs[item.clause.term] = own[-1]
        return [
            item.weight * (_run_idf(item.clause, idfs) or alone) * share
            for item, alone, share in zip(self._query_terms, own, shares, strict=True)
        ]


def _score(bits: int, weights: Sequence[float]) -> float:
    """Return the weight of what a passage holds, by what sort of passage it is."""
    held = sum(weight for bit, weight in enumerate(weights, _FIRST_BIT) if bits >> bit & 1)
    if bits & _IS_LISTING:
        return held * _LISTING_SHARE
    return held * _HEADING_FACTOR if bits & _IS_HEADING else held


def _weighted(item: _QueryTerm) -> Clause:
    """Return a clause as the engine is to count it: words by their weight, runs by being there."""
    if _is_run(item.clause):
        return Constant(item.clause, 0.0)
    terms = [Term(TEXT, term, item.weight) for term in _terms(item.clause)]
    return terms[0] if len(terms) == 1 else Bool(should=tuple(terms))


def _grouped(found: Sequence[Held], most: int) -> dict[int, dict[int, _Group]]:
    """Return owner -> what was held, as bits -> passages; those come with the best first."""
    groups: dict[int, dict[int, _Group]] = {}
    for held in found:
        row, bits, _ = held
        of_owner = groups.setdefault(row.key, {})
        if bits in of_owner:
            of_owner[bits].add(held, most)
        else:
            of_owner[bits] = _Group(held)
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


def _share(clause: Clause, shares: Mapping[str, float]) -> float:
    """Return the share of a weight that is left where metadata hold some of the words.

    A run of nothing but such words says less still: it comes on top of them.
    """
    terms = _terms(clause)
    share = sum(shares.get(term, 1.0) for term in terms) / len(terms)
    return share * share if _is_run(clause) and shares.keys() >= {*terms} else share


def _in_heading(words: Sequence[Clause]) -> Clause:
    """Return what matches a passage whose headings hold all words; numbers need not be there."""
    worded = [
        terms for terms in map(_terms, words) if not all(term[:1].isdigit() for term in terms)
    ]
    held = [
        Term(HEADINGS, terms[0])
        if len(terms) == 1
        else Bool(should=tuple(Term(HEADINGS, term) for term in terms))
        for terms in worded
    ]
    return Bool(must=tuple(held)) if held else NoDocuments()


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
