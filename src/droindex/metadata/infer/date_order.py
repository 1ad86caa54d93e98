"""Day and month in dates in figures: which goes first, as the dates of a corpus decide it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from droindex.metadata.dates import date_readings, figures_in, named_order, order_of
from droindex.metadata.keys import DATES
from droindex.model import DateOrder

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from droindex.extract.protocol import Extraction
    from droindex.metadata.inferred import Inferred
    from droindex.model import Reference

__all__ = ["LANGUAGE_FIELD", "ORDER_FIELD", "decided_order", "read_order", "settle_dates"]

ORDER_FIELD = "date_order"  # among the readings of a document; no field of it
LANGUAGE_FIELD = "date_order_of_language"  # the same, where neither it nor its corpus decides
_REFERENCES = ("supersedes", "superseded_by")
_PAGES = 5  # first pages that are looked at, and the last
_PAGE_CHARS = 12_000
_MIN_SHARE = 0.95  # of the documents that decide, for the order of the corpus: the rest are slips


def read_order(extraction: Extraction) -> DateOrder | None:
    """Return the order that the dates of a document keep to; None where none decides.

    Those in figures that allow one reading only go first; else those with the name of the month,
    if they are all written in one order.

    Args:
        extraction: The reading of its file.
    """
    pages = extraction.pages
    texts = [page.text[:_PAGE_CHARS] for page in (*pages[:_PAGES], *pages[_PAGES:][-1:])]
    texts += extraction.facts.running_lines
    figures = [figure for text in texts for figure in figures_in(text)]
    return order_of(figures) or (named_order(texts) if figures else None)


def decided_order(votes: Counter[str]) -> DateOrder | None:
    """Return the order that nearly all documents keep to that decide; None where they differ.

    Args:
        votes: Each order -> how many documents decide for it.
    """
    for value, count in votes.most_common(1):
        if count and count >= _MIN_SHARE * votes.total():
            return DateOrder(value)
    return None


def settle_dates(
    readings: Mapping[str, Inferred], order: DateOrder | None
) -> tuple[dict[str, Inferred], tuple[str, ...]]:
    """Return the readings of a document with its dates in figures read in an order.

    Args:
        readings: The winner of each field.
        order: That of the document or of its corpus; None where they do not decide: then that of
            the language counts, if it was read.

    Returns:
        The readings, and the fields whose dates may be two days and stay texts.
    """
    order = order or _of_language(readings)
    settled = dict(readings)
    undecided: list[str] = []
    for name in DATES:
        written = settled.get(f"{name}_text")
        days = date_readings(str(written.value)) if written and name in settled else ()
        if len(days) > 1 and order is None:
            del settled[name]
            undecided.append(name)
        elif len(days) > 1:
            settled[name] = replace(settled[name], value=_chosen(days, order))
    for name in _REFERENCES:
        if name in settled:
            references = tuple(_settled(item, order) for item in settled[name].value)
            settled[name] = replace(settled[name], value=references)
    return settled, tuple(undecided)


def _of_language(readings: Mapping[str, Inferred]) -> DateOrder | None:
    """Return the order that the language of the document has, if it was read."""
    read = readings.get(LANGUAGE_FIELD)
    return DateOrder(read.value) if read else None


def _chosen(days: Sequence[date], order: DateOrder | None) -> date | None:
    """Return the day of two readings, of which the first has the month first."""
    if order is None:
        return None
    return days[0] if order is DateOrder.MONTH_FIRST else days[1]


def _settled(reference: Reference, order: DateOrder | None) -> Reference:
    """Return a reference with its date, if that is in figures, read in an order."""
    for days in _ambiguous(reference.text):
        if reference.issued == days[0]:
            return replace(reference, issued=_chosen(days, order))
    return reference


def _ambiguous(text: str) -> Iterator[tuple[Any, ...]]:
    for figures in figures_in(text):
        days = date_readings(figures)
        if len(days) > 1:
            yield days
