"""What can be wrong with a query, as values: an error in strict mode, else a note or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from droindex.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "Fault",
    "Faults",
    "bad_boost",
    "bad_edits",
    "bad_slop",
    "boost_of_group",
    "broken_range",
    "dangling_operator",
    "empty_parentheses",
    "excluded_twice",
    "fuzzy_wildcard",
    "lone_wildcard",
    "misplaced_tilde",
    "nested_too_deep",
    "query_too_long",
    "rangeless_field",
    "reversed_range",
    "too_many_clauses",
    "unclosed_parenthesis",
    "unclosed_quote",
    "unexpected_parenthesis",
    "unknown_field",
]

_MAX_NUMBER = 12  # characters of a number in a message
_MAX_RANGE = 40  # of a range
_MAX_WRITTEN = 60  # of a field with its range


class Fault(NamedTuple):
    """One thing that is wrong.

    Attributes:
        slug: The kind of error, for programs.
        position: Where, as an offset into the query.
        message: What is wrong.
        hint: What to write instead.
        note: How the query is read all the same; empty where that needs no word.
    """

    slug: str
    position: int
    message: str
    hint: str
    note: str = ""


class Faults:
    """The faults of one query: the first one ends the reading in strict mode.

    Args:
        query: The query as given.
        strict: Whether a fault is an error.
    """

    def __init__(self, query: str, *, strict: bool) -> None:
        self._query = query
        self._strict = strict
        self._notes: dict[str, None] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes so far, each once, in the order of their discovery."""
        return tuple(self._notes)

    def add(self, fault: Fault) -> None:
        """Record a fault.

        Raises:
            QueryError: In strict mode.
        """
        if self._strict:
            raise QueryError(
                fault.message,
                query=self._query,
                position=fault.position,
                hint=fault.hint,
                slug=fault.slug,
            )
        if fault.note:
            self._notes[fault.note] = None


# --- the whole query -------------------------------------------------------------------------


def query_too_long(max_chars: int) -> Fault:
    """The query is cut."""
    return Fault(
        "query-too-long",
        max_chars,
        f"The query has more than {max_chars:,} characters.",
        "Search for its most telling words.",
        f"The query has more than {max_chars:,} characters: the rest was ignored.",
    )


def too_many_clauses(position: int, most: int) -> Fault:
    """Words and phrases past the cap are ignored."""
    message = f"The query has more than {most} words and phrases"
    return Fault(
        "too-many-clauses",
        position,
        f"{message}.",
        "Search for its most telling words.",
        f"{message}: the rest was ignored.",
    )


# --- quotes, weights, words ------------------------------------------------------------------


def unclosed_quote(position: int) -> Fault:
    """The words behind an opening quote are single words."""
    return Fault(
        "unclosed-quote",
        position,
        "A quotation mark is not closed.",
        "Close it, or leave it out.",
        "A quotation mark is missing: read as single words.",
    )


def bad_slop(position: int, most: int) -> Fault:
    """A number behind a phrase is too high."""
    message = f"At most {most:,} words may stand between the words of a phrase"
    return Fault("bad-slop", position, f"{message}.", 'Write "a b"~5.', f"{message}: read as that.")


def bad_boost(position: int, number: str, most: float) -> Fault:
    """A weight is out of range."""
    shown = number[:_MAX_NUMBER]
    return Fault(
        "bad-boost",
        position,
        f"The weight ^{shown} is not over 0 and at most {most:g}.",
        "Write escort^2 or escort^0.5.",
        f"A weight must be over 0 and at most {most:g}: ^{shown} was ignored.",
    )


def boost_of_group(position: int) -> Fault:
    """A weight stands behind a parenthesis."""
    message = "A weight can only follow a word or a phrase"
    return Fault(
        "bad-boost",
        position,
        f"{message}.",
        "Put the weight behind each word: (escort^2 custody^2).",
        f"{message}: the one after a parenthesis was ignored.",
    )


def lone_wildcard(position: int) -> Fault:
    """A `*` has no letters before it."""
    return Fault(
        "wildcard-alone",
        position,
        "A * needs at least one letter or digit before it.",
        "Write esc*, or leave the * out.",
        "A * needs letters before it, as in esc*: it was ignored.",
    )


def fuzzy_wildcard(position: int) -> Fault:
    """A word has both a wildcard and a `~`."""
    return _bad_fuzzy(
        position,
        "A word with * or ? cannot be fuzzy too.",
        "A ~ behind a word with * or ? was ignored.",
    )


