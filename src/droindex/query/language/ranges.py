"""Ranges of dates in a query: `issued:2004..2008-05`, `issued:>2006`."""

from __future__ import annotations

import re

from droindex.query.language.faults import Faults, broken_range, rangeless_field, reversed_range
from droindex.query.language.nodes import Range

__all__ = ["NOT_A_RANGE", "read_range"]

_BOUND = r"\w(?:[^<>….]|\.(?=\w))*"
_DOTS = r"(?:\.{2,3}|…)"
_RANGE = re.compile(
    rf"(?:(?P<low>{_BOUND})?{_DOTS}(?P<high>{_BOUND})?|(?P<sign>[<>]=?|[≤≥])(?P<bound>{_BOUND}))\.?"
)
_TRAILING = re.compile(r"(?:[?!,;]|(?<!\.)\.(?!\.))+$")  # ends a sentence, not a range
_RANGED = ("date", "number", "period")
_SIGNS = ("<", ">", "≤", "≥")
_ISO = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")

NOT_A_RANGE = "not a range"  # but a value like any other


def read_range(
    field: str, kind: str, written: str, start: int, begin: int, faults: Faults
) -> Range | str | None:
    """Return the range behind a field's name.

    Args:
        field: The field.
        kind: What it holds: `date`, `number`, or something without ranges.
        written: The name and the value, as written.
        start: Where the name begins.
        begin: Where the value begins.
        faults: Where to record what is wrong with it.

    Returns:
        The range; `NOT_A_RANGE` for any other value; None for a broken one: its text is words.
    """
    value = _TRAILING.sub("", written[begin - start :])
    if kind not in _RANGED:
        if value.startswith(_SIGNS):
            faults.add(rangeless_field(begin, field, written))
        return NOT_A_RANGE
    if not (value.startswith(_SIGNS) or ".." in value or "…" in value):
        return NOT_A_RANGE
    match = _RANGE.fullmatch(value)
    if match is None or not any(match.group("low", "high", "bound")):
        faults.add(broken_range(begin, value, written))
        return None
    end = begin + len(value)
    if match["sign"] is None:
        low, high = _in_order(match["low"], match["high"], begin, faults)
        return Range(field, low, high, low_open=False, high_open=False, start=start, end=end)
    return _one_sided(field, match["sign"], match["bound"], start, end)


def _one_sided(field: str, sign: str, bound: str, start: int, end: int) -> Range:
    low, high = (bound, None) if sign[0] in ">≥" else (None, bound)
    return Range(
        field, low, high, low_open=sign == ">", high_open=sign == "<", start=start, end=end
    )


def _in_order(
    low: str | None, high: str | None, position: int, faults: Faults
) -> tuple[str | None, str | None]:
    """Return the bounds with the earlier one first, as far as they are plain dates."""
    if not (low and high and _ISO.fullmatch(low) and _ISO.fullmatch(high)):
        return low, high
    shared = min(len(low), len(high))
    if low[:shared] <= high[:shared]:
        return low, high
    faults.add(reversed_range(position, low, high))
    return high, low
