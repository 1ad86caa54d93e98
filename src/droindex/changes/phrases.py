"""Where a phrase stands in a text, and what stands there in other words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from difflib import SequenceMatcher
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from droindex.changes.paragraphs import Paragraph

__all__ = ["find_phrase", "nearest_wording", "phrase_words"]

_WORD = re.compile(r"\w+")
# As typed and as printed: what stands before and behind it is one word.
_APOSTROPHE = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}]")
_MIN_NEAR_WORDS = 4  # of a phrase that is looked for in other words; shorter ones are everywhere
_MIN_SHARED = 0.6  # of its words that a paragraph holds, to be taken for it in other words


def phrase_words(phrase: str) -> list[str]:
    """Return the words of a phrase as they are compared: without case and punctuation.

    Example:
        >>> phrase_words("The Field Office's book-in, p. 3")
        ['the', 'field', 'offices', 'book', 'in', 'p', '3']
    """
    return _WORD.findall(_APOSTROPHE.sub("", phrase.casefold()))


def find_phrase(words: Sequence[str], paragraphs: Sequence[Paragraph]) -> list[int]:
    """Return the places of the paragraphs in which a phrase begins, rising; it may run over one.

    Args:
        words: The words of the phrase, as `phrase_words` returns them.
        paragraphs: The text.
    """
    texts = [" ".join(phrase_words(own.text)) for own in paragraphs]
    starts = list(accumulate((len(text) + 1 for text in texts if text), initial=0))
    places = [at for at, text in enumerate(texts) if text]
    whole = f" {' '.join(text for text in texts if text)} "
    return [places[at] for at in sorted(set(_starts(f" {' '.join(words)} ", whole, starts)))]


def _starts(phrase: str, whole: str, starts: Sequence[int]) -> Iterator[int]:
    """Yield which of the texts that make a whole each occurrence begins in."""
    at = whole.find(phrase)
    while at >= 0:
        yield bisect_right(starts, at) - 1
        at = whole.find(phrase, at + 1)


def nearest_wording(
    words: Sequence[str], paragraphs: Sequence[Paragraph]
) -> tuple[int, str] | None:
    """Return the paragraph that holds most of a phrase, and the part of its text that does.

    None where no paragraph holds enough of it, or where the phrase is too short to be told.
    """
    if len(words) < _MIN_NEAR_WORDS:
        return None
    wanted = Counter(words)
    shares = [
        ((wanted & Counter(phrase_words(own.text))).total() / wanted.total(), -at)
        for at, own in enumerate(paragraphs)
    ]
    share, place = max(shares, default=(0.0, 0))
    if share < _MIN_SHARED:
        return None
    part = _part(words, paragraphs[-place].text)
    return (-place, part) if part else None


def _part(words: Sequence[str], text: str) -> str:
    """Return the part of a text from the first to the last stretch that it shares with a phrase."""
    printed = text.split()
    bare = ["".join(phrase_words(word)) for word in printed]
    matcher = SequenceMatcher(None, bare, list(words), autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    if not blocks:
        return ""
    return " ".join(printed[blocks[0].a : blocks[-1].a + blocks[-1].size])
