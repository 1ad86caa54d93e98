"""The lines of a document's head, and what kind of line each is: evidence for its metadata."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from droindex.metadata.dates import find_dates, find_months, leading_date, leading_month
from droindex.metadata.values import is_number_like

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from droindex.extract.protocol import Extraction, SizedLine

__all__ = [
    "MAX_LINE_CHARS",
    "Head",
    "ends_open",
    "is_address",
    "is_date_line",
    "is_dating",
    "is_heading",
    "is_issuer",
    "is_last_word",
    "is_noise",
    "is_prose",
    "is_type_line",
    "read_head",
    "tidy",
]

_MAX_LINES = 90  # a head is a third of a page; a cover sheet and its page two have some 60 lines
MAX_LINE_CHARS = 400  # a longer line is a paragraph
_MAX_PAGE_CHARS = 20_000  # a page of print has 3,000 to 8,000
_PROSE_WORDS = 4
_FULL_LINE = 70  # characters; a line of a header is full from there
_LABELLED = re.compile(r"[A-Z][\w /&.'()-]{1,60}:")
_LONG_LINE = 55  # characters; a shorter line of prose would have had room for more words

_FIRST_PARAGRAPH = re.compile(
    r"(?:1|I|A|[0-9]{1,5}\.1)(?:\.0)?[.)]?[\s:.-]{1,4}"
    r"(?:purpose|policy|scope|introduction|background|general|overview|summary|definitions|"
    r"authority|references?|applicability|discussion)\b"
    r"|(?:1|I)[.)]\s{1,4}[A-Z][a-z ]{2,40}[.:]\s"
    r"|(?:purpose(?: and scope)?|policy|background|scope|introduction|discussion|overview|"
    r"executive summary|statement of policy|(?:detailed )?table of contents|contents)\s?(?:[:.]|$)",
    re.IGNORECASE,
)
_VERBS = re.compile(
    r"\b(?:is|are|was|were|shall|will|must|may|has|have|had|been|can|should|does|do|provides?|"
    r"establish(?:es)?|clarifies|authorizes|requires?|applies|contains)\b",
)
_PAGE_MARK = re.compile(
    r"(?:page\s{0,2})?-?\s?[0-9]{1,4}\s?-?(?:\s{0,2}(?:of|/)\s{0,2}[0-9]{1,4})?|[ivxl]{1,6}"
    r"|page [0-9]{1,4}",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"https?:|www\.|@|\b[A-Z]{2}\.?,? [0-9]{5}(?:-[0-9]{4})?\b|\([0-9]{3}\) ?[0-9]{3}-[0-9]{4}"
    r"|\b[0-9]{3}-[0-9]{3}-[0-9]{4}\b"
    r"|\b(?:fax|telephone|phone)\b ?(?:number|no\.?)? ?[:#]? ?[0-9(+]"
    r"|\bp\.? ?o\.? box\b|\bsuite [0-9]",
    re.IGNORECASE,
)
_ORGANISATION = (
    r"(?:department|office|agency|bureau|division|administration|commission|authority|"
    r"directorate|ministry|headquarters|unit|center|centre|police|service|corps|staff)"
)
_ISSUER = re.compile(
    r"(?:the )?corporation of (?:the )?(?:village|city|town|township|county|municipality)"
    r" of (?:the )?[\w .,&'-]+|(?:(?:state|central|reserve|national|federal) )?bank of [\w .,&'-]+"
    r"|(?:the )?(?:village|city|town|county|state|department|office|bureau|division|university|"
    r"ministry|board|commonwealth|government) of (?:the )?[\w .,&'-]+"
    r"|(?:u\.? ?s\.?|united states|federal|national) (?:[\w&,'-]+ ){0,4}" + _ORGANISATION + r"s?"
    r"(?: of [\w .,&'-]+)?"
    r"|(?:[\w.&'-]+ ){0,4}(?:police|fire|sheriff'?s?|correction(?:al|s)|public safety|health) "
    r"(?:department|office|district|bureau|service|division)"
    r"|(?:deputy |assistant |under |vice |acting )*(?:secretary|chairman|chief|director|"
    r"commissioner|superintendent|commandant|sheriff|mayor)s? of (?:the )?[\w .,&'-]+"
    r"|(?:[\w.&'-]+ ){1,5}(?:agency|administration|authority|ministry|bureau|directorate|"
    r"headquarters)"
    r"|(?:new zealand|[\w]+) police|homeland security|homeland|security|chiefs of staff"
    r"|(?:[\w.]+ )?police (?:instructions|operations manual(?: [\w ]+)?)|illinois"
    r"|[\w .]{3,30}, (?:illinois|[a-z]{2})",
    re.IGNORECASE,
)
_TYPE = (
    r"(?:(?:administrative|binding operational|emergency|general|special|standing|executive|"
    r"departmental?|division|interim|operational|temporary|training|legal|personnel|management|"
    r"analysis|field|standard operating|policy and procedures?|policy & procedures?|policy|"
    r"police|operations|enforcement|field operations) )?"
    r"(?:directive|order|policy|procedure|instruction|memorandum|memo|notice|bulletin|manual|"
    r"guideline|guidance|circular|regulation|report|addendum|guide|handbook|standard|plan|"
    r"announcement|delegation)s?(?: (?:manual|addendum))?|sop"
)
_TYPE_LINE = re.compile(
    r"(?:[\w']+ police department |the )?" + _TYPE + r"(?:[\s/&,]+" + _TYPE + r"){0,3}",
    re.IGNORECASE,
)
_TWO_SIGNS = re.compile(r"[^\W_][\W_]*[^\W_]")
_BANNER = re.compile(
    r"(?:tlp:? ?\w+|(?:for )?official use only|law enforcement sensitive|unclassified(?:/+.*)?|"
    r"draft|final|sensitive but unclassified|fouo|confidential|copyright .*|all rights reserved.*|"
    r"published with permission.*|©.*|released under .*|proactively released.*|out of scope|"
    r"for (?:internal|public) (?:use|release).*|"
    r".*current (?:as )?at .*|this is an uncontrolled document.*|copies to:?|page|"
    r"intentionally (?:left )?blank|\(?intentionally blank\)?|printed on.*)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"[12][0-9]{3}")
_DATING = re.compile(  # a word that stands with a date
    r"\W*(?:(?:last|effective|issued|revis(?:ed|ion)|updated?|adopted|approved|amended|reviewed|"
    r"published|valid|current|present|date[ds]?|as|of|on|to|in|at|from|through|until|since|and|the|"
    r"stand|vom|g\u00fcltig|ab|seit|mise|\u00e0|jour|le|du|au|en|vigueur|depuis|"
    r"actualizad[oa]|aprobad[oa]|desde|el|de|vigencia)(?!\w)\W*)",
    re.IGNORECASE,
)
_SMALL_WORDS = frozenset(
    {
        *("a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to"),
        *("with", "within", "under", "into", "its", "their", "between", "regarding"),
        *("concerning", "following", "during", "und", "oder", "f\u00fcr", "zur", "zum"),
        *("\u00fcber", "del", "para", "por", "sobre", "pour", "sur"),
    }
)
_SMALL_ABROAD = frozenset(  # in capitals they may be short for something else
    {"der", "des", "den", "dem", "im", "vom", "von", "de", "du", "la", "les", "aux", "et", "y"}
)
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ\u00fc\u00dc"
_OPEN_SIGNS = (",", "&", "-", "/", ":", "(")


def is_heading(line: str) -> bool:
    """Whether a line opens a section that every document has: `PURPOSE`, `1. Background`."""
    return bool(_FIRST_PARAGRAPH.match(line))


def tidy(text: str) -> str:
    """Return one line in NFKC with single blanks, cut to a length no header line exceeds."""
    line = " ".join(unicodedata.normalize("NFKC", text[:MAX_LINE_CHARS]).split())
    return line[:MAX_LINE_CHARS].rstrip()  # NFKC makes up to 18 characters of one


def is_noise(line: str) -> bool:
    """Whether a line carries nothing but a rule, a page number, a banner or a few signs."""
    bare = line.strip(" \t.·•*|_=~-\u2014\u2013\u2026")
    if not _TWO_SIGNS.search(bare):
        return True
    return bool(_PAGE_MARK.fullmatch(bare) or _BANNER.fullmatch(bare))


def is_prose(line: str) -> bool:
    """Whether a line is part of a running paragraph rather than of a header block."""
    words = line.split()
    if len(words) < _PROSE_WORDS:
        return False
    small = sum(word[0].islower() for word in words)
    if len(line) >= _LONG_LINE and small * 5 >= len(words) * 2 and _VERBS.search(line):
        return True
    return line.endswith(".") and small * 2 > len(words)


def is_address(line: str) -> bool:
    """Whether a line is part of a postal address, or a web, mail or phone address."""
    return bool(_ADDRESS.search(line))


def is_issuer(line: str) -> bool:
    """Whether the whole line is the name of an office, a department or its head."""
    return bool(_ISSUER.fullmatch(line.strip(" .,*")))


def is_type_line(line: str) -> bool:
    """Whether the whole line only says what kind of document this is: `GENERAL ORDER`."""
    return bool(_TYPE_LINE.fullmatch(line.strip(" .:*")))


def is_date_line(line: str) -> bool:
    """Whether a line is one date or a list of dates, months among them, and nothing else."""
    rest = line.strip()
    while rest:
        lead = leading_date(rest) or leading_month(rest)
        if lead is None:
            return False
        rest = rest[lead[0] :].lstrip(" ,;&")
    return bool(line.strip())


def is_dating(line: str) -> bool:
    """Whether a line says nothing but when: `Last Revised January 2024`."""
    if not _YEAR.search(line) or not _DATING.match(line):
        return False
    spans = [(start, end) for start, end, _ in (*find_dates(line), *find_months(line))]
    rest = "".join(
        char for at, char in enumerate(line) if not any(start <= at < end for start, end in spans)
    )
    return bool(spans) and all(
        _DATING.fullmatch(word) for word in rest.split() if any(map(str.isalnum, word))
    )


def ends_open(line: str) -> bool:
    """Whether a line ends in the middle of a phrase: on a small word, a comma, an open bracket."""
    before = line.rstrip(_LETTERS)
    word = line[len(before) :]
    is_word = not before[-1:].isalnum() and before[-1:] != "_"
    is_small = word.casefold() in _SMALL_WORDS or word in _SMALL_ABROAD
    return (is_word and is_small) or line.endswith(_OPEN_SIGNS) or line.count("(") > line.count(")")


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the first paragraph of a document.

    Attributes:
        lines: The header lines in reading order, without rules, page numbers and banners: those
            that repeat on every page first, then page one, then as much of page two as is needed.
        running: How many of `lines` are such repeated ones.
        sized: Lines of page one with the size of their type, without sizes where none are known,
            and with an empty line for each gap between them that is known.
        tail: The lines of page one behind the head, where form readers put the filled-in values.
        is_cover: True where page one is a short cover sheet.
        body_size: The size that most letters of the first two pages are set in; 0 where unknown.
        pages: How many pages were read.
    """

    lines: tuple[str, ...]
    running: int
    sized: tuple[tuple[str, float], ...]
    tail: tuple[str, ...]
    is_cover: bool
    body_size: float = 0.0
    pages: int = 0


