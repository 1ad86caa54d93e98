"""What a mistyped word was meant to be: known words one edit away, weighed against each other."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from droindex.engine.clauses import Bool, PhraseOf, Term
from droindex.engine.schema import ALL, EXACT
from droindex.query.language import nodes
from droindex.query.language.edit_distance import LIKELY, likelihood, neighbours, one_edit_away
from droindex.query.language.plain_words import is_plain_word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from droindex.engine.clauses import Clause
    from droindex.library.reader import SetReader

__all__ = ["Speller", "bound_corrections", "corrected", "plain_texts"]

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_MIN_LENGTH = 4  # letters of a word that is put right; shorter ones are near too many others
_MISPRINTS = 2  # documents that hold a word at most that may be a misprint itself
_MISPRINT_OF = 200  # times as frequent, and a rare word is rather a misprint of that one
_MIN_TOGETHER = 2  # documents that hold a likelier word and all the others
_MAX_LENGTH = 40  # letters; a longer one is no word that somebody mistyped
_MAX_CHOICES = 8  # corrections that are compared by the company they keep
_MAX_OTHERS = 4  # other words of the query that they are compared with, the rarest
_SMOOTHING = 2.0  # documents that are added to each count by what is to be expected
_OUTNUMBERS = 10  # times as frequent as all words with that beginning: it was no beginning


class Speller:
    """Puts the words of one query right; only words that a living document holds are named.

    Args:
        reader: The set that is searched.
        texts: The texts of the query's words and phrases.
    """

    def __init__(self, reader: SetReader, texts: Sequence[str]) -> None:
        self._reader = reader
        self._vocabulary = reader.vocabulary
        self._texts = texts
        self._known: dict[str, int] | None = None

    def correction(self, word: str) -> str | None:
        """Return the word that was most likely meant by one that no document holds, or None.

        What counts is how likely the slip is, how many documents hold the correction, and whether
        they hold the other words of the query too. A plain word of the language is no slip, and
        a stop word is not what anybody looks for.

        Args:
            word: A surface term.
        """
        if not _is_misspellable(word) or self._is_plain(word):
            return None
        near = self._near(word)
        weights = {meant: math.log(near[meant]) + likelihood(word, meant) for meant in near}
        ranked = sorted(weights, key=lambda meant: (-weights[meant], meant))
        choices = [(meant, near[meant]) for meant in ranked[:_MAX_CHOICES]]
        if not choices:
            return None
        others = self._others(word) if len(choices) > 1 else {}
        if not others:
            return choices[0][0]
        likely = {meant: likelihood(word, meant) for meant, _ in choices}
        return max(choices, key=lambda pair: likely[pair[0]] + self._company(pair, others))[0]

    def _near(self, word: str) -> dict[str, int]:
        """Return the words one edit away, without stop words, and how many documents hold each."""
        stop_words = self._reader.analyzer.stop_words
        return {
            item.word: item.held
            for item in neighbours(self._vocabulary, EXACT, word)
            if item.word != word and item.word not in stop_words
        }

    def meant(self, word: str) -> str | None:
        """Return what was meant by an unknown word; None where it is rather a half-typed one."""
        near = self.correction(word)
        begun = self._vocabulary.top(EXACT, word, _MAX_CHOICES)
        if near is None or not begun:
            return near
        held, all_begun = self._vocabulary.count(EXACT, near), sum(count for _, count in begun)
        enough = all_begun / 2 if near.startswith(word) else all_begun * _OUTNUMBERS
        return near if held >= enough else None

    def likelier(self, word: str) -> str | None:
        """Return the word that a rare known one seems to be mistyped for; mostly None.

        The evidence must be strong: the word stands beside none of the other words of the query
        in any document, and one a slip away, far more frequent, stands beside all of them.

        Args:
            word: A surface term that some document holds.
        """
        if not _is_misspellable(word):
            return None
        others = self._others(word)
        if not others:
            return self._outnumbering(word)
        documents = self._reader.documents
        beside = tuple(Term(ALL, stem) for stem in others)
        if documents.count(Bool(must=(Term(EXACT, word), Bool(should=beside)))):
            return None
        frequent = self._far_more_frequent(word, _OUTNUMBERS * self._held(word))
        if self._is_plain(word):
            frequent = [near for near in frequent if likelihood(word, near) >= LIKELY]
        return self._best(frequent, lambda near: Bool(must=(Term(EXACT, near), *beside)))

    def _outnumbering(self, word: str) -> str | None:
        """Return the word that is so much more frequent that a rare one may be its misprint."""
        held = self._vocabulary.doc_freq(EXACT, word)
        if not 0 < held <= _MISPRINTS or self._is_plain(word):
            return None
        near = self._far_more_frequent(word, _MISPRINT_OF * held)
        return max(near, key=lambda item: self._vocabulary.count(EXACT, item), default=None)

    def likelier_in(self, phrase: Sequence[tuple[str, str]]) -> dict[str, str]:
        """Return the word of a phrase that seems mistyped, with what was meant; mostly none.

        The evidence: the phrase stands nowhere, and with one word changed by a slip, to one that
        is far more frequent, it stands in several documents.

        Args:
            phrase: Its (stem, surface) terms, which stand nowhere side by side.
        """
        stems = [stem for stem, _ in phrase]
        if len(stems) <= 1 or self._reader.documents.count(PhraseOf(ALL, tuple(stems))):
            return {}
        for place, (_, surface) in enumerate(phrase):
            if not _is_misspellable(surface):
                continue
            head, tail = tuple(stems[:place]), tuple(stems[place + 1 :])
            right = self._best(
                self._far_more_frequent(surface, _OUTNUMBERS * self._held(surface)),
                lambda near, head=head, tail=tail: PhraseOf(  # type: ignore[misc] # bound here
                    ALL, (*head, *self._reader.analyzer.stems([near]), *tail)
                ),
            )
            if right is not None:
                return {surface: right}
        return {}

    def _held(self, word: str) -> int:
        return max(1, self._vocabulary.doc_freq(EXACT, word))

    def _far_more_frequent(self, word: str, least: int) -> list[str]:
        """Return words one edit away with another stem that so many documents hold at least."""
        stem_of = self._reader.analyzer.stems
        known = [near for near, held in self._near(word).items() if held >= least]
        own = stem_of([word])
        return sorted(item for item in known if stem_of([item]) != own)

    def _best(self, words: Sequence[str], clause_of: Callable[[str], Clause]) -> str | None:
        """Return the word whose clause the most documents match, if enough of them do."""
        best, most = None, _MIN_TOGETHER - 1
        for word in words:
            count = self._reader.documents.count(clause_of(word))
            if count > most:
                best, most = word, count
        return best

    def _is_plain(self, word: str) -> bool:
        return is_plain_word(word, self._reader.analyzer.language)

    def is_begun(self, word: str) -> bool:
        """Whether a word that a document holds begins like that."""
        return bool(self._vocabulary.top(EXACT, word, 1))

    def beginning(self, word: str) -> str | None:
        """Return how a half-typed word begins that has a slip in it, its first letter right.

        Args:
            word: The beginning as it was typed, with which no word begins.
        """
        if not _is_misspellable(word) or self._is_plain(word):
            return None
        bucket = self._vocabulary.bucket(EXACT, word[0])
        rest = {word[0] + near for near in one_edit_away(word[1:], _LETTERS)}
        best, best_weight = None, -math.inf
        for begun in sorted(filter(bucket.has, rest)):
            if found := self._vocabulary.top(EXACT, begun, _MAX_CHOICES):
                weight = math.log(sum(count for _, count in found)) + likelihood(word, begun)
                if weight > best_weight:
                    best, best_weight = begun, weight
        return best

    def _others(self, word: str) -> dict[str, int]:
        """Return the rarest other words of the query, as stems, and how many hold each."""
        if self._known is None:
            self._known = {}
            analyzer = self._reader.analyzer
            for text in self._texts:
                for stem, surface in analyzer.query_terms(text):
                    if surface in analyzer.stop_words:
                        continue
                    if count := self._vocabulary.doc_freq(ALL, stem):
                        self._known[stem] = count
        own = self._reader.analyzer.stems([word])[0]
        rarest = sorted((count, stem) for stem, count in self._known.items() if stem != own)
        return {stem: count for count, stem in rarest[:_MAX_OTHERS]}

    def _company(self, pair: tuple[str, int], others: dict[str, int]) -> float:
        """Return how likely a word stands beside the others, as a logarithm of a share."""
        word, count = pair
        expected = count / max(self._reader.documents.num_docs, count)
        shares = [
            (self._together(word, stem) + _SMOOTHING * expected) / (held + _SMOOTHING)
            for stem, held in others.items()
        ]
        return math.log(sum(shares) / len(shares))

    def _together(self, word: str, stem: str) -> int:
        both = Bool(must=(Term(EXACT, word), Term(ALL, stem)))
        return self._reader.documents.count(both)


def bound_corrections(parsed: nodes.Parsed, reader: SetReader) -> dict[str, str]:
    """Return what was likelier meant by known words of a query that binds them and finds nothing.

    Args:
        parsed: The query.
        reader: The set that was searched.

    Returns:
        Surface term -> the word that was meant.
    """
    speller = Speller(reader, tuple(plain_texts(parsed.root.nodes)))
    corrections: dict[str, str] = {}
    for item in _bound_leaves(parsed.root.nodes):
        terms = reader.analyzer.query_terms(item.text)
        if isinstance(item, nodes.Phrase):
            corrections |= speller.likelier_in(terms)
        else:
            for _, surface in terms:
                known = reader.vocabulary.doc_freq(EXACT, surface)
                if known and (near := speller.likelier(surface)):
                    corrections[surface] = near
    return corrections


def _bound_leaves(items: Sequence[nodes.Node]) -> Iterator[nodes.Phrase | nodes.Word]:
    """Yield the phrases of a query, and the plain words that AND binds."""
    for item in items:
        inner = item.nodes if isinstance(item, nodes.And) else (item,)
        for leaf in inner:
            is_bound_word = isinstance(leaf, nodes.Word) and leaf is not item and leaf.is_plain
            if is_bound_word or isinstance(leaf, nodes.Phrase):
                yield leaf  # type: ignore[misc] # narrowed above


def _is_misspellable(word: str) -> bool:
    return _MIN_LENGTH <= len(word) <= _MAX_LENGTH and word.isalpha()


def corrected(text: str, corrections: Mapping[str, str]) -> str | None:
    """Return a query with its mistyped words put right; None where that changes nothing.

    Args:
        text: The query as typed.
        corrections: Mistyped word -> the word that was meant.
    """
    better = text
    for wrong, right in corrections.items():
        better = re.sub(rf"\b{re.escape(wrong)}\b", right, better, flags=re.IGNORECASE)
    return better if better != text else None  # a word with accents does not stand there so


def plain_texts(items: Sequence[nodes.Node]) -> Iterator[str]:
    """Yield the texts of the words and phrases that a query asks for, exclusions left out."""
    for item in items:
        match item:
            case nodes.Word() if item.is_plain:
                yield item.text
            case nodes.Phrase():
                yield item.text
            case nodes.And() | nodes.Or() | nodes.Group():
                yield from plain_texts(item.nodes)
            case _:
                pass
