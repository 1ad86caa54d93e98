"""As you type: the documents that a half-typed query would find, slips of the hand put right."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from droindex.engine.analysis import fold
from droindex.engine.clauses import Bool, Clause, PhraseOf, Term, Wildcard
from droindex.engine.schema import ALL, EXACT, TITLE_EXACT
from droindex.query.compile.speller import Speller, corrected
from droindex.query.search import answer

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from droindex.library.reader import SetReader
    from droindex.query.request import Request
    from droindex.query.results.results import Results
    from droindex.settings import Settings

__all__ = ["suggest"]

_OFFERED = 5  # completions of a half-typed word; a box shows no more
_CHOICE = 4  # times as many words are looked at as are offered
_SYNTAX = str.maketrans(dict.fromkeys('"“”„«»()*?^~:', " "))  # nobody means these half-way


def suggest(
    reader: SetReader, request: Request, settings: Settings, notices: Sequence[str] = ()
) -> Results:
    """Return the best documents for text whose last word may be half-typed.

    All words must be there, the last one as the beginning of a word, as the reference library
    had it; where no document holds them all, those that hold some are listed. A word of four
    letters or more that nothing here holds, or begins with, is read as the likeliest one a slip
    away; the text with these put right is the result's suggestion. What the last word may become
    stands in its completions.

    Args:
        reader: The set to search.
        request: What was typed so far, scope and limit.
        settings: Boosts and limits.
        notices: What the caller is to be told.
    """
    text = request.text
    typed = _read(text)
    if not typed.words:
        found = answer(reader, request, settings)
        suggestion = corrected(text, found.compiled.corrections)
        return found.as_results(text, suggestion, notices, complete=tuple)
    # Text with characters that nobody can read, or pasted, is not what somebody types.
    is_typed = text.isprintable() and len(typed.words) <= settings.limits.max_clauses
    corrections = _corrections(reader, typed) if is_typed else {}
    meant = [corrections.get(word, word) for word in typed.words]
    begun = frozenset(meant[-1:]) if typed.is_half_typed else frozenset()
    if is_typed:
        begun |= _unknown_beginnings(reader, meant)
    half_request = replace(
        request,
        text=typed.as_query(meant, begun),
        is_half_typed=True,
        typed=tuple(meant) if is_typed else (),
    )
    found = answer(reader, half_request, settings)
    is_completed = is_typed and typed.is_half_typed and text.endswith(typed.words[-1])
    head = text[: len(text) - len(typed.words[-1])]

    def complete() -> tuple[str, ...]:
        if not is_completed:
            return ()
        words = _completed(reader, meant[:-1], meant[-1], begun)
        return tuple(head + word for word in words)

    return found.as_results(text, corrected(text, corrections), notices, complete)


class _Typed(NamedTuple):
    """What stands in a search box.

    Attributes:
        words: The words, without signs of the query language.
        excluded: Words that a hit must not hold; one that is still being typed is none yet.
        is_half_typed: Whether the last word may go on.
    """

    words: list[str]
    excluded: list[str]
    is_half_typed: bool

    def as_query(self, meant: Sequence[str], begun: Container[str]) -> str:
        """Return the query that demands all words, some of them as the beginning of a word.

        Args:
            meant: The words, put right.
            begun: Those that are beginnings.
        """
        demanded = [f"{word}*" if word in begun else f'"{word}"' for word in meant]
        return " ".join([" AND ".join(demanded), *(f'-"{word}"' for word in self.excluded)])


def _read(text: str) -> _Typed:
    chunks = text.translate(_SYNTAX).split()
    excluded = [chunk[1:] for chunk in chunks if _is_excluded(chunk)]
    words = [chunk.lstrip("-+") for chunk in chunks if not _is_excluded(chunk)]
    words = [word for word in words if any(map(str.isalnum, word))]
    is_open = bool(chunks) and not text[-1].isspace()
    if is_open and _is_excluded(chunks[-1]):
        return _Typed(words, excluded[:-1], is_half_typed=False)
    return _Typed(words, excluded, is_open)


def _is_excluded(chunk: str) -> bool:
    return chunk[0] == "-" and chunk[1:2].isalpha()


def _unknown_beginnings(reader: SetReader, meant: Sequence[str]) -> frozenset[str]:
    """Return what no document holds as a word, and some hold as the beginning of one."""
    found = set()
    speller = Speller(reader, ())
    for word in meant:
        terms = reader.analyzer.query_terms(word)
        is_unknown = len(terms) == 1 and not reader.vocabulary.doc_freq(ALL, terms[0][0])
        if is_unknown and speller.is_begun(terms[0][1]):
            found.add(word)
    return frozenset(found)


def _completed(
    reader: SetReader, before: Sequence[str], begun: str, beginnings: Container[str]
) -> list[str]:
    """Return what a word may become that is typed by half, by the words that stand before it."""
    surfaces = [surface for _, surface in reader.analyzer.terms(begun)]
    if len(surfaces) != 1 or not begun[-1].isalnum():  # a number, or nothing
        return []
    if not before:
        return _most_frequent(reader, EXACT, surfaces[0], _OFFERED)
    in_titles = _most_frequent(reader, TITLE_EXACT, surfaces[0], _CHOICE * _OFFERED)
    anywhere = _most_frequent(reader, EXACT, surfaces[0], _CHOICE * _OFFERED)
    known = _words_before(reader, before, beginnings)
    return _likeliest(reader, known, set(in_titles), anywhere)[:_OFFERED]


def _most_frequent(reader: SetReader, name: str, begun: str, size: int) -> list[str]:
    """Return the most frequent words of a field that begin so, but for stop words."""
    found = reader.vocabulary.top(name, begun, size, reader.analyzer.stop_words)
    return [word for word, _ in found]


class _Before(NamedTuple):
    """The words before a half-typed one.

    Attributes:
        surfaces: Those that are whole words, as surface terms.
        last: The stems of the last of them, from one on that says something.
        held: What a document has to hold for them, and for those that are beginnings.
    """

    surfaces: frozenset[str]
    last: tuple[str, ...]
    held: tuple[Clause, ...]


def _words_before(reader: SetReader, before: Sequence[str], beginnings: Container[str]) -> _Before:
    whole = [word for word in before if word not in beginnings]
    pairs = [pair for word in whole for pair in reader.analyzer.query_terms(word)]
    half = [Wildcard(EXACT, f"{fold(word)}*") for word in before if word in beginnings]
    return _Before(
        frozenset(surface for _, surface in pairs),
        _from_last_content(pairs, reader.analyzer.stop_words),
        (*[Term(ALL, stem) for stem, _ in dict.fromkeys(pairs)], *half),
    )


def _likeliest(
    reader: SetReader, before: _Before, in_titles: set[str], anywhere: Sequence[str]
) -> list[str]:
    """Return those words that documents hold with what stands before, the likeliest first."""
    count = reader.documents.count
    ranks: dict[str, tuple[int, bool, int, str]] = {}
    for word in in_titles.union(anywhere) - before.surfaces:
        if both := count(Bool(must=(*before.held, Term(EXACT, word)))):
            beside = PhraseOf(ALL, (*before.last, *reader.analyzer.stems([word])))
            ranks[word] = (-count(beside), word not in in_titles, -both, word)
    return sorted(ranks, key=ranks.__getitem__)


def _from_last_content(
    pairs: Sequence[tuple[str, str]], stop_words: Container[str]
) -> tuple[str, ...]:
    """Return the stems from the last word on that is no stop word: `use of`."""
    content = [place for place, (_, surface) in enumerate(pairs) if surface not in stop_words]
    start = content[-1] if content else -1
    return tuple(stem for stem, _ in pairs[start:])


def _corrections(reader: SetReader, typed: _Typed) -> dict[str, str]:
    """Return what was meant by words, or by the beginning of the last, that nothing here holds."""
    words = typed.words
    speller = Speller(reader, words[:-1] if typed.is_half_typed else words)
    found: dict[str, str] = {}
    for place, word in enumerate(words, 1):
        terms = reader.analyzer.query_terms(word)
        if len(terms) != 1:  # a number, or words with a hyphen
            continue
        stem, surface = terms[0]
        if typed.is_half_typed and place == len(words):
            meant = None if speller.is_begun(surface) else speller.beginning(surface)
        elif reader.vocabulary.doc_freq(ALL, stem) or speller.is_begun(surface):
            continue
        else:
            meant = speller.correction(surface)
        if meant is not None:
            found[word] = meant
    return found
