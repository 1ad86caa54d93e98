"""What a document replaces: from its header labels, and from sentences that say so."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from droindex.metadata.dates import find_dates, parse_date
from droindex.metadata.infer.head import tidy
from droindex.metadata.infer.numbers import repair_scanned_number
from droindex.metadata.partial import AMENDED, chapter_in
from droindex.metadata.values import normalise_number, number_tokens, parse_reference, read_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from droindex.model import Reference
    from droindex.pages import Page

__all__ = ["chapter_reference", "read_references", "sentence_references"]

_NOTHING = re.compile(
    r"(?:none|n/?a(?:\W{1,3}new)?|not applicable|new(?: \w+)?|nil|no(?:ne)? .{0,20}|"
    r"all (?:previous|prior|other|earlier)\b.*|any (?:previous|prior)\b.*|until\b.*|"
    r"(?:or|and)\b.*)\W*",
    re.IGNORECASE | re.DOTALL,
)
_STANDARDS = re.compile(r"\W*(?:CALEA|ILEAP|accreditation)\b", re.IGNORECASE)  # that are met
_AMENDED = re.compile(r",?\s+as(?:\s+amended\b[^;]*)?$", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:;|,|&|\n|\band\b)\s*", re.IGNORECASE)
_DATED = re.compile(r"^(?:issued|dated|date|of|on|effective|eff\.?)\b[\s:]*", re.IGNORECASE)
_ACT = re.compile(  # `Amends D-52; rescinds D-51`: each piece says what becomes of what it names
    r"(?P<act>amends|supersedes|rescinds|cancels|replaces|revokes)\b[:\s]+(?=\S)", re.IGNORECASE
)
_MAX_VALUE_CHARS = 1_500
_MAX_REFERENCES = 40


def _tidy_number(text: str) -> str:
    """Return the text with the blanks inside numbers closed: `OPS-09 / 20-006`, `029 -I`."""
    text = repair_scanned_number(text)
    text = re.sub(r"(?<=[0-9]) ?/ ?(?=[0-9])", "/", text)
    return re.sub(r"(?<=[0-9]) -(?=[A-Z0-9])|(?<=[0-9])- (?=[A-Z0-9]\b)", "-", text)


def read_references(value: str) -> tuple[Reference, ...]:
    """Return the documents that the value of a label like `Rescinds:` names.

    Args:
        value: The value as it was written; several mentions may be parted by `;`, `,` or `and`.

    Returns:
        The mentions; none for `None`, `N/A`, `New Directive` and the like. A date that follows a
        number is another edition of it.
    """
    value = _tidy_number(tidy(value[:_MAX_VALUE_CHARS].replace("\n", " "))).strip(" .;,_/*")
    if not value or _NOTHING.fullmatch(value) or _STANDARDS.match(value):
        return ()
    found: list[Reference] = []
    for part in re.split(r"\s*;\s*", value):
        found += _read_part(_AMENDED.sub("", part))
    return tuple(found[:_MAX_REFERENCES])


def _read_part(part: str) -> list[Reference]:
    """Return the mentions of a text that holds no semicolon."""
    act = _ACT.match(part)
    part = part[act.end() :] if act else part
    amended = AMENDED if act and act["act"].casefold() == "amends" else None
    return [replace(item, part=item.part or amended) for item in _mentions(part)]


def _mentions(part: str) -> list[Reference]:
    """Return the mentions of a text that holds no semicolon and no act before them."""
    dates, numbers = find_dates(part), number_tokens(part)
    if len(dates) <= 1 and len(numbers) <= 1 and not _all_numbers(part):
        whole = parse_reference(part)
        if whole.number is None and numbers:
            whole = replace(whole, number=numbers[0])
        return [whole]
    found: list[Reference] = []
    for piece in _pieces(part):
        day = parse_date(_DATED.sub("", piece))
        if day and found and found[-1].number:
            last = found[-1]
            if last.issued is None:
                found[-1] = replace(last, issued=day, text=f"{last.text}, {piece}")
            else:
                found.append(replace(last, issued=day, text=f"{last.number}, {piece}"))
            continue
        reference = parse_reference(piece)
        if reference.number or reference.issued:
            found.append(reference)
    return found


def _all_numbers(part: str) -> bool:
    """Whether a text is a list of two numbers or more, such as `025P & 032P`."""
    pieces = [piece for piece in _BETWEEN.split(part) if piece]
    return len(pieces) > 1 and all(read_number(piece) for piece in pieces)


def _pieces(part: str) -> list[str]:
    """Return the pieces between commas and `and`, the commas inside dates left alone."""
    shielded = list(part)
    for start, end, _ in find_dates(part):
        for place in range(start, end):
            if shielded[place] == ",":
                shielded[place] = "\x00"
    pieces = _BETWEEN.split("".join(shielded))
    return [piece.replace("\x00", ",").strip() for piece in pieces if piece.strip()]


_ACTS = r"(?:supersedes|supercedes|rescinds|cancels|replaces|revokes|supersede and cancel)"
_THIS = re.compile(
    r"\b(?:this|these|the present)\s(?:[\w-]+\s){1,6}?(?:hereby\s)?"
    + _ACTS
    + r"\b(?:\sand\s"
    + _ACTS
    + r")?\s(?P<what>[^\x00]{3,400})",
    re.IGNORECASE,
)
_THIS_AMENDS = re.compile(
    r"\b(?:this|these|the present)\s(?:[\w-]+\s){1,6}?(?:hereby\s)?amends\s"
    r"(?P<what>[^\x00]{3,400})",
    re.IGNORECASE,
)
_BEGINNING = r"(?:Amends|Supersedes|Rescinds|Cancels|Replaces|Revokes)"
_BARE = re.compile(  # a sentence that begins with it: `Rescinds Policy No. 10074.1.`
    rf"^\W*(?P<act>{_BEGINNING})\s(?P<what>[^\x00]{{3,400}})"
)
_BEFORE_BARE = re.compile(rf"\n\s*(?={_BEGINNING}\s)")
_HEREBY = re.compile(
    r"(?P<what>[^\x00]{3,300}?),?\s(?:which\s)?(?:is|are)\s(?:hereby\s)?"
    r"(?:cancel+ed|rescinded|superseded|revoked|replaced)\b(?!\sby\b)(?:\sby this)?",
    re.IGNORECASE,
)
_HEADED = re.compile(
    r"^\W*(?:[0-9A-Z]{1,3}[.)]\s)?(?:supersession|cancellations?|rescissions?|supersedes|"
    r"superseded(?: documents| policy)?)\s?[.:\u2014-]\s?(?P<what>[^\x00]{3,300})",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:until|unless|if|when|may be|where|whenever|any|in the event|not|previous|prior)\b",
    re.IGNORECASE,
)
_STATUTE = re.compile(
    r"\b[0-9]+ (?:ILCS|U\.? ?S\.? ?C\.?|C\.? ?F\.? ?R\.?|Stat\.?|Fed\.? ?Reg\.?) "
    r"?(?:§+ ?)?[\w./()-]*"
)
_SENTENCE_END = re.compile(  # none where a number follows what stands before numbers: `No. 10074.1`
    r"(?<=[^\d\s.][.;])(?<!\b[Nn]o\.)(?<!\b[Nn]os\.)\s+(?=[A-Z0-9(\u201c\"])"
    r"|(?<=\d\.)\s+(?=[A-Z][a-z])|\x00"
)
_HEAD_LINES = 20  # of the first page, in which a paper says what it belongs to
_SCAN_PAGES = 5  # a supersession stands near the start, or on the last page
_SCAN_CHARS = 12_000


def sentence_references(pages: Sequence[Page], own_number: str = "") -> tuple[Reference, ...]:
    """Return the documents that sentences of the text say this one replaces.

    Sentences like `This directive supersedes BOD 16-01` and `CJCSI 3520.01B is hereby canceled`
    count; those with a condition (`until superseded or rescinded`) do not.

    Args:
        pages: The pages of the document.
        own_number: Its own number, which it cannot replace.
    """
    chosen = [*pages[:_SCAN_PAGES], *pages[_SCAN_PAGES:][-1:]]
    own = normalise_number(own_number)
    for page in chosen:
        found: list[Reference] = []
        text = _BEFORE_BARE.sub("\x00", page.text[:_SCAN_CHARS].replace("\x00", " "))
        text = " ".join(text.split())
        for sentence in _SENTENCE_END.split(text):
            found += _of_sentence(sentence[:1_000])
        kept = _distinct(found, own)
        if kept:
            return kept
    return ()


def chapter_reference(pages: Sequence[Page]) -> tuple[Reference, ...]:
    """Return the chapter that one of the first lines says the paper belongs to, if any does.

    Args:
        pages: The pages of the document.
    """
    lines = pages[0].text.splitlines()[:_HEAD_LINES] if pages else []
    said = (chapter_in(" ".join(line.split()), at_start=True) for line in lines)
    return tuple(map(parse_reference, filter(None, said)))[:1]


def _of_sentence(sentence: str) -> list[Reference]:
    """Return what one sentence says to be replaced."""
    low = sentence.casefold()
    if not any(stem in low for stem in _STEMS):
        return []
    for form in (_THIS, _HEADED, _BARE, _HEREBY, _THIS_AMENDS):
        match = form.search(sentence)
        if match is None or _CONDITION.search(sentence[: match.end("what")]):
            continue
        what = _STATUTE.sub(" ", match["what"])
        what = re.split(r",? which (?:is|are)\b|\bin its entirety\b|\bis hereby\b", what)[0]
        what = re.sub(
            r"^.{0,40}?\b(?:cancellation|supersession|rescission)\.\s",
            "",
            what,
            flags=re.IGNORECASE,
        )
        if number_tokens(what) or find_dates(what):
            found = read_references(what.strip(" .,;"))
            amends = form is _THIS_AMENDS or match.groupdict().get("act") == "Amends"
            amended = AMENDED if amends else None
            return [replace(item, part=item.part or amended) for item in found]
        title = _named_title(what) if form is _THIS else None
        return [replace(parse_reference(title), title=title)] if title else []
    return []


_STEMS = (
    *("supers", "superc", "rescind", "rescission", "cancel", "replace", "revoke"),
    "amends",
)
_CAPITAL = r"(?:[A-Z][\w&()/'-]*|of|and|for|the|to|in)"
_NAMED = re.compile(
    rf"(?:the )?(?P<title>{_CAPITAL}(?: {_CAPITAL}){{2,14}}) "
    r"(?:document|policy|directive|memorandum|manual)\b"
)


def _named_title(what: str) -> str | None:
    """Return the capitalised name in `the Audit Review Requirements document`, if it is one."""
    match = _NAMED.match(what)
    return match["title"].strip() if match else None


def _distinct(found: Iterable[Reference], own: str) -> tuple[Reference, ...]:
    """Return the references, each once, without the document's own number."""
    kept: dict[tuple[str, object, str], Reference] = {}
    for item in found:
        key = normalise_number(item.number or "")
        if key and key == own and item.issued is None:
            continue
        if item.number or item.issued or item.title:
            kept.setdefault((key, item.issued, item.title or ""), item)
    return tuple(kept.values())[:_MAX_REFERENCES]
