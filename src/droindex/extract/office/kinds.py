"""Which files are office files, by name and by content, and whether they can be read here."""

from __future__ import annotations

import re
from enum import StrEnum
from importlib.util import find_spec

__all__ = ["EXTRA", "OFFICE_SUFFIXES", "MediaType", "extra_for", "is_installed", "is_mail"]

EXTRA = "office"
OFFICE_SUFFIXES = (".docx", ".docm", ".odt", ".rtf", ".eml", ".pptx", ".odp")
_LIBRARIES = ("lxml", "striprtf")
_MAX_HEADERS = 8_000  # characters in which a mail has to show what it is
_FIELD = re.compile(r"([!-9;-~]{1,60}):[ \t]?")
_FIELDS = frozenset(
    {
        *("from", "to", "subject", "date", "received", "message-id", "mime-version", "sender"),
        *("return-path", "delivered-to", "reply-to", "x-mozilla-status", "content-type"),
    }
)


class MediaType(StrEnum):
    """The media types of office files."""

    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    ODT = "application/vnd.oasis.opendocument.text"
    ODP = "application/vnd.oasis.opendocument.presentation"
    RTF = "application/rtf"
    MAIL = "message/rfc822"


def is_installed() -> bool:
    """Whether the libraries of the extra are there."""
    return all(find_spec(library) is not None for library in _LIBRARIES)


def extra_for(suffix: str) -> str:
    """Return the extra that would read the files that end so; empty if none, or if it is there.

    Args:
        suffix: Lower case, with the dot.
    """
    return EXTRA if suffix in OFFICE_SUFFIXES and not is_installed() else ""


def is_mail(head: bytes) -> bool:
    """Whether a file begins like a mail: with fields of which some are those of every mail.

    Args:
        head: The first bytes of the file.
    """
    if b"\0" in head:
        return False
    text = head[:_MAX_HEADERS].decode("latin-1").lstrip("\r\n\ufeff").removeprefix("ï»¿")
    lines = text.splitlines()
    if lines and lines[0].startswith(("From ", ">From ")):  # as a mailbox has it
        del lines[0]
    fields = set()
    for line in lines:
        if not line.strip():
            break
        if line[0] in " \t":
            continue
        match = _FIELD.match(line)
        if match is None:
            break
        fields.add(match[1].lower())
    return not fields.isdisjoint(_FIELDS)
