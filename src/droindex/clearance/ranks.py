"""Who may see which document."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from droindex.metadata.label_hints import fold_label

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["is_hidden", "rank_of", "restriction"]


def rank_of(label: str | None, labels: Sequence[str]) -> int | None:
    """Return 0 for an open document, the label's place in the list, None if it is unlisted."""
    if label is None or not label.strip():
        return 0
    listed, own = [fold_label(item) for item in labels], fold_label(label)
    return listed.index(own) + 1 if own in listed else None


def restriction(label: str | None, labels: Sequence[str]) -> float:
    """Return how restricted a document is: its rank, and above all others if it is unlisted."""
    rank = rank_of(label, labels)
    return math.inf if rank is None else rank


def is_hidden(rank: int | None, clearance: int) -> bool:
    """Whether a document of this rank is hidden from a caller whose clearance has that rank."""
    return rank is None or rank > clearance
