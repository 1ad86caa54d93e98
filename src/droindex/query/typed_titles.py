"""Titles as they are typed: those that begin so come first, then those that keep the order.

Which titles begin so, and which hold words that begin so in any order, is a clause like all else.
How well they hold them is looked at in the best of them, of all scopes and without filters, so that
what a document gets depends on the text and the set alone.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from droindex.engine.analysis import fold
from droindex.engine.bm25 import idf
from droindex.engine.clauses import Bool, Clause, Constant, Term, Wildcard
from droindex.engine.entries import READING
from droindex.engine.fields import title_key
from droindex.engine.schema import META, TITLE, TITLE_EXACT, TITLE_KEY
from droindex.query.compile.contribution import Beginning, TypedTitle
from droindex.query.feedback import NO_LIFTS, Lifts

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from droindex.engine.analysis import Analyzer
    from droindex.library.reader import SetReader
    from droindex.query.compile.contribution import Compiled

__all__ = ["TitleWord", "finding_titles", "order_share", "title_lifts", "title_words"]

_MAX_WORDS = 30  # that a beginning stands for in titles, and that score
_BOOST = 3.0  # times the idf of what was typed: more than words score elsewhere
_MIN_LETTERS = 2  # typed in all; one letter begins every tenth title
_LEAST_IDF = 1.0  # that what was typed counts with: a word of every third title is typed as well
_LOOKED_AT = 30  # titles; 60 find no more (benchmarks/quality/suggest.py)
# What a title gets, in shares of what it gets for holding all beginnings.
_BEGINS = 2.0  # it begins with what was typed
_IN_ORDER = 1.0  # it holds the words in the order in which they were typed
_SIDE_BY_SIDE = 1.0  # besides, no word but stop words stands between them
_AT_HEAD = 1.0  # besides, the first of them begins a part of the title
_COVERED = 2.0  # besides, they are all of its words; of half of them half: few words are likelier
_HEADS = (".", ":", ";", "\N{EN DASH}", "\N{EM DASH}")  # behind them a part of a title begins


def finding_titles(compiled: Compiled, reader: SetReader, words: Sequence[str]) -> Compiled:
    """Return a query that also finds the titles that its text may become, and before all others.

    Args:
        compiled: The query.
        reader: The set.
        words: What was typed, put right; the last one may be a half one.
    """
    title = _typed_title(reader, words)
    if title is None or compiled.clause is None:
        return compiled
    whole = Bool(should=(compiled.clause, title.clause))
    return compiled._replace(clause=whole, title=title)


def _typed_title(reader: SetReader, words: Sequence[str]) -> TypedTitle | None:
    """Return which titles a text may become, and what they score; None of one letter."""
    analyzer = reader.analyzer
    beginnings = _beginnings(words, analyzer)
    if sum(len(begun.surface) for begun in beginnings) < _MIN_LETTERS:
        return None
    begins = Wildcard(TITLE_KEY, f"{title_key(' '.join(words), analyzer)}*")
    if len(beginnings) == 1:
        return _begun_with(reader, beginnings, begins)
    content = [begun for begun in beginnings if begun.surface not in analyzer.stop_words]
    bound = content if len(content) > 1 else beginnings
    scored: list[Clause] = []
    must: list[Clause] = []
    weight = 0.0
    for begun in beginnings:
        held, strength, forms = _in_titles(reader, begun)
        scored += forms
        if begun in bound:
            must.append(held)
            weight += _BOOST * strength
        else:  # it may be the beginning of a word, or stand between others as it is
            scored.append(Constant(held, _BOOST * strength))
    held_all = Bool(must=tuple(must))
    clause = Bool(
        must=(Constant(held_all, weight),), should=(*scored, Constant(begins, _BEGINS * weight))
    )
    return TypedTitle(beginnings, held_all, clause, weight)


def _beginnings(words: Sequence[str], analyzer: Analyzer) -> tuple[Beginning, ...]:
    pairs = (pair for word in words for pair in analyzer.query_terms(word))
    return tuple(Beginning(surface, stem) for stem, surface in pairs)


def _begun_with(
    reader: SetReader, beginnings: tuple[Beginning, ...], begins: Wildcard
) -> TypedTitle:
    """Return which titles begin with a word, which is all that was typed: it asks for no title."""
    found = reader.vocabulary.top(TITLE_EXACT, beginnings[0].surface, 1)
    strength = idf(found[0][1] if found else 0, reader.documents.num_docs)
    weight = _BOOST * max(_LEAST_IDF, strength)
    return TypedTitle(beginnings, None, Constant(begins, weight), weight)


def _in_titles(reader: SetReader, begun: Beginning) -> tuple[Clause, float, list[Clause]]:
    """Return which titles hold a typed word, its idf, and what the words score that it may be."""
    vocabulary, (surface, stem) = reader.vocabulary, begun
    found = vocabulary.top(TITLE_EXACT, surface, _MAX_WORDS, reader.analyzer.stop_words)
    forms = vocabulary.doc_freq(TITLE, stem) if stem != surface else 0
    most = max(forms, found[0][1] if found else 0)
    total = reader.documents.num_docs
    strength = max(_LEAST_IDF, idf(most, total))
    held: Clause = Wildcard(TITLE_EXACT, f"{surface}*")
    # Of all that was typed may begin, a rare word is not the likelier one.
    scored: list[Clause] = [
        Term(TITLE_EXACT, word, strength / idf(count, total)) for word, count in found
    ]
    if forms > sum(count for _, count in found):
        held = Bool(should=(held, Term(TITLE, stem)))
        scored.append(Term(TITLE, stem))
    return held, strength, scored


class TitleWord(NamedTuple):
    """A word of a title.

    Attributes:
        surface: Its surface term.
        stem: Its stem term.
        is_head: Whether a part of the title begins with it.
    """

    surface: str
    stem: str
    is_head: bool


def title_lifts(reader: SetReader, typed: TypedTitle) -> Lifts:
    """Return what titles get for how they hold what was typed.

    Args:
        reader: The set.
        typed: What was typed, and the clause of the titles that hold it in any order.
    """
    if typed.held is None:
        return NO_LIFTS
    rows, _ = reader.documents.search(typed.clause, _LOOKED_AT + 1, count=False)
    cut = rows[_LOOKED_AT].score if len(rows) > _LOOKED_AT else 0.0
    rows = [row for row in rows if row.score > cut]
    if len(rows) < 2:
        return NO_LIFTS
    scores: dict[int, float] = {}
    analyzer = reader.analyzer
    for row, (meta,) in zip(rows, reader.documents.fetch(rows, (META,)), strict=True):
        with READING:
            words = title_words(json.loads(meta)["title"], analyzer)
        if share := order_share(words, typed.beginnings, analyzer.stop_words):
            scores[row.key] = share * typed.weight
    return Lifts(scores, {}, ())


def title_words(title: str, analyzer: Analyzer) -> list[TitleWord]:
    """Return the words of a title, in their order.

    Args:
        title: The title.
        analyzer: The chain of the set.
    """
    chunks = fold(title).split()
    words: list[TitleWord] = []
    is_head = True
    for chunk, (stems, surfaces) in zip(chunks, analyzer.chunk_terms(chunks), strict=True):
        for stem, surface in zip(stems, surfaces, strict=True):
            words.append(TitleWord(surface, stem, is_head))
            is_head = False
        is_head = is_head or chunk.endswith(_HEADS)
    return words


def order_share(
    title: Sequence[TitleWord], beginnings: Sequence[Beginning], stop_words: Container[str]
) -> float:
    """Return how well a title holds what was typed, 0 where it does not keep the order.

    Args:
        title: Its words.
        beginnings: What was typed.
        stop_words: What may stand between, and is none of what a title says.

    Returns:
        A share of what a title gets for holding all beginnings.
    """
    words = _that_count(title, beginnings, stop_words)
    spans = _spans(words, beginnings)
    if not spans:
        return 0.0
    share = _IN_ORDER + _COVERED * len(beginnings) / len(words)
    if len(beginnings) in spans.values():
        share += _SIDE_BY_SIDE
    if any(words[start].is_head for start in spans):
        share += _AT_HEAD
    return share


def _that_count(
    title: Sequence[TitleWord], beginnings: Sequence[Beginning], stop_words: Container[str]
) -> list[TitleWord]:
    """Return the words of a title without stop words, but for those that may have been typed."""
    return [
        word
        for word in title
        if word.surface not in stop_words
        or any(begun.may_be(word.surface, word.stem) for begun in beginnings)
    ]


def _spans(words: Sequence[TitleWord], beginnings: Sequence[Beginning]) -> dict[int, int]:
    """Return where all beginnings are found in order, and how many words that takes from there."""
    first = beginnings[0]
    starts = [place for place, word in enumerate(words) if first.may_be(word.surface, word.stem)]
    return {start: span for start in starts if (span := _span(words[start:], beginnings))}


def _span(words: Sequence[TitleWord], beginnings: Sequence[Beginning]) -> int:
    """Return how many words it takes to find all beginnings in order; 0 if they are not there."""
    place = 0
    for begun in beginnings:
        while place < len(words) and not begun.may_be(words[place].surface, words[place].stem):
            place += 1
        if place == len(words):
            return 0
        place += 1
    return place
