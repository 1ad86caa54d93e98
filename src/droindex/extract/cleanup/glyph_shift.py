"""Text in a font without a map to Unicode, whose codes are those of ASCII, each 29 too low."""

from __future__ import annotations

import re

__all__ = ["unshifted"]

# the usual order of the glyphs in a TrueType font starts with three that are no characters
_SHIFT = 29
_CONTROL = re.compile("[\x03-\x08\x0e-\x1c]")  # 0x03 is the blank, 0x13 to 0x1c are the figures
_RUN = re.compile("[\x03-\x08\x0e-\x1c\x21-\x61]{8,}")
_MIN_CONTROLS = 3  # real text has none
_WORD = re.compile("[A-Za-z]+")
_LIKELY = re.compile("(?=.*[AEIOUYaeiouy])(?:[A-Z]?[a-z]{3,19}|[A-Z]{4,20})")
_COMMON = re.compile("[A-Za-z0-9 .,:;()'/-]")
_COMMON_SHARE = 0.95
_LOST_BLANK = re.compile("(?<=[a-z])(?=[0-9])|(?<=[0-9],)(?=[0-9]{4}(?![0-9]))")


def unshifted(text: str) -> str:
    """Return raw text with such runs as they are read on paper, where that gives words."""
    return _RUN.sub(_read, text) if _CONTROL.search(text) else text


def _read(match: re.Match[str]) -> str:
    run = match[0]
    if len(_CONTROL.findall(run)) < _MIN_CONTROLS:
        return run
    plain = "".join(chr(ord(char) + _SHIFT) for char in run)
    words = [word for word in _WORD.findall(plain) if len(word) > 3]
    if not words or not all(_LIKELY.fullmatch(word) for word in words):
        return run
    if len(_COMMON.findall(plain)) < _COMMON_SHARE * len(plain):
        return run
    return plain if " " in plain else _LOST_BLANK.sub(" ", plain)  # pdfium drops these blanks
