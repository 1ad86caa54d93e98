"""What a query asks for, as data: parts, marks, clauses; and the draft in which it is gathered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from droindex.errors import QueryError
from droindex.index.analysis import fold
from droindex.index.clauses import Bool, Pattern, filtered
from droindex.index.library import idf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from droindex.index.clauses import Clause, PhraseOf, Term
    from droindex.index.library import SetReader
    from droindex.index.variants import Variant
    from droindex.query import nodes
    from droindex.settings import Settings

__all__ = ["Compiled", "Draft", "Marks", "Part", "all_of", "engine_regex"]

_MIN_CAPITALS = 2  # letters: one begins a sentence or a name
_MAX_SHOWN = 40  # letters of a word in a note
_SPECIAL = re.compile(r"[\\.+()|\[\]{}^$]")


@dataclass(slots=True)
class Part:
    """One thing that was asked for: a word, a phrase, or one of several.

    Attributes:
        idf: Its weight, by rarity.
        clause: Which documents hold it; None where `branches` say it.
        branches: Alternatives, each a list of parts; the best one counts.
        key: What tells it from other parts and what to call it: a stem, the stems of a phrase,
            or (field, text). None for what OR joins.
    """

    idf: float
    clause: Clause | None = None
    branches: tuple[tuple[Part, ...], ...] = ()
    key: object = None


@dataclass(slots=True)
class Marks:
    """Which words of a text are to be marked as matches.

    Attributes:
        stems: Stem terms asked for.
        surfaces: Surface terms that stand for a half-typed or wildcard word.
        sequences: Sequences of stems that say the same in other words; marked as a whole only.
    """

    stems: set[str] = field(default_factory=set)
    surfaces: set[str] = field(default_factory=set)
    sequences: set[tuple[str, ...]] = field(default_factory=set)


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
        parts: What was asked for, for `match`.
        page_clauses: What ranks the passages of a hit; none where no text was asked for.
        marks: What to mark in snippets.
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
    words: set[str] = field(default_factory=set)
    parts: list[Part] = field(default_factory=list)
    page_clauses: tuple[Term | PhraseOf | Bool, ...] = ()
    marks: Marks = field(default_factory=Marks)
    named: list[tuple[str, Clause]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    corrections: dict[str, str] = field(default_factory=dict)
    parsed: nodes.Parsed | None = None
    is_relaxed: bool = False

    def stand_in_for(self, other: Compiled) -> None:
        """Take over the limits of a query that found nothing, and what it asked for.

        So that `match` says how much of what was asked for is there, and not of what is searched.
        """
        self.filters, self.excluded = other.filters, other.excluded
        self.within, self.outside = other.within, other.outside
        self.parts = other.parts

    def limited(self) -> Clause:
        """Return what to search: the clause within its filters, which leave every score alone."""
        limits = (*self.within, *self.filters)
        return filtered(self.clause, limits, (*self.excluded, *self.outside))

    @property
    def is_one_word(self) -> bool:
        """Whether every hit holds all that was asked for, since that is one word or phrase."""
        if self.is_relaxed or self.corrections or len(self.parts) > 1:
            return False
        return not any(part.branches for part in self.parts)


class Draft:
    """What one compilation has gathered so far, with the statistics of the set it is for.

    Args:
        parsed: The query.
        reader: The set it will run on.
        settings: Boosts and limits.
        strict: Whether a fault is an error instead of a note.
        is_half_typed: Whether it is asked at each key, so that its cost is capped lower.

    Attributes:
        out: What was gathered.
        page_clauses: What ranks the passages of a hit.
        seen: Keys of the parts in `out`.
        unknown: Words that no document holds.
        said_otherwise: Stems for which other words are searched as well.
        top_idf: The idf of a word that no document holds.
    """

    def __init__(
        self,
        parsed: nodes.Parsed,
        reader: SetReader,
        settings: Settings,
        *,
        strict: bool,
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
        self.is_half_typed = is_half_typed
        self.top_idf = self.idf_of(0)
        self.out = Compiled(notes=list(parsed.notes))
        self.page_clauses: list[Term | PhraseOf | Bool] = []
        self.seen: set[object] = set()
        self.unknown: list[str] = []
        self.said_otherwise: set[str] = set()

    def add_part(self, key: object, part: Part) -> None:
        """Add what is asked for, once per key."""
        if key not in self.seen:
            self.seen.add(key)
            part.key = key
            self.out.parts.append(part)

    def pattern(self, item: nodes.Word, field: str) -> Pattern | None:
        """Return the clause of a whole value with wildcards; None where the engine refuses it.

        Args:
            item: The word.
            field: The field of the index.

        Raises:
            QueryError: `bad-wildcard`, in strict mode: it has too many.
        """
        pattern = Pattern(field, engine_regex(fold(item.text)))
        if self.documents.takes(pattern):  # the other index has the same engine
            return pattern
        shown = item.text if len(item.text) <= _MAX_SHOWN else f"{item.text[:_MAX_SHOWN]}…"
        message = f"“{shown}” has too many wildcards, or is too long to have any."
        if self.strict:
            raise QueryError(
                message,
                query=self.parsed.text,
                position=item.start,
                hint="Write fewer * and ?.",
                slug="bad-wildcard",
            )
        self.out.notes.append(f"{message} It was left out.")
        return None

    def fitting(self, variants: list[Variant], stems: tuple[str, ...], words: int) -> list[Variant]:
        """Return those of the ways to say some words that fit how these are written.

        A short form that a document defines may be an ordinary word elsewhere: it is taken for
        one unless it is written in capitals or is all that was asked for.

        Args:
            variants: The ways.
            stems: The words.
            words: How many words were asked for.
        """
        if words == len(stems) or self.is_in_capitals(stems):
            return variants
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


def all_of(clauses: Sequence[Clause]) -> Clause | None:
    """Return the clause that all of these must match; None of none."""
    if not clauses:
        return None
    return clauses[0] if len(clauses) == 1 else Bool(must=tuple(clauses))


def engine_regex(shape: str) -> str:
    """Return the engine's regular expression for a word with `*` and `?` as wildcards."""
    escaped = _SPECIAL.sub(lambda match: "\\" + match.group(), shape)
    return escaped.replace("*", ".*").replace("?", ".")
