"""What the metadata of a hit say of it, as its snippet needs them, and whether that is all."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from droindex.engine.clauses import Bool, Term
from droindex.engine.entries import READING
from droindex.lazy import cached_property
from droindex.metadata.values import GENERIC_WORDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from droindex.engine.analysis import Analyzer
    from droindex.query.compile.contribution import PassageClause

__all__ = ["Named", "QueryWords", "names_path", "naming_stems"]

_PATH_PART = re.compile(r"[^\W\d_]+")
_START = 3  # letters of a stem with which each of its words begins
_ENDING = 2  # letters that a word may have behind its stem
_MIN_NAME = 3  # letters of a word that a path may be told to hold


class Named:
    """The stored metadata of a hit, read when first looked at; above all what names the document.

    Args:
        meta: Their stored form.

    Attributes:
        meta: The same.
    """

    def __init__(self, meta: bytes) -> None:
        self.meta = meta
        self._stems: tuple[set[str], set[str]] | None = None

    def stems(self, analyzer: Analyzer) -> tuple[set[str], set[str]]:
        """Return the stems of its number and of its title, by the chain of its set."""
        if self._stems is None:
            self._stems = _stems(self.number, analyzer), _stems(self.title, analyzer)
        return self._stems

    @cached_property
    def values(self) -> dict[str, Any]:
        """All that is stored: what is absent is left out."""
        with READING:
            text = self.meta.decode()  # to guess how it is encoded takes as long
            found: dict[str, Any] = json.loads(text)
        return found

    @property
    def title(self) -> str:
        """What the document is called; empty where it has no title, as what follows."""
        return self.values.get("title") or ""

    @property
    def number(self) -> str:
        """The number it is cited by."""
        return self.values.get("number") or ""

    @property
    def path(self) -> str:
        """Where its file lies in the corpus, in lower case."""
        return (self.values.get("file") or "").lower()

    @property
    def summary(self) -> str:
        """The author's summary."""
        return self.values.get("summary") or ""


def _stems(text: str, analyzer: Analyzer) -> set[str]:
    if not text:
        return set()
    return {stem for own, _ in analyzer.chunk_terms(text.split()) for stem in own}


def names_path(path: str, stem: str) -> bool:
    """Whether a part of a path begins or ends with a word: `lasvegas-001.pdf` with *las*.

    Args:
        path: The path, in lower case.
        stem: The word's stem.
    """
    if len(stem) < _MIN_NAME or stem not in path:
        return False
    return any(
        part.startswith(stem) or stem in part[-len(stem) - _ENDING :]
        for part in _PATH_PART.findall(path)
    )


def naming_stems(
    named: Named, stems: Collection[str], analyzer: Analyzer
) -> tuple[set[str], set[str]]:
    """Return which stems stand in the number of a document, and which in its title or its path.

    Args:
        named: The document.
        stems: Those to look for.
        analyzer: The chain of the set that was searched.
    """
    number, title = named.stems(analyzer)
    path = named.path
    titled = {stem for stem in stems if stem in title or names_path(path, stem)}
    return number.intersection(stems), titled


class QueryWords:
    """The words of a query, each as the stems that stand for it.

    Args:
        analyzer: The chain of the set that was searched.
        clauses: What ranks passages; the runs of words among them say no more than their words.
    """

    def __init__(self, analyzer: Analyzer, clauses: Sequence[PassageClause]) -> None:
        self._analyzer = analyzer
        self._words = [stems for stems in map(_stems_of, clauses) if stems]
        self._starts = [[stem[:_START] for stem in stems] for stems in self._words]
        self._have_figures = any(stem[:1].isdigit() for stems in self._words for stem in stems)
        self._known: dict[str, tuple[int, ...]] = {}  # the same few words are marked in most hits

    def are_all(self, marked: Iterable[str]) -> bool:
        """Whether words of a text are all that was asked for, and no part of it is a number."""
        return not self._have_figures and len(self._held(marked)) == len(self._words)

    def are_stray(self, marked: Collection[str]) -> bool:
        """Whether words of a text are figures alone, and few of what was asked for."""
        if not self._have_figures or 2 * len(marked) >= len(self._words):
            return False
        if not all(text.isdigit() for text in marked):
            return False
        return not all(stem[:1].isdigit() for stems in self._words for stem in stems)

    def are_named(self, named: Named, marked: Iterable[str]) -> bool:
        """Whether title and number of a document say more of them than some words do.

        They hold all, where `directive` is of any number, and the words not even all but the
        number; or the number is all that was asked for.

        Args:
            named: The document.
            marked: Words of its text.
        """
        held = self._held(marked)
        missing = [stems for nth, stems in enumerate(self._words) if nth not in held]
        if not (missing or self._have_figures) or not self._may_be_named(named, missing):
            return False
        number = self._number_stems(named)
        beside = [stems for stems in self._words if number.isdisjoint(stems)]
        if not beside:  # of a number alone, a reader knows it
            own = self._stems(named.number.split())
            return not all(own.isdisjoint(stems) for stems in self._words)
        title = self._stems(named.title.split())
        if any(title.isdisjoint(stems) for stems in beside):
            return False
        return any(stems in missing for stems in beside)

    def _may_be_named(self, named: Named, missing: Iterable[frozenset[str]]) -> bool:
        """Whether some words may stand in title or number: a stem begins as its words do.

        Most documents are told here by one word, for next to nothing.
        """
        letters = named.title.lower()

        def may_stand(stem: str) -> bool:
            return stem[:_START] in letters or stem[:1].isdigit() or stem in self._generic

        return all(any(map(may_stand, stems)) for stems in missing)

    def are_told(self, named: Named, marked: Iterable[str]) -> bool:
        """Whether the summary of a document holds more of them than some words, which are few."""
        held = len(self._held(marked))
        if 2 * held >= len(self._words):
            return False
        has = named.summary.lower().__contains__  # most summaries are told by what cannot be there
        if held >= sum([any(map(has, starts)) for starts in self._starts]):
            return False
        told = self._stems(named.summary.split())
        return held < sum([not told.isdisjoint(stems) for stems in self._words])

    def _held(self, words: Iterable[str]) -> set[int]:
        """Return the numbers of the query's words that some words stand for."""
        held: set[int] = set()
        for word in words:
            known = self._known.get(word)
            if known is None:
                own = self._stems((word,))
                places = enumerate(self._words)
                known = tuple(nth for nth, stems in places if not own.isdisjoint(stems))
                self._known[word] = known
            held.update(known)
        return held

    def are_numbered(self, named: Named, marked: Iterable[str]) -> bool:
        """Whether some words of a text stand in the number of its document, or are of any."""
        return self._stems(marked) <= self._number_stems(named)

    def _number_stems(self, named: Named) -> set[str]:
        number = named.number.split()
        return self._stems(number) | self._generic if number else set()

    @cached_property
    def _generic(self) -> set[str]:
        return self._stems(GENERIC_WORDS)

    def _stems(self, words: Iterable[str]) -> set[str]:
        return {stem for own, _ in self._analyzer.chunk_terms(words) for stem in own}


def _stems_of(clause: PassageClause) -> frozenset[str]:
    """Return the stems of a word, or of either-or of words; none of a run of words."""
    if isinstance(clause, Term):
        return frozenset((clause.term,))
    inner = clause.should if isinstance(clause, Bool) else ()
    return frozenset(part.term for part in inner if isinstance(part, Term))
