"""Web pages taken apart into text and tags, at a cost that grows with their length and no faster.

The parser of Python's library takes the square of what it cannot close, and fails at some of it.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Tag", "pieces"]

_NAME = re.compile(r"[a-zA-Z][^\t\n\r\f />\x00]*+")
# to the end of a tag: a bracket in a quoted value is none; a quote that nothing closes is no quote
_REST = re.compile(r"""(?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+>""")
_ATTRIBUTE = re.compile(
    r"""([^\s=>/"'][^\s=>/]*+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>]*+)))?+"""
)
_RAW = {  # elements whose content is no markup -> what ends it
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in ("script", "style")
}
_HUGE_NUMBER = re.compile(r"&#(?:[xX][0-9a-fA-F]{7,}+|[0-9]{8,}+);?")  # no character has it


class Tag(NamedTuple):
    """A start tag or an end tag.

    Attributes:
        name: In lower case.
        is_end: Whether it is an end tag.
        is_empty: Whether it is both at once (`<br/>`).
        source: What stands between the name and the bracket.
    """

    name: str
    is_end: bool
    is_empty: bool
    source: str

    def attributes(self) -> dict[str, str]:
        """Return the attributes, names in lower case; of two with one name the first counts."""
        found: dict[str, str] = {}
        for match in _ATTRIBUTE.finditer(self.source):
            value = next((group for group in match.groups()[1:] if group is not None), "")
            found.setdefault(match[1].lower(), _unescaped(value))
        return found


def pieces(page: str) -> Iterator[str | Tag]:
    """Yield the texts and tags of a web page, in order.

    Comments, declarations, scripts and styles are left out; a bracket that begins nothing is text.
    """
    at, start, end = 0, 0, len(page)
    closed = _Closings(page)
    while (at := page.find("<", at)) >= 0:
        tag, after = closed.markup_at(at)
        if after < 0:
            at += 1
            continue
        if start < at:
            yield _unescaped(page[start:at])
        if tag is not None:
            yield tag
            raw = None if tag.is_end or tag.is_empty else _RAW.get(tag.name)
            if raw is not None:
                found = raw.search(page, after)
                after = found.start() if found else end
        at = start = after
    if start < end:
        yield _unescaped(page[start:])


class _Closings:
    """Finds where markup ends; it never looks twice for what is not there."""

    def __init__(self, page: str) -> None:
        self._page = page
        self._last_bracket = page.rfind(">")
        self._last_comment_end = page.rfind("-->")
        self._has_quotes = True  # until one holds all the brackets that are left

    def markup_at(self, at: int) -> tuple[Tag | None, int]:
        """Return the tag that begins at a bracket, None for other markup, and where it ends.

        The end is -1 where nothing begins, or nothing ends it.
        """
        page = self._page
        if at > self._last_bracket:
            return None, -1
        if page.startswith("<!--", at) and at < self._last_comment_end:
            return None, page.find("-->", at + 2) + 3
        if page.startswith(("<!", "<?"), at):
            return None, page.find(">", at) + 1
        is_end = page.startswith("</", at)
        name = _NAME.match(page, at + 1 + is_end)
        if name is None:
            return None, page.find(">", at) + 1 if is_end else -1
        after = self._end_of_tag(name.end())
        source = page[name.end() : after - 1]
        return Tag(name[0].lower(), is_end, source.endswith("/"), source), after

    def _end_of_tag(self, at: int) -> int:
        if self._has_quotes:
            found = _REST.match(self._page, at)
            if found is not None:
                return found.end()
            self._has_quotes = False
        return self._page.find(">", at) + 1


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    return html.unescape(_HUGE_NUMBER.sub("\ufffd", text))