_ADDRESSED_LINES = 8  # a circular's number, its day and the letterhead stand above
_COVER_LINES = 24  # a cover sheet has fewer lines than a page of text


_SPLIT_LABEL = re.compile(r"(?:SUBJECT|TITLE|EFFECTIVE|ISSUED?|NUMBER|RESCINDS|SUPERSEDES)\b")
_DATE_WORD = re.compile(r"DATE:?", re.IGNORECASE)
_BEFORE_DATE = re.compile(r"EFFECTIVE|ISSUED?|REVISION|REVISED|PUBLICATION", re.IGNORECASE)
_DAY_OF_MONTH = re.compile(  # whose year stands on the next line
    r"(?:[0-3]?[0-9](?:st|nd|rd|th|er|\.)? (?:of |de )?[^\W\d_]{3,10}"
    r"|[^\W\d_]{3,10} [0-3]?[0-9](?:st|nd|rd|th)?),?"
)
_MAX_SPLINTER = 4  # letters of a label that were torn off into a line of their own


def _page_lines(text: str) -> list[str]:
    """Return the tidied lines of a page that carry something; labels torn in two are joined."""
    lines: list[str] = []
    for raw in text[:_MAX_PAGE_CHARS].splitlines():
        line = tidy(raw)
        if lines and _YEAR.fullmatch(line) and _DAY_OF_MONTH.fullmatch(lines[-1]):
            lines[-1] += f" {line}"
            continue
        if not line or is_noise(line):
            continue
        torn = lines and len(lines[-1]) <= _MAX_SPLINTER and lines[-1].isalpha()
        if torn and _SPLIT_LABEL.match(lines[-1] + line):
            lines[-1] += line
        elif lines and _DATE_WORD.fullmatch(line) and _BEFORE_DATE.fullmatch(lines[-1]):
            lines[-1] += f" {line}"
        else:
            lines.append(line)
    return lines


