"""Pages of Markdown: their code blocks, their links, and their generated parts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")],
    key=lambda path: path.relative_to(ROOT).as_posix(),
)
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and the line on which the text starts, from 1."""

    language: str
    text: str
    line: int
    span: tuple[int, int]


def blocks(markdown: str) -> list[Block]:
    """Return the fenced blocks of a page, in order."""
    return [
        Block(found[1], found[2], markdown.count("\n", 0, found.start(2)) + 1, found.span(2))
        for found in _FENCE.finditer(markdown)
    ]


def links(markdown: str) -> list[str]:
    """Return the targets of the links outside of code."""
    return _LINK.findall(re.sub(r"`[^`\n]*`", "``", _FENCE.sub("", markdown)))


def anchors(markdown: str) -> set[str]:
    """Return the anchors of the headings, as the usual viewers make them."""
    found = set()
    for heading in _HEADING.findall(_FENCE.sub("", markdown)):
        words = re.sub(r"[^\w\- ]", "", heading.lower())
        found.add(words.strip().replace(" ", "-"))
    return found


def replace_part(markdown: str, name: str, text: str) -> str:
    """Return a page with the part between `<!-- name -->` and `<!-- end of name -->` replaced."""
    part = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
    assert part.search(markdown), f"no part {name!r}"
    return part.sub(lambda found: f"{found[1]}\n{text}\n{found[2]}", markdown)
