"""Single facts of a header: the kind, the banner, who signed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.metadata.infer.head import is_issuer, is_last_word, is_prose, is_type_line, tidy
from droindex.metadata.infer.numbers import match_kind_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from droindex.extract.protocol import Extraction
    from droindex.metadata.infer.head import Head
    from droindex.metadata.infer.header_fields import HeaderField
    from droindex.pages import Page

__all__ = ["is_sensitive", "kind_of", "signatory_offers"]

_KINDS = {
    "general order": "General Order",
    "special order": "Special Order",
    "standard operating procedure": "Standard Operating Procedure",
    "binding operational directive": "Binding Operational Directive",
    "emergency directive": "Emergency Directive",
    "administrative order": "Administrative Order",
    "directive": "Directive",
    "instruction": "Instruction",
    "memorandum": "Memorandum",
    "policy": "Policy",
    "guidance": "Guidance",
    "manual": "Manual",
    "handbook": "Handbook",
    "guide": "Guide",
    "procedure": "Procedure",
    "notice": "Notice",
    "bulletin": "Bulletin",
    "memorandum of agreement": "MOA",
    "memorandum of understanding": "MOU",
    "delegation of authority": "Delegation",
    "delegation": "Delegation",
    "order": "Order",
}
_BETWEEN = " :#\u2014\u2013-"  # signs between the kind and the number
_ENDINGS = ("number", "no.", "no")
_MEMO = re.compile(r"memorandum (?:for|to)\b|memorandum of (?:agreement|understanding)")
_TICK_BOXES = ("order", "directive", "notice")  # two of them on a line are a form's choices
_MAX_KINDS = 2  # more on neighbouring lines are the tick-boxes of a form
_KIND_LINES = 20


def kind_of(head: Head, found: Sequence[HeaderField]) -> tuple[str, float] | None:
    """Return what kind of document it is, with how sure that is; None where it is not said."""
    for item in found:
        if item.name == "doc_type" and item.value:
            return item.value, 0.85
    texts = _kind_texts(head.lines[:_KIND_LINES])
    if any(sum(map(text.count, _TICK_BOXES)) > 1 for text in texts):
        return None
    kinds = dict.fromkeys(filter(None, map(_kind, texts)))
    return (next(iter(kinds)), 0.6) if 0 < len(kinds) <= _MAX_KINDS else None


def _kind_texts(lines: Sequence[str]) -> list[str]:
    """Return the lines that may name a kind: no prose, and no last word of the line above."""
    return [
        _kind_text(line)
        for place, line in enumerate(lines)
        if not is_prose(line) and not (place and is_last_word(lines, place))
    ]


def _kind_text(line: str) -> str:
    """Return a line without the number behind its kind, and without `No.`, casefolded."""
    match = match_kind_number(line)
    if match:
        return match["kind"].casefold().strip()
    text = line.casefold().rstrip(_BETWEEN)
    ending = next((word for word in _ENDINGS if text.endswith(word)), "")
    return text.removesuffix(ending).rstrip(_BETWEEN)


def _kind(text: str) -> str | None:
    """Return the kind that a line names and nothing else; a memorandum may say for whom it is."""
    memo = _MEMO.match(text)
    if memo:
        return _KINDS.get(memo[0], "Memorandum")
    return _KINDS.get(text)


_SENSITIVE = re.compile(
    # possessive: each piece ends where the next begins, so no other way to part them is tried
    r"[\W_]*+(?:(?:[A-Z](?=\s?/)|UNCLASSIFIED(?=\s?/)|(?:FOR )?OFFICIAL USE ONLY|FOUO|WARNING|"
    r"U)[\W_]*+)*+L ?A ?W {0,3}E ?N ?F ?O ?R ?C ?E ?M ?E ?N ?T {0,3}"
    r"S ?E ?N ?S ?I ?T ?I ?V ?E(?![a-z])(?P<rest>.*)"
)
_SHORT_MARK = re.compile(r"[\W_]*(?:(?:U|UNCLASSIFIED|FOUO|SBU)\s?/+\s?)+LES[\W_]*")
_CELL_GAP = "  "
_LETTERHEAD = 10  # lines of page one
_EDGE = 3  # lines from the top and the bottom of a page where a banner stands


def is_sensitive(extraction: Extraction, found: Sequence[HeaderField]) -> bool:
    """Whether a banner marks the document, or one of its pages, as law enforcement sensitive.

    A banner is a line in capitals of its own; a sentence that speaks of such documents is none.
    """
    if any(item.name == "les" and item.value.casefold().startswith("yes") for item in found):
        return True
    lines = list(extraction.facts.running_lines)
    for place, page in enumerate(extraction.pages):
        own = _filled_lines(page.text[:20_000])
        lines += own if not place else own[:_EDGE] + own[-_EDGE:]
        lines += _filled_lines(page.text[-400:])[-_EDGE:]
        lines += _cells(own[: _LETTERHEAD if not place else _EDGE])
    lines += _cells(extraction.facts.running_lines)
    return any(_is_banner(tidy(line)) for line in lines)


def _cells(lines: Iterable[str]) -> Iterator[str]:
    """Yield the cells of lines that are rows: a letterhead may be a table."""
    for line in lines:
        if _CELL_GAP in line:
            yield from line.split(_CELL_GAP)


def _filled_lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _is_banner(line: str) -> bool:
    """Whether a line is a banner in capitals that names the marking."""
    if "SENSITIVE" not in line.replace(" ", ""):
        return bool(_SHORT_MARK.fullmatch(line))
    match = _SENSITIVE.fullmatch(line)
    if match:
        rest = re.sub(r"\b[Pp]age\b|\bof\b", "", match["rest"])
        return not any(char.islower() for char in rest)
    return False


_RANK = re.compile(
    r"(?:(?:acting|deputy|assistant|associate|interim|principal|executive|under|field|first|vice)"
    r"[ ,]+)*(?:director|secretary|commissioner|chief|superintendent|sheriff|administrator|"
    r"chairman|attorney general|general counsel|inspector general|captain|commander|marshal)\b",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?:(?:Dr|Mr|Ms|Mrs|Hon|Sgt|Lt|Capt|Cmdr|Chief|Asst|Gen|Col|Maj)\.? )*"
    r"(?:[A-Z][\w'\u2019-]+|[A-Z]\.)(?: (?:[A-Z][\w'\u2019-]+|[A-Z]\.|de|la|van|von)){1,4}"
    r"(?:,? (?:Jr|Sr|II|III|IV)\.?)?"
)
_MAX_NAME_CHARS = 60
_SIGNATURE_LINES = 14  # the last lines of a page, where a signature block stands


def _is_name(text: str) -> bool:
    """Whether a text looks like a person's name."""
    text = text.strip(" _,/").removeprefix("/s/").strip()
    return (
        len(text) <= _MAX_NAME_CHARS
        and bool(_NAME.fullmatch(text))
        and not is_issuer(text)
        and not is_type_line(text)
    )


def signatory_offers(
    extraction: Extraction, found: Sequence[HeaderField]
) -> Iterator[tuple[str, float]]:
    """Yield who may have signed the document: a guess, from a label or a signature block."""
    for item in found:
        name = item.value.split(",", maxsplit=1)[0].strip(" _") if item.name == "signatory" else ""
        if _is_name(name):
            yield name, 0.5
    for page in reversed(extraction.pages[-3:]):
        yield from _signed(page)


def _signed(page: Page) -> Iterator[tuple[str, float]]:
    """Yield the names with a rank, behind them or on the next line, at the end of a page."""
    lines = [tidy(line) for line in _filled_lines(page.text[-3_000:])]
    lines = [line for line in lines if line.strip(" _")][-_SIGNATURE_LINES:]
    for above, line in zip(["", *lines], lines, strict=False):
        name, comma, rank = line.partition(",")
        if comma and _is_name(name) and _RANK.match(rank.strip()):
            yield name.strip(" _"), 0.45
        elif _RANK.match(line) and len(line) <= _MAX_NAME_CHARS and _is_name(above):
            yield above.strip(" _"), 0.4
