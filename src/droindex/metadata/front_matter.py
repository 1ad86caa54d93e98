"""The block of keys that a Markdown file opens with, in a small part of YAML or in TOML.

Of YAML, texts and lists of texts are read: `key: value`, quotes, `[a, b]`, items behind `-`, and
the blocks `|` and `>`. All else that YAML can say (anchors, tags, tables, several documents) is
refused with its line, so that nothing is read otherwise than it was meant, and nothing grows.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from droindex.metadata.parsing import MAX_KEYS, loads_toml

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["loads_front_matter"]

_FENCES = {"---": ("---", "..."), "+++": ("+++",)}
_KEY = re.compile(
    r"(?P<key>\"(?:[^\"\\]|\\.)*+\"|'[^']*+'|[^\W_][\w .()/-]*+)[ \t]*+:(?=[ \t]|\Z)[ \t]*+"
)
_TOML_KEY = re.compile(r"\[|[\w\"'.-]++[ \t]*+=")
_COMMENT = re.compile(r"(?:^|[ \t])#.*+")
_DOUBLE = re.compile(r'"(?:[^"\\]|\\.)*+"')
_SINGLE = re.compile(r"'(?:[^']|'')*+'")
_ITEM = re.compile(
    r"[ \t]*+(?P<item>\"(?:[^\"\\]|\\.)*+\"|'(?:[^']|'')*+'|[^,\[\]{}\"']*+)[ \t]*+(?P<mark>[],])"
)
_NO_PLAIN = frozenset("&*!|>%@`{}[],?\"'")  # what begins with them means more than a text
_BLOCK = re.compile(r"[|>][+-]?+[ \t]*+(?:#.*+)?+")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


def loads_front_matter(block: str) -> dict[str, Any] | None:
    """Return the keys and values of a block in front of a text.

    Args:
        block: The text from its first fence (`---` or `+++`) to the last, both included.

    Returns:
        Values as texts, lists of texts, or None; those of TOML as they are. None where the block
        is none of keys, as text between two rules.

    Raises:
        ValueError: It is more than this reads, or has no end; the message says where.
        RecursionError: TOML that is nested far too deeply.
    """
    first, *lines = block.replace("\r\n", "\n").strip().split("\n")
    is_ended = bool(lines) and lines[-1].rstrip() in _FENCES[first.rstrip()]
    inside = lines[:-1] if is_ended else lines
    is_toml = first.rstrip() == "+++"
    if not _is_of_keys(inside, _TOML_KEY if is_toml else _KEY):
        return None
    if not is_ended:
        raise ValueError("it is too long to be read")
    return loads_toml("\n".join(inside)) if is_toml else _Yaml(inside).read()


def _is_of_keys(lines: list[str], key: re.Pattern[str]) -> bool:
    """Whether lines are keys and values, perhaps with a slip, and not a text between two rules."""
    told = [line for line in lines if line.strip() and line[0] not in "# \t-"]
    keys = sum(1 for line in told if key.match(line))
    return bool(keys) and (key.match(told[0]) is not None or 2 * keys >= len(told))


class _Yaml:
    """One pass over the lines of a block."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._place = 0

    def read(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for line in self._next_lines():
            match = _KEY.match(line)
            if match is None:
                raise self._refusal("it is no `key: value`")
            key = self._scalar(match["key"])
            value = self._value(line[match.end() :])
            if key in found:
                raise self._refusal("its key is given twice")
            found[str(key)] = value
            if len(found) > MAX_KEYS:
                raise self._refusal(f"there are more than {MAX_KEYS:,} keys")
        return found

    def _next_lines(self) -> Iterator[str]:
        """Yield the lines that are neither blank nor a comment."""
        while self._place < len(self._lines):
            line = self._lines[self._place]
            self._place += 1
            if line.strip() and not line.lstrip().startswith("#"):
                yield line

    def _refusal(self, why: str) -> ValueError:
        return ValueError(f"line {self._place + 1}: {why}")

    def _value(self, text: str) -> Any:
        """Return the value behind a key: what stands there, and in the lines that belong to it."""
        text = text.rstrip()
        if _BLOCK.fullmatch(text):
            return self._block(is_folded=text.startswith(">"))
        if text and not text.startswith("#"):
            value = self._list(text) if text.startswith("[") else self._scalar(text)
            if self._further(is_list=False):
                raise self._refusal(
                    "a value goes on over several lines; put it into quotes, on one"
                )
            return value
        items = list(self._items())
        if self._further(is_list=False):
            raise self._refusal("a table inside another is not read here; use a sidecar")
        return items or None

    def _further(self, *, is_list: bool) -> bool:
        """Whether the next line that says something belongs to the value above."""
        place = self._place
        while place < len(self._lines):
            line = self._lines[place]
            if line.strip() and not line.lstrip().startswith("#"):
                is_item = re.match(r"[ \t]*+-(?:[ \t]|\Z)", line) is not None
                return is_item if is_list else line[0] in " \t"
            place += 1
        return False

    def _items(self) -> Iterator[Any]:
        while self._further(is_list=True):
            line = next(self._next_lines()).strip()
            item = line[1:].strip()
            if _KEY.match(item):
                raise self._refusal("a table in a list is not read here; use a sidecar")
            yield self._scalar(item)

    def _block(self, *, is_folded: bool) -> str:
        """Return a text of several lines; folded, its lines are joined, paragraphs stay apart."""
        lines: list[str] = []
        while self._place < len(self._lines):
            line = self._lines[self._place]
            if line.strip() and line[0] not in " \t":
                break
            lines.append(line.strip())
            self._place += 1
        text = "\n".join(lines).strip("\n")
        return re.sub(r"(?<!\n)\n(?!\n)", " ", text) if is_folded else text

    def _list(self, text: str) -> list[Any]:
        """Return the texts of `[a, "b"]`; it has to end on its line."""
        items: list[Any] = []
        match = _ITEM.match(text, 1)
        while match is not None:
            if match["item"]:
                items.append(self._scalar(match["item"].strip()))
            if match["mark"] == "]" and _is_comment(text[match.end() :]):
                return items
            match = _ITEM.match(text, match.end()) if match["mark"] == "," else None
        raise self._refusal("a list has to end on its line, and to hold texts alone")

    def _scalar(self, text: str) -> str | None:
        """Return a text, without its quotes and a comment behind it; None where it says null."""
        for form in (_DOUBLE, _SINGLE):
            match = form.match(text)
            if match and _is_comment(text[match.end() :]):
                if form is _SINGLE:
                    return match[0][1:-1].replace("''", "'")
                try:
                    return str(json.loads(match[0], strict=False))
                except ValueError:
                    raise self._refusal("a text in quotes cannot be read") from None
        text = _COMMENT.sub("", text, count=1).strip()
        if text in _NULLS:
            return None
        if text[0] in _NO_PLAIN or text.startswith(("- ", "? ", ": ")):
            raise self._refusal(f"what begins with {text[0]} is not read here: put it into quotes")
        if re.search(r":(?:[ \t]|\Z)", text):
            raise self._refusal("a value with a colon has to stand in quotes")
        return text


def _is_comment(rest: str) -> bool:
    """Whether nothing but a comment follows."""
    return not rest.strip() or (rest[0] in " \t" and rest.lstrip().startswith("#"))
