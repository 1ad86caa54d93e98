"""Texts and numbers that any face can show: nothing in them steers it."""

from __future__ import annotations

import re

__all__ = ["HIDDEN", "clean", "count", "known", "page_name", "shortened", "size"]

# Of the categories Cc, Cf, Co, Cs, Zl and Zp: a test holds this list against all of Unicode.
# A soft hyphen and the joiners that Persian and emoji need may pass.
HIDDEN = (
    "\x7f-\x9f\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u180e\u200b\u200e-\u200f"
    "\u2028-\u202e\u2060-\u2064\u2066-\u206f\ud800-\uf8ff\ufeff\ufff0-\ufffb\U000110bd"
    "\U000110cd\U00013430-\U00013438\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
)
_BLANKS = "\t\n\x0b\x0c\r\x1c-\x1f\x85\u2028\u2029"
_UNSAFE = re.compile(f"[\x00-\x1f{HIDDEN}]")
_BLANK = re.compile(f"[{_BLANKS}]")
_UNITS = ("B", "kB", "MB", "GB")
_UNIT = 1000
_CUT = "..."


def clean(text: str) -> str:
    """Return text that cannot steer what shows it: as long as before, and on one line.

    Line breaks and tabs become blanks; other control characters, characters of format (marks that
    reorder, hide or annotate text), those of private use and halves become U+FFFD.
    """
    if _UNSAFE.search(text) is None:
        return text
    return _UNSAFE.sub("\ufffd", _BLANK.sub(" ", text))


def count(number: int, noun: str) -> str:
    """Return a number with its noun: `1 problem`, `2 problems`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def size(number: float) -> str:
    """Return a number of bytes as people read it, in powers of 1000."""
    for unit in _UNITS[:-1]:
        if number < _UNIT:
            return f"{number:.0f} {unit}"
        number /= _UNIT
    return f"{number:.1f} {_UNITS[-1]}"


def page_name(number: int | None, label: str | None) -> str:
    """Return how a page is named: `p. 3`, or `p. iii (3)` where its own label differs."""
    if number is None:
        return ""
    if label and label != str(number):
        return f"p. {clean(label)} ({number})"
    return f"p. {number}"


def known(*facts: str | None) -> list[str]:
    """Return those of some facts that there are, each on one line."""
    return [clean(fact) for fact in facts if fact]


def shortened(text: str, chars: int) -> str:
    """Return the first characters of a text, with three dots where it goes on."""
    text = clean(text)
    return f"{text[:chars]}{_CUT}" if len(text) > chars else text
