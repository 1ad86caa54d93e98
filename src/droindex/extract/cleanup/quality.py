"""Is this text, or noise? Signs that a page's text layer is missing, garbled or cut up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

__all__ = ["count_chars", "count_split_words", "is_garbled", "is_spaced_out", "words_of"]

_WORD = re.compile(r"[^\W\d_]+")
_RARE_SHARE = 0.03  # letters that no widespread language has in such numbers
_NOISE_SHARE = 0.15  # signs that stand for no character at all
_MIN_LETTERS = 40  # fewer tell nothing
# Latin letters of phonetics, Old Slavonic, Skolt Sámi, Khoisan, …: what fonts without a map to
# Unicode come out as. Left out: Vietnamese, Romanian, Azeri, Pinyin and the African alphabets.
_RARE = re.compile(
    "[\u0138\u0149\u017f\u0180\u0182-\u0185\u0187\u0188\u018b-\u018d\u0195\u019a\u019b\u019e"
    "\u019f\u01a2-\u01a8\u01aa-\u01ae\u01b5\u01b6\u01b8-\u01cc\u01dd-\u01f3\u01f6-\u01ff"
    "\u0200-\u0217\u021c-\u024f\u0250-\u0252\u0255\u0258\u025a\u025c-\u0262\u0264-\u0267\u0269-\u0271"
    "\u0373-\u0377\u037b-\u037d\u03cf-\u03ff]"
)
_NOISE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]")
_CUT_MARK = "\x02"  # pdfium's sign for a cut word is no noise
_MIN_WORD = 6  # letters; shorter pairs are words that follow each other
_SPACED_RUN = re.compile(r"(?<!\S)(?:[^\W\d_] ){5,}(?=[^\W\d_]\b)")
_SPACED_SHARE = 0.2  # of the characters; a heading that is spaced out is no reason to look twice


def count_chars(text: str) -> int:
    """Return how many characters of a text are neither blank nor noise."""
    return sum(map(len, _NOISE.sub("", text).split()))


def is_garbled(text: str) -> bool:
    """Whether a text layer is there but says nothing, for example in a font without a map.

    Args:
        text: As it came from the backend, before cleaning.
    """
    noise = len(_NOISE.findall(text)) - text.count(_CUT_MARK)
    if noise > 0:
        signs = sum(map(len, text.split()))
        if signs >= _MIN_LETTERS and noise > _NOISE_SHARE * signs:
            return True
    rare = 0 if text.isascii() else len(_RARE.findall(text))
    if rare == 0:  # nearly all pages end here
        return False
    letters = sum(char.isalpha() for char in text)
    return letters >= _MIN_LETTERS and rare > _RARE_SHARE * letters


def words_of(text: str) -> list[str]:
    """Return the words of a text, in order, in lower case."""
    return _WORD.findall(text.lower())


def count_split_words(words: list[str], known: AbstractSet[str]) -> int:
    """Return how many neighbours are pieces of one word, judged by the words of the document.

    Args:
        words: The words of a page, in order, in lower case.
        known: Words that stand elsewhere in the document.
    """
    found: set[int] = set()  # places of the left pieces
    for at, word in enumerate(words):
        if word not in known:  # one of two pieces is no word of its own
            for left in (at - 1, at):
                whole = "".join(words[left : left + 2]) if left >= 0 else ""
                if len(whole) >= _MIN_WORD and whole != word and whole in known:
                    found.add(left)
    return len(found)


def is_spaced_out(text: str) -> bool:
    """Whether much of a text has blanks between its letters: `D I R E C T I V E`."""
    spaced = sum(len(run) for run in _SPACED_RUN.findall(text))
    return spaced > _SPACED_SHARE * len(text)
