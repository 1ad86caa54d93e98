"""What a query asks for, as data: what each scorer contributes, and what they add up to.

Each scorer (words, citations, expansion, correction, wildcards) returns a frozen `Contribution`;
the compiler adds them up. Nothing is changed once it is made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from droindex.errors import QueryError
from droindex.index.analysis import fold
from droindex.index.bm25 import idf
from droindex.index.clauses import Bool, Clause, PhraseOf, Term, Wildcard, filtered
from droindex.query.spelling import Speller, plain_texts

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from droindex.index.library import SetReader
    from droindex.index.variants import Variant
    from droindex.query import nodes
    from droindex.settings import Settings

__all__ = [
    "NOTHING",
    "Compiled",
    "Contribution",
    "Highlights",
    "QueryContext",
    "Requirement",
    "all_of",
    "shortened",
    "together",
]

_MIN_CAPITALS = 2  # letters: one begins a sentence or a name
_MAX_SHOWN = 40  # letters of a word in a note
_NO_CORRECTIONS: Mapping[str, str] = MappingProxyType({})


class Requirement(NamedTuple):
    """One thing that was asked for: a word, a phrase, or one of several.

    Attributes:
        label: What to call it: as it is written in a query.
        idf: Its weight, by rarity, above 0.
        clause: Which documents hold it; None where `branches` say it.
        branches: Alternatives, each a list of requirements; the best one counts.
        key: What tells it from others, so that it counts once; None for what OR joins.
        stands_for: Words that are searched for it, beside it or in its place.
    """

    label: str
    idf: float
    clause: Clause | None = None
    branches: tuple[tuple[Requirement, ...], ...] = ()
    key: Hashable = None
    stands_for: tuple[str, ...] = ()


class Highlights(NamedTuple):
    """Which words of a text are to be marked as matches.

    Attributes:
        stems: Stem terms asked for.
        surfaces: Surface terms that stand for a half-typed or wildcard word.
        sequences: Sequences of stems that say the same in other words; marked as a whole only.
    """

    stems: frozenset[str] = frozenset()
    surfaces: frozenset[str] = frozenset()
    sequences: frozenset[tuple[str, ...]] = frozenset()


NO_HIGHLIGHTS = Highlights()


class Contribution(NamedTuple):
    """What one scorer adds to a compiled query.

    Attributes:
        clauses: What scores; whoever asked for it knows whether one of them binds or all do.
        requirements: What was asked for, by which `match` is counted.
        highlights: Words to mark in snippets.
        passage_clauses: What ranks the passages of a hit.
        words: Stems that score each by itself.
        unknown: Words, as written, that no document holds.
        corrections: Mistyped word -> the word that is searched instead or beside it.
        answered: Keys of requirements that must not be asked for again: what was meant by a
            mistyped word is no word of its own.
        named: What was asked for in a field, as written, and its clause.
        notes: Sentences for the searcher.
    """

    clauses: tuple[Clause, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    highlights: Highlights = NO_HIGHLIGHTS
    passage_clauses: tuple[Term | PhraseOf | Bool, ...] = ()
    words: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    corrections: Mapping[str, str] = _NO_CORRECTIONS
    answered: frozenset[str] = frozenset()
    named: tuple[tuple[str, Clause], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def clause(self) -> Clause | None:
        """The one clause of a scorer that makes one; None where it makes none."""
        return self.clauses[0] if self.clauses else None

    def scoring(self, *clauses: Clause) -> Contribution:
        """Return the same with other clauses."""
        return self._replace(clauses=clauses)


NOTHING = Contribution()


def together(parts: Iterable[Contribution]) -> Contribution:
    """Return contributions added up, in their order; a requirement counts once per key."""
    found = [part for part in parts if part is not NOTHING]
    if len(found) == 1:
        return found[0]
    if not found:
        return NOTHING
    corrections: dict[str, str] = {}
    for part in found:
        corrections.update(part.corrections)
    return Contribution(
        clauses=tuple([clause for part in found for clause in part.clauses]),
        requirements=_once(found),
        highlights=Highlights(*map(_union, zip(*[part.highlights for part in found], strict=True))),  # type: ignore[arg-type] # three sets
        passage_clauses=tuple([clause for part in found for clause in part.passage_clauses]),
        words=tuple([word for part in found for word in part.words]),
        unknown=tuple([word for part in found for word in part.unknown]),
        corrections=corrections,
        answered=frozenset().union(*[part.answered for part in found]),
        named=tuple([pair for part in found for pair in part.named]),
        notes=tuple([note for part in found for note in part.notes]),
    )


def _union(sets: Iterable[frozenset[object]]) -> frozenset[object]:
    return frozenset().union(*sets)


def _once(parts: Sequence[Contribution]) -> tuple[Requirement, ...]:
    """Return the requirements of contributions, each once, in the order in which they came."""
    seen: set[Hashable] = set()
    kept: list[Requirement] = []
    for part in parts:
        for item in part.requirements:
            if not _is_asked(item, seen):
                kept.append(item)
                if item.key is not None:
                    seen.add(item.key)
        seen |= part.answered
    return tuple(kept)


def _is_asked(item: Requirement, seen: set[Hashable]) -> bool:
    """Whether something is asked for already; what can be said otherwise, by its words too."""
    if item.branches and isinstance(item.key, tuple):
        return item.key in seen or seen.issuperset(item.key)
    return item.key in seen


@dataclass(slots=True)
class Compiled:
    """A query, ready to run.

    Attributes:
        clause: What scores and matches; None where nothing scores (list everything).
        filters: What a hit must also match, without score.
        excluded: What a hit must not match, as the query says.
        within: What a hit must match to lie within the scope.
        outside: What a hit must not match, since it lies outside the scope.
        words: The stems that score each by itself, without those that nothing holds.
        requirements: What was asked for, for `match`.
        passage_clauses: What ranks the passages of a hit; none where no text was asked for.
        highlights: What to mark in snippets.
        named: What was asked for in a field, as written, and its clause.
        notes: Sentences for the searcher.
        corrections: Mistyped word -> the word that was searched instead.
        parsed: The tree that it was made from.
        is_relaxed: Whether less is bound than was asked, since nothing held it all.
    """

    clause: Clause | None = None
    filters: list[Clause] = field(default_factory=list)
    excluded: list[Clause] = field(default_factory=list)
    within: tuple[Clause, ...] = ()
    outside: tuple[Clause, ...] = ()
    words: frozenset[str] = frozenset()
    requirements: tuple[Requirement, ...] = ()
    passage_clauses: tuple[Term | PhraseOf | Bool, ...] = ()
    highlights: Highlights = NO_HIGHLIGHTS
    named: tuple[tuple[str, Clause], ...] = ()
    notes: list[str] = field(default_factory=list)
    corrections: Mapping[str, str] = field(default_factory=dict)
    parsed: nodes.Parsed | None = None
    is_relaxed: bool = False

    def stand_in_for(self, other: Compiled) -> None:
        """Take over the limits of a query that found nothing, and what it asked for.

        So that `match` says how much of what was asked for is there, and not of what is searched.
        """
        self.filters, self.excluded = other.filters, other.excluded
        self.within, self.outside = other.within, other.outside
        self.requirements = other.requirements

    def limited(self) -> Clause:
        """Return what to search: the clause within its filters, which leave every score alone."""
        limits = (*self.within, *self.filters)
        return filtered(self.clause, limits, (*self.excluded, *self.outside))

    @property
    def is_one_word(self) -> bool:
        """Whether every hit holds all that was asked for, since that is one word or phrase."""
        if self.is_relaxed or self.corrections or len(self.requirements) > 1:
            return False
        return not any(item.branches for item in self.requirements)


class QueryContext:
    """One query, and the statistics of the set that it is compiled for.

    Args:
        parsed: The query.
        reader: The set it will run on.
        settings: Boosts and limits.
        strict: Whether a fault is an error instead of a note.
        corrections: Mistyped word -> the word to search in its place, known beforehand.
        is_half_typed: Whether it is asked at each key, so that its cost is capped lower.

    Attributes:
        top_idf: The idf of a word that no document holds.
    """

    def __init__(
        self,
        parsed: nodes.Parsed,
        reader: SetReader,
        settings: Settings,
        *,
        strict: bool,
        corrections: Mapping[str, str] = _NO_CORRECTIONS,
        is_half_typed: bool = False,
    ) -> None:
        self.parsed = parsed
        self.reader = reader
        self.documents = reader.documents
        self.vocabulary = reader.vocabulary
        self.analyzer = reader.analyzer
        self.ranking = settings.ranking
        self.limits = settings.limits
        self.strict = strict
        self.corrections = corrections
        self.is_half_typed = is_half_typed
        self.top_idf = self.idf_of(0)

    @cached_property
    def speller(self) -> Speller:
        """What puts the words of this query right."""
        return Speller(self.reader, tuple(plain_texts(self.parsed.root.nodes)))

    def pattern(self, item: nodes.Word, field: str) -> Contribution:
        """Return the clause of a whole value with wildcards; a note where the engine refuses it.

        Args:
            item: The word.
            field: The field of the index.

        Raises:
            QueryError: `bad-wildcard`, in strict mode: it has too many.
        """
        wildcard = Wildcard(field, fold(item.text))
        if self.documents.takes(wildcard):  # the other index has the same engine
            return Contribution((wildcard,))
        message = f"“{shortened(item.text)}” has too many wildcards, or is too long to have any."
        if self.strict:
            raise QueryError(
                message,
                query=self.parsed.text,
                position=item.start,
                hint="Write fewer * and ?.",
                slug="bad-wildcard",
            )
        return Contribution(notes=(f"{message} It was left out.",))

    def fitting(
        self, variants: Sequence[Variant], stems: tuple[str, ...], words: int
    ) -> list[Variant]:
        """Return those of the ways to say some words that fit how these are written.

        A short form that a document defines may be an ordinary word elsewhere: it is taken for
        one unless it is written in capitals or is all that was asked for.

        Args:
            variants: The ways.
            stems: The words.
            words: How many words were asked for.
        """
        if words == len(stems) or self.is_in_capitals(stems):
            return list(variants)
        return [variant for variant in variants if not variant.needs_capitals]

    def is_in_capitals(self, stems: tuple[str, ...]) -> bool:
        """Whether words of the query are written like short forms: `NFOP`, `DoD`."""
        return all(stem in self._capitals for stem in stems)

    @cached_property
    def _capitals(self) -> frozenset[str]:
        chunks = (
            chunk
            for chunk in self.parsed.text.split()
            if sum(letter.isupper() for letter in chunk) >= _MIN_CAPITALS
        )
        return frozenset(stem for chunk in chunks for stem, _ in self.analyzer.terms(chunk))

    def idf(self, name: str, term: str) -> float:
        """Return how telling a term of a field is, above 0."""
        return self.reader.idf(name, term)

    def idf_of(self, doc_freq: int) -> float:
        """Return the idf of a term that stands in so many documents."""
        return idf(doc_freq, self.documents.num_docs)


def shortened(word: str) -> str:
    """Return a word as a note shows it."""
    return word if len(word) <= _MAX_SHOWN else f"{word[:_MAX_SHOWN]}…"


def all_of(clauses: Sequence[Clause]) -> Clause | None:
    """Return the clause that all of these must match; None of none."""
    if not clauses:
        return None
    return clauses[0] if len(clauses) == 1 else Bool(must=tuple(clauses))
