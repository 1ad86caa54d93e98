"""The snippets of hits: from the best passage of each, or else from its summary or beginning."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from droindex.engine.clauses import PhraseOf, Term
from droindex.engine.schema import ALL, DOC_ID
from droindex.lazy import cached_property
from droindex.query.results.hit import Snippet
from droindex.query.results.named import QueryWords, naming_stems
from droindex.query.results.passages import PassageFinder
from droindex.query.results.snippets.highlighter import Highlighter
from droindex.query.results.snippets.maker import Cut, Fitness, SnippetMaker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from droindex.engine.protocol import Row
    from droindex.library.reader import SetReader
    from droindex.query.compile.contribution import Compiled
    from droindex.query.results.named import Named
    from droindex.settings import Settings

__all__ = ["HitSnippets", "no_snippet"]

_EMPTY = Snippet(())
_CANDIDATES = 3  # passages of a document that may give its snippet
_FIRST_PASSAGES = 50  # of a document, among which the first one is looked for


class HitSnippets:
    """Makes the snippets of one query.

    Args:
        reader: The set that was searched.
        compiled: The query that was answered.
        settings: Which passage is best, and how long a snippet is.
        most: How many passages of a document are looked at.
    """

    def __init__(
        self, reader: SetReader, compiled: Compiled, settings: Settings, most: int = _CANDIDATES
    ) -> None:
        self._reader = reader
        self._clauses = compiled.passage_clauses
        self._highlights = compiled.highlights
        self._settings = settings
        self._most = most

    # Of a half-typed query no snippet is looked at, as a rule: so each part is made when needed.

    @cached_property
    def _finder(self) -> PassageFinder:
        return PassageFinder(self._reader, self._clauses, self._settings.ranking, self._most)

    @cached_property
    def _words(self) -> QueryWords:
        return QueryWords(self._reader.analyzer, self._clauses)

    @cached_property
    def _highlighter(self) -> Highlighter:
        numbers = [
            clause.terms
            for clause in self._clauses
            if isinstance(clause, PhraseOf) and not clause.slop and clause.terms[0][:1].isdigit()
        ]
        return Highlighter(self._reader.analyzer, self._highlights, numbers)

    @cached_property
    def _maker(self) -> SnippetMaker:
        idf = partial(self._reader.idf, ALL)
        return SnippetMaker(self._highlighter, self._settings.snippet, idf)

    def matches(self, text: str) -> list[tuple[int, int]]:
        """Return where in a text the words stand that are marked in snippets."""
        return self._highlighter.all_spans(text)

    def later(self, names: Mapping[str, Named]) -> Callable[[str], Snippet]:
        """Return what makes the snippet of each of these hits, by its id, when asked.

        The passages of all are looked for at once, for the first that is asked for.

        Args:
            names: Id and metadata of each hit.
        """
        best: dict[str, list[Row]] | None = None

        def make(doc_id: str) -> Snippet:
            nonlocal best
            if best is None:
                best = self._finder.best(names)
            return self._made(doc_id, names[doc_id], best.get(doc_id, []))

        return make

    def of_pages(self, doc_id: str, named: Named) -> Iterator[tuple[float, Snippet]]:
        """Yield each page of a document that answers, best first, with its share of the best.

        Args:
            doc_id: The document.
            named: What its metadata say.
        """
        rows = self._finder.best({doc_id: named}).get(doc_id, [])
        weights = self._weights(named)
        seen: set[int] = set()
        for row in rows:
            [passage] = self._reader.passages([row])  # each as it is asked for
            if passage.page in seen:  # a part of the same page answered better
                continue
            cut = self._maker.cut(passage, named.title, weights)
            if cut is not None:
                seen.add(passage.page)
                yield row.score / rows[0].score, cut.snippet

    def _made(self, doc_id: str, named: Named, rows: Sequence[Row]) -> Snippet:
        """Return the snippet of the best passage; of another where that has only its header."""
        best: Cut | None = None
        weights = self._weights(named)
        for row in rows:
            [passage] = self._reader.passages([row])
            cut = self._maker.cut(passage, named.title, weights)
            if cut is None:
                continue
            if cut.fitness is Fitness.TEXT:
                if not self._says_less(cut.snippet, named):
                    return cut.snippet
                cut = cut._replace(fitness=Fitness.PART)
                if named.summary:  # the passages behind it hold less, as a rule
                    return self._without_match(doc_id, named, cut)
            if best is None or cut.fitness > best.fitness:
                best = cut
        return self._without_match(doc_id, named, best)

    def _weights(self, named: Named) -> Mapping[int, float]:
        """Return what each word is worth in a document."""
        stems = self._highlighter.stems
        numbered, titled = naming_stems(named, stems, self._reader.analyzer)
        return self._maker.weights(numbered | titled)

    def _says_less(self, snippet: Snippet, named: Named) -> bool:
        """Whether a snippet says less than title and number, or holds stray figures alone."""
        words, marked = self._words, _marked(snippet)
        if words.are_all(marked):
            return False
        if words.are_stray(marked) or words.are_named(named, marked):
            return True
        return words.are_told(named, marked)

    def _tells(self, cut: Cut, named: Named) -> bool:
        """Whether a snippet holds some of what was asked for, other than the number."""
        if cut.fitness is not Fitness.PART:
            return False
        return not self._words.are_numbered(named, _marked(cut.snippet))

    def now(self, names: Mapping[str, Named], deadline: float) -> Callable[[str], Snippet]:
        """Return the snippet of each of these hits, by its id; empty ones once time is up.

        Args:
            names: Id and metadata of each hit.
            deadline: When to stop, as `time.perf_counter_ns` tells the time.
        """
        make = self.later(names)
        made = {
            doc_id: make(doc_id) if time.perf_counter_ns() <= deadline else _EMPTY
            for doc_id in names
        }
        return made.__getitem__

    def _without_match(self, doc_id: str, named: Named, best: Cut | None) -> Snippet:
        """Return the snippet of a hit whose words stand in no sentence: from summary or start.

        Args:
            doc_id: The document.
            named: What its metadata say.
            best: The best snippet there is: of its header block, or one that says the title.
        """
        if named.summary:
            summary = self._maker.from_summary(named.summary)
            if best is None or best.fitness is not Fitness.PART:
                return summary
            part = best.snippet  # it opens where some of it stands
            return replace(summary, page=part.page, page_label=part.page_label)
        if best is not None and self._tells(best, named):
            return best.snippet
        found, _ = self._reader.pages.search(Term(DOC_ID, doc_id), _FIRST_PASSAGES, count=False)
        passages = self._reader.passages(found)
        first = next((passage for passage in passages if passage.is_first), None)
        if first is None:
            return best.snippet if best else _EMPTY
        return self._maker.lead(first)


def _marked(snippet: Snippet) -> set[str]:
    return {text for text, is_match in snippet.segments if is_match}


def no_snippet(_doc_id: str) -> None:
    """Stand in for what makes snippets, where none were asked for."""
