"""Keys in front of a text: the block of a Markdown file, the `meta` of a web page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.metadata.label_hints import Hints

if TYPE_CHECKING:
    from collections.abc import Mapping

    from droindex.extract.protocol import Extraction

__all__ = ["front_hints_at_label"]

_FRONT = re.compile(r"\s{0,20}(?:---|\+\+\+)[ \t]*\n")
_ENDS = frozenset({"---", "+++", "..."})
_LABEL_KEY = re.compile("label|marking|clearance")
_FRONT_LINES = 90
_FRONT_CHARS = 20_000


def front_hints_at_label(extraction: Extraction) -> bool:
    """Whether a block of keys in front of a text, or a `meta` of a web page, hints at a label."""
    hints = Hints.of(("LES",))
    facts = extraction.facts
    if facts.media_type == "text/html":
        return _meta_hints(facts.properties, hints)
    if not extraction.pages or not (facts.media_type or "").startswith("text/"):
        return False
    return hints.in_lines(_front_lines(extraction.pages[0].text[:_FRONT_CHARS]))


def _meta_hints(properties: Mapping[str, str], hints: Hints) -> bool:
    return any(  # `classification` is of the subject there, as a rule
        hints.gives_label(key, value) and (_LABEL_KEY.search(key) or hints.guards(value))
        for key, value in properties.items()
    )


def _front_lines(text: str) -> str:
    """Return the lines of the block that a text opens with; empty without one."""
    opened = _FRONT.match(text)
    if opened is None:
        return ""
    lines = text[opened.end() :].split("\n")[:_FRONT_LINES]
    end = next((place for place, line in enumerate(lines) if line.strip() in _ENDS), len(lines))
    return "\n".join(lines[:end])