def bad_edits(position: int, number: str, nearest: int) -> Fault:
    """A number behind `~` is neither 1 nor 2; the nearest of these is taken, or none."""
    said = f"A ~ allows 1 or 2 slips: ~{number[:_MAX_NUMBER]} was"
    note = f"{said} read as ~{nearest}." if nearest else f"{said} ignored."
    return _bad_fuzzy(position, f"{said} given.", note)


def misplaced_tilde(position: int) -> Fault:
    """A `~` stands behind nothing."""
    return _bad_fuzzy(
        position,
        "A ~ stands directly behind a word, or with a number behind a phrase.",
        "A ~ stands directly behind a word, as in escort~, or with a number behind a phrase, "
        'as in "a b"~5: it was ignored.',
    )


def _bad_fuzzy(position: int, message: str, note: str) -> Fault:
    hint = "Write escort~ for words one slip away, escort~2 for two."
    return Fault("bad-fuzzy", position, message, hint, note)


# --- fields and ranges -----------------------------------------------------------------------


def unknown_field(position: int, name: str, nearest: str, fields: Iterable[str]) -> Fault:
    """A name before a colon is no field; without one that is near it, the colon is text."""
    message = f'There is no field "{name}"'
    if not nearest:
        hint = f"The fields are: {', '.join(sorted(fields))}."
        return Fault("unknown-field", position, f"{message}.", hint)
    return Fault(
        "unknown-field",
        position,
        f"{message}.",
        f'Did you mean "{nearest}"?',
        f'{message}: read as words. Did you mean "{nearest}:"?',
    )


def rangeless_field(position: int, field: str, written: str) -> Fault:
    """A range is asked for in a field that holds no dates."""
    return _bad_range(position, f'The field "{field}" has no ranges.', written, "has no range")


def broken_range(position: int, value: str, written: str) -> Fault:
    """A range has no bounds."""
    message = f'"{value[:_MAX_RANGE]}" is no range of dates.'
    return _bad_range(position, message, written, "is no range of dates")


def _bad_range(position: int, message: str, written: str, what: str) -> Fault:
    return Fault(
        "bad-range",
        position,
        message,
        "Write issued:2004..2008-05, issued:>2006 or issued:<=2006-02 (dates only).",
        f'"{written[:_MAX_WRITTEN]}" {what}: read as words.',
    )


def reversed_range(position: int, low: str, high: str) -> Fault:
    """A range ends before it begins."""
    return Fault(
        "bad-range",
        position,
        f"The range begins with {low}, after its end {high}.",
        f"Write {high}..{low}.",
        f"The range {low}..{high} ends before it begins: read as {high}..{low}.",
    )


# --- parentheses and operators ---------------------------------------------------------------


def unexpected_parenthesis(position: int) -> Fault:
    """A parenthesis is closed that was never opened."""
    return Fault(
        "unexpected-parenthesis",
        position,
        "A closing parenthesis has no opening one.",
        "Open it, or leave it out.",
        "A closing parenthesis without an opening one was ignored.",
    )


def empty_parentheses(position: int) -> Fault:
    """Nothing stands between parentheses."""
    return Fault(
        "unexpected-parenthesis",
        position,
        "Parentheses hold nothing.",
        "Put words into them, or leave them out.",
    )


def unclosed_parenthesis(position: int) -> Fault:
    """A parenthesis is opened and never closed."""
    return Fault(
        "unclosed-parenthesis",
        position,
        "A parenthesis is not closed.",
        "Close it, or leave it out.",
        "A closing parenthesis is missing: the opening one was ignored.",
    )


def nested_too_deep(position: int, deepest: int) -> Fault:
    """Parentheses past the cap are ignored."""
    message = f"Parentheses are nested more than {deepest} deep"
    return Fault(
        "query-too-deep",
        position,
        f"{message}.",
        "Leave out the inner ones.",
        f"{message}: the inner ones were ignored.",
    )


def dangling_operator(position: int, written: str) -> Fault:
    """An operator or a field has nothing to work on."""
    return Fault(
        "dangling-operator",
        position,
        f'"{written}" has nothing to work on.',
        "Put words on its sides, write it in lower case, or leave it out.",
        f'"{written}" has nothing to work on here and was ignored.',
    )


def excluded_twice(position: int) -> Fault:
    """`NOT -word`."""
    message = "The same words are excluded twice"
    return Fault(
        "dangling-operator",
        position,
        f"{message}.",
        "Write NOT or - once.",
        f"{message}: read as once.",
    )
