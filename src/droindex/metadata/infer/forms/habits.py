"""The order of day and month that goes with the language of a text, where no date decides.

German, French, Spanish, Portuguese and Polish write the day first (Unicode CLDR 45, the short date
formats of de, fr, es, pt and pl). English has both orders, and its spelling is no proof of either:
it decides nothing.
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
_PAGES = 6
_CHARS = 8_000  # of each page
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
    is_foreign = foreign >= _LEAST_FOREIGN and foreign > _MOST_FOREIGN * english
    return DateOrder.DAY_FIRST if is_foreign else None
