"""Citations as RIS, which reference managers import."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from droindex.export.citation import Cited

__all__ = ["ris"]


def ris(cited: Cited) -> str:
    """Return a record.

    It is a report (`RPRT`): the type for which managers keep number and institution. `GOVDOC`
    would say that the institution is a government's, which nobody told us. The institution is the
    publisher and no author, since an author with a comma would be taken for a person.
    """
    return "\n".join(f"{tag}  - {value}" for tag, value in _lines(cited))


def _lines(cited: Cited) -> Iterator[tuple[str, str]]:
    yield "TY", "RPRT"
    day = cited.issued
    values = (
        ("ID", cited.key),
        ("TI", cited.title),
        ("PB", cited.institution),
        ("M3", cited.kind),
        ("SN", cited.number),
        ("PY", f"{day.year:04d}" if day else ""),
        ("DA", f"{day:%Y/%m/%d}/" if day else cited.issued_text),
        ("SP", cited.page),
        ("AB", cited.summary),
        *(("KW", subject) for subject in cited.subjects),
        ("N1", f"Status: {cited.status}" if cited.status else ""),
        ("N1", cited.kind_of_date),
        ("UR", cited.url),
    )
    for tag, value in values:
        if value:
            yield tag, value
    yield "ER", ""
