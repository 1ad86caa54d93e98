"""The title of a document: by label, behind its number, or by the size of its type."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from droindex.metadata.dates import find_dates
from droindex.metadata.infer.head import (
    ends_open,
    is_address,
    is_date_line,
    is_heading,
    is_issuer,
    is_last_word,
    is_noise,
    is_prose,
    is_type_line,
    tidy,
)
from droindex.metadata.infer.header_fields import find_field_labels
from droindex.metadata.keys import squash
from droindex.metadata.values import is_number_like, normalise_number, parse_reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from droindex.metadata.infer.head import Head
    from droindex.metadata.infer.header_fields import HeaderField

__all__ = ["clean_title", "file_name_title", "is_junk_title", "title_candidates"]

_MAX_TITLE_LINES = 5
_MAX_TITLE_CHARS = 250  # longer is a paragraph
_WRAP = 54  # a line shorter than this, with room for the next word, was not wrapped
_FULL = 0.8  # of the next line's characters; what is shorter ended before it had to
_COVER_LINES = 24  # a cover sheet has fewer
_HEADING = 1.12  # times the size of the body; less is bold print or rounding

_VERSION = re.compile(
    r"(?<![\s,(\[-])[\s,(\[-]+(?:version|ver\.?|v\.?|rev(?:ision)?\.?)\s?:?\s?(?P<number>v?[0-9]+(?:\.[0-9]+)*)[)\]]?$",
    re.IGNORECASE,
)
_VERSION_LINE = re.compile(
    r"(?:[A-Z]{2,6} )?version v?[0-9]+(?:\.[0-9]+)*(?:,? rev(?:ision)?\.? ?\w{1,3})?", re.IGNORECASE
)
_SALUTATION = re.compile(
    r"(?:dear|t[eē]n[aā] (?:koe|koutou)|kia ora|sehr geehrter?|madame|monsieur|estimad[oa])\s"
    r"[^:]{0,60}$",
    re.IGNORECASE,
)
_WEB = re.compile(r"https?:|www\.", re.IGNORECASE)  # may stand under a title as well
_SMALL_WORD = re.compile(r"(?:for|of|to|in|on|and|with|by|from|under|at) ", re.IGNORECASE)
_CITED = re.compile(
    r"(?:version )?v?[0-9]+\.[0-9]", re.IGNORECASE
)  # the line above names another document
_HYPHEN = re.compile(r"(?<=\w)- (?=\w)")  # where a line was broken
_FORM_HEAD = re.compile(
    r"\s(?:DISTRIBUTION|REFERENCES?|RESCINDS|SUPERSEDES|AMENDS|"
    r"(?:ISSUE|EFFECTIVE|REVISION) DATES?)$"
)  # the head of the next box of a form, on one line with a value
_PAGE = re.compile(
    r"(?<!\s)\s*\bpage\s?[0-9]+(?:\s?(?:of|/)\s?[0-9]+)?\s*$|\s-\s[0-9]{1,3}$", re.IGNORECASE
)
_LEADING_LABEL = re.compile(r"(?:subject|title|re|topic)\s?:\s?", re.IGNORECASE)
_BULLET = re.compile(r"^[\u2022\uf0b7\u25a0\u25aa\u25a1\u2610•□■▪*]\s*|^o\s(?=[A-Z])")
_NO_TITLE = re.compile(
    r"(?:archived?|superseding|superseded) document|(?:our |your )?ref(?:erence)?\.?\s?:.*",
    re.IGNORECASE,
)  # the heads of a cover sheet; the number of a letter
_MANUAL_PAGES = 40  # a policy of a manual has fewer, and the manual's name on each of them too
_MANUAL = re.compile(
    r"(?:[\w.&'\u2019-]+ ){1,8}(?:manual|handbook|rules and regulations)", re.IGNORECASE
)
_SECTION = re.compile(r"[0-9]{1,2}\.(?:[0-9]{1,2}\.?)*\s|[IVX]{1,5}\.\s")  # a section's heading
_PART = re.compile(
    r"(?:[A-Z]{2,8} )?(?:title|chapter|part|appendix|section|volume|annex)\s", re.IGNORECASE
)
_JUNK = re.compile(
    r"microsoft (?:word|powerpoint|excel)\b.*|.*\.(?:pdf|docx?|xlsx?|pptx?|rtf|wpd|tif|aspx|html?|"
    r"indd|pub|txt|p65)(?:\W.*)?|(?:skm|scan|img|doc|kmbt|mx|xerox)[\W_]*+\w*\d.*|view pdf|"
    r"untitled.*|document ?\d*|default|slide \d+|layout \d+|no title|page \d+|print|report|"
    r"subject:?|title|[\W\d_]+|\w{1,2}|full page|template.*|.*template|letter(?:head)?|memo|"
    r"(?:document|presentation|word|new) ?\d*|(?:binder|combined|final|draft)\W?\d*",
    re.IGNORECASE | re.DOTALL,
)


def clean_title(text: str, number: str = "") -> str:
    """Return a title without what is glued to it: page marks, version, label, its number.

    Args:
        text: The title as it was read.
        number: The document's number, where it is known.
    """
    title = _PAGE.sub("", tidy(text))
    title = _BULLET.sub("", _LEADING_LABEL.sub("", title, count=1))
    title = _VERSION.sub("", title)
    key = normalise_number(number)
    if key and not _PART.match(title):
        reference = parse_reference(title)
        if reference.number and reference.title and normalise_number(reference.number) == key:
            title = reference.title
        head, _, rest = title.partition(" ")
        if rest and len(key) > 1 and normalise_number(head) == key:
            title = rest
    title = title.strip(' \t_|.:;,\u2014\u2013-"\u201c\u201d*<>')
    return title + ")" if title.count("(") > title.count(")") else title


def version_of(text: str) -> str | None:
    """Return the version at the end of a title, as `Version 1.25`; None where there is none."""
    match = _VERSION.search(tidy(text))
    if match is None:
        return None
    number = match["number"]
    return number if number.startswith(("v", "V")) else f"Version {number}"


def is_junk_title(text: str) -> bool:
    """Whether a title among the file's properties says nothing: made by a program, or a type."""
    title = tidy(text)
    letters = sum(char.isalpha() for char in title)
    if letters < len("Tow") or letters * 2 < len(title):
        return True
    return bool(_JUNK.fullmatch(title)) or is_issuer(title) or is_type_line(title)