def _cut(lines: Sequence[str]) -> int:
    """Return how many of the lines stand before the first paragraph."""
    for place, line in enumerate(lines):
        if not place or not _FIRST_PARAGRAPH.match(line):
            continue
        if not _is_numbered_type(lines, place) and not is_last_word(lines, place):
            return place
    return len(lines)


def is_last_word(lines: Sequence[str], place: int) -> bool:
    """Whether a line like `Policy` is no heading but the last word of the full line above.

    It is where that line would not have had room for it, and a label follows.
    """
    above, below = lines[place - 1], lines[place + 1] if place + 1 < len(lines) else ""
    return (
        lines[place].isalpha()
        and len(above) + 1 + len(lines[place]) >= _FULL_LINE
        and not above.endswith((".", ":", ";"))
        and _LABELLED.match(below) is not None
    )


def _is_numbered_type(lines: Sequence[str], place: int) -> bool:
    """Whether the line is a heading like `Policy`, with the document's number on the next line."""
    line = lines[place].strip(" :")
    following = lines[place + 1] if place + 1 < len(lines) else ""
    return line.casefold() == "policy" and is_number_like(following)


def _sized(lines: Iterable[SizedLine], page_one: str) -> tuple[tuple[str, float], ...]:
    """Return the lines of page one with their size; the plain lines where no sizes are known."""
    known = [(tidy(line.text), line.size) for line in lines if line.page == 1]
    known = [item for item in known if item[0] or not item[1]]  # a gap has neither
    return tuple(known[: 2 * _MAX_LINES]) or tuple((line, 0.0) for line in _with_gaps(page_one))


