"""What callers hand over: refused with an error of ours where it cannot be used."""

from __future__ import annotations

import math
import os
from pathlib import Path

from droindex.errors import DroindexError, SettingsError

__all__ = [
    "check_callable",
    "check_seconds",
    "check_text",
    "check_whole",
    "is_unicode",
    "to_path",
    "to_texts",
]

_LONGEST_S = 1e9  # about thirty years; more overflows what waits


def to_path(value: object, name: str) -> Path:
    """Return a path; SettingsError where there can be none of that name."""
    if not isinstance(value, (str, os.PathLike)):
        raise _refused(name, "is no path", "Give a str or a Path.")
    text = os.fspath(value)
    if not isinstance(text, str) or not text or "\0" in text:
        raise _refused(name, "is no path that a file can have", "Give a str or a Path.")
    try:
        os.fsencode(text)
    except UnicodeEncodeError as error:
        hint = "Give a str or a Path."
        raise _refused(name, "is no path that a file can have", hint) from error
    return Path(text)


def check_seconds(value: object, name: str, *, may_be_none: bool = False) -> None:
    """Refuse what is no number of seconds from 0."""
    if value is None and may_be_none:
        return
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= _LONGEST_S or math.isnan(value):  # type: ignore[operator,arg-type]  # a number here
        raise _refused(name, "is no number of seconds", "Give a number like 10.")


def check_whole(value: object, name: str, *, most: int) -> None:
    """Refuse what is neither None nor a whole number from 0."""
    if value is None:
        return
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise _refused(name, f"is no whole number from 0 to {most:,}", "Give a number like 2.")


def check_text(value: object, name: str) -> None:
    """Refuse what is neither None nor a text."""
    if value is not None and not isinstance(value, str):
        raise _refused(name, "is no text", "Give a str, or None.")


def check_callable(value: object, name: str) -> None:
    """Refuse what is neither None nor something to call."""
    if value is not None and not callable(value):
        raise _refused(name, "cannot be called", "Give a function, or None.")


def to_texts(
    value: object, name: str, *, error: type[DroindexError] = SettingsError
) -> tuple[str, ...]:
    """Return a list of texts; one text alone is refused, being a list of letters."""
    if isinstance(value, str):
        raise error(
            f"`{name}` is the text {value!r} and should be a list of ids.",
            hint=f"Nothing was changed. Give {name}=[{value!r}].",
        )
    try:
        texts: tuple[object, ...] = tuple(value)  # type: ignore[arg-type]  # that is what is tried
    except TypeError as fault:
        raise _refused(name, "is no list of ids", 'Give a list like ["a"].') from fault
    found = tuple(text for text in texts if isinstance(text, str) and is_unicode(text))
    if len(found) < len(texts):
        raise _refused(name, "holds something else than ids", 'Give a list like ["a"].')
    return found


def is_unicode(text: str) -> bool:
    """Whether a text is whole: no half of a surrogate pair, from a shell or a broken file name."""
    return text.isascii() or text.encode("utf-8", "replace").decode() == text


def _refused(name: str, why: str, hint: str) -> SettingsError:
    return SettingsError(f"{name} {why}.", hint=hint)
