"""What a word of a query carries: wildcards, a weight, `~`; and the question mark at its end."""

from __future__ import annotations

import re

from droindex.query.language.faults import (
    Faults,
    bad_boost,
    bad_edits,
    bad_slop,
    fuzzy_wildcard,
    misplaced_tilde,
)
from droindex.query.language.nodes import Word
from droindex.query.language.tokens import Kind, QueryToken

__all__ = ["NUMBER", "SEARCHABLE", "WILDCARDS", "boost_of", "slop_of", "word_token"]

NUMBER = r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+"
SEARCHABLE = re.compile(r"[^\W_]")
WILDCARDS = re.compile(r"[*?]+")

_MAX_BOOST = 100.0  # past it one word outweighs everything else
_MAX_SLOP = 100  # words between the words of a phrase; farther apart they have nothing to do
_MAX_EDITS = 2  # three edits away from a word lies almost any other
_BOOST_AT_END = re.compile(rf"\^({NUMBER})$")
_FUZZY_AT_END = re.compile(r"~([0-9]+(?:\.[0-9]+)?)?$")


def word_token(raw: str, start: int, faults: Faults) -> QueryToken | None:
    """Return the token of a word; None for punctuation alone, which finds and says nothing.

    Args:
        raw: The word as written.
        start: Where it begins.
        faults: Where to record what is wrong with it.
    """
    text, boost = _without_question_mark(raw), 1.0
    end = start + len(text)
    weight = _BOOST_AT_END.search(text) if "^" in text else None
    if weight and SEARCHABLE.search(text, 0, weight.start()):
        boost = boost_of(weight.group(1), start + weight.start(), faults)
        text = _without_question_mark(text[: weight.start()])
    text, edits = _fuzzy(text, start, faults) if "~" in text else (text, 0)
    if SEARCHABLE.search(text):
        word = Word(text, start, end, not edits and _is_pattern(text), boost, edits)
        return QueryToken(Kind.LEAF, start, end, "", word)
    if "~" not in text:
        return None
    faults.add(misplaced_tilde(start + text.index("~")))
    return QueryToken(Kind.VOID, start, end)


def boost_of(number: str, position: int, faults: Faults) -> float:
    """Return the weight that a number behind `^` gives; 1 for one that is out of range."""
    boost = round(float(number), 4)
    if 0 < boost <= _MAX_BOOST:
        return boost
    faults.add(bad_boost(position, number, _MAX_BOOST))
    return 1.0


def slop_of(digits: str, position: int, faults: Faults) -> int:
    """Return how many words a number behind a phrase lets stand in it, the cap at most."""
    digits = digits.lstrip("0")
    if len(digits) <= len(str(_MAX_SLOP)) and int(digits or "0") <= _MAX_SLOP:
        return int(digits or "0")
    faults.add(bad_slop(position, _MAX_SLOP))
    return _MAX_SLOP


def _fuzzy(raw: str, start: int, faults: Faults) -> tuple[str, int]:
    """Return a word without the `~` at its end, and how many edits that allows."""
    match = _fuzzy_end(raw)
    if match is None or "://" in raw or not SEARCHABLE.search(raw, 0, match.start()):
        return raw, 0
    text, position = _without_question_mark(raw[: match.start()]), start + match.start()
    if _is_pattern(text):
        faults.add(fuzzy_wildcard(position))
        return _without_fuzzy_ends(text), 0
    edits = _edits(match.group(1) or "1", position, faults)
    return (text, edits) if edits else (_without_fuzzy_ends(text), 0)


def _edits(number: str, position: int, faults: Faults) -> int:
    """Return how many edits a number behind `~` allows; 0 where it is to be ignored."""
    whole = number.lstrip("0")
    if whole in ("1", "2"):
        return int(whole)
    nearest = 1 if "." in number else _MAX_EDITS if whole else 0
    faults.add(bad_edits(position, number, nearest))
    return nearest


def _without_question_mark(word: str) -> str:
    """Return the word without the `?` that ends a question, and what follows that."""
    if "?" not in word:
        return word
    kept = len(word.rstrip("?!.,;:'’…"))  # noqa: RUF001 - the quotes people type
    mark = word.find("?", kept)
    return word[:mark] if mark > 0 else word


def _fuzzy_end(word: str) -> re.Match[str] | None:
    return _FUZZY_AT_END.match(word, word.rfind("~")) if "~" in word else None


def _without_fuzzy_ends(word: str) -> str:
    """Return the word without any `~` at its end, so that none of them is read later."""
    while match := _fuzzy_end(word):
        if not SEARCHABLE.search(word, 0, match.start()):
            break
        word = _without_question_mark(word[: match.start()])
    return word


def _is_pattern(word: str) -> bool:
    """Return whether a `*` or `?` in the word stands for letters."""
    if ("*" not in word and "?" not in word) or "://" in word:
        return False
    first = SEARCHABLE.search(word)  # once: a word may be all wildcards
    begins = len(word) if first is None else first.start()
    return any(_is_wild(word, match, begins) for match in WILDCARDS.finditer(word))


def _is_wild(word: str, match: re.Match[str], begins: int) -> bool:
    """Return whether wildcards stand for letters; the word `begins` at its first letter."""
    before, after = word[match.start() - 1 : match.start()], word[match.end() : match.end() + 1]
    if "*" in match.group():
        return begins < match.start() and (before.isalnum() or before in "-./_")
    return before.isalnum() and after.isalnum()