def _with_gaps(text: str) -> Iterator[str]:
    """Yield the first lines of a page, and an empty one for each gap between them."""
    for part in text[:_MAX_PAGE_CHARS].split("\n\n")[:_MAX_LINES]:
        if lines := _page_lines(part):
            yield from lines[:_MAX_LINES]
            yield ""


def read_head(extraction: Extraction) -> Head:
    """Return the head of a document: the place where its metadata stands.

    Args:
        extraction: The reading of a file; it may have no pages.

    Returns:
        The head; empty where there is no text.
    """
    running = [tidy(line) for line in extraction.facts.running_lines[:20]]
    running = [line for line in running if line and not is_noise(line)]
    pages = [_page_lines(page.text) for page in extraction.pages[:2]]
    page_one = pages[0] if pages else []
    first = extraction.pages[0].text if extraction.pages else ""
    cut = _cut(page_one)
    head = page_one[:cut]
    is_cover = len(page_one) <= _COVER_LINES and len(extraction.pages) > 1
    if cut == len(page_one) and len(pages) > 1:
        head = head + _goes_on(page_one, pages[1], is_cover=is_cover)[: _MAX_LINES // 2]
    return Head(
        lines=tuple((running + head)[:_MAX_LINES]),
        running=min(len(running), _MAX_LINES),
        sized=_sized(extraction.facts.sized_lines, first),
        tail=tuple(page_one[cut:]),
        is_cover=is_cover,
        body_size=_body_size(extraction.facts.sized_lines),
        pages=len(extraction.pages),
    )


def _goes_on(page_one: Sequence[str], page_two: Sequence[str], *, is_cover: bool) -> list[str]:
    """Return what belongs to the head of page two: below a cover, or a list of addressees."""
    if is_cover:
        return [*page_two[: _cut(page_two)]]
    is_addressed = any(
        line.rstrip(" ,:").casefold() == "to" for line in page_one[:_ADDRESSED_LINES]
    )
    return [*takewhile(lambda line: not is_prose(line), page_two)] if is_addressed else []


def _body_size(lines: Iterable[SizedLine]) -> float:
    """Return the size that most letters are set in; 0 where no sizes are known."""
    letters: dict[float, int] = {}
    for line in lines:
        letters[line.size] = letters.get(line.size, 0) + len(line.text)
    return max(letters, key=lambda size: letters[size], default=0.0)
