"""What a document is about, in few words: its most frequent terms, kept to find others like it."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from droindex.engine.analysis import chunks_of
from droindex.errors import EngineError

if TYPE_CHECKING:
    from droindex.engine.analysis import Analyzer

__all__ = ["PROFILE_TERMS", "pack_profile", "unpack_profile"]

PROFILE_TERMS = 100  # most frequent terms kept of a document; related documents ask for 25


def pack_profile(text: str, analyzer: Analyzer, size: int) -> bytes:
    """Return the stored form of a text's profile: its most frequent stem terms with their counts.

    Nothing of other documents is in it, so that it is right whatever else a library holds; what a
    term is worth is worked out when it is used.

    Args:
        text: All text of the document.
        analyzer: The chain of the set.
        size: How many terms to keep; equally frequent ones go by the alphabet.
    """
    counts: dict[str, int] = {}
    have = counts.get
    chunks: Counter[str] = Counter()  # most stand in a text several times
    for some in chunks_of(text):
        chunks.update(some)
    for stems, times in zip(analyzer.content_stems(chunks), chunks.values(), strict=True):
        for stem in stems:
            counts[stem] = have(stem, 0) + times
    best = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:size]
    lines = (
        " ".join((str(count), *(term for term, _ in group)))
        for count, group in groupby(best, key=lambda pair: pair[1])
    )
    return "\n".join(lines).encode()


def unpack_profile(stored: bytes) -> dict[str, int]:
    """Return term -> how often it stands in the document, most frequent first.

    Raises:
        EngineError: `engine-error`, these bytes are no profile.
    """
    found: dict[str, int] = {}
    try:
        for line in stored.decode().splitlines():
            count, *terms = line.split(" ")
            found |= dict.fromkeys(terms, int(count))
    except (ValueError, AttributeError) as error:
        raise EngineError("The stored profile of a document cannot be read.") from error
    return found
