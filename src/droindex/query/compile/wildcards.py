"""Words with wildcards -> the real words that they stand for."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from droindex.engine.analysis import fold
from droindex.engine.clauses import (
    AnyOf,
    Bool,
    Clause,
    Constant,
    NoDocuments,
    PhraseOf,
    Term,
    Wildcard,
)
from droindex.engine.schema import ALL, EXACT, NUMBER_KEY, TEXT, TITLE, TITLE_EXACT
from droindex.query.compile.contribution import (
    NO_HIGHLIGHTS,
    Contribution,
    Highlights,
    Requirement,
)
from droindex.query.language.nodes import demanded_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from droindex.query.compile.context import QueryContext
    from droindex.synonyms.lookup import Variant

__all__ = ["WildcardScorer"]

_MAX_COMPLETIONS = 10  # words of a half-typed one; it is asked at every key
_LEAST_LIKELY = 0.2  # of a completion that stands nowhere behind the word before; .1 is the same
_MAX_NUMBERS = 500  # that begin alike, and are put in order; of more, nobody has typed enough
_WILDCARDS = re.compile(r"([*?])")


class WildcardScorer:
    """Turns the wildcard words of one query into clauses.

    Args:
        context: The query and its set.
    """

    def __init__(self, context: QueryContext) -> None:
        self._context = context

    def expanded(self, text: str, name: str, boost: float) -> Contribution | None:
        """Return what a word with wildcards adds: the real words that it stands for.

        None where it is several terms: punctuation stands in it.

        Args:
            text: The word, with `*` or `?`.
            name: The field of surface terms to look in.
            boost: Its weight.
        """
        shape = self._shape(text)
        if shape is None:
            return None
        prefix = _WILDCARDS.split(shape, maxsplit=1)[0]
        if self._context.is_half_typed and shape == f"{prefix}*":
            return self._most_frequent(prefix, name, boost, self.numbers(text, boost))
        found = self._fitting(shape, prefix, name)
        best = found[: self._context.limits.max_expansions]
        if not best:
            none = self._none(text, (name, text), name)
            return none._replace(notes=(f"No word here fits {text}.",))
        terms = [term for term, _ in best]
        scored = self._scored(terms, prefix, name, boost)
        if len(best) < len(found):  # the rarer words still count as hits, and score nothing
            scored.append(Constant(self._rest(shape, name, found), 0.0))
        stems = sorted(set(self._context.analyzer.stems(terms)))
        either = tuple(Term(TEXT, stem) for stem in stems)
        on_pages = Bool(should=either) if len(either) > 1 else either[0]
        clause = Bool(should=tuple(scored))
        requirement = Requirement(
            _written(text, name),
            self._context.idf_of(best[0][1]),
            clause,
            key=(name, text),
            stands_for=_named(scored),
        )
        return Contribution((clause,), (requirement,), _highlights(terms), (on_pages,))

    def _shape(self, text: str) -> str | None:
        """Return a wildcard word as surface terms have it; None where it is several terms."""
        pieces = _WILDCARDS.split(fold(text))
        plain = self._context.analyzer.plain
        literal = [plain.analyze(piece) if piece else [] for piece in pieces[::2]]
        if any(len(terms) > 1 for terms in literal) or not any(literal):
            return None
        return "".join(
            (literal[i // 2] or [""])[0] if i % 2 == 0 else piece for i, piece in enumerate(pieces)
        )

    def _fitting(self, shape: str, prefix: str, name: str) -> list[tuple[str, int]]:
        """Return the words of a field that fit a shape, and how many documents hold each."""
        found = self._context.vocabulary.starting(name, prefix)
        if shape == f"{prefix}*":
            return found
        import fnmatch  # noqa: PLC0415 - needed for wildcards alone

        matches = re.compile(fnmatch.translate(shape.replace("[", "[[]"))).match
        return [pair for pair in found if matches(pair[0])]

    def _scored(self, terms: Sequence[str], prefix: str, name: str, boost: float) -> list[Clause]:
        """Return what the words score, once more where a title holds them."""
        scored: list[Clause] = [Term(name, term, boost) for term in terms]
        if name == EXACT:
            lift = boost * self._context.ranking.prefix_title_boost
            titles = {term for term, _ in self._context.vocabulary.starting(TITLE_EXACT, prefix)}
            scored += [Term(TITLE_EXACT, term, lift) for term in terms if term in titles]
        return scored

    def _rest(self, shape: str, name: str, found: Sequence[tuple[str, int]]) -> Clause:
        wildcard = Wildcard(name, shape)
        if self._context.documents.takes(wildcard):
            return wildcard
        return AnyOf(name, tuple(term for term, _ in found))

    def _most_frequent(
        self, prefix: str, name: str, boost: float, numbers: list[Clause]
    ) -> Contribution:
        """Return what a half-typed word adds, asked at each key: its most frequent words.

        Args:
            prefix: How it begins.
            name: The field of surface terms to look in.
            boost: Its weight.
            numbers: What the numbers score that it begins, if it may be one.
        """
        context = self._context
        top, limit = context.vocabulary.top, _MAX_COMPLETIONS
        found = top(name, prefix, limit, context.analyzer.stop_words) or top(name, prefix, limit)
        whole, sequences = (numbers, NO_HIGHLIGHTS.sequences)
        if not prefix.isdigit():
            guessed = [] if found else context.spelled_out(prefix)
            whole, sequences = self._as_whole(prefix, boost, guessed)
        if not (found or whole):
            return self._none(prefix, (name, prefix), name)
        terms = [term for term, _ in found]
        scored = [*self._completions(prefix, terms, name, boost), *whole]
        clause = Bool(should=tuple(scored))
        idf = context.idf_of(found[0][1] if found else 0)
        requirement = Requirement(
            _written(prefix, name), idf, clause, key=(name, prefix), stands_for=_named(scored)
        )
        on_pages = [Term(TEXT, stem) for stem in sorted(set(context.analyzer.stems(terms)))]
        highlights = Highlights(surfaces=frozenset(terms), sequences=sequences)
        return Contribution((clause,), (requirement,), highlights, tuple(on_pages))

    def _completions(
        self, prefix: str, terms: Sequence[str], name: str, boost: float
    ) -> list[Clause]:
        """Return what the words score that a half-typed one may become, as likely as they are."""
        lift = boost * self._context.ranking.prefix_title_boost
        count = self._context.vocabulary.count
        likely = self._likelihoods(prefix, terms)
        scored: list[Clause] = [Term(name, term, boost * likely.get(term, 1.0)) for term in terms]
        scored += [
            Term(TITLE_EXACT, term, lift * likely.get(term, 1.0))
            for term in terms
            if count(TITLE_EXACT, term)
        ]
        return scored

    def _likelihoods(self, prefix: str, terms: Sequence[str]) -> dict[str, float]:
        """Return how likely each completion is behind the word that stands before it, 1 at most.

        One word is meant: that a text holds many that begin so says no more for it. Where none
        stands behind the word before, they say less than words that are typed to their end.
        """
        context = self._context
        texts, typed = demanded_texts(context.parsed.root), f"{prefix}*"
        place = texts.index(typed) if typed in texts else 0
        words = context.analyzer.query_terms(texts[place - 1]) if place else []
        if not words or context.analyzer.is_stop_word(words[-1][1]):
            return dict.fromkeys(terms, 1.0)
        stem = words[-1][0]
        beside = {
            term: context.documents.count(PhraseOf(ALL, (stem, own)))
            for term, own in zip(terms, context.analyzer.stems(terms), strict=True)
        }
        most = max(beside.values(), default=0) or 1
        return {term: max(_LEAST_LIKELY, held / most) for term, held in beside.items()}

    def _as_whole(
        self, typed: str, boost: float, guessed: Sequence[Variant]
    ) -> tuple[list[Clause], frozenset[tuple[str, ...]]]:
        """Return what a half-typed word may be besides: a short form.

        Returns:
            Its clauses, and the sequences of stems to mark as a whole.
        """
        context, ranking = self._context, self._context.ranking
        stems = tuple(context.analyzer.stems([typed]))
        words = len(demanded_texts(context.parsed.root))
        others = context.fitting([*context.reader.variants.of(stems), *guessed], stems, words)
        weight = boost * ranking.variant_boost
        scored: list[Clause] = []
        for other in others:
            scored.append(PhraseOf(ALL, other.stems, 0, weight))
            scored.append(PhraseOf(TITLE, other.stems, 0, weight * ranking.prefix_title_boost))
        return scored, frozenset(other.stems for other in others)

    def numbers(self, text: str, boost: float) -> list[Clause]:
        """Return what a half-typed number adds: those that begin so, in their order.

        Args:
            text: The number as far as it is typed, with `*`; a mark behind it ends a part: `11-*`
                begins 11-4.1 and not 110.
            boost: Its weight.
        """
        context, typed = self._context, text.rstrip("*")
        if not any(map(str.isdigit, typed)):
            return []
        surfaces = [surface for _, surface in context.analyzer.terms(typed)]
        if not (surfaces and surfaces[-1].isdigit()):
            return []
        begun = " ".join(surfaces) + " " * (not typed[-1].isalnum())
        weight = boost * context.ranking.exact_number_boost * context.top_idf
        found = context.documents.terms(NUMBER_KEY, begun, _MAX_NUMBERS + 1)
        scored: list[Clause] = [Constant(Wildcard(NUMBER_KEY, f"{begun}*"), weight)]
        if len(found) <= _MAX_NUMBERS:
            keys = sorted(key for key, _ in found)
            first = sorted(keys, key=_by_number)[:_MAX_COMPLETIONS]
            steps = ((place, AnyOf(NUMBER_KEY, (key,))) for place, key in enumerate(first))
            scored += [Constant(key, weight * (1 - place / len(first))) for place, key in steps]
        return scored

    def _none(self, text: str, key: tuple[str, str], name: str) -> Contribution:
        """Return what a word adds that stands for nothing here: it is asked for all the same."""
        nothing = NoDocuments()
        requirement = Requirement(_written(text, name), self._context.top_idf, nothing, key=key)
        return Contribution((nothing,), (requirement,))


def _by_number(key: str) -> list[tuple[int, str]]:
    """Return what puts the keys of numbers in order: 9 before 11, numbers before words."""
    return [(int(part), "") if part.isdecimal() else (sys.maxsize, part) for part in key.split(" ")]


def _highlights(terms: Sequence[str]) -> Highlights:
    return Highlights(surfaces=frozenset(terms))


def _written(text: str, name: str) -> str:
    return f"title:{text}" if name == TITLE_EXACT else text


def _named(scored: Sequence[Clause]) -> tuple[str, ...]:
    """Return the words that clauses look for, each once."""
    return tuple(dict.fromkeys(clause.term for clause in scored if isinstance(clause, Term)))
