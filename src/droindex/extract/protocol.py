"""What an extractor is given, and what it gives back.

An extractor turns one file into pages and facts. It is found through the entry point group
`droindex.extractors`; ours are registered the same way. It may be slow, crash or loop: it runs
in a limited worker process, never in the caller's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from droindex.model import FileStatus
    from droindex.pages import Page
    from droindex.settings import ExtractSettings

__all__ = [
    "FAULT",
    "FRONT_MATTER",
    "Extraction",
    "Extractor",
    "FileFacts",
    "OutlineEntry",
    "ResumableExtractor",
    "SizedLine",
    "UnreadableFileError",
]

FAULT = "droindex failed while it had this file; the log says where."  # the reason of such a file
FRONT_MATTER = "Front matter"  # the property that holds the block of keys of a Markdown file


class UnreadableFileError(Exception):
    """What an extractor raises to end the reading of a file with a status of its choice.

    It never leaves the package: it becomes the status and the reason of an `Extraction`, beside
    the pages that had already come.

    Attributes:
        status: How the reading ended.
        reason: Why, in one sentence for people.
    """

    def __init__(self, status: FileStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class SizedLine:
    """A line of the first pages with the size of its type, evidence for the title.

    Attributes:
        text: The line, cleaned; empty, with no size, for a gap between what is set apart.
        size: Height of the type in points, as it stands on the page.
        page: Page number, from 1.
    """

    text: str
    size: float
    page: int = 1


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """One bookmark of the file: its title, its depth from 0, and its page number from 1."""

    title: str
    level: int
    page: int | None


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a file says besides its text.

    Attributes:
        media_type: For example `application/pdf`.
        page_count: Pages in the file, read or not; None where it cannot be told.
        properties: The file's own properties (`Title`, `Author`, `Subject`, `CreationDate`, …),
            as strings; they are often junk.
        outline: Bookmarks in reading order.
        sized_lines: The lines of the first two pages with the size of their type.
        running_lines: Heads and feet that repeat on the pages and were taken out of the text, each
            once, in order of first appearance; header evidence (banners, numbers, dates).
        is_encrypted: True where the file is encrypted, also if it could be opened.
        notes: Things worth telling the operator, for example which limit was hit.
    """

    media_type: str = "application/pdf"
    page_count: int | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    outline: tuple[OutlineEntry, ...] = ()
    sized_lines: tuple[SizedLine, ...] = ()
    running_lines: tuple[str, ...] = ()
    is_encrypted: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extraction:
    """The reading of one file.

    Attributes:
        status: How it ended.
        reason: Why, in one sentence for people; empty where the status is `ok`.
        pages: The pages that were read, rising by number; a page without text is there too.
        facts: What the file says besides its text.
    """

    status: FileStatus
    reason: str = ""
    pages: tuple[Page, ...] = ()
    facts: FileFacts = field(default_factory=FileFacts)


@runtime_checkable
class Extractor(Protocol):
    """One way to read files.

    Attributes:
        name: Short and unique, for example `pdf`.
        version: Changes whenever its output for the same bytes may change; part of the cache key.
        suffixes: File name endings that it reads, lower case, with the dot: a build takes the
            files that end so as documents. `.toml` and `.json` are metadata and never documents.
    """

    name: str
    version: str
    suffixes: tuple[str, ...]

    def extract(self, path: Path, settings: ExtractSettings) -> Iterator[FileFacts | Page]:
        """Yield the facts first, as soon as they are known, then the pages, rising by number.

        Facts may be yielded again when more is known: the last ones stand. Pages that came before
        an error, a crash or a deadline are kept.

        Args:
            path: Where the bytes lie: a private copy, so its name and suffix mean nothing.
            settings: The limits; what they leave to the caller is cut off by the caller.

        Raises:
            UnreadableFileError: To end with a status other than `damaged`, which any other
                exception ends in.
        """
        ...


@runtime_checkable
class ResumableExtractor(Protocol):
    """An extractor that can go on in the middle of a file after its worker died."""

    def resume(
        self, path: Path, settings: ExtractSettings, first_page: int
    ) -> Iterator[FileFacts | Page]:
        """Yield the pages from `first_page` on, and facts only if they hold more than before."""
        ...
