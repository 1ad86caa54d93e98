"""Pages and facts as they come in -> the reading of one file, with its status and its reason."""

from __future__ import annotations

from dataclasses import replace
from sys import getsizeof
from typing import TYPE_CHECKING

from droindex.extract.blocks.layout import with_layouts
from droindex.extract.cleanup.clean import clean_pages, whole_characters
from droindex.extract.protocol import Extraction, FileFacts, UnreadableFileError
from droindex.model import FileStatus
from droindex.pages import Page, PageStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from droindex.settings import ExtractSettings

__all__ = ["Collector", "page_ranges"]

_BAD = {
    PageStatus.TIMED_OUT: (FileStatus.TIMED_OUT, "took too long to read"),
    PageStatus.TOO_BIG: (FileStatus.TOO_BIG, "went past the limits"),
    PageStatus.CRASHED: (FileStatus.CRASHED, "killed the process that read them"),
    PageStatus.DAMAGED: (FileStatus.DAMAGED, "could not be read"),
}
_MAX_RANGES = 12  # named in a reason
_MAX_LABEL = 256  # characters; the longest that are shown have 64
_ENTRY_BYTES = 100  # of a page or an entry beside its text


class Collector:
    """Puts together the reading of one file.

    Args:
        settings: The budgets for pages and characters.
    """

    def __init__(self, settings: ExtractSettings) -> None:
        self._settings = settings
        self._facts = FileFacts()
        self._pages: list[Page] = []
        self.chars = 0
        self._page_bytes = 0

    @property
    def next_page(self) -> int:
        """The number of the page that comes next, from 1."""
        return self._pages[-1].number + 1 if self._pages else 1

    @property
    def page_count(self) -> int | None:
        """Pages in the file, as far as is known yet."""
        return self._facts.page_count

    @property
    def weight(self) -> int:
        """Bytes of memory that hold what came, about."""
        sizes = (getsizeof(text) + _ENTRY_BYTES for text in _strings_of(self._facts))
        return self._page_bytes + sum(sizes)

    def add(self, item: FileFacts | Page) -> None:
        """Take facts or the next page.

        Raises:
            UnreadableFileError: The document is past a budget: no more of it is to be read.
        """
        if isinstance(item, FileFacts):
            item = _whole_facts(item)
            if not item.sized_lines:
                item = replace(item, sized_lines=self._facts.sized_lines)
            self._facts = item
        elif item.number >= self.next_page:
            self._add_page(item)

    def _add_page(self, page: Page) -> None:
        settings = self._settings
        if len(self._pages) >= settings.max_pages:
            reason = f"Only its first {settings.max_pages:,} pages were read."
            raise UnreadableFileError(FileStatus.TOO_BIG, reason)
        if len(page.text) > settings.max_page_chars:
            cut = page.text[: settings.max_page_chars]
            page = replace(page, text=cut, status=PageStatus.TOO_BIG)
        if self.chars + len(page.text) > settings.max_chars:
            reason = (
                f"It has more than the {settings.max_chars:,} characters that are kept at most."
            )
            raise UnreadableFileError(FileStatus.TOO_BIG, reason)
        if len(page.label or "") > _MAX_LABEL or len(page.backend) > _MAX_LABEL:
            label = page.label and page.label[:_MAX_LABEL]
            page = replace(page, label=label, backend=page.backend[:_MAX_LABEL])
        page = _whole_page(page)
        self._pages.append(page)
        self._page_bytes += getsizeof(page.text) + _ENTRY_BYTES
        self.chars += len(page.text)

    def result(self, end: UnreadableFileError | None = None) -> Extraction:
        """Return the reading, its pages cleaned of running heads and cut words, in blocks.

        Args:
            end: What ended the reading; None where it came to the last page.
        """
        pages, running = clean_pages(self._pages)
        pages = with_layouts(pages, self._facts.outline, running)
        facts = replace(self._facts, running_lines=(*self._facts.running_lines, *running))
        status, reason = _verdict(pages, end)
        return Extraction(status, reason, pages, facts)


def _whole_page(page: Page) -> Page:
    """Return a page without halves of characters, which no file of a library could hold."""
    text, backend = whole_characters(page.text), whole_characters(page.backend)
    label = None if page.label is None else whole_characters(page.label)
    if (text, backend, label) == (page.text, page.backend, page.label):
        return page
    return replace(page, text=text, backend=backend, label=label)


def _whole_facts(facts: FileFacts) -> FileFacts:
    """Return facts without halves of characters."""
    if all(text.isascii() for text in _strings_of(facts)):
        return facts
    return replace(
        facts,
        media_type=whole_characters(facts.media_type),
        properties={
            whole_characters(key): whole_characters(value)
            for key, value in facts.properties.items()
        },
        outline=tuple(
            replace(entry, title=whole_characters(entry.title)) for entry in facts.outline
        ),
        sized_lines=tuple(
            replace(line, text=whole_characters(line.text)) for line in facts.sized_lines
        ),
        running_lines=tuple(map(whole_characters, facts.running_lines)),
        notes=tuple(map(whole_characters, facts.notes)),
    )


def _strings_of(facts: FileFacts) -> Iterator[str]:
    """Yield all strings of the facts."""
    yield facts.media_type
    for pair in facts.properties.items():
        yield from pair
    yield from (entry.title for entry in facts.outline)
    yield from (line.text for line in facts.sized_lines)
    yield from facts.running_lines
    yield from facts.notes


def _verdict(pages: Sequence[Page], end: UnreadableFileError | None) -> tuple[FileStatus, str]:
    """Return the status of a file and its reason, from those of its pages and what ended it."""
    numbers: dict[PageStatus, list[int]] = {}
    for page in pages:
        numbers.setdefault(page.status, []).append(page.number)
    has_text = any(page.text.strip() for page in pages)
    reasons = _reasons(numbers)
    if end is not None:
        reasons.insert(0, whole_characters(end.reason))
        return (FileStatus.PARTIAL if has_text else end.status), " ".join(reasons)
    bad = next(
        (status for page_status, (status, _) in _BAD.items() if page_status in numbers), None
    )
    if PageStatus.OK in numbers or (has_text and bad is not None):
        return (FileStatus.PARTIAL if reasons else FileStatus.OK), " ".join(reasons)
    if PageStatus.NEEDS_OCR in numbers:
        return FileStatus.NEEDS_OCR, " ".join(reasons)
    if bad is not None:
        return bad, " ".join(reasons)
    return FileStatus.EMPTY, "It was read to its end and holds no text."


def _reasons(numbers: Mapping[PageStatus, list[int]]) -> list[str]:
    """Return a sentence for each kind of page that was not read, with the numbers of its pages."""
    reasons = [
        f"{_named(numbers[status])} {words}."
        for status, (_, words) in _BAD.items()
        if status in numbers
    ]
    if PageStatus.NEEDS_OCR in numbers:
        reasons.append(f"{_named(numbers[PageStatus.NEEDS_OCR])} can only be read by OCR.")
    return reasons


def _named(numbers: list[int]) -> str:
    return f"Page {numbers[0]}" if len(numbers) == 1 else f"Pages {page_ranges(numbers)}"


def page_ranges(numbers: list[int]) -> str:
    """Return rising page numbers as people write them: `2, 4-13, 19`."""
    ranges: list[tuple[int, int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    parts = [f"{a}" if a == b else f"{a}-{b}" for a, b in ranges[:_MAX_RANGES]]
    more = len(ranges) - _MAX_RANGES
    return ", ".join(parts) + (f" and {more} more places" if more > 0 else "")
