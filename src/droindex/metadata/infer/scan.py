"""Numbers as poor scans leave them, mended."""

from __future__ import annotations

import re

__all__ = ["mend_scan"]

_CONFUSED = str.maketrans({"I": "1", "l": "1", "O": "0", "o": "0"})
_LAST_SCANNED = re.compile(r"(?<=-[0-9]) ?[IlOo](?![A-Za-z0-9])")
_SCANNED = re.compile(r"(?<=[- .0-9])[IlOo0-9](?: ?[IlOo0-9]){0,3}(?=-[0-9])")


def mend_scan(text: str) -> str:
    """Return a number with the letters and blanks of a poor scan mended: `BOD-I 5-01`."""

    def mend(match: re.Match[str]) -> str:
        piece = match[0]
        if any(char.isdigit() for char in piece):
            return piece.replace(" ", "").translate(_CONFUSED)
        return piece

    text = _LAST_SCANNED.sub(lambda match: match[0].strip().translate(_CONFUSED), text)
    return _SCANNED.sub(mend, text)
