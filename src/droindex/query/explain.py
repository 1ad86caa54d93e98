"""How the numbers of one hit came about, worked out when somebody asks.

The score of a hit is the sum of the leaves of the clause tree that count for it, and of its lift.
So the tree is walked, and the engine is asked what each leaf alone gives to this one document.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from droindex.index.clauses import AnyNumber, AnyOf, Bool, Clause, Constant, Pattern, PhraseOf, Term
from droindex.index.engine import Found
from droindex.index.fields import QUERY_FIELDS
from droindex.query.explanation import AskedPart, Explanation, Likeness, ScorePart
from droindex.query.relevance import held_idf, leaves_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from droindex.index.library import SetReader
    from droindex.query.asked import Compiled, Part
    from droindex.query.feedback import Lifts
    from droindex.query.results import Hit

__all__ = ["explain"]

_DIGITS = 4  # of the best score, as a hit's score has
_FIELDS = {  # of the index -> as people know them
    "exact": "all",
    "title_exact": "title",
    "title_key": "title",
    "number_key": "number",
    "owner": "body",  # numbers stand for documents that hold something on a page
}
_PLACES = {
    "all": "in the text",
    "exact": "as written in the text",
    "title": "in the title",
    "title_exact": "as written in the title",
    "summary": "in the summary",
}
# What the first of two texts in the key of a part may be; else they are stems of a phrase.
_KINDS = {"exact", "title_exact", "title", "summary", "body", "endless", "mistyped"}
_FACTS = {
    "title_key": "is the whole title",
    "number_key": "is the number",
    "summary": "is there in the summary",
    "owner": "is there on a page",
}


def explain(
    reader: SetReader, compiled: Compiled, lifts: Lifts, best: float, hit: Hit
) -> Explanation:
    """Return how the score, relevance and match of a hit came about.

    Args:
        reader: The set that was searched.
        compiled: The query that was answered.
        lifts: What hits got for being like the best.
        best: The highest score among all hits.
        hit: The hit.

    Raises:
        DocumentNotFoundError: `document-not-found`, the set does not hold the document.
    """
    alone = _Alone(reader, hit.doc_id)
    names = _Names(reader, compiled)
    likeness = _likeness(reader, lifts, alone)
    parts = [
        ScorePart(names.of_leaf(leaf), _purpose(leaf), _field(leaf), _boost(leaf), score)
        for leaf, score in alone.parts(compiled.clause)
        if score
    ]
    if likeness is not None:
        parts.append(ScorePart("", "like the best hits", "all", None, likeness.score))
    return Explanation(
        score=hit.score,
        best=round(best, _DIGITS),
        relevance=hit.relevance,
        match=hit.match,
        parts=tuple(sorted(parts, key=lambda part: -part.score)),
        asked=tuple(_asked(part, names, alone) for part in compiled.parts),
        likeness=likeness,
        notes=tuple(compiled.notes),
    )


class _Alone:
    """Tells what clauses give to one document.

    Args:
        reader: The set.
        doc_id: The document.

    Attributes:
        place: The key of its address.
    """

    def __init__(self, reader: SetReader, doc_id: str) -> None:
        self._documents = reader.documents
        self._limit = Constant(Term("doc_id", doc_id), 0.0)
        self._known: dict[Clause, float | None] = {}
        self.place = Found(0.0, reader.address_of(doc_id)).place

    def score(self, clause: Clause) -> float | None:
        """Return the score that the document gets from a clause; None if it does not match."""
        if clause not in self._known:
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
        if not isinstance(clause, Bool):
            score = self.score(clause)
            return None if score is None else [(clause, score)]
        if any(self._leaves(item) is not None for item in clause.must_not):
            return None
        bound = [self._leaves(item) for item in clause.must]
        free = [leaves for item in clause.should if (leaves := self._leaves(item)) is not None]
        if None in bound or (clause.should and not clause.must and not free):
            return None
        return [pair for leaves in (*bound, *free) for pair in leaves or ()]


class _Names:
    """Calls clauses and parts by the words of the query that they were made from.

    Args:
        reader: The set that was searched.
        compiled: The query that was answered.
    """

    def __init__(self, reader: SetReader, compiled: Compiled) -> None:
        self._variants = reader.variants
        self._corrections = compiled.corrections
        self._words: dict[str, str] = {}
        texts = [compiled.parsed.text if compiled.parsed else "", *compiled.corrections.values()]
        for text in texts:
            for stem, surface in reader.analyzer.terms(text):
                self._words.setdefault(stem, surface)
        self._sayings: dict[tuple[str, ...], str] = {}
        self._of_clause: dict[Clause, str] = {}
        for part in compiled.parts:
            self._learn(part)

    def words(self, stems: Sequence[str]) -> str:
        """Return stems as the query writes them; those that it does not hold as they are."""
        return self._sayings.get(tuple(stems)) or " ".join(
            self._words.get(stem, stem) for stem in stems
        )

    def of_leaf(self, clause: Clause) -> str:
        """Return what matches where a leaf does."""
        match clause:
            case Constant():
                return self._of_clause.get(clause.clause) or self.of_leaf(clause.clause)
            case Term(field="exact" | "title_exact" | "title_key"):
                return clause.term
            case Term():
                return self.words((clause.term,))
            case PhraseOf():
                return self.words(clause.terms)
            case AnyOf(field="number_key"):
                return " ".join(clause.values)
        return self._of_clause.get(clause, "")

    def of_part(self, part: Part) -> str:
        """Return what was asked for, written as in a query."""
        key, clause = part.key, part.clause
        if part.branches and key is None:
            names = ([self.of_part(own) for own in branch] for branch in part.branches)
            return " OR ".join(map(_grouped, names))
        if isinstance(clause, PhraseOf):
            return _prefix(clause.field) + self._quoted(clause.terms, clause.slop)
        match key:
            case str():
                return self.words((key,))
            case (str(field), tuple(stems)):  # of a phrase on a page
                return _prefix(field) + self._quoted(stems, 0)
            case (str(field), str(text), int(slips)):
                return f"{_prefix(field)}{text}~{slips if slips > 1 else ''}"
            case (str(field), str(text)) if field in _KINDS and not part.branches:
                return _prefix(field) + text
            case tuple() if part.branches:
                return self.words(key)
            case tuple():  # a phrase that stands nowhere as it was typed
                typed = {right: wrong for wrong, right in self._corrections.items()}
                words = [self.words((stem,)) for stem in key]
                return f'"{" ".join(typed.get(word, word) for word in words)}"'
        return self.of_leaf(clause) if clause is not None else ""

    def others_of(self, part: Part) -> Iterator[str]:
        """Yield the words that were searched for a part, beside or instead of its own."""
        if part.branches and part.key is None:  # what OR joins
            for own in chain.from_iterable(part.branches):
                yield from self.others_of(own)
        elif part.branches:  # what was written, and its acronyms and synonyms
            for other in chain.from_iterable(part.branches[1:]):
                if isinstance(other.clause, PhraseOf):
                    yield self.words(other.clause.terms)
        elif isinstance(part.clause, Bool):  # a half-typed or fuzzy word, or one with wildcards
            yield from dict.fromkeys(_terms_in(part.clause))
        elif (word := self.of_part(part)) in self._corrections:
            yield self._corrections[word]

    def _quoted(self, stems: Sequence[str], slop: int) -> str:
        words = self.words(stems)
        return f'"{words}"' + (f"~{slop}" if slop else "") if len(stems) > 1 else words

    def _learn(self, part: Part) -> None:
        """Remember how acronyms and synonyms are written, and what clauses of parts ask for."""
        if isinstance(part.key, tuple) and part.branches:
            self._sayings |= {other.stems: other.text for other in self._variants.of(part.key)}
        for branch in part.branches:
            for own in branch:
                self._learn(own)
        if part.key is not None and isinstance(part.clause, AnyNumber | AnyOf | Pattern):
            self._of_clause[part.clause] = self.of_part(part)


def _terms_in(clause: Clause) -> Iterator[str]:
    if isinstance(clause, Bool):
        for item in (*clause.must, *clause.should):
            yield from _terms_in(item)
    elif isinstance(clause, Term):
        yield clause.term


def _grouped(names: Sequence[str]) -> str:
    return f"({' '.join(names)})" if len(names) > 1 else " ".join(names)


def _prefix(field: str) -> str:
    """Return how a query limits words to a field of the index; nothing where it need not."""
    known = _FIELDS.get(field, field)
    return f"{known}:" if known in QUERY_FIELDS else ""


def _purpose(leaf: Clause) -> str:
    """Return what a leaf counts for."""
    match leaf:
        case Constant(
            clause=Term(field=field)
            | AnyNumber(field=field)
            | AnyOf(field=field)
            | Pattern(field=field)
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
    field: str = getattr(leaf, "field", "all")
    return _FIELDS.get(field, field)


def _boost(leaf: Clause) -> float | None:
    return leaf.boost if isinstance(leaf, Term | PhraseOf) else None


def _asked(part: Part, names: _Names, alone: _Alone) -> AskedPart:
    leaves = leaves_of(part)
    places = {id(leaf): place for place, leaf in enumerate(leaves)}
    held = {
        place
        for place, leaf in enumerate(leaves)
        if leaf.clause is not None and alone.holds(leaf.clause)
    }
    share = held_idf(part, places, held) / part.idf
    return AskedPart(names.of_part(part), part.idf, share, tuple(names.others_of(part)))


def _likeness(reader: SetReader, lifts: Lifts, alone: _Alone) -> Likeness | None:
    score = lifts.scores.get(alone.place, 0.0)
    if not score:
        return None
    stored = reader.documents.stored_of([hit.address for hit in lifts.models], ("doc_id",))
    return Likeness(
        score=score,
        similarity=score / lifts.scores[lifts.models[0].place],
        models=tuple(doc_id for (doc_id,) in stored),
        terms=tuple((term, alone.holds(Term("all", term))) for term in lifts.terms),
    )
