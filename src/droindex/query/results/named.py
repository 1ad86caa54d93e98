"""What the metadata of a hit say of it, as its snippet needs them."""

from __future__ import annotations

import json
import re
from typing import Any

from droindex.engine.entries import READING
from droindex.lazy import cached_property

__all__ = ["Named"]

# In the stored form what is absent is left out, and the title comes before anything nested.
_TITLE = re.compile(rb'"title":"([^"\\]*)"')


class Named:
    """Title, number and summary of a document; empty where it has none.

    Args:
        meta: The stored form of its metadata.
    """

    def __init__(self, meta: bytes) -> None:
        self._meta = meta

    @cached_property
    def title(self) -> str:
        """What the document is called."""
        if (match := _TITLE.search(self._meta)) and b"{" not in self._meta[1 : match.start()]:
            return match[1].decode()  # without reading all of it
        return self._value("title")

    @property
    def number(self) -> str:
        """The number it is cited by."""
        return self._value("number")

    @property
    def summary(self) -> str:
        """The author's summary."""
        return self._value("summary")

    @cached_property
    def _values(self) -> dict[str, Any]:
        with READING:
            found: dict[str, Any] = json.loads(self._meta)
        return found

    def _value(self, name: str) -> str:
        return self._values.get(name) or ""
