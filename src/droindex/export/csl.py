"""Citations as CSL-JSON, which citation processors (citeproc, pandoc, Zotero) read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from droindex.export.citation import Cited

__all__ = ["csl_item"]


def csl_item(cited: Cited) -> dict[str, Any]:
    """Return an item.

    Its type is `report` and not `legislation`: a directive is issued by an office and cited by
    office, number and date, which styles print for reports; for legislation they print neither
    author nor publisher.
    """
    day = cited.issued
    issued: dict[str, Any] = {}
    if day is not None:
        issued = {"date-parts": [[day.year, day.month, day.day]]}
    elif cited.issued_text:
        issued = {"literal": cited.issued_text}
    values = {
        "title": cited.title,
        "genre": cited.kind,
        "number": cited.number,
        "author": [{"literal": cited.institution}] if cited.institution else [],
        "publisher": cited.institution,
        "issued": issued,
        "locator": cited.page,
        "abstract": cited.summary,
        "keyword": ", ".join(cited.subjects),
        "note": "; ".join(filter(None, (cited.kind_of_date, cited.caution))),
        "URL": cited.url,
    }
    kept = {name: value for name, value in values.items() if value}
    return {"id": cited.key, "type": "report", **kept}