def file_name_title(file_name: str) -> str:
    """Return the file's name as a title: without folders and suffix, its words parted by blanks."""
    stem = file_name.replace("\\", "/").rsplit("/", 1)[-1]
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", stem.lstrip("."))
    words = re.sub(r"%20|[_+]+|(?<=[^\W\d_])-+(?=[^\W\d_])|\s+", " ", stem[:_MAX_TITLE_CHARS])
    title = tidy(words).strip(" -.")
    return title[:1].upper() + title[1:]


def _stops(line: str) -> bool:
    """Whether a line cannot be a part of a title."""
    return (
        is_noise(line)
        or is_prose(line)
        or is_date_line(line)
        or is_address(line)
        or bool(find_field_labels(line))
        or is_heading(line)
        or bool(_BULLET.match(line))
    )


def join_title(lines: Sequence[str], place: int, first: str, sizes: dict[str, float]) -> str:
    """Return a title that begins with `first`, with the lines that carry it on.

    Args:
        lines: The header lines.
        place: Index of the line that `first` stands on.
        first: The beginning, without its label.
        sizes: The size of the type by squashed line; it does not change inside a title.
    """
    parts = [first]
    size = sizes.get(squash(lines[place]), 0.0)
    for at in range(place + 1, min(place + _MAX_TITLE_LINES, len(lines))):
        line, below = lines[at], lines[at + 1] if at + 1 < len(lines) else ""
        if is_last_word(lines, at):
            parts.append(line)
            break
        if _stops(line) or is_issuer(line) or _CITED.match(below):
            break
        if not _same_size(size, sizes.get(squash(line), 0.0)):
            break
        if not _carries_on(parts, lines[at - 1], line):
            break
        parts.append(line)
    title = _HYPHEN.sub("-", " ".join(parts))
    return title if len(title) <= _MAX_TITLE_CHARS else first


def _same_size(size: float, other: float) -> bool:
    """Whether two lines may be set in one size; 0 for a size that is not known."""
    return not size or not other or abs(size - other) <= size / 12


def _carries_on(parts: Sequence[str], above: str, line: str) -> bool:
    """Whether a line goes on with the title whose parts stand above it.

    It does where the title breaks off in the middle of a phrase, where both are capitals, or where
    the line above was full and both are set alike.
    """
    if ends_open(parts[-1]) or line[0].islower():
        return True
    is_upper = parts[0].isupper(), line.isupper()
    if find_dates(line):
        return False
    if all(is_upper) and not is_type_line(line):
        return True
    full = max(_WRAP, len(line) * _FULL)  # no line below shows how much more had room
    wrapped = len(above) + 1 + len(line.split(maxsplit=1)[0]) > full
    return wrapped and is_upper[0] == is_upper[1]


_OFFICER = re.compile(
    r"\b(?:director|secretary|administrator|chief|commissioner|office of|department of)\b",
    re.IGNORECASE,
)


