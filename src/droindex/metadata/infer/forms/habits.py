"""The order of day and month that goes with the language of a text, where no date decides.

English of the United States writes the month first, British English and German, French, Spanish,
Portuguese and Polish the day (Unicode CLDR 45, the short date formats of en-US, en-GB, de, fr, es,
pt and pl). Spelling tells the one English from the other; that of Canada has both orders, so it
decides nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from droindex.model import DateOrder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from droindex.pages import Page

__all__ = ["order_of_language"]

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = frozenset({"the", "of", "and", "to", "shall"})
_DAY_FIRST = frozenset(
    {"der", "und", "die", "das", "für", "werden", "sich", "les", "des", "pour", "une", "dans", "du"}
    | {"est", "el", "los", "las", "del", "para", "una", "não", "uma", "dos", "oraz", "dla", "jest"}
    | {"nie"}
)
_AMERICAN = frozenset(
    {"behavior", "behaviors", "color", "defense", "offense", "offenses", "center", "centers"}
    | {"felony", "felonies", "misdemeanor", "misdemeanors", "neighbor", "neighborhood", "harbor"}
    | {"labor", "honor", "favor", "favorable", "counselor", "canceled", "enrollment", "judgment"}
    | {"fulfill", "fulfillment", "labeled", "traveled"}
)
_BRITISH = frozenset(
    {"behaviour", "behaviours", "colour", "defence", "offence", "offences", "centre", "centres"}
    | {"neighbour", "neighbourhood", "harbour", "labour", "honour", "favour", "favourable"}
    | {"programme", "organisation", "organisations", "organise", "organised", "authorise"}
    | {"authorised", "authorisation", "recognise", "recognised", "prioritise", "minimise"}
    | {"licence", "cheque", "enrolment", "whilst", "fulfil"}
)
_CANADIAN = frozenset(
    {"canada", "canadian", "ontario", "quebec", "alberta", "manitoba", "saskatchewan", "ottawa"}
)
_PAGES = 6
_CHARS = 8_000  # of each page
_LEAST = 2  # different words: one may be a name
_MOST_FOREIGN = 3  # times as many small words as the other language has
_LEAST_FOREIGN = 12


def order_of_language(pages: Sequence[Page]) -> DateOrder | None:
    """Return the order of day and month that the language of a text has; None where it tells none.

    Args:
        pages: The pages of the document, in order.
    """
    words = Counter(
        word for page in pages[:_PAGES] for word in _WORD.findall(page.text[:_CHARS].casefold())
    )
    english, foreign = (sum(words.get(word, 0) for word in few) for few in (_ENGLISH, _DAY_FIRST))
    if foreign >= _LEAST_FOREIGN and foreign > _MOST_FOREIGN * english:
        return DateOrder.DAY_FIRST
    if english <= foreign:
        return None
    return _of_english(words)


def _of_english(words: Counter[str]) -> DateOrder | None:
    """Return the order of day and month by the spelling of an English text."""
    american, british = len(_AMERICAN & words.keys()), len(_BRITISH & words.keys())
    if american >= _LEAST and not british:
        return DateOrder.MONTH_FIRST
    is_british = british >= _LEAST and not american and not _CANADIAN & words.keys()
    return DateOrder.DAY_FIRST if is_british else None
