"""Documents that an application hands over, checked before they are indexed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from droindex.corpus.records.record import id_fault, is_unicode
from droindex.errors import DocumentError
from droindex.metadata.custom_fields import custom_name_fault
from droindex.metadata.keys import DATES, REFERENCES, clean_line, clean_text
from droindex.metadata.label_hints import fold_label
from droindex.metadata.values import is_web_address
from droindex.model import DERIVED, Document, FileStatus, Reference
from droindex.pages import Page
from droindex.problems import OPEN_LABEL, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from droindex.settings import BuildSettings

__all__ = ["check_document", "says_open"]

_COUNTS = frozenset(
    {"size_bytes", "page_count", "part_count", "part_number", "first_page", "last_page"}
)
_REQUIRED_TEXTS = frozenset({"title", "summary"})
_NEVER_NONE = _REQUIRED_TEXTS | {*REFERENCES, "custom", "subject", "needs_ocr_pages"}
_MAX_NUMBER = 10**18  # as in metadata
_NO_VALUE_CHECK = frozenset({"doc_id", "pages", "sources", "confidence"}) | DERIVED.keys()
_NOT_METADATA = _NO_VALUE_CHECK | {"file", "media_type", "sha256", "file_status"} | _COUNTS
_NOT_METADATA |= {"needs_ocr_pages", "part_of"}


def says_open(document: Document) -> bool:
    """Whether an application says of its document that it is open: `label="open"`."""
    return isinstance(document.label, str) and fold_label(document.label) == OPEN_LABEL


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
    sources: Mapping[str, str] = {
        name: document.sources.get(name, "update")
        for name, value in values.items()
        if name not in _NOT_METADATA and value not in (None, "", (), {})
    }
    pages = checker.pages(document.pages)
    sources = MappingProxyType(sources)
    # How it stands among others is of the library, and worked out with each build.
    return replace(document, **values, **DERIVED, pages=pages, sources=sources)


def _check_id(doc_id: object, limit: int) -> None:
    hint = "Give each document an id that is a text and unique in the library."
    if not isinstance(doc_id, str) or not doc_id.strip():
        raise DocumentError(f"doc_id must be a text that is not empty: {shown(doc_id)}.", hint=hint)
    fault = id_fault(doc_id, limit)
    if fault:
        raise DocumentError(f"doc_id {fault}.", hint=hint)


class _Checker:
    """Checks the values of one document."""

    def __init__(self, doc_id: str, limit: int) -> None:
        self._doc_id = doc_id
        self._limit = limit
        self._checks: dict[str, Callable[[str, Any], object]] = {
            **dict.fromkeys(DATES, self._date),
            **dict.fromkeys(REFERENCES, self._references),
            **dict.fromkeys(_REQUIRED_TEXTS, self._text),
            **dict.fromkeys(_COUNTS, self._count),
            "file_status": self._file_status,
            "label": self._label,
            "needs_ocr_pages": self._counts,
            "custom": self._custom,
            "subject": self._subjects,
            "url": self._url,
        }

    def check(self, name: str, value: object) -> object:
        """Return the value of a field as it can be indexed."""
        if value is None and name not in _NEVER_NONE:
            return None
        return self._checks.get(name, self._optional_text)(name, value)

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

    def _optional_text(self, name: str, value: object) -> str | None:
        return self._text(name, value) or None

    def _custom(self, name: str, value: object) -> dict[str, str | int | float]:
        if not isinstance(value, Mapping):
            raise self._error(name, value, "a mapping")
        checked: dict[str, str | int | float] = {}
        for key, item in value.items():
            fault = custom_name_fault(key)
            if fault:
                raise self._error(name, key, f"a mapping of names, and {fault}")
            if isinstance(item, str):
                checked[key] = self._text(name, item)
            elif isinstance(item, bool) or not isinstance(item, (int, float)):
                raise self._error(name, item, "a mapping of names to texts and numbers")
            elif abs(item) < _MAX_NUMBER:  # of nothing else is this true that is no number
                checked[key] = item
            else:
                raise self._error(name, item, "a mapping of names to texts and numbers")
        return {key: item for key, item in checked.items() if item != ""}

    def _url(self, name: str, value: object) -> str | None:
        text = self._text(name, value)
        if text and not is_web_address(text):
            raise self._error(name, value, "an address that begins with http:// or https://")
        return text or None

    def _label(self, name: str, value: object) -> str | None:
        label = self._text(name, value)
        return None if fold_label(label) == OPEN_LABEL else label or None

    def _subjects(self, name: str, value: object) -> tuple[str, ...]:
        texts = (self._text(name, item) for item in self._tuple(name, value))
        return tuple(dict.fromkeys(text for text in texts if text))

    def _counts(self, name: str, value: object) -> tuple[int, ...]:
        return tuple(self._count(name, item) for item in self._tuple(name, value))

    def _references(self, name: str, value: object) -> tuple[Reference, ...]:
        return tuple(self._reference(name, item) for item in self._tuple(name, value))

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
        doc_id, number, title, part = (
            (self._text(name, text) or None) if text is not None else None
            for text in (value.doc_id, value.number, value.title, value.part)
        )
        # Which documents are likely meant is of the library, and worked out with each build.
        issued = self._date(name, value.issued)
        return Reference(self._text(name, value.text), doc_id, number, issued, title, (), part)


def _is_clean(text: str) -> bool:
    """Whether a page's text can stay as it is; texts are long, so that is found out fast."""
    return "\0" not in text and is_unicode(text)
