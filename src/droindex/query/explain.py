"""How the numbers of one hit came about, worked out when somebody asks.

The score of a hit is the sum of the leaves of the clause tree that count for it, and of its lift.
So the tree is walked, and the engine is asked what each leaf alone gives to this one document.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from droindex.engine import schema
from droindex.engine.analysis import KEPT
from droindex.engine.clauses import (
    AnyNumber,
    AnyOf,
    Bool,
    Clause,
    Constant,
    PhraseOf,
    Term,
    Wildcard,
)
from droindex.engine.fields import CITED_BY, NUMBER
from droindex.query.results.explanation import Explanation, Likeness, MatchPart, ScorePart
from droindex.query.results.relevance import held_idf, leaves_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from droindex.library.reader import SetReader
    from droindex.query.compile.contribution import Compiled, Requirement
    from droindex.query.feedback import Lifts
    from droindex.query.results.hit import Hit

__all__ = ["explain"]

_TOO_LONG = "The explanation took too long: parts of it were left out."
_MAX_LOOKUPS = 1_000  # in the index, for one explanation; a question of twenty words takes some 150
_DIGITS = 4  # of the best score, as a hit's score has
_FIELDS = {  # of the index -> as people know them
    schema.EXACT: schema.ALL,
    schema.TITLE_EXACT: schema.TITLE,
    schema.TITLE_KEY: schema.TITLE,
    schema.NUMBER_KEY: NUMBER,
    schema.OWNER: schema.BODY,  # numbers stand for documents that hold something on a page
}
_PLACES = {
    schema.ALL: "in the text",
    schema.EXACT: "as written in the text",
    schema.TITLE: "in the title",
    schema.TITLE_EXACT: "as written in the title",
    schema.SUMMARY: "in the summary",
}
_FACTS = {
    schema.TITLE_KEY: "is the whole title",
    schema.NUMBER_KEY: "is the number",
    schema.SUMMARY: "is there in the summary",
    schema.OWNER: "is there on a page",
}


def explain(
    reader: SetReader, compiled: Compiled, lifts: Lifts, best: float, hit: Hit, deadline_s: float
) -> Explanation:
    """Return how the score, relevance and match of a hit came about.

    Args:
        reader: The set that was searched.
        compiled: The query that was answered.
        lifts: What hits got for being like the best.
        best: The highest score among all hits.
        hit: The hit.
        deadline_s: Seconds after which the parts that are left are left out, with a note.

    Raises:
        DocumentNotFoundError: `document-not-found`, the set does not hold the document.
    """
    document = _OneDocument(reader, hit.doc_id, deadline_s)
    names = _Names(reader, compiled)
    likeness = _likeness(reader, lifts, document)
    parts = [
        ScorePart(names.of_leaf(leaf), _purpose(leaf), _field(leaf), _boost(leaf), score)
        for leaf, score in document.parts(compiled.clause)
        if score
    ]
    if likeness is not None:
        parts.append(ScorePart("", "like the best hits", schema.ALL, None, likeness.score))
    elif compiled.title and (lift := lifts.scores.get(document.key)):
        typed = compiled.title.written
        parts.append(ScorePart(typed, "in this order in the title", schema.TITLE, None, lift))
    if cited := lifts.cited.get(document.key):
        parts.append(ScorePart("", "other documents refer to it", CITED_BY, None, cited))
    shares = tuple(_share(item, document) for item in compiled.requirements)
    late = (_TOO_LONG,) if document.is_late else ()
    return Explanation(
        score=hit.score,
        best=round(best, _DIGITS),
        relevance=hit.relevance,
        match=hit.match,
        parts=tuple(sorted(parts, key=lambda part: -part.score)),
        requirements=shares,
        likeness=likeness,
        notes=(*compiled.notes, *late),
    )


class _OneDocument:
    """Tells what clauses give to one document.

    Args:
        reader: The set.
        doc_id: The document.
        deadline_s: Seconds after which nothing more is looked up.

    Attributes:
        is_late: Whether something was not looked up for that.
        key: The number that stands for it.
    """

    def __init__(self, reader: SetReader, doc_id: str, deadline_s: float) -> None:
        self._documents = reader.documents
        self._limit = Constant(Term(schema.DOC_ID, doc_id), 0.0)
        self._late_ns = time.perf_counter_ns() + deadline_s * 1e9
        self.is_late = False
        self._known: dict[Clause, float | None] = {}
        self.key = reader.row_of(doc_id).key

    def score(self, clause: Clause) -> float | None:
        """Return the score that the document gets from a clause; None if it does not match."""
        if clause not in self._known:
            if len(self._known) >= _MAX_LOOKUPS or time.perf_counter_ns() > self._late_ns:
                self.is_late = True
            if self.is_late:
                return None
            both = Bool(must=(self._limit, clause))
            found, _ = self._documents.search(both, 1, count=False)
            self._known[clause] = found[0].score if found else None
        return self._known[clause]

    def holds(self, clause: Clause) -> bool:
        """Whether the document matches a clause."""
        return self.score(clause) is not None

    def parts(self, clause: Clause | None) -> list[tuple[Clause, float]]:
        """Return the leaves of a clause that add to the document's score, with what they add."""
        return [] if clause is None else self._leaves(clause) or []

    def _leaves(self, clause: Clause) -> list[tuple[Clause, float]] | None:
        """Return the same, None if the document does not match."""
        if isinstance(clause, Bool):
            return self._leaves_of_bool(clause)
        score = self.score(clause)
        return None if score is None else [(clause, score)]

    def _leaves_of_bool(self, clause: Bool) -> list[tuple[Clause, float]] | None:
        bound = self._all_leaves(clause.must)
        free = self._all_leaves(clause.should)
        is_missing = len(bound) < len(clause.must) or not (clause.must or free or not clause.should)
        if is_missing or self._all_leaves(clause.must_not):
            return None
        return [pair for leaves in (*bound, *free) for pair in leaves]

    def _all_leaves(self, clauses: Sequence[Clause]) -> list[list[tuple[Clause, float]]]:
        """Return the leaves of each clause that the document matches."""
        return [leaves for leaves in map(self._leaves, clauses) if leaves is not None]


