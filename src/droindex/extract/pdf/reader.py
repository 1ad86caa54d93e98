"""The reading of one PDF: which backend makes which page, and what each page turns out to be."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol, TypeVar

from droindex.extract.cleanup import quality
from droindex.extract.cleanup.clean import clean_text
from droindex.extract.cleanup.glyph_shift import unshifted
from droindex.extract.deadline import OutOfTimeError, soft_deadline
from droindex.extract.pdf.pypdf import PypdfBackend, is_limit
from droindex.extract.pdf.repair import rebuild
from droindex.extract.protocol import FileFacts, UnreadableFileError
from droindex.model import FileStatus
from droindex.pages import Page, PageStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from droindex.extract.pdf.ocr import Recogniser
    from droindex.extract.pdf.pdfium import PdfiumBackend
    from droindex.extract.protocol import SizedLine
    from droindex.settings import ExtractSettings

__all__ = ["PdfReading", "backend_order"]

_MIN_PAGE_CHARS = 50  # fewer characters and a page-filling image: needs OCR
_MIN_IMAGE_COVER = 0.5  # share of the page that the image must fill
_SIZED_PAGES = 2  # first pages whose type sizes are noted
# second opinions that may bring nothing before they are given up for the rest of the file
_TRIES = {"thin": 8, "garbled": 1, "split": 8}
_ENOUGH = 0.9  # of the characters of the other backend
_THIN_GAIN = 10  # characters that a second opinion must bring more
_SPLIT_SHARE = 0.01  # of the words; past it the page gets a second opinion
_MIN_SPLITS = 5
_MAX_KNOWN = 50_000  # words of the document that are remembered
_FREE_CPU_S = 0.05  # that a page without result may take before it counts as waste
_WATERMARK_CHARS = 400  # a watermark or stamp on a scan has fewer
_WATERMARK_LINES = 4  # and no more lines than this; a chart has many short ones
_WITH_FIELDS = (PageStatus.OK, PageStatus.EMPTY, PageStatus.NEEDS_OCR)
_DIGITS = re.compile(r"\d+")
_OPEN_SHARE = 0.6  # of a page's time, for opening the file with each backend
_FACTS_SHARE = 0.3  # of a page's time, for what stands beside the text
_LOOK_S = 0.5  # seconds
_T = TypeVar("_T")


def backend_order(choice: str) -> tuple[str, ...]:
    """Return the backends for text, the first choice first.

    Args:
        choice: `auto`, `pypdf` or `pdfium`, as in the settings.
    """
    if choice == "auto":
        return ("pdfium", "pypdf") if find_spec("pypdfium2") else ("pypdf",)
    return (choice,)


class _Backend(Protocol):
    name: str

    @property
    def page_count(self) -> int: ...
    @property
    def has_labels(self) -> bool: ...
    @property
    def has_form(self) -> bool: ...
    def text(self, number: int, *, max_chars: int) -> str: ...
    def text_and_sizes(self, number: int, *, max_chars: int) -> tuple[str, list[SizedLine]]: ...
    def image_cover(self, number: int) -> float: ...
    def label(self, number: int) -> str | None: ...
    def form_values(self, number: int) -> list[str]: ...
    def close(self) -> None: ...


@dataclass(slots=True)
class _Draft:
    """What one backend made of a page."""

    backend: str
    text: str = ""
    sizes: tuple[SizedLine, ...] = ()
    fault: PageStatus | None = None
    chars: int = 0
    is_cut: bool = False
    is_garbled: bool = False
    words: Sequence[str] = ()
    splits: int = 0


class PdfReading:
    """Reads one PDF; in a limited worker, or in a process that trusts the file.

    Args:
        data: The whole file.
        settings: Backend and limits.
        recogniser: Reads pictures of pages; None where OCR is off.
    """

    def __init__(
        self, data: bytes, settings: ExtractSettings, recogniser: Recogniser | None
    ) -> None:
        self._settings = settings
        self._recogniser = recogniser
        self._order = backend_order(settings.backend)
        self._backends: dict[str, _Backend] = {}
        self._structure: PypdfBackend | None = None
        self._faults: list[PageStatus] = []
        self._salvaged: tuple[FileStatus, str] | None = None
        self._page_count = 0
        self._known: set[str] = set()
        self._tries = dict(_TRIES)
        self._wasted_s = 0.0
        self._facts = FileFacts()
        self._renderer: PdfiumBackend | None = None
        self._until = 0.0  # when the time of the page at hand is up, on the monotonic clock
        self._data = data
        self._open()

    def close(self) -> None:
        """Free the memory of the document."""
        for backend in {*self._backends.values(), self._structure, self._renderer}:
            if backend is not None:
                backend.close()

    def items(self, first_page: int) -> Iterator[FileFacts | Page]:
        """Yield the facts, and the pages from `first_page` (from 1) on.

        Raises:
            UnreadableFileError: The reading ended before the last page.
        """
        settings = self._settings
        self._facts = self._read_facts()
        yield self._facts
        last = min(self._page_count, settings.max_pages)
        for number in range(first_page, last + 1):
            yield self._page(number)
            if number == min(_SIZED_PAGES, last):
                yield self._facts
            if self._wasted_s > settings.wasted_s:
                reason = f"Its pages take too long to read; stopped after page {number}."
                raise UnreadableFileError(FileStatus.TIMED_OUT, reason)
        if self._page_count > last:
            reason = f"Only the first {last:,} of its {self._page_count:,} pages were read."
            raise UnreadableFileError(FileStatus.TOO_BIG, reason)
        if self._salvaged:
            raise UnreadableFileError(*self._salvaged)

    # opening

    def _open(self) -> None:
        if self._open_backends():
            return
        status, why = self._why_closed()
        if rebuilt := rebuild(self._data):
            self._data = rebuilt[0]
            if self._open_backends():
                self._salvaged = status, f"{why}; {_pages(rebuilt[1])} could be saved."
                return
        status, why = self._why_closed()
        is_damaged = status is FileStatus.DAMAGED
        end = ", and no page could be saved." if is_damaged else "."
        raise UnreadableFileError(status, why + end)

    def _why_closed(self) -> tuple[FileStatus, str]:
        """Return what kept the file from being opened."""
        kinds = {
            PageStatus.TIMED_OUT: (FileStatus.TIMED_OUT, "It takes too long to open"),
            PageStatus.TOO_BIG: (FileStatus.TOO_BIG, "It is made to grow past all limits"),
        }
        damaged = (FileStatus.DAMAGED, "Its structure is broken")
        return next((kinds[fault] for fault in self._faults if fault in kinds), damaged)

    def _open_backends(self) -> bool:
        """Open the file with each backend; whether one that may make text can count its pages."""
        data = self._data
        self._backends.clear()
        # pdfium opens what pypdf labours at; opening and facts together stay within a page's time
        self._restart_clock(_OPEN_SHARE if "pdfium" in self._order else 1.0)
        self._structure = self._guarded(lambda: PypdfBackend(data))
        if "pdfium" in self._order:
            self._guarded(lambda: self._backends.setdefault("pdfium", _pdfium(data)))
        if "pypdf" in self._order and self._structure is not None:
            self._backends["pypdf"] = self._structure
        for name in self._order:
            count = self._guarded(partial(self._count, name))
            if count:
                self._page_count = count
                return True
            self._backends.pop(name, None)
        return False

    def _count(self, name: str) -> int:
        backend = self._backends.get(name)
        return 0 if backend is None else backend.page_count

    def _restart_clock(self, share: float = 1.0) -> None:
        self._until = time.monotonic() + share * self._settings.page_deadline_s

    def _guarded(self, action: Callable[[], _T]) -> _T | None:
        """Return what the action returns; None where it failed, with the fault noted."""
        try:
            # what is left of the page's time, but enough for a look where a reader used it up
            with soft_deadline(max(_LOOK_S, self._until - time.monotonic())):
                return action()
        except UnreadableFileError:
            raise
        except (Exception, OutOfTimeError) as error:  # noqa: BLE001 - the readers raise anything
            self._faults.append(_fault(error))
            return None

    def _read_facts(self) -> FileFacts:
        facts = None
        pdfium = self._backends.get("pdfium")
        # pdfium knows the most of it, too, and is never slow at that
        self._restart_clock(1.0 if pdfium is None else _FACTS_SHARE)
        if (structure := self._structure) is not None and not self._salvaged:
            bookmarks = getattr(pdfium, "bookmarks", None)
            facts = self._guarded(lambda: structure.facts(self._page_count, bookmarks))
        if facts is None:
            facts = self._guarded(getattr(pdfium, "facts", FileFacts)) or FileFacts()
        return replace(facts, page_count=self._page_count)

    # pages

    def _page(self, number: int) -> Page:
        """Read one page, with a second opinion where that may help."""
        cpu, started = time.process_time(), time.monotonic()
        self._restart_clock()
        names = [name for name in self._order if name in self._backends]
        draft = self._draft(names[0], number)
        ran_out = draft.fault is PageStatus.TIMED_OUT
        doubt = self._doubt(draft) if len(names) > 1 else ""
        if doubt:
            second = self._draft(names[1], number)
            if second.fault is PageStatus.TIMED_OUT:
                ran_out, self._tries = True, dict.fromkeys(self._tries, 0)
            draft = self._better(draft, second, doubt)
        page = self._judged(draft, number)
        if ran_out:
            self._wasted_s += time.monotonic() - started
        elif page.status is not PageStatus.OK or draft.chars < _MIN_PAGE_CHARS:
            self._wasted_s += max(0.0, time.process_time() - cpu - _FREE_CPU_S)
        if page.status is PageStatus.NEEDS_OCR and self._recogniser is not None:
            page = self._recognised(page, self._recogniser)
        page = self._filled_in(page)
        if draft.sizes:
            sized = (*self._facts.sized_lines, *draft.sizes)
            self._facts = replace(self._facts, sized_lines=sized)
        if len(names) > 1 and len(self._known) < _MAX_KNOWN:
            self._known.update(draft.words)
        return page

    def _draft(self, name: str, number: int) -> _Draft:
        """Return what one backend makes of a page, within what is left of the page's time."""
        backend = self._backends[name]
        draft = _Draft(name)
        most = self._settings.max_page_chars + 1  # one more shows that there was more
        try:
            with soft_deadline(self._until - time.monotonic()):
                if number <= _SIZED_PAGES:
                    text, sizes = backend.text_and_sizes(number, max_chars=most)
                    draft.sizes = tuple(sizes)
                else:
                    text = backend.text(number, max_chars=most)
        except (Exception, OutOfTimeError) as error:  # noqa: BLE001 - the readers raise anything
            draft.fault = _fault(error)
            return draft
        draft.is_cut = len(text) >= most
        text = unshifted(text)
        draft.is_garbled = quality.is_garbled(text)
        draft.chars = quality.count_chars(text)
        draft.text = clean_text(text)
        if len(self._backends) > 1 and draft.chars >= _MIN_PAGE_CHARS:
            draft.words = words = quality.words_of(draft.text)
            splits = quality.count_split_words(words, self._known)
            if quality.is_spaced_out(draft.text):
                splits = len(words)
            draft.splits = splits if splits > max(_MIN_SPLITS, _SPLIT_SHARE * len(words)) else 0
        return draft

    def _doubt(self, draft: _Draft) -> str:
        """Return what is wrong with a draft, in a word; empty for nothing worth a second look."""
        if draft.fault is not None:
            return "fault"
        if draft.is_garbled:
            doubt = "garbled"
        elif draft.splits:
            doubt = "split"
        elif draft.chars < _MIN_PAGE_CHARS:
            doubt = "thin"
        else:
            return ""
        return doubt if self._tries[doubt] > 0 else ""

    def _better(self, first: _Draft, second: _Draft, doubt: str) -> _Draft:
        """Return the better draft; the first one where they are as good."""
        if second.fault is not None:
            is_better = False
        elif doubt == "fault":
            is_better = True
        elif doubt == "garbled":
            is_better = not second.is_garbled
        elif doubt == "split":  # fewer split words, but not fewer words
            enough = second.chars >= _ENOUGH * first.chars
            is_better = second.splits < first.splits and enough and not second.is_garbled
        else:
            is_better = second.chars >= first.chars + _THIN_GAIN
        if doubt in self._tries and not is_better:
            self._tries[doubt] -= 1
        return second if is_better else first

    def _judged(self, draft: _Draft, number: int) -> Page:
        """Return the page with its status."""
        page = Page(
            number,
            draft.text[: self._settings.max_page_chars],
            label=self._label(number),
            backend=draft.backend,
        )
        if draft.is_garbled or (
            (draft.fault is not None or self._is_thin(draft, number))
            and self._cover(draft.backend, number) >= _MIN_IMAGE_COVER
        ):
            return replace(page, status=PageStatus.NEEDS_OCR)
        if draft.fault is not None:
            return replace(page, status=draft.fault)
        if draft.is_cut:
            return replace(page, status=PageStatus.TOO_BIG)
        return page if page.text.strip() else replace(page, status=PageStatus.EMPTY)

    def _is_thin(self, draft: _Draft, number: int) -> bool:
        """Whether a page says next to nothing, or nothing but what its neighbours say, too."""
        if draft.chars < _MIN_PAGE_CHARS:
            return True
        lines = [line for line in draft.text.split("\n") if line.strip()]
        if draft.chars >= _WATERMARK_CHARS or len(lines) > _WATERMARK_LINES:
            return False
        other = number + 1 if number < self._page_count else number - 1
        if other < 1 or self._cover(draft.backend, number) < _MIN_IMAGE_COVER:
            return False
        near = self._draft(draft.backend, other)
        others = {_masked(line) for line in near.text.split("\n")}
        own = "".join(line for line in lines if _masked(line) not in others)
        return quality.count_chars(own) < _MIN_PAGE_CHARS

    def _cover(self, name: str, number: int) -> float:
        backend = self._backends[name]
        return self._guarded(lambda: backend.image_cover(number)) or 0.0

    def _label(self, number: int) -> str | None:
        source: _Backend | None = self._structure or self._backends.get("pdfium")
        if source is None or self._salvaged or not source.has_labels:
            return None
        return self._guarded(lambda: source.label(number))

    def _filled_in(self, page: Page) -> Page:
        """Return the page with the values of its form's text fields at the end."""
        source: _Backend | None = self._structure or self._backends.get("pdfium")
        if source is None or not source.has_form or page.status not in _WITH_FIELDS:
            return page
        values = self._guarded(lambda: source.form_values(page.number)) or []
        if page.is_ocr:  # what the picture shows has been read
            values = [value for value in values if value not in page.text]
        if not values:
            return page
        text = "\n".join([page.text, *values] if page.text else values)
        status = PageStatus.OK if page.status is PageStatus.EMPTY else page.status
        return replace(page, text=text[: self._settings.max_page_chars], status=status)

    def _recognised(self, page: Page, recogniser: Recogniser) -> Page:
        """Return the page as OCR reads it; as it was where that finds nothing."""
        if self._renderer is None:
            data = self._data
            self._renderer = self._guarded(lambda: _pdfium(data))
        if self._renderer is None:
            return page
        try:
            text = recogniser.read(self._renderer, page.number)
        except Exception:  # noqa: BLE001 - the page stays as it is: to be read by OCR
            return page
        if not text.strip():
            return page
        return replace(
            page,
            text=clean_text(text),
            status=PageStatus.OK,
            backend=recogniser.name,
            is_ocr=True,
        )


def _masked(line: str) -> str:
    """Return a line without its digits: a stamp counts the pages."""
    return _DIGITS.sub("#", line.strip())


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count:,} pages"


def _pdfium(data: bytes) -> PdfiumBackend:
    from droindex.extract.pdf.pdfium import PdfiumBackend  # noqa: PLC0415 - an optional package

    return PdfiumBackend(data)


def _fault(error: BaseException) -> PageStatus:
    if isinstance(error, OutOfTimeError):
        return PageStatus.TIMED_OUT
    return PageStatus.TOO_BIG if is_limit(error) else PageStatus.DAMAGED
