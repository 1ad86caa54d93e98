"""The words of a title: what is glued to it, and what says nothing."""

from __future__ import annotations

import re

from droindex.metadata.infer.head import (
    is_dating,
    is_issuer,
    is_type_line,
    tidy,
)
from droindex.metadata.values import normalise_number, parse_reference

__all__ = [
    "BULLET",
    "MAX_TITLE_CHARS",
    "PART",
    "clean_title",
    "file_name_title",
    "is_junk_title",
    "version_of",
]

MAX_TITLE_CHARS = 250  # longer is a paragraph
_VERSION = re.compile(
    r"(?<![\s,(\[-])[\s,(\[-]+(?:version|ver\.?|v\.?|rev(?:ision)?\.?)\s?:?\s?(?P<number>v?[0-9]+(?:\.[0-9]+)*)[)\]]?$",
    re.IGNORECASE,
)
BULLET = re.compile(r"^[\u2022\uf0b7\u25a0\u25aa\u25a1\u2610•□■▪*]\s*|^o\s(?=[A-Z])")
_PAGE = re.compile(
    r"(?<!\s)\s*\bpage\s?[0-9]+(?:\s?(?:of|/)\s?[0-9]+)?\s*$|\s-\s[0-9]{1,3}$", re.IGNORECASE
)
_LEADER = re.compile(
    r"(?<![.\u2026])(?<![.\u2026] )(?: ?[.\u2026]){3,}[ 0-9]*$"
)  # to the page where it stands, in a contents
_ENDS_OF_DATES = (*"0123456789)",)
_DATED = re.compile(
    r"(?<![\s,;(])[\s,;(]+"
    r"(?=(?:last )?(?:issued|amended|effective|revised|updated|adopted|approved)\b)"
    r"(?P<when>.{4,60})$",
    re.IGNORECASE,
)
_LEADING_LABEL = re.compile(r"(?:subject|title|re|topic)\s?:\s?", re.IGNORECASE)
PART = re.compile(
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
    title = _PAGE.sub("", _LEADER.sub("", tidy(text)))
    title = BULLET.sub("", _LEADING_LABEL.sub("", title, count=1))
    title = _VERSION.sub("", title)
    dated = _DATED.search(title) if title[-1:] in _ENDS_OF_DATES else None
    if dated and is_dating(dated["when"]):
        title = title[: dated.start()]
    key = normalise_number(number)
    if key and not PART.match(title):
        reference = parse_reference(title)
        if reference.number and reference.title and normalise_number(reference.number) == key:
            title = reference.title
        before, _, last = title.rpartition(" (")
        if before and normalise_number(last.rstrip(")")) == key:
            title = before  # `Acceptable Use (ISP-002)`
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
    words = re.sub(r"%20|[_+]+|(?<=[^\W\d_])-+(?=[^\W\d_])|\s+", " ", stem[:MAX_TITLE_CHARS])
    title = tidy(words).strip(" -.")
    return title[:1].upper() + title[1:]
