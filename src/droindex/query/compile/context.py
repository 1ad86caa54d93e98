"""One query while it is compiled, and the statistics of the set that it is compiled for."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from droindex.engine.analysis import fold
from droindex.engine.bm25 import idf
from droindex.engine.clauses import Wildcard
from droindex.errors import QueryError
from droindex.lazy import Memo, cached_property
from droindex.query.compile.contribution import Contribution
from droindex.query.compile.speller import Speller, plain_texts
from droindex.synonyms.initials import spelled_out

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from droindex.library.reader import SetReader
    from droindex.query.language import nodes
    from droindex.settings import Settings
    from droindex.synonyms.lookup import Variant

__all__ = ["QueryContext", "shortened"]

_MIN_CAPITALS = 2  # letters: one begins a sentence or a name
_MAX_ACRONYM = 5  # letters of a word in capitals that is searched as it is written, first of all
_MAX_SPELLED_OUT = 3  # unknown short forms of a query that titles are read for: it takes long
_LETTERS = re.compile(r"[^\W\d_]+")
_MAX_SHOWN = 40  # letters of a word in a note


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
        corrections: Mapping[str, str],
        is_half_typed: bool,
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

    def pattern(self, item: nodes.Word, field: str, start: str = "") -> Contribution:
        """Return the clause of a whole value with wildcards; a note where the engine refuses it.

        Args:
            item: The word.
            field: The field of the index.
            start: What stands in front of its values there.

        Raises:
            QueryError: `bad-wildcard`, in strict mode: it has too many.
        """
        wildcard = Wildcard(field, start + fold(item.text))
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
        """Return those variants of some words that fit how these are written.

        A short form that a document defines may be an ordinary word elsewhere: it is taken for
        one unless it is written in capitals or is all that was asked for.

        Args:
            variants: Other words for them.
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

    @cached_property
    def acronym_like(self) -> frozenset[str]:
        """The surface terms that are written like acronyms: in capitals, of five letters at most.

        In a query that is written in capitals throughout, longer words show that they say nothing.
        """
        text = self.parsed.text
        if text.islower():
            return frozenset()
        words = _LETTERS.findall(text)
        if any(len(word) > _MAX_ACRONYM for word in words) and text.isupper():
            return frozenset()
        return frozenset(
            word.lower()
            for word in words
            if word.isupper() and _MIN_CAPITALS <= len(word) <= _MAX_ACRONYM
        )

    def spelled_out(self, surface: str) -> list[Variant]:
        """Return what a word stands for that no document holds, and that looks like a short form.

        Args:
            surface: The word, a surface term.
        """
        known = self._spelled_out
        if surface not in self.acronym_like or (
            surface not in known and len(known) >= _MAX_SPELLED_OUT
        ):
            return []
        return known[surface]

    @cached_property
    def _spelled_out(self) -> Memo[str, list[Variant]]:
        return Memo(
            partial(spelled_out, documents=self.documents, analyzer=self.analyzer),
            most=_MAX_SPELLED_OUT,
        )

    def idf(self, name: str, term: str) -> float:
        """Return how rare a term of a field is, above 0."""
        return self.reader.idf(name, term)

    def idf_of(self, doc_freq: int) -> float:
        """Return the idf of a term that stands in so many documents."""
        return idf(doc_freq, self.documents.num_docs)


def shortened(word: str) -> str:
    """Return a word as a note shows it."""
    return word if len(word) <= _MAX_SHOWN else f"{word[:_MAX_SHOWN]}…"
