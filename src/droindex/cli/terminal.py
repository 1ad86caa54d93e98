"""What the command line knows of a terminal: width, emphasis, and which characters are safe."""

from __future__ import annotations

import json
import os
import re
import sys
from io import TextIOWrapper
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING
from unicodedata import category, east_asian_width

from droindex.text import HIDDEN, clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "Screen",
    "cell_width",
    "escape_json",
    "note",
    "speak_utf8",
    "wrap",
    "write",
]

Segment = tuple[str, bool]  # text, and whether it is emphasised

_MIN_WIDTH = 40  # narrower columns are harder to read than lines that the terminal wraps
_MAX_WIDTH = 120  # longer lines are hard to read
_MAX_DIGITS = 6  # of the width that `COLUMNS` states
_PLAIN_WIDTH = 80  # where the output is no terminal
_UNSAFE_IN_JSON = re.compile(f"[{HIDDEN}]")
_ADDRESS = re.compile(r"[!-~]{1,2000}")  # longer ones are cut by terminals
_PIECES = re.compile(r"\s+|\S+")


def escape_json(text: str) -> str:
    """Return JSON in which characters that could steer a terminal are escaped."""
    return _UNSAFE_IN_JSON.sub(lambda found: json.dumps(found[0])[1:-1], text)


def cell_width(text: str) -> int:
    """Return how many columns a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(_columns(letter) for letter in text)


def _columns(letter: str) -> int:
    if category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(letter) in "WF" else 1


class Screen:
    """How text is to be laid out.

    Args:
        width: Columns that a line may take.
        is_styled: Whether emphasis is shown.
        is_linked: Whether titles lead to files.
    """

    __slots__ = ("is_linked", "is_styled", "width")

    def __init__(
        self, width: int = _PLAIN_WIDTH, *, is_styled: bool = False, is_linked: bool = False
    ) -> None:
        self.width = width
        self.is_styled = is_styled
        self.is_linked = is_linked

    @classmethod
    def of_stdout(cls, *, with_links: bool = False) -> Screen:
        """Return what standard output can show; `NO_COLOR`, `COLUMNS` and `TERM` are honoured.

        Args:
            with_links: Whether links are wanted, where the terminal can show anything but text.
        """
        width = _terminal_width()
        is_styled = (
            sys.stdout.isatty()
            and not os.environ.get("NO_COLOR")
            and os.environ.get("TERM") != "dumb"
        )
        is_linked = with_links and is_styled and os.environ.get("TERM") != "linux"
        width = min(max(width, _MIN_WIDTH), _MAX_WIDTH)
        return cls(width, is_styled=is_styled, is_linked=is_linked)

    def bold(self, text: str) -> str:
        """Return text that stands out, where that can be shown."""
        return f"\x1b[1m{text}\x1b[22m" if self.is_styled and text else text

    def dim(self, text: str) -> str:
        """Return text that stands back, where that can be shown."""
        return f"\x1b[2m{text}\x1b[22m" if self.is_styled and text else text

    def link(self, text: str, address: str) -> str:
        """Return text that leads to an address (OSC 8), where that can be shown.

        Args:
            text: What is shown.
            address: A URL; one that is not plain ASCII, or holds a blank, is left out.
        """
        if not (self.is_linked and text and _ADDRESS.fullmatch(address)):
            return text
        return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\"

    def paragraph(
        self, segments: Iterable[Segment], indent: int, *, less: int = 0
    ) -> Iterator[str]:
        """Yield the lines of a text, wrapped and indented, its matches standing out.

        Args:
            segments: The text in pieces, and whether each is emphasised.
            indent: Blanks before each line.
            less: Columns that lines are shorter by, for what the caller puts before them.
        """
        for line in wrap(segments, self.width - indent - less):
            runs = groupby(line, key=itemgetter(1))
            texts = ((marked, "".join(text for text, _ in run)) for marked, run in runs)
            shown = "".join(self.bold(text) if marked else text for marked, text in texts)
            yield " " * indent + shown


def wrap(segments: Iterable[Segment], width: int) -> Iterator[list[Segment]]:
    """Yield lines of at most `width` columns; words that are longer are cut.

    Args:
        segments: The text in pieces; it is cleaned here.
        width: Columns of a line.
    """
    line: list[Segment] = []
    used = 0
    for word in _words(segments, width):
        size = sum(cell_width(text) for text, _ in word)
        if line and used + 1 + size > width:
            yield line
            line, used = [], 0
        if line:
            line.append((" ", line[-1][1] and word[0][1]))
            used += 1
        line += word
        used += size
    if line:
        yield line


def _words(segments: Iterable[Segment], width: int) -> Iterator[list[Segment]]:
    """Yield the words of a text; a word may consist of marked and unmarked pieces."""
    word: list[Segment] = []
    size = 0
    for text, marked in segments:
        for piece in _PIECES.findall(clean(text)):
            if piece.isspace():
                if word:
                    yield word
                word, size = [], 0
                continue
            for part in _chunks(piece, width):
                if word and size + cell_width(part) > width:
                    yield word
                    word, size = [], 0
                word.append((part, marked))
                size += cell_width(part)
    if word:
        yield word


def _chunks(text: str, width: int) -> Iterator[str]:
    """Yield a word in pieces of at most `width` columns."""
    chunk, used = "", 0
    for letter in text:
        columns = _columns(letter)
        if chunk and used + columns > width:
            yield chunk
            chunk, used = "", 0
        chunk += letter
        used += columns
    yield chunk


def write(line: str) -> None:
    """Write a line of results to standard output."""
    sys.stdout.write(f"{line}\n")


def note(text: str) -> None:
    """Write a line that is no result to standard error, after the results so far."""
    sys.stdout.flush()
    sys.stderr.write(f"{clean(text)}\n")
    sys.stderr.flush()


def speak_utf8() -> None:
    """Make standard output write UTF-8: formats for programs do not follow the locale."""
    stream = sys.stdout
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="replace")


def _terminal_width() -> int:
    """Return the width that `COLUMNS` states, or that of the terminal, or that of plain text."""
    stated = os.environ.get("COLUMNS", "")
    if stated.isdecimal() and len(stated) <= _MAX_DIGITS and int(stated) > 0:
        return int(stated)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or _PLAIN_WIDTH
    except (AttributeError, ValueError, OSError):  # no terminal, or no real file
        return _PLAIN_WIDTH
