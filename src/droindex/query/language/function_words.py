"""Function words of other languages than the library's: they are searched, and not marked.

A library has one language, whose stop words the analyzer knows; papers and queries in others come
with them all the same, and an article marked all over a snippet helps no reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["marked_stems"]

# Articles, prepositions and the like of German, French, Spanish, Portuguese and Italian, as they
# are when stemmed; and what is left of can't and one's.
_CERTAIN = frozenset(
    ["de", "del", "della", "der", "und", "les", "une", "y", "e", "d", "l", "qu", "o", "t", "s"]
)
_LIKELY = frozenset(  # acronyms and names as well: two of them in a query are none
    """
    das dem des ein eine einer einem einen oder von zu zum zur im fur mit auf bei ist sind nicht wer
    wie sich la le du un et en au aux que qui dans dan avec par ce se sont quel quell el los las lo
    con su al es como cual quien puede da dos na os um uma ao pelo pela il gli di che dei nel
    """.split()  # noqa: SIM905 - a list of words reads best as text
)
_BESIDE_OTHERS = frozenset(  # English as well
    ["die", "man", "am", "no", "do", "sur", "para", "per", "sono", "sein"]
)
_MANY = 2


def marked_stems(
    stems: Iterable[str], is_stop_word: Callable[[str], bool], *, has_others: bool = False
) -> frozenset[str]:
    """Return the stems of a query that are worth marking; all, where nothing else would be.

    Args:
        stems: Stem terms, folded.
        is_stop_word: Tells stop words of the library's language.
        has_others: Whether the query marks more than stems: beginnings of words, for one.
    """
    own = frozenset(stems)
    telling = frozenset([stem for stem in own if not is_stop_word(stem)])
    if not (telling or has_others):
        telling = own
    certain = telling & _CERTAIN
    others = certain | (telling & _LIKELY)
    if len(others) >= _MANY:
        others |= telling & _BESIDE_OTHERS
    found = telling - (others if len(others) >= _MANY else certain)
    return found if found or has_others else telling