def _last_of_block(lines: Sequence[str], block: Sequence[int]) -> str:
    """Return the last paragraph of a block whose labels came first: the value of the last one."""
    texts = [lines[place] for place in block if not is_noise(lines[place])]
    if not texts:
        return ""
    width = max(map(len, texts))
    parts = [texts[-1]]
    for text in reversed(texts[:-1]):
        fits = len(text) + 1 + len(parts[0].split(maxsplit=1)[0]) <= width
        if fits or _OFFICER.search(text):
            break
        parts.insert(0, text)
    return " ".join(parts)


def _labelled(
    head: Head, found: Sequence[HeaderField], sizes: dict[str, float]
) -> Iterator[tuple[str, float]]:
    """Yield the titles that a label names."""
    for item in found:
        if item.name != "title":
            continue
        label = head.lines[item.place].casefold()
        if item.value:
            text = _FORM_HEAD.sub("", item.value)
            if text == item.value:
                text = join_title(head.lines, item.place, text, sizes)
            sure = 0.96 if re.match(r"\W*(?:\w+ )?title\b", label) else 0.94
            yield text, 0.85 if re.match(r"\W*re\b", label) else sure
        elif item.block:
            yield _last_of_block(head.lines, item.block), 0.8


_NUMBERED = re.compile(r"[\w .&'/#-]{0,60}?[0-9][\w.\-/]{0,20}\s?[:\u2014\u2013-]\s?(?=[A-Z])")


def _numbered(head: Head, number: str) -> Iterator[tuple[str, float]]:
    """Yield the title that stands behind the number: `Policy Number 10074.2: Detainers`."""
    key = normalise_number(number)
    if not key:
        return
    for place, line in enumerate(head.lines[:30]):
        match = _NUMBERED.match(line)
        if match is None or _PART.match(line):
            continue
        start = line[: match.end()].strip(" :-\u2014\u2013")
        rest = line[match.end() :].strip()
        if normalise_number(start).endswith(key) and not _stops(rest) and not is_number_like(rest):
            yield join_title(head.lines, place, rest, {}), 0.72 if place < head.running else 0.9


def _may_be_title(line: str, number: str) -> bool:
    """Whether a line of large type may be the title, or a part of it."""
    labels = find_field_labels(line)
    named = bool(labels) and labels[0].field == "any" and not line.endswith(":")
    if is_issuer(line) or is_type_line(line) or _SECTION.match(line):
        return False
    if _NO_TITLE.fullmatch(line):
        return False
    if (is_prose(line) or is_address(line) or is_heading(line)) if named else _stops(line):
        return False
    return not _is_the_number(line, number) and not _is_mostly_date(line)


def _is_the_number(line: str, number: str) -> bool:
    """Whether a line is the number of the document, or of another."""
    if is_number_like(line) and not _PART.match(line):
        return True
    key = normalise_number(number)
    return bool(key) and normalise_number(line) == key


def _is_mostly_date(line: str) -> bool:
    """Whether half of a line is a date, or a date in it is written with slashes."""
    return any(
        "/" in line[start:end] or end - start > len(line) / 2 for start, end, _ in find_dates(line)
    )


