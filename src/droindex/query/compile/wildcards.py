"""Words with wildcards -> the real words that they stand for."""

from __future__ import annotations

import re
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
    Contribution,
    Highlights,
    Requirement,
    TitleBeginnings,
)
from droindex.query.language.nodes import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from droindex.query.compile.context import QueryContext

__all__ = ["WildcardScorer"]

_MAX_COMPLETIONS = 10  # words of a half-typed one; it is asked at every key
_MAX_TITLE_WORDS = 30  # that a beginning stands for in titles, and that score
_TITLE_BOOST = 3.0  # times the idf of what was typed: more than words score elsewhere
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
            return self._most_frequent(prefix, name, boost)
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

    def _most_frequent(self, prefix: str, name: str, boost: float) -> Contribution:
        """Return what a half-typed word adds, asked at each key: its most frequent words."""
        context = self._context
        top, limit = context.vocabulary.top, _MAX_COMPLETIONS
        found = top(name, prefix, limit, context.analyzer.stop_words) or top(name, prefix, limit)
        whole, sequences = self._as_whole(prefix, boost)
        if not (found or whole):
            return self._none(prefix, (name, prefix), name)
        terms = [term for term, _ in found]
        lift = boost * context.ranking.prefix_title_boost
        titles = context.vocabulary.bucket(TITLE_EXACT, prefix[0]).counts
        scored: list[Clause] = [Term(name, term, boost) for term in terms]
        scored += [Term(TITLE_EXACT, term, lift) for term in terms if term in titles]
        scored += whole
        clause = Bool(should=tuple(scored))
        idf = context.idf_of(found[0][1] if found else 0)
        requirement = Requirement(
            _written(prefix, name), idf, clause, key=(name, prefix), stands_for=_named(scored)
        )
        on_pages = [Term(TEXT, stem) for stem in sorted(set(context.analyzer.stems(terms)))]
        highlights = Highlights(surfaces=frozenset(terms), sequences=sequences)
        return Contribution((clause,), (requirement,), highlights, tuple(on_pages))

    def _as_whole(
        self, typed: str, boost: float
    ) -> tuple[list[Clause], frozenset[tuple[str, ...]]]:
        """Return what a half-typed word may be besides: a short form, the beginning of a number.

        Returns:
            Its clauses, and the sequences of stems to mark as a whole.
        """
        context, ranking = self._context, self._context.ranking
        if typed.isdigit():
            weight = boost * ranking.exact_number_boost * context.top_idf
            return [Constant(Wildcard(NUMBER_KEY, f"{typed}*"), weight)], frozenset()
        stems = tuple(context.analyzer.stems([typed]))
        words = sum(1 for _ in words_of(context.parsed.root))
        others = context.fitting(context.reader.variants.of(stems), stems, words)
        weight = boost * ranking.variant_boost
        scored: list[Clause] = []
        for other in others:
            scored.append(PhraseOf(ALL, other.stems, 0, weight))
            scored.append(PhraseOf(TITLE, other.stems, 0, weight * ranking.prefix_title_boost))
        return scored, frozenset(other.stems for other in others)

    def titles(self, beginnings: tuple[str, ...]) -> TitleBeginnings:
        """Return what titles score that hold a word that begins like each of these.

        It brings them before all others; among them count rare words, and short titles.

        Args:
            beginnings: Surface terms, in their order.
        """
        context = self._context
        stop_words = context.analyzer.stop_words
        content = [begun for begun in beginnings if begun not in stop_words]
        bound = content if len(content) > 1 else beginnings
        scored: list[Clause] = []
        weight = 0.0
        for begun in beginnings:
            found = context.vocabulary.top(TITLE_EXACT, begun, _MAX_TITLE_WORDS, stop_words)
            idf = context.idf_of(found[0][1] if found else 0)
            # Of all that was typed may begin, a rare word is not the likelier one.
            scored += [
                Term(TITLE_EXACT, word, idf / context.idf_of(count)) for word, count in found
            ]
            if begun in bound:
                weight += _TITLE_BOOST * idf
            else:  # it may be the beginning of a word, or stand between others as it is
                rest = Wildcard(TITLE_EXACT, f"{begun}*")
                scored.append(Constant(rest, _TITLE_BOOST * idf))
        held = Bool(must=tuple([Wildcard(TITLE_EXACT, f"{begun}*") for begun in bound]))
        clause = Bool(must=(Constant(held, weight),), should=tuple(scored))
        return TitleBeginnings(beginnings, held, clause, weight)

    def _none(self, text: str, key: tuple[str, str], name: str) -> Contribution:
        """Return what a word adds that stands for nothing here: it is asked for all the same."""
        nothing = NoDocuments()
        requirement = Requirement(_written(text, name), self._context.top_idf, nothing, key=key)
        return Contribution((nothing,), (requirement,))


def _highlights(terms: Sequence[str]) -> Highlights:
    return Highlights(surfaces=frozenset(terms))


def _written(text: str, name: str) -> str:
    return f"title:{text}" if name == TITLE_EXACT else text


def _named(scored: Sequence[Clause]) -> tuple[str, ...]:
    """Return the words that clauses look for, each once."""
    return tuple(dict.fromkeys(clause.term for clause in scored if isinstance(clause, Term)))
