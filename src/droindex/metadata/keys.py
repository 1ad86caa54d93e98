"""The keys of metadata, and texts made clean."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from droindex.problems import nearest

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = [
    "DATES",
    "DATE_TEXTS",
    "KNOWN_KEYS",
    "LINES",
    "REFERENCES",
    "clean_line",
    "clean_text",
    "guess_key",
    "normalise_key",
    "plain_dashes",
    "plain_text",
    "squash",
]

LINES = (
    "title",
    "number",
    "doc_type",
    "category",
    "collection",
    "source",
    "opi",
    "status",
    "signatory",
)
DATES = ("issued", "effective", "revised", "expires")
DATE_TEXTS = tuple(f"{name}_text" for name in DATES)
REFERENCES = ("supersedes", "superseded_by", "related")
KNOWN_KEYS = frozenset(
    {*LINES, "summary", "subject", "label", "url", *DATES, *DATE_TEXTS, *REFERENCES}
)
_HINTS = {
    "abstract": "summary",
    "access": "label",
    "author": "signatory",
    "classification": "label",
    "clearance": "label",
    "date": "issued",
    "description": "summary",
    "doc_date": "issued",
    "keywords": "subject",
    "les": "label",
    "marking": "label",
    "name": "title",
    "office": "opi",
    "tags": "subject",
    "type": "doc_type",
}
_CONTROLS = {
    code: None if code < ord("\t") or code > ord("\r") else " "
    for code in (*range(32), 127)
    if chr(code) not in "\t\n"
}

_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f]"
)  # finding none is ten times as fast as translating


def clean_text(text: str) -> str:
    """Return the text as valid unicode, without control characters but tabs and newlines."""
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, as broken JSON escapes leave it
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if _CONTROL.search(text) is None:
        return text.strip()
    return text.replace("\r\n", "\n").translate(_CONTROLS).strip()


def clean_line(text: str) -> str:
    """Return the text on one line, with single blanks, as valid unicode."""
    return " ".join(clean_text(text).split())


def squash(text: str) -> str:
    """Return the text as letters and figures only, casefolded: a key to compare lines by."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def normalise_key(key: str) -> str:
    """Return a key as the field table spells it: `Doc Type` is `doc_type`."""
    if key in KNOWN_KEYS:
        return key
    return re.sub(r"[\s_\-]+", "_", clean_line(key).casefold()).strip("_")


def guess_key(key: str, known: Collection[str] = KNOWN_KEYS) -> str | None:
    """Return the known key that an unknown one was probably meant as; None without a guess."""
    return _HINTS.get(key) or nearest(key, known)


_DASHES = re.compile("[\u2010-\u2015\u2212\u00ad\ufe58\ufe63\uff0d]")


def plain_dashes(text: str) -> str:
    """Return the text with one kind of hyphen, character by character."""
    return _DASHES.sub("-", text)


def plain_text(text: str) -> str:
    """Return the text in NFKC, with one kind of hyphen."""
    return plain_dashes(unicodedata.normalize("NFKC", text))
