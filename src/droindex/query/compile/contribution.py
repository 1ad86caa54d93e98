"""What a query asks for, as data: what each scorer contributes, and what they add up to.

Each scorer (words, citations, expansion, correction, wildcards) returns a frozen `Contribution`;
the compiler adds them up to a `Compiled`. Nothing is changed once it is made.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from droindex.engine.clauses import Bool, Clause, PhraseOf, Term, filtered

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from droindex.library.scopes import ScopeClauses
    from droindex.query.language import nodes

__all__ = [
    "NOTHING",
    "NO_HIGHLIGHTS",
    "Beginning",
    "Compiled",
    "Contribution",
    "Highlights",
    "HitFilters",
    "PassageClause",
    "Requirement",
    "TypedTitle",
    "all_of",
    "combined",
]

_NO_CORRECTIONS: Mapping[str, str] = MappingProxyType({})
PassageClause = Term | PhraseOf | Bool  # what ranks passages: words, runs of words, either-or


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
    passage_clauses: tuple[PassageClause, ...] = ()
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
        return Contribution(clauses, *self[1:])

    def unscored(self) -> Contribution:
        """Return the same without what scores, in documents and in passages."""
        return self._replace(clauses=(), passage_clauses=()) if self.clauses else self

    def with_words(
        self,
        stems: tuple[str, ...],
        clauses: tuple[Clause, ...],
        passage_clauses: tuple[PassageClause, ...],
    ) -> Contribution:
        """Return the same and what words add that score each by itself.

        Args:
            stems: The words.
            clauses: What they score.
            passage_clauses: What they score in passages.
        """
        own, surfaces, sequences = self.highlights
        highlights = Highlights(own.union(stems), surfaces, sequences)
        return Contribution(
            self.clauses + clauses,
            self.requirements,
            highlights,
            self.passage_clauses + passage_clauses,
            self.words + stems,
            *self[5:],
        )


NOTHING = Contribution()


def combined(parts: Iterable[Contribution]) -> Contribution:
    """Return contributions added up, in their order; a requirement counts once per key."""
    found = [part for part in parts if part is not NOTHING]
    if len(found) < 2:
        return found[0] if found else NOTHING
    highlights: list[Highlights] = []
    corrections: dict[str, str] = {}
    # An empty tuple is added for free, and most are: so this is faster than to chain them.
    clauses, _, _, passages, words, unknown, _, answered, named, notes = NOTHING
    for part in found:
        clauses += part.clauses
        passages += part.passage_clauses
        words += part.words
        unknown += part.unknown
        named += part.named
        notes += part.notes
        answered |= part.answered
        corrections.update(part.corrections)
        if part.highlights is not NO_HIGHLIGHTS:
            highlights.append(part.highlights)
    return Contribution(
        clauses,
        _each_once(found),
        _all_highlights(highlights),
        passages,
        words,
        unknown,
        corrections,
        answered,
        named,
        notes,
    )


def _all_highlights(parts: Sequence[Highlights]) -> Highlights:
    if len(parts) < 2:
        return parts[0] if parts else NO_HIGHLIGHTS
    stems, surfaces, sequences = zip(*parts, strict=True)
    return Highlights(
        frozenset().union(*stems), frozenset().union(*surfaces), frozenset().union(*sequences)
    )


def _each_once(parts: Sequence[Contribution]) -> tuple[Requirement, ...]:
    """Return the requirements of contributions, each once, in the order in which they came."""
    some = [part for part in parts if part.requirements or part.answered]
    if len(some) == 1 and len(some[0].requirements) < 2:
        return some[0].requirements
    seen: set[Hashable] = set()
    kept: list[Requirement] = []
    for part in some:
        for item in part.requirements:
            if not _is_required(item, seen):
                kept.append(item)
                seen.add(item.key)
        seen |= part.answered
    return tuple(kept)


def _is_required(item: Requirement, seen: set[Hashable]) -> bool:
    """Whether something is required already: itself, or of alternatives for words these words."""
    key = item.key
    if key is None:
        return False
    return key in seen or (bool(item.branches) and isinstance(key, tuple) and seen.issuperset(key))


def all_of(clauses: Sequence[Clause]) -> Clause | None:
    """Return the clause that all of these must match; None of none."""
    if not clauses:
        return None
    return clauses[0] if len(clauses) == 1 else Bool(must=tuple(clauses))


class HitFilters(NamedTuple):
    """What limits the hits of a search, whatever its text asks for.

    Attributes:
        scope: What the scope lets through.
        filters: What a hit must also match, as the caller says.
        today: The day that decides which documents have expired.
    """

    scope: ScopeClauses
    filters: tuple[Clause, ...]
    today: date


class Beginning(NamedTuple):
    """A word as it is typed: by half, or as a whole in any form.

    Attributes:
        surface: What was typed, a surface term.
        stem: Its stem term.
    """

    surface: str
    stem: str

    def may_be(self, surface: str, stem: str) -> bool:
        """Return whether a word begins like that, or is another form of it.

        Args:
            surface: The word, a surface term.
            stem: Its stem term.
        """
        return stem == self.stem or surface.startswith(self.surface)


class TypedTitle(NamedTuple):
    """A title as far as it is typed, and the titles that it may become.

    Attributes:
        beginnings: Each word that was typed, in their order.
        held: Titles that hold each of them, as the beginning or a form of a word; None for one
            word: it asks for no title.
        clause: The same, and what they score; for one word, titles that begin with it.
        weight: What a title gets for holding all.
    """

    beginnings: tuple[Beginning, ...]
    held: Bool | None
    clause: Clause
    weight: float

    @property
    def written(self) -> str:
        """The beginnings as they are written in a query."""
        return " ".join(f"{begun.surface}*" for begun in self.beginnings)


class Compiled(NamedTuple):
    """A query, ready to run.

    Attributes:
        parsed: The tree that it was made from.
        hit_filters: What limits the hits beside it.
        clause: What scores and matches; None where nothing scores (list everything).
        filters: What a hit must also match, as the query says, without score.
        excluded: What a hit must not match, as the query says.
        words: The stems that score each by itself, without those that nothing holds.
        requirements: What was asked for, for `match`.
        passage_clauses: What ranks the passages of a hit; none where no text was asked for.
        highlights: What to mark in snippets.
        named: What was asked for in a field, as written, and its clause.
        notes: Sentences for the searcher.
        corrections: Mistyped word -> the word that was searched instead.
        is_relaxed: Whether less is bound than was asked, since nothing held it all.
        title: Of a text that is typed: the titles that it may become; part of the clause.
    """

    parsed: nodes.Parsed
    hit_filters: HitFilters
    clause: Clause | None
    filters: tuple[Clause, ...]
    excluded: tuple[Clause, ...]
    words: frozenset[str]
    requirements: tuple[Requirement, ...]
    passage_clauses: tuple[PassageClause, ...]
    highlights: Highlights
    named: tuple[tuple[str, Clause], ...]
    notes: tuple[str, ...]
    corrections: Mapping[str, str]
    is_relaxed: bool = False
    title: TypedTitle | None = None

    def in_place_of(self, other: Compiled) -> Compiled:
        """Return this query with the filters of one that found nothing, and what that asked for.

        So that `match` says how much of what was asked for is there, and not of what is searched.
        """
        return self._replace(
            filters=other.filters,
            excluded=other.excluded,
            hit_filters=other.hit_filters,
            requirements=other.requirements,
        )

    def noting(self, *notes: str) -> Compiled:
        """Return the same with more notes."""
        return self._replace(notes=(*self.notes, *notes)) if notes else self

    def limited(self) -> Clause:
        """Return what to search: the clause within its filters, which leave every score alone."""
        scope = self.hit_filters.scope
        within = (*scope.within, *self.filters, *self.hit_filters.filters)
        return filtered(self.clause, within, (*self.excluded, *scope.outside))

    def holding(self, held: tuple[Clause, ...]) -> Clause:
        """Return what is found and matches all of some clauses.

        What holds a word matches a union of words: then that is not searched besides.
        """
        if self.clause is not None and not _is_implied(self.clause, held):
            held = (self.clause, *held)
        return self._replace(clause=all_of(held)).limited()

    @property
    def binds_all(self) -> bool:
        """Whether every hit holds all that was asked for, since it must match each as it is."""
        bound = set() if self.clause is None else set(_bound(self.clause))
        return all(item.clause in bound for item in self.requirements)

    @property
    def is_limited(self) -> bool:
        """Whether a hit must match anything beside the clause."""
        return bool(self.hit_filters.scope.within or self.filters or self.hit_filters.filters)

    @property
    def is_empty(self) -> bool:
        """Whether the text of the query asks for nothing."""
        return self.clause is None and not self.filters and not self.excluded

    @property
    def is_one_word(self) -> bool:
        """Whether every hit holds all that was asked for, since that is one word."""
        if self.is_relaxed or self.corrections or len(self.requirements) > 1:
            return False
        return not any(
            # A number is looked for by its parts, and held in a row or not at all.
            item.branches or isinstance(item.clause, PhraseOf)
            for item in self.requirements
        )


def _is_implied(clause: Clause, held: Iterable[Clause]) -> bool:
    """Whether a clause is a union that matches what one of others does."""
    if not isinstance(clause, Bool) or clause.must or clause.must_not:
        return False
    words = {item[:2] for item in held if isinstance(item, Term)}
    return any(isinstance(item, Term) and item[:2] in words for item in clause.should)


def _bound(clause: Clause) -> Iterator[Clause]:
    """Yield the words and phrases that whatever matches a clause must hold, without boosts."""
    if isinstance(clause, Bool):
        for item in clause.must:
            yield from _bound(item)
    elif isinstance(clause, Term | PhraseOf):
        yield clause._replace(boost=1.0)
