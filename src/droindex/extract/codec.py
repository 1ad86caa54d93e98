"""Pages and facts as JSON: what workers send, and what the cache keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from droindex.extract.protocol import Extraction, FileFacts, OutlineEntry, SizedLine
from droindex.model import FileStatus
from droindex.pages import Page, PageStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "extraction_from_dict",
    "extraction_to_dict",
    "facts_from_dict",
    "facts_to_dict",
    "page_from_dict",
    "page_to_dict",
]


def page_to_dict(page: Page) -> dict[str, Any]:
    """Return the JSON shape of a page; values that are the usual ones are left out."""
    shape: dict[str, Any] = {"n": page.number, "text": page.text}
    if page.label is not None:
        shape["label"] = page.label
    if page.status is not PageStatus.OK:
        shape["status"] = page.status.value
    if page.backend:
        shape["engine"] = page.backend
    if page.is_ocr:
        shape["ocr"] = True
    if page.layout:
        shape["layout"] = page.layout
    return shape


def page_from_dict(shape: Mapping[str, Any]) -> Page:
    """Return the page that `page_to_dict` wrote.

    Raises:
        ValueError: A value is not of its kind.
    """
    return Page(
        number=_int(shape["n"]),
        text=_str(shape["text"]),
        label=None if (label := shape.get("label")) is None else _str(label),
        status=PageStatus(shape.get("status", "ok")),
        backend=_str(shape.get("engine", "")),
        is_ocr=bool(shape.get("ocr")),
        layout=_str(shape.get("layout", "")),
    )


def facts_to_dict(facts: FileFacts) -> dict[str, Any]:
    """Return the JSON shape of the facts of a file."""
    return {
        "media_type": facts.media_type,
        "page_count": facts.page_count,
        "properties": dict(facts.properties),
        "outline": [[entry.title, entry.level, entry.page] for entry in facts.outline],
        "sized_lines": [[line.text, line.size, line.page] for line in facts.sized_lines],
        "running_lines": list(facts.running_lines),
        "is_encrypted": facts.is_encrypted,
        "notes": list(facts.notes),
    }


def facts_from_dict(shape: Mapping[str, Any]) -> FileFacts:
    """Return the facts that `facts_to_dict` wrote.

    Raises:
        ValueError: A value is not of its kind.
    """
    return FileFacts(
        media_type=_str(shape["media_type"]),
        page_count=_int_or_none(shape["page_count"]),
        properties={_str(key): _str(value) for key, value in shape["properties"].items()},
        outline=tuple(
            OutlineEntry(_str(title), _int(level), _int_or_none(page))
            for title, level, page in shape["outline"]
        ),
        sized_lines=tuple(
            SizedLine(_str(text), float(size), _int(page))
            for text, size, page in shape["sized_lines"]
        ),
        running_lines=tuple(_str(line) for line in shape["running_lines"]),
        is_encrypted=bool(shape["is_encrypted"]),
        notes=tuple(_str(note) for note in shape["notes"]),
    )


def extraction_to_dict(extraction: Extraction) -> dict[str, Any]:
    """Return the JSON shape of a whole reading."""
    return {
        "status": extraction.status.value,
        "reason": extraction.reason,
        "pages": [page_to_dict(page) for page in extraction.pages],
        "facts": facts_to_dict(extraction.facts),
    }


def extraction_from_dict(shape: Mapping[str, Any]) -> Extraction:
    """Return the reading that `extraction_to_dict` wrote.

    Raises:
        ValueError: A value is not of its kind.
    """
    return Extraction(
        status=FileStatus(shape["status"]),
        reason=_str(shape["reason"]),
        pages=tuple(page_from_dict(page) for page in shape["pages"]),
        facts=facts_from_dict(shape["facts"]),
    )


def _str(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no string")  # noqa: TRY004 - one kind of error for damage
    return value


def _int(value: object) -> int:
    if not isinstance(value, int):
        raise ValueError(f"{value!r} is no whole number")  # noqa: TRY004 - as above
    return value


def _int_or_none(value: object) -> int | None:
    return None if value is None else _int(value)
