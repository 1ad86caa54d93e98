"""What explains a hit, as values and in plain sentences: its score, relevance and match."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from droindex.serialize import Serializable, rounded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Explanation", "Likeness", "MatchPart", "ScorePart", "sentences"]

_DIGITS = 4  # as a hit's score has
_PART_DIGITS = 6  # of a part in JSON: so many rounded ones still add up to the score
_MAX_LISTED = 10  # words in one sentence; `to_dict()` has them all


@dataclass(frozen=True, slots=True)
class ScorePart(Serializable):
    """One of the numbers that add up to a score.

    Attributes:
        what: The word or phrase that matched, as the query has it; empty for a likeness.
        purpose: What it counts for: `in the title`, `as written in the text`, `side by side ...`.
        field: Where it matched: `all` (everything a document says), or a field of the table.
        boost: What its BM25 was multiplied by; None where the score is fixed by rarity alone.
        score: What it adds.
    """

    what: str
    purpose: str
    field: str
    boost: float | None
    score: float = dataclasses.field(metadata=rounded(_PART_DIGITS))


@dataclass(frozen=True, slots=True)
class MatchPart(Serializable):
    """One of the requirements of a query, by which `match` is counted.

    Attributes:
        what: A word, or a phrase or alternatives, written as in a query.
        idf: Its weight, by rarity, above 0.
        share: How much of it the document holds, 0 to 1; between these for alternatives alone.
        stands_for: Words that were searched for it: of a wildcard, a half-typed or mistyped word,
            an acronym or a synonym.
    """

    what: str
    idf: float = dataclasses.field(metadata=rounded(_DIGITS))
    share: float = dataclasses.field(metadata=rounded(_DIGITS))
    stands_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Likeness(Serializable):
    """What a hit of a long query got for being like the best hits.

    Attributes:
        score: What it adds.
        similarity: How like them it counts, 0 to 1, where 1 is what the best hit is to itself;
            these two count no more than the likest of the others.
        models: The ids of the hits that it was compared with, best first.
        terms: Pairs (stem, whether this document holds it): what was compared, the heaviest
            stems of the models first.
    """

    score: float = dataclasses.field(metadata=rounded(_PART_DIGITS))
    similarity: float = dataclasses.field(metadata=rounded(_DIGITS))
    models: tuple[str, ...]
    terms: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Explanation(Serializable):
    """How the numbers of a hit came about.

    Attributes:
        score: The hit's score.
        best: The highest score among all hits of the search.
        relevance: The hit's relevance in percent; None where nothing scores.
        match: The hit's match in percent; None where nothing was asked for that could be held.
        parts: What adds up to the score, largest first.
        requirements: What `match` counts.
        likeness: What the hit got for being like the best hits; None if nothing.
        notes: What was read in another way, for the whole search.
    """

    score: float
    best: float
    relevance: int | None
    match: int | None
    parts: tuple[ScorePart, ...]
    requirements: tuple[MatchPart, ...]
    likeness: Likeness | None
    notes: tuple[str, ...]

    @property
    def text(self) -> str:
        """Plain sentences and aligned lists. Raw: escape it before it goes into HTML."""
        return "\n".join((*sentences(self), *self.notes))

    def __str__(self) -> str:
        return self.text


def sentences(explanation: Explanation) -> Iterator[str]:
    """Yield what an explanation says, without its notes; rows of a list begin with two blanks."""
    if explanation.parts:
        yield f"Score {explanation.score:.4f} is the sum of:"
        yield from _score_rows(explanation.parts)
    else:
        yield "Score 0: nothing in the query scores."
    if explanation.relevance is not None:
        yield _relevance(explanation)
    if explanation.match is not None:
        whole = sum(part.idf for part in explanation.requirements)
        held = sum(part.idf * part.share for part in explanation.requirements)
        yield (
            f"Match {explanation.match}%: it holds {held:.4f} of the {whole:.4f} that was asked "
            "for, weighed by rarity (idf):"
        )
        yield from _requirement_rows(explanation.requirements)
    if explanation.likeness is not None:
        yield _likeness(explanation.likeness)


def _score_rows(parts: Sequence[ScorePart]) -> Iterator[str]:
    number = max(len(f"{part.score:.4f}") for part in parts)
    purpose = max(len(part.purpose) for part in parts)
    what = max(len(part.what) for part in parts)
    for part in parts:
        weight = f"x {part.boost:.4g}" if part.boost not in (None, 1.0) else ""
        row = f"  {part.score:>{number}.4f}  {part.purpose:<{purpose}}  {part.what:<{what}}"
        yield f"{row}  {weight}".rstrip()


def _relevance(explanation: Explanation) -> str:
    if explanation.relevance == 100:
        return "Relevance 100%: no hit of this search has a higher score."
    return (
        f"Relevance {explanation.relevance}%: {explanation.score:.4f} of the "
        f"{explanation.best:.4f} of the best hit, rounded down."
    )


def _requirement_rows(parts: Sequence[MatchPart]) -> Iterator[str]:
    number = max(len(f"{part.idf:.4f}") for part in parts)
    held = max(len(_held(part)) for part in parts)
    for part in parts:
        others = f" = {_listed(part.stands_for)}" if part.stands_for else ""
        yield f"  {part.idf:>{number}.4f}  {_held(part):<{held}}  {part.what}{others}"


def _held(part: MatchPart) -> str:
    if part.share in (0.0, 1.0):
        return "held" if part.share else "not held"
    return f"{int(100 * part.share)}% held"


def _likeness(likeness: Likeness) -> str:
    held = [term for term, is_held in likeness.terms if is_held]
    return (
        f"Like the best hits: it gets {likeness.score:.4f} for its likeness to "
        f"{' and '.join(likeness.models)}, {int(100 * likeness.similarity)}% of what a hit "
        f"can get. Of the {len(likeness.terms)} stems that tell the most about them it holds "
        f"{len(held)}: {_listed(held)}."
    )


def _listed(words: Sequence[str]) -> str:
    shown = ", ".join(words[:_MAX_LISTED])
    more = len(words) - _MAX_LISTED
    return f"{shown} and {more} more" if more > 0 else shown
