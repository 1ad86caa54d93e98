"""As you type: the documents that a half-typed query would find, slips of the hand put right."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from droindex.index.clauses import Bool, PhraseOf, Term
from droindex.query.search import Request, search
from droindex.query.spelling import Speller, corrected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from droindex.index.library import SetReader
    from droindex.query.results import Results
    from droindex.settings import Settings

__all__ = ["suggest"]

_OFFERED = 5  # completions of a half-typed word; a box shows no more
_CHOICE = 4  # times as many words are looked at as are offered
_SYNTAX = str.maketrans(dict.fromkeys('"“”„«»()*?^~:', " "))  # nobody means these half-way


def suggest(reader: SetReader, request: Request, settings: Settings) -> Results:
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
    """
    typed = request.text
    chunks = typed.translate(_SYNTAX).split()
    excluded = [chunk[1:] for chunk in chunks if _is_excluded(chunk)]
    if excluded and _is_excluded(chunks[-1]) and not typed[-1].isspace():
        excluded.pop()  # it is still being typed
    words = [chunk.lstrip("-+") for chunk in chunks if not _is_excluded(chunk)]
    words = [word for word in words if any(letter.isalnum() for letter in word)]
    if not words:
        results = search(reader, request, settings)
        results.notes = ()
        results.complete = tuple
        return results
    is_half_typed = not (typed[-1].isspace() or _is_excluded(chunks[-1]))
    right: dict[str, str] = {}
    # Text with characters that nobody can read, or pasted, is not what somebody types.
    is_typed = typed.isprintable() and len(words) <= settings.limits.max_clauses
    if is_typed:
        right = _put_right(reader, words, is_half_typed=is_half_typed)
    meant = [right.get(word, word) for word in words]
    if is_half_typed:
        meant[-1] = f"{meant[-1]}*"
    quoted = [word if word.endswith("*") else f'"{word}"' for word in meant]
    text = " ".join([" AND ".join(quoted), *(f'-"{word}"' for word in excluded)])
    asked = replace(request, text=text, is_half_typed=True)
    results = search(reader, asked, settings)
    results.query = typed
    results.notes = ()
    results.suggestion = corrected(typed, right)
    completes = is_typed and is_half_typed and typed.endswith(words[-1])
    last = meant[-1][:-1] if completes else ""
    head = typed[: len(typed) - len(words[-1])]
    results.complete = lambda: tuple(head + word for word in _completed(reader, meant[:-1], last))
    return results


def _is_excluded(chunk: str) -> bool:
    return chunk[0] == "-" and chunk[1:2].isalpha()


def _completed(reader: SetReader, before: Sequence[str], begun: str) -> list[str]:
    """Return what a word may become that is typed by half, by the words that stand before it."""
    surfaces = [surface for _, surface in reader.analyzer.terms(begun)]
    if len(surfaces) != 1:  # a number, or nothing
        return []
    size, common = _OFFERED, reader.analyzer.common
    if not before:
        return [word for word, _ in reader.vocabulary.top("exact", surfaces[0], size, common)]
    count = reader.documents.count
    terms = [stem for word in before for stem, _ in reader.analyzer.query_terms(word)]
    held = tuple(Term("all", stem) for stem in dict.fromkeys(terms))
    found = reader.vocabulary.top("exact", surfaces[0], _CHOICE * size, common)
    ranks: dict[str, tuple[int, int]] = {}
    for word, _ in found:
        if together := count(Bool(must=(*held, Term("exact", word)))):
            beside = PhraseOf("all", (*terms[-1:], *reader.analyzer.stems([word])))
            ranks[word] = (-count(beside), -together)
    return sorted(ranks, key=ranks.__getitem__)[:size]


def _put_right(reader: SetReader, words: list[str], *, is_half_typed: bool) -> dict[str, str]:
    """Return what was meant by words, or by the beginning of the last, that nothing here holds."""
    speller = Speller(reader, words[:-1] if is_half_typed else words)
    right: dict[str, str] = {}
    for place, word in enumerate(words, 1):
        terms = reader.analyzer.query_terms(word)
        if len(terms) != 1:  # a number, or words with a hyphen
            continue
        stem, surface = terms[0]
        if is_half_typed and place == len(words):
            meant = None if speller.is_begun(surface) else speller.beginning(surface)
        elif reader.vocabulary.doc_freq("all", stem):
            continue
        else:
            meant = speller.correction(surface)
        if meant is not None:
            right[word] = meant
    return right
