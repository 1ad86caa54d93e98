"""A record: one document as a JSON object, with its texts and its metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from droindex.corpus.given import merge
from droindex.errors import DocumentError
from droindex.metadata.coercion import NO_KINDS, coerce
from droindex.metadata.keys import DATES, REFERENCES, clean_line, clean_text, normalise_key
from droindex.metadata.label_hints import Hints
from droindex.metadata.parsing import loads_json
from droindex.model import DERIVED
from droindex.pages import Page
from droindex.problems import OPEN_LABEL, Problem, reason, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from droindex.model import DateOrder, Document
    from droindex.settings import BuildSettings

__all__ = [
    "MAX_RECORD_BYTES",
    "RecordIdError",
    "id_fault",
    "is_unicode",
    "read_record",
    "read_record_pages",
    "record_id",
    "record_says_open",
]

MAX_RECORD_BYTES = 100_000_000  # as large as the largest file that is read
_ID_KEYS = ("doc_id", "id")
_TEXT_KEYS = ("body", "pages")
_PAGE_KEYS = ("text", "label", "number")
_PAGES_HINT = "label in pages"  # the key under which it is told


class RecordIdError(ValueError):
    """A record without a usable id."""


def _loads(line: bytes) -> dict[str, Any]:
    """Return the object of a line; ValueError where it holds none."""
    if len(line) >= MAX_RECORD_BYTES:
        raise ValueError(f"it is longer than {MAX_RECORD_BYTES:,} bytes")
    record = loads_json(line)
    if not isinstance(record, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004 - one kind of error for all lines
    return record


def record_id(line: bytes, limit: int) -> str:
    """Return the id of the record in a line.

    Raises:
        ValueError: The line holds no JSON object; `RecordIdError` where it has no usable id.
    """
    return _id_of(_loads(line), limit)


def _id_of(record: Mapping[str, Any], limit: int) -> str:
    """Return the id of a record; `RecordIdError` where it has none that can be used."""
    found = record.get("doc_id")
    if found is None or found == "":
        found = record.get("id")
    if isinstance(found, int) and not isinstance(found, bool) and abs(found) < 10**18:
        found = str(found)
    if not isinstance(found, str) or not found.strip():
        raise RecordIdError('it has no "doc_id" that is a text')
    fault = id_fault(found, limit)
    if fault:
        raise RecordIdError(f"its doc_id {fault}")
    return found


def id_fault(doc_id: str, limit: int) -> str:
    """Return what is wrong with an id; empty where nothing is."""
    if len(doc_id) > limit:
        return f"has {len(doc_id):,} characters, more than {limit:,}"
    if "\0" in doc_id:
        return "holds a null character"
    return "" if is_unicode(doc_id) else "holds half a character (a lone surrogate)"


def is_unicode(text: str) -> bool:
    """Whether a text is valid unicode: without halves of characters."""
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
    dates: DateOrder | None = None,
    kinds: Mapping[str, str] = NO_KINDS,
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
        dates: The order of day and month in dates in figures; without it, one that may be two
            days stays a text.
        kinds: Of the custom fields, by name.

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
    texts, rest = _texts_and_rest(record)
    says_label = any(normalise_key(str(key)) == "label" for key in rest)
    hints = Hints.of(tuple(labels))
    rest = {key: value for key, value in rest.items() if not _is_derived(key, value, hints)}
    if not says_label and any(_hints_at_label(texts.get(key), hints) for key in _TEXT_KEYS):
        rest[_PAGES_HINT] = True
    given = coerce(
        rest,
        source="record",
        file=file,
        settings=settings,
        statuses=statuses,
        labels=labels,
        date_orders=dict.fromkeys((*DATES, *REFERENCES, *kinds), dates) if dates else {},
        kinds=kinds,
    )
    pages, problems = _pages(texts.get("pages"), texts.get("body"), file)
    return merge(doc_id, given, {}, {"pages": pages}), (*given.problems, *problems)


def _texts_and_rest(record: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return body and pages of a record, and its other values but for its id."""
    texts: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    for key, value in record.items():
        name = normalise_key(str(key))
        if name in _TEXT_KEYS:
            texts[name] = value
        elif name not in _ID_KEYS:
            rest[key] = value
    return texts, rest


def _is_derived(key: object, value: object, hints: Hints) -> bool:
    """Whether a value was worked out from others, by whoever exported the record."""
    return normalise_key(str(key)) in DERIVED and not hints.in_value(value, is_known=True)


def _hints_at_label(texts: object, hints: Hints) -> bool:
    """Whether body or pages hint at an access label; that of a page is what is printed on it."""
    if isinstance(texts, dict):
        return hints.in_value(texts, is_known=False)
    pages = texts if isinstance(texts, (list, tuple)) else ()
    return any(_page_hints_at_label(page, hints) for page in pages)


def _page_hints_at_label(page: object, hints: Hints) -> bool:
    if isinstance(page, str):
        return False
    if not isinstance(page, dict):
        return hints.in_value(page, is_known=False)
    if hints.is_label(page.get("label")) or hints.is_label(page.get("number")):
        return True
    rest = {key: value for key, value in page.items() if key not in _PAGE_KEYS}
    known = map(page.get, _PAGE_KEYS)
    nested = [value for value in known if isinstance(value, (dict, list, tuple))]
    return hints.in_value([rest, nested], is_known=False)


def record_says_open(line: bytes, *, settings: BuildSettings) -> bool:
    """Whether a record, which `read_record` has read before, says `label = "open"`."""
    if OPEN_LABEL.encode() not in line.lower():
        return False
    labels = {key: value for key, value in _loads(line).items() if normalise_key(key) == "label"}
    return coerce(labels, source="record", file="", settings=settings).says_open


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
    faults: list[str] = []
    if body is not None and not isinstance(body, str):
        faults.append(f"body is left out: {shown(body)} is not a text. Give a text.")
        body = None
    if pages is not None and not isinstance(pages, (list, tuple)):
        faults.append(f"pages is left out: {shown(pages)} is not a list of texts. Give a list.")
        pages = None
    if pages and body:
        faults.append("body is left out, since there are pages too. Give one of the two.")
    found = _listed_pages(pages, faults) if pages else _body_page(body)
    return found, tuple(Problem(file, "bad-value", fault) for fault in faults)


def _body_page(body: str | None) -> tuple[Page, ...]:
    text = clean_text(body) if body else ""
    return (Page(1, text),) if text else ()


def _listed_pages(items: Sequence[object], faults: list[str]) -> tuple[Page, ...]:
    """Return a page for each item, an empty one for what is no text, which is noted."""
    found: list[Page] = []
    for number, item in enumerate(items, start=1):
        page = _page(number, item)
        if page is None:
            faults.append(f"page {number} is left empty: {shown(item)} is not a text. Give a text.")
        found.append(page or Page(number, ""))
    return tuple(found)


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
