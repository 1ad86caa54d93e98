"""The characters of a page as they are drawn -> text in which words can be looked for.

Each character of the text knows which drawn character it comes from, so that a word that is found
can be marked where it stands.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from droindex.extract.cleanup.glyph_shift import unshifted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["FoundWord", "found_words"]

Span = tuple[int, int]

# A word that is cut at a line's end: pdfium's marks for it, a soft hyphen, or a plain one.
_CUT = re.compile("[\ufffe\u0002\u00ad][ \t\r\n]*|(?<=[^\\W\\d_])-[ \t]*\r?\n[ \t]*(?=[^\\W\\d_])")


class FoundWord(NamedTuple):
    """A word that was looked for.

    Attributes:
        text: The word.
        runs: The drawn characters that it is made of, as pairs (first, last); rising.
    """

    text: str
    runs: tuple[Span, ...]


class _Text(NamedTuple):
    """A text, and from which drawn character each of its own comes."""

    text: str
    places: list[int]


def found_words(drawn: str, find: Callable[[str], list[Span]], most: int) -> list[FoundWord]:
    """Return the words on a page that are looked for, in the order of the drawn characters.

    A word that is cut at a line's end is looked for whole, and its parts as well: which of the two
    was written (Anglo-American, immi-gration) the page alone does not tell.

    Args:
        drawn: The characters of the page, as pdfium numbers them.
        find: Returns where in a text the words stand, as (start, end).
        most: How many are returned at most.
    """
    found: dict[tuple[Span, ...], str] = {}
    held: set[int] = set()
    for text, places in _texts(drawn):
        for start, end in find(text):
            here = places[start:end]
            if here and not held.issuperset(here):
                found[tuple(_runs(here))] = text[start:end]
                held.update(here)
    words = [FoundWord(" ".join(text.split()), runs) for runs, text in sorted(found.items())]
    return words[:most]


def _texts(drawn: str) -> Iterator[_Text]:
    """Yield the text with cut words made whole, and with them as they are where there are any."""
    plain = unshifted(drawn)
    if len(plain) != len(drawn):  # blanks were put in: nothing would be in its place
        plain = drawn
    yield _text(plain, joiner="")
    if _CUT.search(plain):
        yield _text(plain, joiner="-")


def _text(plain: str, *, joiner: str) -> _Text:
    pieces: list[str] = []
    places: list[int] = []

    def add(text: str, place: int) -> None:
        pieces.append(text)
        places.extend([place] * len(text))

    at = 0
    for cut in (*_CUT.finditer(plain), None):
        end = len(plain) if cut is None else cut.start()
        for place in range(at, end):
            add(_character(plain[place]), place)
        if cut is not None:
            add(joiner, cut.start())
            at = cut.end()
    return _Text("".join(pieces), places)


def _character(drawn: str) -> str:
    """Return a drawn character in plain ones: a ligature is several."""
    if drawn.isascii():
        return drawn if drawn.isprintable() else " "
    plain = unicodedata.normalize("NFKC", drawn)
    return plain if plain.isprintable() else " "


def _runs(places: list[int]) -> Iterator[Span]:
    """Yield rising places as pairs (first, last) of those that follow each other."""
    first = last = places[0]
    for place in places[1:]:
        if place > last + 1:
            yield first, last
            first = place
        last = place
    yield first, last
