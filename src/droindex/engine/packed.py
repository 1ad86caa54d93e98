"""Which clauses entries hold, asked in one search: a score as a set of bits.

The engine tells one number of each hit. Clause number i scores 2 to the power of i, so that the
score is the set of what is held; below 1, words add what they score by their frequency.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.engine.bm25 import MOST, idf
from droindex.engine.clauses import AllDocuments, Bool, Clause, Constant, Term, added_up
from droindex.engine.protocol import Held

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from droindex.engine.protocol import Reader, Row

__all__ = ["packed_scores"]

# A score holds 24 bits: a bit for each clause, and some are left for frequency where words count.
_BITS = 20
_BITS_BESIDE_WORDS = 18  # six of 24 are left for frequency
_ROOM = 0.5  # for frequency; the rest below 1 is for rounding


def packed_scores(
    reader: Reader,
    clauses: Sequence[Clause],
    within: Clause,
    limit: int,
    identity: Callable[[Row], Hashable],
) -> list[Held]:
    """Return which clauses the entries hold that match another; see `Reader.scores`.

    Args:
        reader: The index.
        clauses: What is asked for; of more than fit in a number, `limit` has to let all entries in.
        within: Which entries.
        limit: How many of them at most.
        identity: Returns what tells an entry from all others.
    """
    words = [_terms(clause) for clause in clauses]
    size = _BITS_BESIDE_WORDS if any(words) else _BITS
    if len(clauses) <= size:
        return _ask(reader, clauses, words, within, limit)
    known: dict[Hashable, Held] = {}
    for start in range(0, len(clauses), size):
        some = slice(start, start + size)
        for held in _ask(reader, clauses[some], words[some], within, limit):
            key = identity(held.row)
            before = known.get(key, Held(held.row, 0, 0.0))
            bits = before.clauses | held.clauses << start
            known[key] = Held(held.row, bits, before.frequency + held.frequency)
    return sorted(known.values(), key=lambda held: (held.clauses, held.frequency), reverse=True)


def _ask(
    reader: Reader,
    clauses: Sequence[Clause],
    words: Sequence[Sequence[Term]],
    within: Clause,
    limit: int,
) -> list[Held]:
    total = reader.num_docs
    most = MOST * sum(
        term.boost * idf(reader.count(Term(term.field, term.term)), total)
        for terms in words
        for term in terms
    )
    share = _ROOM / most if most else 0.0
    asked = [
        _packed(clause, terms, float(1 << bit), share)
        for bit, (clause, terms) in enumerate(zip(clauses, words, strict=True))
    ]
    found, _ = reader.search(added_up(within, asked), limit, count=False)
    return [Held(row, bits := int(row.score), (row.score - bits) / _ROOM) for row in found]


def _packed(clause: Clause, terms: Sequence[Term], bit: float, share: float) -> Clause:
    if not terms:
        return _bit(clause, bit)
    scored = [Term(term.field, term.term, term.boost * share) for term in terms]
    word = scored[0] if len(scored) == 1 else Bool(should=tuple(scored))
    return Bool(must=(word, Constant(AllDocuments(), bit)))


def _bit(clause: Clause, bit: float) -> Clause:
    return Constant(clause.clause if isinstance(clause, Constant) else clause, bit)


def _terms(clause: Clause) -> tuple[Term, ...]:
    """Return what counts by its frequency: a term, or either-or of terms."""
    if isinstance(clause, Term):
        return (clause,)
    if isinstance(clause, Bool) and not clause.must and not clause.must_not:
        found = tuple(item for item in clause.should if isinstance(item, Term))
        return found if len(found) == len(clause.should) else ()
    return ()
