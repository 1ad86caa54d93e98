"""The styles and lists of a Word file: what says that a paragraph is a heading or an item."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from droindex.extract.office.container import attribute, child, children
from droindex.extract.office.numbering import Counters, Level

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element

__all__ = ["Look", "WordLists", "WordStyles", "is_on", "with_paragraph", "with_runs"]

_HEADING_NAME = re.compile(r"heading (\d)$", re.IGNORECASE)
_CONTENTS_NAME = re.compile(r"(?:toc|table of (?:figures|authorities)) ?\d?$", re.IGNORECASE)
_MAX_LEVEL = 8
_MAX_DEPTH = 20  # of styles that are based on another; Word writes ten at most
_DEFAULT_SIZE = 10.0  # points, where nothing says
_MAX_TEMPLATE = 40  # characters of a number


@dataclass(frozen=True, slots=True)
class Look:
    """What a style says of a paragraph.

    Attributes:
        level: Of a heading, from 0; None for text.
        is_contents: Whether it is an entry of a table of contents.
        size: Of its type in points.
        is_bold: Whether it is bold.
        breaks_before: Whether a page begins with it.
        list_id: The list that it is an item of; empty for none.
        list_level: Its level there, from 0.
        style: Its name.
    """

    level: int | None = None
    is_contents: bool = False
    size: float = _DEFAULT_SIZE
    is_bold: bool = False
    breaks_before: bool = False
    list_id: str = ""
    list_level: int = 0
    style: str = ""


class WordStyles:
    """The styles of a file by id.

    Args:
        root: The part that holds them; None where there is none.
    """

    def __init__(self, root: Element | None) -> None:
        defaults = child(root, "docDefaults", "rPrDefault", "rPr")
        self._base = with_runs(Look(), defaults)
        self._styles = {attribute(item, "styleId"): item for item in children(root, "style")}
        self._default = next(
            (
                attribute(item, "styleId")
                for item in self._styles.values()
                if attribute(item, "type") == "paragraph" and attribute(item, "default") == "1"
            ),
            "",
        )
        self._looks: dict[str, Look] = {}

    def look(self, style_id: str) -> Look:
        """Return what a style says; that of the default one for no id."""
        style_id = style_id or self._default
        if style_id not in self._looks:
            look = self._base
            for item in reversed(self._lineage(style_id)):
                look = _with_style(look, item)
            self._looks[style_id] = look
        return self._looks[style_id]

    def _lineage(self, style_id: str) -> list[Element]:
        """Return a style, the one that it is based on, and so on."""
        found: list[Element] = []
        while style_id in self._styles and len(found) < _MAX_DEPTH:
            found.append(self._styles[style_id])
            style_id = attribute(child(found[-1], "basedOn"), "val")
        return found


def _with_style(look: Look, style: Element) -> Look:
    name = attribute(child(style, "name"), "val")
    heading = _HEADING_NAME.match(name)
    look = replace(look, style=name)
    look = with_paragraph(look, child(style, "pPr"))
    look = with_runs(look, child(style, "rPr"))
    if heading:
        return replace(look, level=min(int(heading[1]) - 1, _MAX_LEVEL))
    if name.lower() == "title":
        return replace(look, level=0)
    if _CONTENTS_NAME.match(name):
        return replace(look, is_contents=True, level=None)
    return look


def with_paragraph(look: Look, properties: Element | None) -> Look:
    """Return a look with what the properties of a paragraph or a style change."""
    if properties is None:
        return look
    level = attribute(child(properties, "outlineLvl"), "val")
    if level.isdecimal():
        look = replace(look, level=int(level) if int(level) <= _MAX_LEVEL else None)
    if (breaks := child(properties, "pageBreakBefore")) is not None:
        look = replace(look, breaks_before=is_on(breaks))
    number = child(properties, "numPr")
    if list_id := attribute(child(number, "numId"), "val"):
        look = replace(look, list_id="" if list_id == "0" else list_id)
    place = attribute(child(number, "ilvl"), "val")
    if place.isdecimal():
        look = replace(look, list_level=min(int(place), _MAX_LEVEL))
    return look


def with_runs(look: Look, properties: Element | None) -> Look:
    """Return a look with what the properties of a run of letters change."""
    if properties is None:
        return look
    size = attribute(child(properties, "sz"), "val")
    if size.isdecimal() and len(size) <= len("1000"):
        look = replace(look, size=int(size) / 2)
    if (bold := child(properties, "b")) is not None:
        look = replace(look, is_bold=is_on(bold))
    return look


def is_on(element: Element) -> bool:
    """Whether a switch is on: it is there, and does not say that it is off."""
    return attribute(element, "val", "1").lower() not in ("0", "false", "off", "none")


class WordLists:
    """Counts the items of the lists of a file.

    Args:
        root: The part that holds them; None where there is none.
    """

    def __init__(self, root: Element | None) -> None:
        self._counters = Counters()
        patterns = {
            attribute(item, "abstractNumId"): _levels(item)
            for item in children(root, "abstractNum")
        }
        self._lists: dict[str, tuple[str, dict[int, Level]]] = {}
        for item in children(root, "num"):
            pattern = attribute(child(item, "abstractNumId"), "val")
            levels = dict(patterns.get(pattern, {}))
            name = pattern
            for override in children(item, "lvlOverride"):
                place = attribute(override, "ilvl")
                start = attribute(child(override, "startOverride"), "val")
                if place.isdecimal() and start.isdecimal():
                    name = f"{pattern}/{attribute(item, 'numId')}"  # a list of its own
                    own = levels.get(int(place), Level())
                    levels[int(place)] = own._replace(start=min(int(start), 1_000_000))
            self._lists[attribute(item, "numId")] = (name, levels)

    def number(self, list_id: str, level: int) -> str:
        """Return what stands in front of the next item of a list; empty for nothing."""
        if list_id not in self._lists:
            return ""
        name, levels = self._lists[list_id]
        return self._counters.next(name, levels, level)


def _levels(pattern: Element) -> Mapping[int, Level]:
    """Return the levels of a list."""
    found: dict[int, Level] = {}
    for item in children(pattern, "lvl"):
        place, start = attribute(item, "ilvl"), attribute(child(item, "start"), "val", "1")
        if place.isdecimal() and int(place) <= _MAX_LEVEL:
            found[int(place)] = Level(
                attribute(child(item, "numFmt"), "val", "decimal"),
                attribute(child(item, "lvlText"), "val")[:_MAX_TEMPLATE],
                int(start) if start.isdecimal() and len(start) < len("1000000") else 1,
            )
    return found
