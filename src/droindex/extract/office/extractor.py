"""The extractor of office files; without the extra `office` it claims none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.extract.office.kinds import OFFICE_SUFFIXES, is_installed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from droindex.extract.protocol import FileFacts
    from droindex.pages import Page
    from droindex.settings import ExtractSettings

__all__ = ["OfficeExtractor"]


class OfficeExtractor:
    """Reads Word, OpenDocument, RTF, mails and presentations, by their content.

    Macros are never run, and nothing outside of the file is looked at.

    Attributes:
        suffixes: Those of office files; none where the extra is not installed.
    """

    name = "office"
    version = "3"
    libraries = ("lxml", "striprtf")

    def __init__(self) -> None:
        self.suffixes: tuple[str, ...] = OFFICE_SUFFIXES if is_installed() else ()

    def extract(self, path: Path, settings: ExtractSettings) -> Iterator[FileFacts | Page]:
        """Yield the facts and the pages; see `Extractor.extract`.

        Raises:
            UnreadableFileError: It is of another kind, encrypted, broken or too large.
        """
        from droindex.extract.office.pieces import with_pages  # noqa: PLC0415 - of the extra
        from droindex.extract.office.reader import read_office  # noqa: PLC0415 - of the extra

        yield from with_pages(read_office(path))
