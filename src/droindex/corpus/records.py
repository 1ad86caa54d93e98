"""Corpora that are files of records, and documents that an application hands over."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, Any

from droindex.corpus.given import merge
from droindex.errors import CorpusError, DocumentError, StorageError
from droindex.files.unlinked import open_unlinked
from droindex.metadata.coercion import coerce
from droindex.metadata.keys import (
    DATES,
    REFERENCES,
    clean_line,
    clean_text,
    normalise_key,
)
from droindex.metadata.label_hints import Hints, fold_label
from droindex.metadata.parsing import loads_json
from droindex.model import Document, FileStatus, Page, Reference
from droindex.problems import (
    OPEN_LABEL,
    Problem,
    is_record_file,
    reason,
    shown,
)
from droindex.settings import BuildSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

__all__ = [
    "RecordEntry",
    "check_document",
    "read_record",
    "read_record_pages",
    "record_says_open",
    "says_open",
    "scan_records",
]

_MAX_LINE_BYTES = 100_000_000  # one record, as large as the largest file that is read
_ID_KEYS = ("doc_id", "id")
_TEXT_KEYS = ("body", "pages")
_PAGE_KEYS = ("text", "label", "number")
_PAGES_HINT = "label in pages"  # the key under which it is told
_UTF8_MARK = b"\xef\xbb\xbf"
_COUNTS = frozenset({"size_bytes", "page_count"})
_REQUIRED_TEXTS = frozenset({"title", "summary"})
_NO_VALUE_CHECK = frozenset({"doc_id", "pages", "sources", "confidence"})
_NOT_METADATA = _NO_VALUE_CHECK | {"file", "media_type", "sha256", "file_status"} | _COUNTS
_NOT_METADATA |= {"needs_ocr_pages"}


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """Where a record stands in its file.

    Attributes:
        doc_id: Its key.
        offset: Where its line begins, in bytes from 0.
        length: Of its line without the line's end, in bytes.
        digest: Of those bytes, 32 hexadecimal digits of their SHA-256.
    """

    doc_id: str
    offset: int
    length: int
    digest: str


def scan_records(
    path: Path,
    *,
    settings: BuildSettings | None = None,
    rank: Callable[[str | None], float] = lambda label: label is not None,
    labels: Collection[str] = (),
    left_out: list[RecordEntry] | None = None,
) -> tuple[list[RecordEntry], list[Problem]]:
    """List the records of a `.jsonl` file; it is read once, line by line.

    Args:
        path: The file, one JSON object a line, in UTF-8.
        settings: The limits; the defaults without.
        rank: How restricted a label is, 0 for none; without it, every label as much as another.
        labels: The labels of the corpus.
        left_out: Takes the records that are left out because another one has their id.

    Returns:
        The records in the order of the file, and the problems: `bad-record`, `bad-doc-id`,
        `duplicate-doc-id` (the least restricted one wins; of equal ones, the first).

    Raises:
        CorpusNotFoundError: There is nothing at that path.
        CorpusError: It is no `.jsonl` file, or not in UTF-8.
        StorageError: It cannot be read.
    """
    if not is_record_file(path):
        raise CorpusError(f"{shown(str(path))} is a folder, not a file of records.")
    scan = _RecordScan(path, settings or BuildSettings(), rank, labels)
    try:
        place = path.resolve()  # the file that is asked for may be a link
        with (
            os.fdopen(open_unlinked(place), "rb") as file,
            os.fdopen(open_unlinked(place), "rb") as again,
        ):
            for number, offset, line in _lines(file, path):
                scan.take(number, offset, line, again)
    except OSError as error:
        raise StorageError(
            f"{shown(str(path))} cannot be read: {reason(error)}.", path=str(path)
        ) from error
    if left_out is not None:
        left_out += scan.left_out
    entries = sorted(scan.entries.values(), key=lambda entry: entry.offset)
    return entries, scan.problems


class _RecordScan:
    """Collects the records of a file, one for each id."""

    def __init__(
        self,
        path: Path,
        settings: BuildSettings,
        rank: Callable[[str | None], float],
        labels: Collection[str],
    ) -> None:
        self._labels = labels
        self.left_out: list[RecordEntry] = []
        self._name = path.name
        self._settings = settings
        self._rank = rank
        self._numbers: dict[str, int] = {}
        self._restrictions: dict[str, float] = {}  # of the ids that stand twice
        self.entries: dict[str, RecordEntry] = {}
        self.problems: list[Problem] = []

    def take(self, number: int, offset: int, line: bytes, again: IO[bytes]) -> None:
        """Take one line; `again` is the file once more, to look back at an earlier line."""
        where = f"{self._name}:{number}"
        try:
            doc_id = _doc_id(line, self._settings.max_doc_id_chars)
        except (ValueError, RecursionError) as error:
            self.problems.append(_bad_record(where, error))
            return
        earlier = self.entries.get(doc_id)
        if earlier is not None:
            if doc_id not in self._restrictions:  # it may be long: it is read once
                again.seek(earlier.offset)
                self._restrictions[doc_id] = self._restriction(again.read(earlier.length))
            own = self._restriction(line)
            is_opener = own < self._restrictions[doc_id]
            taken, left_out = self._numbers[doc_id], number
            if is_opener:
                taken, left_out = left_out, taken
            why = ", being the less restricted" if is_opener else ""
            message = (
                f"{shown(doc_id)} stands in line {taken} too, which counts{why}. "
                "Remove one of the two."
            )
            self.problems.append(Problem(f"{self._name}:{left_out}", "duplicate-doc-id", message))
            if not is_opener:
                self.left_out.append(_entry(doc_id, offset, line))
                return
            self._restrictions[doc_id] = own
            self.left_out.append(earlier)
        self._numbers[doc_id] = number
        self.entries[doc_id] = _entry(doc_id, offset, line)

    def _restriction(self, line: bytes) -> float:
        document, _ = read_record(
            line, file=self._name, settings=self._settings, labels=self._labels
        )
        return self._rank(document.label)


def _entry(doc_id: str, offset: int, line: bytes) -> RecordEntry:
    return RecordEntry(doc_id, offset, len(line), hashlib.sha256(line).hexdigest()[:32])


def _lines(file: IO[bytes], path: Path) -> Iterator[tuple[int, int, bytes]]:
    """Yield number, offset and bytes of each line that is not blank."""
    offset = number = 0
    while line := file.readline(_MAX_LINE_BYTES):
        number += 1
        start, offset = offset, offset + len(line)
        if number == 1:
            if line.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise CorpusError(
                    f"{shown(str(path))} is not in UTF-8.", hint="Save it as UTF-8 and try again."
                )
            mark = len(_UTF8_MARK) if line.startswith(_UTF8_MARK) else 0
            start, line = start + mark, line[mark:]
        if len(line) >= _MAX_LINE_BYTES and not line.endswith(b"\n"):
            offset += _skip_line(file)
        line = line.rstrip(b"\r\n")
        if line.strip():
            yield number, start, line


def _skip_line(file: IO[bytes]) -> int:
    """Read to the end of a line and return how many bytes that took."""
    skipped = 0
    while part := file.readline(1 << 20):
        skipped += len(part)
        if part.endswith(b"\n"):
            break
    return skipped


def _bad_record(where: str, error: Exception) -> Problem:
    slug = "bad-doc-id" if isinstance(error, _IdError) else "bad-record"
    message = f"The record is left out: {reason(error).rstrip('.')}. Mend the line."
    return Problem(where, slug, message)


class _IdError(ValueError):
    """A record without a usable id."""


def _loads(line: bytes) -> dict[str, Any]:
    """Return the object of a line; ValueError where it holds none."""
    if len(line) >= _MAX_LINE_BYTES:
        raise ValueError(f"it is longer than {_MAX_LINE_BYTES:,} bytes")
    record = loads_json(line)
    if not isinstance(record, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004 - one kind of error for all lines
    return record


def _doc_id(line: bytes, limit: int) -> str:
    return _id_of(_loads(line), limit)


def _id_of(record: Mapping[str, Any], limit: int) -> str:
    """Return the id of a record; `_IdError` where it has none that can be used."""
    found = record.get("doc_id")
    if found is None or found == "":
        found = record.get("id")
    if isinstance(found, int) and not isinstance(found, bool) and abs(found) < 10**18:
        found = str(found)
    if not isinstance(found, str) or not found.strip():
        raise _IdError('it has no "doc_id" that is a text')
    fault = _id_fault(found, limit)
    if fault:
        raise _IdError(f"its doc_id {fault}")
    return found


def _id_fault(doc_id: str, limit: int) -> str:
    """Return what is wrong with an id; empty where nothing is."""
    if len(doc_id) > limit:
        return f"has {len(doc_id):,} characters, more than {limit:,}"
    if "\0" in doc_id:
        return "holds a null character"
    return "" if _is_valid(doc_id) else "holds half a character (a lone surrogate)"


def _is_valid(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def read_record(
    line: bytes | Mapping[str, Any],
    *,
    file: str,
    settings: BuildSettings,
    statuses: Collection[str] = (),
    labels: Collection[str] = (),
) -> tuple[Document, tuple[Problem, ...]]:
    """Return the document that a record is.

    `body` makes one page; `pages`, a list of texts or of `{"text", "label"}`, makes one page each,
    numbered from 1.

    Args:
        line: The line of the file, or what it holds.
        file: Named in problems, for example `records.jsonl:17`.
        settings: The limits.
        statuses: Stated statuses beyond `Status` that are known.
        labels: The labels of the corpus.

    Returns:
        The document with its pages, and the problems of `coerce`.

    Raises:
        DocumentError: It is no JSON object, or has no usable id.
    """
    try:
        record = _loads(line) if isinstance(line, bytes) else line
        doc_id = _id_of(record, settings.max_doc_id_chars)
    except (ValueError, RecursionError) as error:
        raise _unreadable(file, error) from error
    rest: dict[str, Any] = {}
    texts: dict[str, Any] = {}
    for key, value in record.items():
        name = normalise_key(str(key))
        if name in _TEXT_KEYS:
            texts[name] = value
        elif name not in _ID_KEYS:
            rest[key] = value
    says_label = any(normalise_key(str(key)) == "label" for key in rest)
    hints = Hints.of(tuple(labels))
    if not says_label and any(_hints_at_label(texts.get(key), hints) for key in _TEXT_KEYS):
        rest[_PAGES_HINT] = True
    given = coerce(
        rest, source="record", file=file, settings=settings, statuses=statuses, labels=labels
    )
    pages, problems = _pages(texts.get("pages"), texts.get("body"), file)
    return merge(doc_id, given, {}, {"pages": pages}), (*given.problems, *problems)


def _hints_at_label(texts: object, hints: Hints) -> bool:
    """Whether body or pages hint at an access label; that of a page is what is printed on it."""
    if isinstance(texts, dict):
        return hints.in_value(texts, is_known=False)
    for page in texts if isinstance(texts, (list, tuple)) else ():
        if isinstance(page, dict):
            rest = {key: page[key] for key in page if key not in _PAGE_KEYS}
            kept = [page.get(key) for key in _PAGE_KEYS]
            nested = [value for value in kept if isinstance(value, (dict, list, tuple))]
            if hints.is_label(page.get("label")) or hints.is_label(page.get("number")):
                return True
            if hints.in_value([rest, nested], is_known=False):
                return True
        elif not isinstance(page, str) and hints.in_value(page, is_known=False):
            return True
    return False


def record_says_open(line: bytes, *, settings: BuildSettings) -> bool:
    """Whether a record, which `read_record` has read before, says `label = "open"`."""
    if OPEN_LABEL.encode() not in line.lower():
        return False
    labels = {key: value for key, value in _loads(line).items() if normalise_key(key) == "label"}
    return coerce(labels, source="record", file="", settings=settings).says_open


def says_open(document: Document) -> bool:
    """Whether an application says of its document that it is open: `label="open"`."""
    return isinstance(document.label, str) and fold_label(document.label) == OPEN_LABEL


def _unreadable(file: str, error: Exception) -> DocumentError:
    return DocumentError(
        f"The record {shown(file)} cannot be read: {reason(error)}.", hint="Mend the record."
    )


def read_record_pages(line: bytes, *, file: str) -> tuple[Page, ...]:
    """Return only the pages of a record that `read_record` has read before, which is faster.

    Raises:
        DocumentError: It is no JSON object any more.
    """
    texts: dict[str, Any] = {}
    try:
        record = _loads(line)
    except (ValueError, RecursionError) as error:
        raise _unreadable(file, error) from error
    for key, value in record.items():
        name = normalise_key(str(key))
        if name in _TEXT_KEYS:
            texts[name] = value
    return _pages(texts.get("pages"), texts.get("body"), file)[0]


def _pages(pages: object, body: object, file: str) -> tuple[tuple[Page, ...], tuple[Problem, ...]]:
    """Return the pages of a record and what is wrong with them."""
    problems: list[Problem] = []

    def bad(what: str) -> None:
        problems.append(Problem(file, "bad-value", what))

    if body is not None and not isinstance(body, str):
        bad(f"body is left out: {shown(body)} is not a text. Give a text.")
        body = None
    if pages is not None and not isinstance(pages, (list, tuple)):
        bad(f"pages is left out: {shown(pages)} is not a list of texts. Give a list.")
        pages = None
    if not pages:
        text = clean_text(body) if body else ""
        return ((Page(1, text),) if text else ()), tuple(problems)
    if body:
        bad("body is left out, since there are pages too. Give one of the two.")
    found: list[Page] = []
    for number, item in enumerate(pages, start=1):
        page = _page(number, item)
        if page is None:
            bad(f"page {number} is left empty: {shown(item)} is not a text. Give a text.")
        found.append(page or Page(number, ""))
    return tuple(found), tuple(problems)


def _page(number: int, item: object) -> Page | None:
    """Return one page of a record; None where it is no text."""
    label: object = None
    if isinstance(item, dict):
        label = item.get("label")
        item = item.get("text")
    if not isinstance(item, str):
        return None
    shown_label = clean_line(str(label)) if isinstance(label, (str, int)) else ""
    return Page(number, clean_text(item), label=shown_label or None)


def check_document(document: Document, settings: BuildSettings) -> Document:
    """Return a document that an application made as it can be indexed.

    Texts become valid unicode without control characters, empty ones None where a field may be
    absent; a label `open` becomes None; `sources` says `update` for values without a source.

    Args:
        document: The document.
        settings: The limits.

    Raises:
        DocumentError: A field has the wrong type or is out of range; the message names it.
    """
    if not isinstance(document, Document):
        raise DocumentError(
            f"{type(document).__name__} is no Document.", hint="Give droindex.Document objects."
        )
    _check_id(document.doc_id, settings.max_doc_id_chars)
    checker = _Checker(document.doc_id, settings.max_metadata_chars)
    values: dict[str, Any] = {}
    for item in fields(document):
        if item.name not in _NO_VALUE_CHECK:
            values[item.name] = checker.check(item.name, getattr(document, item.name))
    sources = {
        name: document.sources.get(name, "update")
        for name, value in values.items()
        if name not in _NOT_METADATA and value not in (None, "", ())
    }
    pages = checker.pages(document.pages)
    return replace(document, **values, pages=pages, sources=MappingProxyType(sources))


def _check_id(doc_id: object, limit: int) -> None:
    hint = "Give each document an id that is a text and unique in the library."
    if not isinstance(doc_id, str) or not doc_id.strip():
        raise DocumentError(f"doc_id must be a text that is not empty: {shown(doc_id)}.", hint=hint)
    fault = _id_fault(doc_id, limit)
    if fault:
        raise DocumentError(f"doc_id {fault}.", hint=hint)


class _Checker:
    """Checks the values of one document."""

    def __init__(self, doc_id: str, limit: int) -> None:
        self._doc_id = doc_id
        self._limit = limit

    def check(self, name: str, value: object) -> object:
        """Return the value of a field as it can be indexed."""
        if name in DATES:
            return self._date(name, value)
        if name in REFERENCES:
            return tuple(self._reference(name, item) for item in self._tuple(name, value))
        if name == "subject":
            texts = (self._text(name, item) for item in self._tuple(name, value))
            return tuple(dict.fromkeys(text for text in texts if text))
        if name == "needs_ocr_pages":
            return tuple(self._count(name, item) for item in self._tuple(name, value))
        if value is None and name not in _REQUIRED_TEXTS:
            return None
        if name in _COUNTS:
            return self._count(name, value)
        if name == "file_status":
            return self._file_status(name, value)
        text = self._text(name, value)
        if name == "label" and fold_label(text) == OPEN_LABEL:
            return None
        return text if text or name in _REQUIRED_TEXTS else None

    def pages(self, pages: object) -> tuple[Page, ...]:
        """Return the pages as they can be indexed."""
        checked: list[Page] = []
        for page in self._tuple("pages", pages):
            if not isinstance(page, Page) or not isinstance(page.text, str):
                raise self._error("pages", page, "Page objects with texts")
            number = self._count("pages", page.number)
            if number <= (checked[-1].number if checked else 0):
                raise self._error("pages", number, "numbered from 1, each number above the last")
            label = page.label if page.label is None else self._text("pages", page.label)
            text = page.text if _is_clean(page.text) else clean_text(page.text)
            checked.append(replace(page, text=text, label=label or None))
        return tuple(checked)

    def _error(self, name: str, value: object, expected: str) -> DocumentError:
        return DocumentError(
            f"{name} of {shown(self._doc_id)} must be {expected}, not {shown(value)}.",
            hint=f"Mend the field {name} of that document.",
        )

    def _tuple(self, name: str, value: object) -> tuple[Any, ...]:
        if isinstance(value, (tuple, list)):
            return tuple(value)
        raise self._error(name, value, "a tuple")

    def _text(self, name: str, value: object) -> str:
        if not isinstance(value, str):
            raise self._error(name, value, "a text")
        if len(value) > self._limit:
            raise self._error(name, value, f"at most {self._limit:,} characters long")
        return clean_text(value) if name == "summary" else clean_line(value)

    def _date(self, name: str, value: object) -> date | None:
        if isinstance(value, datetime):
            return value.date()
        if value is None or isinstance(value, date):
            return value
        raise self._error(name, value, "a date")

    def _count(self, name: str, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 63:
            raise self._error(name, value, "a whole number from 0")
        return value

    def _file_status(self, name: str, value: object) -> FileStatus:
        try:
            return FileStatus(str(value))
        except ValueError:
            raise self._error(name, value, f"one of {', '.join(FileStatus)}") from None

    def _reference(self, name: str, value: object) -> Reference:
        if not isinstance(value, Reference):
            raise self._error(name, value, "Reference objects")
        texts = {
            key: self._text(name, text) or None
            for key in ("doc_id", "number", "title")
            if (text := getattr(value, key)) is not None
        }
        text = self._text(name, value.text)
        return replace(value, text=text, issued=self._date(name, value.issued), **texts)


def _is_clean(text: str) -> bool:
    """Whether a page's text can stay as it is; texts are long, so that is found out fast."""
    return "\0" not in text and _is_valid(text)