def _ends_a_title(above: str, line: str) -> bool:
    """Whether a line like `Fire Department` or `Orders` ends the title above, and is no other."""
    if ends_open(above) and is_issuer(line):
        return True
    return is_type_line(line) and not line.isupper() and len(above) + 1 + len(line) > _WRAP


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines of one size that may be a title; above an address, they name who has it."""

    text: str
    size: float
    lines: int
    is_addressed: bool = False

    def goes_on(self, line: str, size: float) -> bool:
        """Whether the next line carries its phrase on, whatever it would be by itself."""
        return _ends_a_title(self.text, line) or (
            bool(_SMALL_WORD.match(line)) and self.takes(line, size) and not _stops(line)
        )  # set like the block above: `FOR FISCAL YEAR 2010`

    def takes(self, line: str, size: float) -> bool:
        """Whether the next line is part of it: as large, and set alike."""
        is_close = abs(self.size - size) <= max(self.size, size) / 16
        is_alike = self.text.isupper() == line.isupper()
        return is_close and is_alike and self.lines < _MAX_TITLE_LINES


def _blocks(sized: Sequence[tuple[str, float]], number: str) -> list[_Block]:
    """Return the blocks that may be a title, in reading order."""
    blocks: list[_Block] = []
    is_open = False  # whether the next line may be part of the last block
    for line, size in sized:
        if _SALUTATION.match(line):  # of a letter: what follows is its text
            break
        last = blocks[-1] if is_open and blocks else None
        if not (last and last.goes_on(line, size)) and not _may_be_title(line, number):
            if last and is_address(line) and not _WEB.search(line):
                blocks[-1] = replace(last, is_addressed=True)
            is_open = is_open and _is_rule(line)
            continue
        if last and last.takes(line, size):
            text = _HYPHEN.sub("-", f"{last.text} {line}")
            blocks[-1] = _Block(text, last.size, last.lines + 1)
        else:
            blocks.append(_Block(line, size, 1))
        is_open = True
    return blocks


def _is_rule(line: str) -> bool:
    """Whether a line is drawn, and says nothing."""
    return is_noise(line) and not any(map(str.isalnum, line))


def _above_version(head: Head, number: str, largest: _Block) -> _Block | None:
    """Return the title of a cover where the largest type stands under its version.

    There it names a program or a project, and the title is what its version is of.
    """
    cover = [line for line, _ in head.sized[:_COVER_LINES]]
    under = next((at for at, line in enumerate(cover) if _VERSION_LINE.fullmatch(line)), 0)
    blocks = _blocks(head.sized[:under], number)
    above = max(blocks, key=lambda block: block.size, default=None)
    if above is None or squash(largest.text).startswith(squash(above.text)):
        return None
    rest = squash(" ".join(cover[under:]))
    return above if squash(largest.text) in rest and above.size * 1.25 > largest.size else None


def _by_size(head: Head, number: str) -> Iterator[tuple[str, float]]:
    """Yield the text set in the largest type that is not the issuer, and the first heading."""
    blocks = _large_blocks(head, number)
    if not blocks:
        return
    largest = max(blocks, key=lambda block: block.size)
    body = _body_size(head)
    if above := _above_version(head, number, largest):
        yield above.text, 0.79
    if body and largest.size >= body * _HEADING:
        yield largest.text, 0.78 if largest.size >= body * 1.3 else 0.7
    first = _first_in_head([block for block in blocks[:3] if not block.is_addressed], head)
    if first:
        yield first, 0.62 if first.isupper() else 0.5


def _large_blocks(head: Head, number: str) -> list[_Block]:
    """Return the blocks of large type, or of the head, that are short enough for a title."""
    in_head = {squash(line) for line in head.lines}
    large = head.body_size * _HEADING
    sized = [item for item in head.sized if item[1] >= large or squash(item[0]) in in_head]
    return [block for block in _blocks(sized, number) if len(block.text) <= _MAX_TITLE_CHARS]


def _body_size(head: Head) -> float:
    """Return the size of the text; a cover may hold more letters of the title than of it."""
    if len(head.sized) <= _COVER_LINES:
        return min(head.body_size, *(size for _, size in head.sized))
    return head.body_size


def _first_in_head(blocks: Sequence[_Block], head: Head) -> str | None:
    """Return the first of some blocks that begins with a line of page one's head."""
    keys = {squash(line) for line in head.lines[head.running :]} - {""}
    texts = ((block.text, squash(block.text)) for block in blocks)
    return next((text for text, own in texts if any(map(own.startswith, keys))), None)


def _of_manual(head: Head) -> Iterator[tuple[str, float]]:
    """Yield the name of a manual, which stands on all its pages and not above its first chapter."""
    for line in head.lines[: head.running] if head.pages >= _MANUAL_PAGES else ():
        if _MANUAL.fullmatch(line) and not is_type_line(line) and not is_prose(line):
            yield line, 0.82


def _running(head: Head) -> Iterator[tuple[str, float]]:
    """Yield the heads that repeat on every page; a chapter's name often stands there."""
    for line in head.lines[: head.running]:
        is_own = not _MANUAL.fullmatch(line)  # that of all the policies in a manual is of none
        if is_own and _may_be_title(line, "") and len(line) > len("Page 10"):
            yield line, 0.55
            return


def _is_readable(title: str) -> bool:
    """Whether a title is made of words, and not of what a poor scan or a broken font leaves."""
    letters = sum(char.isalpha() for char in title)
    figures = sum(char.isdigit() for char in title)
    blanks = title.count(" ")
    return (
        letters >= len("Tow")
        and (letters + figures + blanks) * 4 >= len(title) * 3
        and bool(re.search(r"[^\W\d_]{3}", title))
    )


def title_candidates(
    head: Head, found: Sequence[HeaderField], number: str
) -> list[tuple[str, float]]:
    """Return the titles that the text offers, cleaned, with how sure each is, the surest first.

    Args:
        head: The head of the document.
        found: Its labels.
        number: Its number, empty where it has none.
    """
    sizes = {squash(line): size for line, size in head.sized if size}
    offers = [
        *_labelled(head, found, sizes),
        *_numbered(head, number),
        *_by_size(head, number),
        *_of_manual(head),
        *_running(head),
    ]
    best: dict[str, tuple[str, float]] = {}
    for text, sure in offers:
        title = clean_title(text, number)
        key = squash(title)
        if not _is_readable(title) or len(title) > _MAX_TITLE_CHARS:
            continue
        if is_date_line(title) or title.count("_") > len("__"):
            continue
        if key not in best or best[key][1] < sure:
            best[key] = (title, sure)
    return sorted(best.values(), key=lambda offer: -offer[1])
