"""Keys beside a text: the block of a Markdown file, `meta` of a web page, properties of a file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.metadata.label_hints import Hints

if TYPE_CHECKING:
    from collections.abc import Mapping

    from droindex.extract.protocol import Extraction

__all__ = ["front_hints_at_label"]

# A fence may be mistyped, and a note to other authors may stand before it.
_FENCE = re.compile(
    r"[ \t]{0,20}(?:(?:[-+=~;_]{2,40}|[\u2013\u2014][-\u2013\u2014]{0,40})[ \t]*\n|(?=\{))"
)
_NOTE = re.compile(r"\s{0,20}<!--([^>]{0,2000})-->\s{0,20}")
_COMPLEX_KEY = re.compile(r"(?m)^\?[ \t]+([^\n]{1,80})\n:[ \t]")  # of YAML
_PLAIN_KEY = re.compile(r"[\w][\w .-]{0,59}:[ \t]")  # of a head without fences
_ENDS = frozenset({"---", "+++", "..."})
_LABEL_KEY = re.compile("label|marking|clearance")
_FRONT_LINES = 90
# Office files and mails, in whose properties and fields offices keep their labels.
_WITH_PROPERTIES = (
    "application/vnd.openxmlformats-",
    "application/vnd.oasis.opendocument.",
    "application/rtf",
    "message/",
)
_FRONT_CHARS = 20_000


def front_hints_at_label(extraction: Extraction) -> bool:
    """Whether keys in front of a text, a `meta` of a web page, or a property hint at a label."""
    hints = Hints.of(("LES",))
    facts = extraction.facts
    if facts.media_type == "text/html" or facts.media_type.startswith(_WITH_PROPERTIES):
        return _meta_hints(facts.properties, hints)
    if not extraction.pages or not (facts.media_type or "").startswith("text/"):
        return False
    text = extraction.pages[0].text[:_FRONT_CHARS]
    if hints.in_lines(_front_lines(text)):
        return True
    # Plain text that opens with keys is a letter as a rule; Markdown has them from other tools.
    return facts.media_type == "text/markdown" and _plain_head_hints(text, hints)


def _meta_hints(properties: Mapping[str, str], hints: Hints) -> bool:
    return any(_pair_hints(key, value, hints) for key, value in properties.items())


def _pair_hints(key: str, value: str, hints: Hints) -> bool:
    """Whether a key names a label; a `classification` is of the subject, as a rule."""
    is_of_label = bool(_LABEL_KEY.search(key.casefold()))
    return hints.gives_label(key, value) and (is_of_label or hints.guards(value))


def _plain_head_hints(text: str, hints: Hints) -> bool:
    """Whether the keys that a text opens with, without any fence, name a label."""
    head = text.lstrip().partition("\n\n")[0]
    if not _PLAIN_KEY.match(head):
        return False
    lines = head.split("\n")[:_FRONT_LINES]
    pairs = (line.partition(":") for line in lines if _PLAIN_KEY.match(line))
    return any(_pair_hints(key, value, hints) for key, _, value in pairs)


def _front_lines(text: str) -> str:
    """Return the lines of the note and of the block that a text opens with; empty without one."""
    note = _NOTE.match(text)
    text = text[note.end() :] if note else text.lstrip("\n")
    told = [note[1]] if note else []
    if opened := _FENCE.match(text):
        lines = text[opened.end() :].split("\n")[:_FRONT_LINES]
        end = next((place for place, line in enumerate(lines) if line.strip() in _ENDS), len(lines))
        told.append(_COMPLEX_KEY.sub(r"\1: ", "\n".join(lines[:end])))
    return "\n".join(told)
