"""Citations as BibTeX, to be read by BibTeX and biber alike."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from droindex.export.citation import Cited

__all__ = ["bibtex"]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Braces too: BibTeX counts them even behind a backslash.
_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "$&#_%"},
    }
)
_NO_KEY = re.compile(r"[^A-Za-z0-9._:-]")
_IN_URLS = ":/?#[]@!$&'()*+,;=%~"
_MARK_CHARS = 6  # that tell keys apart which lost characters: one in 16 million is taken twice


def bibtex(cited: Cited) -> str:
    """Return an entry.

    It is a `@techreport`, the one classic type with number and institution, or `@misc` where
    nobody is known to have issued the document. Titles stand in double braces, so that styles
    leave their capitals alone.
    """
    kind = "techreport" if cited.institution else "misc"
    fields = ",\n".join(f"  {name} = {value}" for name, value in _fields(cited))
    return f"@{kind}{{{_key(cited.key)},\n{fields}\n}}"


def _fields(cited: Cited) -> Iterator[tuple[str, str]]:
    if cited.institution:
        yield "author", f"{{{{{_safe(cited.institution)}}}}}"
    yield "title", f"{{{{{_safe(cited.title)}}}}}"
    if cited.institution:
        yield "institution", f"{{{_safe(cited.institution)}}}"
    for name, value in (("type", cited.kind), ("number", cited.number)):
        if value:
            yield name, f"{{{_safe(value)}}}"
    day = cited.issued
    if day is not None:
        yield "year", f"{{{day.year}}}"
        yield "month", _MONTHS[day.month - 1]
        yield "date", f"{{{day.isoformat()}}}"  # biber reads it instead, with the day
    if notes := "; ".join(filter(None, _notes(cited))):
        yield "note", f"{{{_safe(notes)}}}"
    if cited.url:
        yield "url", f"{{{quote(cited.url, safe=_IN_URLS)}}}"


def _notes(cited: Cited) -> Iterator[str]:
    yield f"p. {cited.page}" if cited.page else ""
    yield cited.kind_of_date
    yield f"issued {cited.issued_text}" if cited.issued is None and cited.issued_text else ""
    yield cited.caution


def _key(doc_id: str) -> str:
    """Return a key that TeX can read; ids that differ have keys that differ."""
    parted = doc_id.replace("/", ":")
    key = _NO_KEY.sub("-", parted) or "document"
    if key == parted and ":" not in doc_id:
        return key
    return f"{key}-{sha256(doc_id.encode('utf-8', 'replace')).hexdigest()[:_MARK_CHARS]}"


def _safe(text: str) -> str:
    return text.translate(_ESCAPES)
