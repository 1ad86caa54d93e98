"""RTF files: striprtf gives the text; heads, feet and notes, which it leaves out, come apart."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from striprtf.striprtf import rtf_to_text

from droindex.extract.cleanup.clean import clean_line
from droindex.extract.office.kinds import MediaType
from droindex.extract.office.pieces import PageBreak, Piece, Reading, table_row
from droindex.extract.protocol import UnreadableFileError
from droindex.model import FileStatus
from droindex.pages import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["read_rtf"]

# Characters of no text that mark in striprtf's output what it does not tell.
_PAGE, _CELL, _ROW, _LINE, _PLAIN, _STYLE, _LEVEL, _END = map(chr, range(0xE0A0, 0xE0A8))
_BRACES = re.compile(r"\\.|[{}]", re.DOTALL)
_BINARY = re.compile(r"\\bin(\d{1,9}) ?")
_GROUP = re.compile(
    r"\{\s*(?:\\\*\s*)?\\(headerl|headerr|headerf|header|footerl|footerr|footerf|footer|footnote"
    r"|shptxt|info|stylesheet|pict|objdata|themedata|datastore)(?![a-z])"
)
_CONTROL = re.compile(
    r"\\(page|cell|nestcell|row|nestrow|line|pard|sbkpage|sect)(?![a-z])"
    r"|\\(s|outlinelevel)(\d{1,3})(?!\d)"
)
_MARKS = {
    "page": f"\\page {_PAGE}",
    "cell": _CELL,
    "nestcell": _CELL,
    "row": f"{_ROW}\\par ",
    "nestrow": " ",
    "line": _LINE,
    "pard": f"\\pard {_PLAIN}",
    "sbkpage": "",
    "sect": f"\\sect {_PAGE}",
}
_HEAD_CONTROLS = re.compile(r"\\(?:ansicpg\d{1,6}|mac|pca|pc|deff\d{1,5})")
_STYLE_OF = re.compile(
    r"\{(?:\\\*\\[cdt]s\d+)?\\s(\d{1,3})((?:\\[a-z]+-?\d* ?)*+)\s*([^\\{};]{1,60});"
)
_HEADING_NAME = re.compile(r"\s*heading (\d)", re.IGNORECASE)
_INFO = re.compile(r"\{(?:\\\*)?\\(title|subject|author|keywords|doccomm|company|manager|category)")
_NAMES = {"doccomm": "Description"}
_TIME = re.compile(r"\{\\(creatim|revtim)\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")
_PAGES = re.compile(r"\\nofpages(\d{1,5})")
_MARK = re.compile(f"[{_STYLE}{_LEVEL}](\\d{{1,3}}){_END}|{_PLAIN}")
_ANY_MARK = re.compile(f"[{_PAGE}{_CELL}{_ROW}{_LINE}{_PLAIN}{_STYLE}{_LEVEL}{_END}]")
_ITEM = re.compile(r"(?:[•·▪◦o§\u2013-]|\(?\w{1,4}[.)])\s*\t")
_MAX_GROUPS = 5_000


def read_rtf(data: bytes) -> Reading:
    """Return what an RTF file holds.

    Args:
        data: The file.

    Raises:
        UnreadableFileError: It breaks off before its text begins.
    """
    source = _without_pictures(data.decode("latin-1"))
    source = _ANY_MARK.sub("", source)
    body, groups = _taken_out(source)
    if not body.lstrip().startswith("{\\rtf"):
        raise UnreadableFileError(FileStatus.DAMAGED, "It is no sound RTF.")
    prelude = _prelude(body)
    apart: dict[str, list[str]] = {}
    for name, content in groups:
        kind = name[: len("header")] if name.startswith(("header", "footer")) else name
        apart.setdefault(kind, []).append(content)
    running, boxes, notes = (
        [[*_texts(prelude, content)] for kind in kinds for content in apart.get(kind, ())]
        for kinds in (("header", "footer"), ("shptxt",), ("footnote",))
    )
    headings = _heading_styles("".join(apart.get("stylesheet", ())))
    pieces = [
        *_pieces(_text(_marked(body)), headings),
        *(Piece(BlockKind.PARAGRAPH, line) for line in chain.from_iterable(boxes)),
        *(Piece(BlockKind.FOOTNOTE, " ".join(lines)) for lines in notes),
    ]
    info = "".join(apart.get("info", ()))
    pages = _PAGES.search(info)
    count = int(pages[1]) if pages else None
    properties = _properties(prelude, info)
    lines = chain.from_iterable(running)
    return Reading(MediaType.RTF, "rtf", pieces, properties, lines, count or None)


def _without_pictures(source: str) -> str:
    """Return a source without the bytes that `bin` announces, in which braces are no braces."""
    parts, start = [], 0
    while match := _BINARY.search(source, start):
        parts.append(source[start : match.start()])
        start = match.end() + int(match[1])
    return "".join((*parts, source[start:]))


def _taken_out(source: str) -> tuple[str, list[tuple[str, str]]]:
    """Return a source without the groups that striprtf leaves out, and these by name."""
    groups: list[tuple[str, str]] = []
    parts, start = [], 0
    while len(groups) < _MAX_GROUPS and (match := _GROUP.search(source, start)):
        end = _group_end(source, match.end())
        parts.append(source[start : match.start()])
        groups.append((match[1], source[match.end() : end - 1]))
        start = end
    return "".join((*parts, source[start:])), groups


def _group_end(source: str, start: int) -> int:
    """Return where a group ends that was opened before a place; the end of all if it does not."""
    depth = 1
    for match in _BRACES.finditer(source, start):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth -= 1
            if not depth:
                return match.end()
    return len(source) + 1


def _prelude(body: str) -> str:
    """Return what a piece of a file needs in front of it to be read: code page and fonts."""
    controls = "".join(_HEAD_CONTROLS.findall(body[:2_000]))
    at = body.find("{\\fonttbl")
    fonts = body[at : _group_end(body, at + 1)] if at >= 0 else ""
    return f"{{\\rtf1\\ansi{controls}{fonts} "


def _text(source: str) -> str:
    text: str = rtf_to_text(source, errors="replace")  # type: ignore[no-untyped-call]
    return text


def _texts(prelude: str, content: str) -> Iterator[str]:
    """Yield the lines of a piece of a file."""
    nested, groups = _taken_out(content)  # boxes stand in heads as well
    for piece in (nested, *(own for name, own in groups if name == "shptxt")):
        for line in _text(f"{prelude}{piece}}}").splitlines():
            if text := clean_line(line.replace("|", " ")):
                yield text


def _marked(body: str) -> str:
    """Return a source with marks where pages, cells, rows and styles begin or end."""

    def mark(match: re.Match[str]) -> str:
        if match[1]:
            return _MARKS[match[1]]
        sign = _STYLE if match[2] == "s" else _LEVEL
        return f"{match[0]} {sign}{match[3]}{_END}"

    return _CONTROL.sub(mark, body)


def _heading_styles(sheet: str) -> Mapping[int, int]:
    """Return number of a style -> level of a heading, from 0."""
    found: dict[int, int] = {}
    for number, controls, name in _STYLE_OF.findall(sheet):
        heading = _HEADING_NAME.match(name)
        level = re.search(r"\\outlinelevel(\d)", controls)
        if heading:
            found[int(number)] = max(int(heading[1]) - 1, 0)
        elif name.strip().lower() == "title":
            found[int(number)] = 0
        elif level:
            found[int(number)] = int(level[1])
    return found


def _pieces(text: str, headings: Mapping[int, int]) -> Iterator[Piece | PageBreak]:
    """Yield the blocks of a marked text."""
    level: int | None = None
    row: list[str] = []
    for paragraph in text.split("\n"):
        for place, part in enumerate(paragraph.split(_PAGE)):
            if place:
                yield PageBreak(is_laid_out=False)
            level = _level(part, level, headings)
            plain = _MARK.sub("", part)
            if _CELL in plain or _ROW in plain or row:
                *cells, rest = plain.replace(_ROW, "").split(_CELL)
                row = _with_cells(row, cells, rest)
                if _ROW in plain:
                    yield table_row(row)
                    row = []
                continue
            if piece := _piece(plain.replace(_LINE, "\n"), level):
                yield piece
    if row:
        yield table_row(row)


def _with_cells(row: list[str], cells: list[str], rest: str) -> list[str]:
    """Return a row with more cells; the last one is open: its next paragraph goes on there."""
    begun = row or [""]
    found = [*begun[:-1], *(f"{begun[-1]} {cells[0]}", *cells[1:], "")] if cells else list(begun)
    found[-1] = f"{found[-1]} {rest}".strip()
    return found


def _level(part: str, level: int | None, headings: Mapping[int, int]) -> int | None:
    """Return the level of the heading that a paragraph is; None for text."""
    for match in _MARK.finditer(part):
        if match[0] == _PLAIN:
            level = None
        elif match[0][0] == _STYLE:
            level = headings.get(int(match[1]), level)
        else:
            level = int(match[1]) if int(match[1]) < len("123456789") else None
    return level


def _piece(text: str, level: int | None) -> Piece | None:
    if not text.strip():
        return None
    if level is not None:
        return Piece(BlockKind.HEADING, " ".join(text.split()), level)
    kind = BlockKind.ITEM if _ITEM.match(text.lstrip()) else BlockKind.PARAGRAPH
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return Piece(kind, "\n".join(lines))


def _properties(prelude: str, info: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _INFO.finditer(info):
        content = info[match.end() : _group_end(info, match.end()) - 1]
        name = _NAMES.get(match[1], match[1].capitalize())
        found.setdefault(name, " ".join(_texts(prelude, content)))
    for name, year, month, day in _TIME.findall(info):
        key = "CreationDate" if name == "creatim" else "ModDate"
        found[key] = f"{year}-{int(month):02}-{int(day):02}"
    return found
