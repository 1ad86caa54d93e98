"""Who may see which document, and what of older generations may no longer be shown to whom."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from droindex.errors import SettingsError
from droindex.index.manifest import set_for
from droindex.index.verify import is_withdrawn, withdraw
from droindex.ingest.hints import fold_label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from droindex.index.manifest import Generation
    from droindex.index.state import DocState

__all__ = ["exposed", "rank_of", "restriction", "withdraw_older"]

Members = dict[str, dict[str, str]]  # set -> document id -> digest of its text


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


def exposed(
    generation: Generation,
    members: Members,
    states: Mapping[str, DocState],
    ranks: Mapping[str, int | None],
    labels: Sequence[str],
) -> dict[str, list[str]]:
    """Return what a generation would show to callers who may not see it today.

    Args:
        generation: The generation.
        members: What its sets hold.
        states: All documents of the library today.
        ranks: Their ranks.
        labels: The labels of the library, from the least restricted.

    Returns:
        Set -> ids of the documents that it holds and its callers may not see.
    """
    found: dict[str, list[str]] = {}
    for rank, clearance in enumerate((None, *labels)):
        try:
            name = set_for(generation.manifest, clearance)
        except SettingsError:
            continue
        hidden = {states[key].digest for key, own in ranks.items() if is_hidden(own, rank)} - {""}
        for doc_id, digest in members.get(name, {}).items():
            if doc_id in ranks:
                if is_hidden(ranks[doc_id], rank):
                    found.setdefault(name, []).append(doc_id)
            elif digest in hidden:
                found.setdefault(name, []).append(doc_id)
    return found


def withdraw_older(
    generations: Sequence[Generation],
    states: Mapping[str, DocState],
    ranks: Mapping[str, int | None],
    labels: Sequence[str],
) -> None:
    """Leave a mark beside each older generation whose sets show what is hidden today."""
    for generation in generations:
        sets = generation.manifest["sets"]
        members = load_members(generation)
        if members is None:  # it cannot be told what it holds
            names: Any = sets
        else:
            names = exposed(generation, members, states, ranks, labels)
        for name in names:
            if not is_withdrawn(generation.folder, name):
                withdraw(generation.folder, name)


def load_members(generation: Generation) -> Members | None:
    """Return what each set of a generation holds; None where that cannot be read."""
    members: Members = {}
    try:
        with (generation.folder / "state.jsonl").open("rb") as file:
            for line in file:
                shape = json.loads(line)
                for name in shape.get("prints", ()):
                    members.setdefault(name, {})[shape["doc_id"]] = shape.get("digest", "")
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return members