class _Names:
    """Calls clauses by the words of the query that they were made from.

    Args:
        reader: The set that was searched.
        compiled: The query that was answered.
    """

    def __init__(self, reader: SetReader, compiled: Compiled) -> None:
        self._words: dict[str, str] = {}
        texts = [compiled.parsed.text, *compiled.corrections.values()]
        for text in texts:
            for stem, surface in reader.analyzer.terms(text):
                self._words.setdefault(stem, surface)
        self._of_clause: dict[Clause, str] = {}
        for item in compiled.requirements:
            self._learn(item)
        if compiled.title and compiled.title.held:
            self._of_clause[compiled.title.held] = compiled.title.written

    def words(self, stems: Sequence[str]) -> str:
        """Return stems as the query writes them; those that it does not hold as they are."""
        known = self._of_clause.get(PhraseOf(schema.ALL, tuple(stems)))
        return known or " ".join(self._words.get(stem, stem) for stem in stems)

    def of_leaf(self, clause: Clause) -> str:
        """Return what matches where a leaf does."""
        match clause:
            case Constant():
                return self._of_clause.get(clause.clause) or self.of_leaf(clause.clause)
            case Term(field=schema.EXACT | schema.TITLE_EXACT | schema.TITLE_KEY):
                return clause.term
            case Term():
                return self.words((clause.term,))
            case PhraseOf():
                return self.words(clause.terms)
            case AnyOf(field=schema.NUMBER_KEY):
                return " ".join(clause.values)
            case Wildcard() if clause not in self._of_clause:
                return clause.shape
        return self._of_clause.get(clause, "")

    def _learn(self, item: Requirement) -> None:
        """Remember what clauses ask for that do not say it themselves."""
        for branch in item.branches:
            for own in branch:
                self._learn(own)
                if item.key is not None and isinstance(own.clause, PhraseOf):
                    self._of_clause.setdefault(own.clause, own.label)
        if item.key is not None and isinstance(item.clause, AnyNumber | AnyOf | Wildcard):
            self._of_clause[item.clause] = item.label


def _purpose(leaf: Clause) -> str:
    """Return what a leaf counts for."""
    match leaf:
        case Constant(clause=Bool()):  # all that was typed
            return "in the title, in any order"
        case Constant(
            clause=Term(field=field)
            | AnyNumber(field=field)
            | AnyOf(field=field)
            | Wildcard(field=field)
        ):
            return _FACTS.get(field, "is there at all")
        case Term(field=field) | PhraseOf(field=field, terms=(_,)):
            return _PLACES.get(field, f"in {field}")
        case PhraseOf(field=field, slop=slop):
            how = f"side by side, up to {slop} words between," if slop else "as a phrase"
            return f"{how} {_PLACES.get(field, f'in {field}')}"
    return "is there at all"


def _field(leaf: Clause) -> str:
    while isinstance(leaf, Constant):
        leaf = leaf.clause
    if isinstance(leaf, Bool):
        return schema.TITLE
    field: str = getattr(leaf, "field", schema.ALL)
    return _FIELDS.get(field, field)


def _boost(leaf: Clause) -> float | None:
    return leaf.boost if isinstance(leaf, Term | PhraseOf) else None


def _share(item: Requirement, document: _OneDocument) -> MatchPart:
    leaves = leaves_of(item)
    places = {id(leaf): place for place, leaf in enumerate(leaves)}
    held = {
        place
        for place, leaf in enumerate(leaves)
        if leaf.clause is not None and document.holds(leaf.clause)
    }
    share = held_idf(item, places, held) / item.idf
    return MatchPart(item.label, item.idf, share, tuple(dict.fromkeys(item.stands_for)))


def _likeness(reader: SetReader, lifts: Lifts, document: _OneDocument) -> Likeness | None:
    score = lifts.scores.get(document.key, 0.0) - lifts.cited.get(document.key, 0.0)
    if score <= 0 or not lifts.models:
        return None
    stored = reader.documents.fetch(lifts.models, (schema.DOC_ID,))
    return Likeness(
        score=score,
        similarity=score / lifts.most,
        models=tuple(doc_id for (doc_id,) in stored),
        terms=tuple(
            (term.rstrip(KEPT), document.holds(Term(schema.ALL, term))) for term in lifts.terms
        ),
    )
