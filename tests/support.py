"""Small helpers that several test folders share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from droindex import Document, Page


def document(body: str | list[str] = "", **values: object) -> Document:
    """Return a document of an application; `body` is a text or a list of pages."""
    texts = [body] if isinstance(body, str) else body
    pages = tuple(Page(number, text) for number, text in enumerate(texts, 1))
    return Document(pages=pages, **values)  # type: ignore[arg-type]


def children() -> Iterator[int]:
    """Yield the process ids of the live and dead children of this process (Linux)."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == os.getpid():
                yield int(entry.name)
