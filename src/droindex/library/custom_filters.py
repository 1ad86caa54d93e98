"""What the custom fields of a set are asked: whole values, words, ranges, counts."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from droindex.engine.analysis import fold
from droindex.engine.clauses import AnyOf, Bool, Clause, NoDocuments, Term
from droindex.engine.custom import value_key, word_key
from droindex.engine.schema import CUSTOM, CUSTOM_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from droindex.library.reader import SetReader

__all__ = ["count_custom", "custom_between", "custom_value", "custom_words", "kinds_of"]

_MAX_COUNTED = 50_000  # values of all custom fields; the engine counts no more than 65,000
_WORD = re.compile(r"\w+")


def kinds_of(reader: SetReader) -> dict[str, str]:
    """Return the kind of each custom field that documents of the set have, by name."""
    kinds: dict[str, str] = reader.info.get("custom", {})  # older sets have none
    return kinds


def custom_value(reader: SetReader, name: str, value: str) -> Clause:
    """Return the clause of a whole value, of any case.

    One that no document has stands for those that hold all its words, as in other keyword fields.
    """
    key = value_key(name, value)
    if reader.vocabulary.doc_freq(CUSTOM_KEY, key):
        return Term(CUSTOM_KEY, key)
    words = set(_WORD.findall(fold(value)))
    longer = [own for own in _values(reader, name) if words and words <= set(_WORD.findall(own))]
    return _any(name, longer) if longer else Term(CUSTOM_KEY, key)


def custom_words(reader: SetReader, name: str, text: str) -> Clause:
    """Return the clause of texts that hold all words of another one, in any form."""
    stems = tuple(dict.fromkeys(stem for stem, _ in reader.analyzer.terms(text)))
    clauses = tuple(Term(CUSTOM_KEY, word_key(name, stem)) for stem in stems)
    return Bool(must=clauses) if clauses else NoDocuments()


def custom_between(
    reader: SetReader,
    name: str,
    low: float | None,
    high: float | None,
    *,
    low_open: bool = False,
    high_open: bool = False,
) -> Clause:
    """Return the clause of a range.

    Args:
        reader: The set.
        name: A field of numbers, or of dates: these count as their day numbers.
        low: The lowest number; None for no bound.
        high: The highest one, likewise.
        low_open: Whether the lowest is left out.
        high_open: Whether the highest is.
    """

    def fits(number: float | None) -> bool:
        if number is None:
            return False
        above = low is None or number > low or (number == low and not low_open)
        return above and (high is None or number < high or (number == high and not high_open))

    read = _day if kinds_of(reader)[name] == "date" else _number
    return _any(name, [own for own in _values(reader, name) if fits(read(own))])


def count_custom(
    reader: SetReader, clause: Clause, names: Sequence[str], size: int
) -> dict[str, list[tuple[str, int]]]:
    """Return the values of keyword fields among the matches: most frequent first, then by value.

    Args:
        reader: The set.
        clause: What to count in.
        names: The fields.
        size: How many values of each at most.
    """
    found: dict[str, list[tuple[str, int]]] = {name: [] for name in names}
    every = min(max(reader.documents.num_docs * len(kinds_of(reader)), 1), _MAX_COUNTED)
    for value, count in reader.documents.facets(clause, (CUSTOM,), every)[CUSTOM]:
        name, _, own = value.partition("=")
        if name in found and len(found[name]) < size:
            found[name].append((own, count))
    return found


def _any(name: str, values: Sequence[str]) -> Clause:
    if not values:
        return NoDocuments()
    return AnyOf(CUSTOM_KEY, tuple(sorted(f"{name}={value}" for value in values)))


def _values(reader: SetReader, name: str) -> Iterator[str]:
    """Yield the values of a field, folded."""
    start = f"{name}="
    for term, _ in reader.documents.terms(CUSTOM_KEY, start, max(reader.documents.num_docs, 1)):
        yield term[len(start) :]


def _day(value: str) -> float | None:
    try:
        return float(date.fromisoformat(value).toordinal())
    except ValueError:  # a date that may be two days is kept as text
        return None


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None
