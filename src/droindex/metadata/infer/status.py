"""The status that a document states of itself: by a label, a sentence on page one, or a stamp."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.metadata.infer.head import tidy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from droindex.extract.protocol import Extraction
    from droindex.metadata.infer.header_fields import HeaderField

__all__ = ["status_of"]

_LABELLED = {
    "current": "Current",
    "active": "Current",
    "superseded": "Superseded",
    "rescinded": "Rescinded",
    "cancelled": "Rescinded",
    "canceled": "Rescinded",
    "archived": "Archived",
    "draft": "Draft",
}
_COVER_CHARS = 2_500  # of page one: what is said of the document itself stands at its top
_EDGE_LINES = 12  # from the top of page one, where a stamp stands
_LAST_LINES = 3  # from its end
_KIND = (
    r"(?:document|policy|directive|order|instruction|memorandum|manual|publication|guidance|"
    r"procedure|notice|circular|regulation|bulletin|handbook|version|edition|chapter|sop)"
)
# "This document has been archived"; not "may have been", nor what it does to another document
_OF_ITSELF = re.compile(
    rf"\b(?:this|the attached)(?: [\w-]+){{0,3}}? {_KIND}(?: (?:number|no\.?) [\w.-]+)?"
    r" (?:has been|was|is)(?: (?:now|hereby|therefore))? "
    r"(?P<state>archived|superseded|replaced|rescinded|cancell?ed|revoked|"
    r"withdrawn(?: \(archived\))?|obsolete|no longer in (?:force|effect)|a (?:working )?draft)"
    r"(?!\w)",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:until|unless|if|when|whenever|where|once|after|before)\b[^.;:]*$", re.IGNORECASE
)
_STAMP = re.compile(
    r"(?:[A-Z]{1,12} ){0,2}?(?P<state>ARCHIVED?|SUPERSEDED|RESCINDED|CANCELL?ED|REVOKED|WITHDRAWN|"
    r"OBSOLETE|DRAFT|BORRADOR|ENTWURF|RASCUNHO|MINUTA)"
    r"(?: (?:DOCUMENT|POLICY|COPY|VERSION|ONLY|FOR [A-Z ]{3,40}|[VR]?[0-9.]{1,8}|"
    r"(?:-+ |\u2013 )?(?:NOT FOR|DO NOT) [A-Z ]{3,40}))?"
)
_RUNNING_DRAFT = re.compile(
    r"(?:working |final |initial |public |pre-?decisional )?draft(?: document| copy| version)?"
    r"(?:[ :,-]+v?[0-9][\w./ -]{0,24})?"
    r"|(?:borrador|entwurf|rascunho|minuta)(?: ?[\u2014\u2013-] .*)?",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"[(\[](?:\w+ ){0,2}draft[)\]]", re.IGNORECASE)
_STATES = (
    ("archiv", "Archived"),
    ("no longer", "Archived"),
    ("obsolete", "Archived"),
    ("supersed", "Superseded"),
    ("replaced", "Superseded"),
    ("rescind", "Rescinded"),
    ("cancel", "Rescinded"),
    ("revoke", "Rescinded"),
    ("withdrawn", "Rescinded"),
    *((word, "Draft") for word in ("draft", "borrador", "entwurf", "rascunho", "minuta")),
)


def status_of(extraction: Extraction, header: Sequence[HeaderField]) -> tuple[str, float] | None:
    """Return the status that a document states of itself, with how sure it is; None without one.

    Page one is read itself, wherever its lines stand: a cover sheet may come behind scraps of a
    table. Archived goes before all else, since archives say "superseded" of the same document.

    Args:
        extraction: The reading of the file.
        header: The labels of its head with their values.
    """
    for item in header:
        status = _LABELLED.get(item.value.casefold().strip(" .")) if item.name == "status" else None
        if status:
            return status, 0.9
    if not extraction.pages:
        return None
    found = dict.fromkeys(_states(extraction))
    return next(((status, 0.8) for _, status in _STATES if status in found), None)


def _states(extraction: Extraction) -> Iterator[str]:
    """Yield what sentences and stamps on page one, and running heads, say."""
    text = " ".join(extraction.pages[0].text[:_COVER_CHARS].split())
    for match in _OF_ITSELF.finditer(text):
        if not _CONDITION.search(text[: match.start()]):
            yield _status(match["state"])
    lines = [tidy(line) for line in extraction.pages[0].text.splitlines() if line.strip()]
    running = [tidy(line) for line in extraction.facts.running_lines]
    for line in (*lines[:_EDGE_LINES], *lines[_EDGE_LINES:][-_LAST_LINES:], *running):
        stamp = _STAMP.fullmatch(line.strip(" *-_[]()<>.!"))
        if stamp:
            yield _status(stamp["state"])
        elif _IN_BRACKETS.fullmatch(line):
            yield "Draft"
    if any(_RUNNING_DRAFT.fullmatch(line.strip(" *-_[]()<>.!")) for line in running):
        yield "Draft"


def _status(state: str) -> str:
    """Return the status that a word stands for."""
    return next(status for stem, status in _STATES if stem in state.casefold())
