"""What the JSON says besides what `to_dict` says: addresses, marked titles, what replaced a hit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from droindex.api.pictures import is_drawable
from droindex.present.box import box_summary, box_title
from droindex.present.documents import best_day, breadcrumb, title_of
from droindex.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from droindex.api import Index
    from droindex.model import Document, Reference
    from droindex.query.results.hit import Hit
    from droindex.query.results.results import Results
    from droindex.standing import Relation
    from droindex.web.links import Links

__all__ = ["brief", "document_shape", "held", "hit_shape", "results_shape", "successor"]


def successor(relation: Relation, links: Links) -> dict[str, Any]:
    """Return what replaced a document: enough to name it and, where it is here, to go there."""
    return {
        "doc_id": relation.doc_id,
        "title": clean(relation.title),
        "number": relation.number,
        "issued": relation.day.isoformat() if relation.day else None,
        "is_inferred": relation.is_inferred,
        "url": links.document(relation.doc_id) if relation.doc_id else None,
    }


def held(index: Index, ids: Sequence[str]) -> dict[str, Document]:
    """Return documents without pages, by id; those that are not there are left out."""
    if not ids:
        return {}
    found = index.search("", scope="all", filters={"doc_id": ids}, limit=len(ids), snippets=False)
    wanted = set(ids)  # the filter compares without case
    return {hit.doc_id: hit.document for hit in found if hit.doc_id in wanted}


def results_shape(
    index: Index, results: Results, links: Links, cut: str = "none"
) -> dict[str, Any]:
    """Return the JSON shape of an answer.

    Args:
        index: Who found it.
        results: The answer.
        links: What makes addresses.
        cut: `plone` adds title and summary as the reference library cut them.
    """
    shape = results.to_dict()
    shape["hits"] = [
        {**said, **hit_shape(hit, said, results, links, cut)}
        for said, hit in zip(shape["hits"], results, strict=True)
    ]
    return {**shape, "generation": index.fingerprint}


def hit_shape(
    hit: Hit, said: Mapping[str, Any], results: Results, links: Links, cut: str
) -> dict[str, Any]:
    """Return what the JSON of a hit says besides `said`, which the library says of it."""
    record = said["document"]  # of most hits no document need be made
    page = hit.snippet.page if hit.snippet else None
    successors = hit.document.successors if record["relations"] else ()
    shape: dict[str, Any] = {
        "url": links.document(hit.doc_id),
        "pdf_url": links.file(hit.doc_id, page) if record["file"] else None,
        "image_url": _image_url(hit, page, record["file"], results, links),
        "title_segments": [[text, marked] for text, marked in results.marked(said["title"])],
        "superseded_by": [successor(own, links) for own in successors],
    }
    if hit.line:
        leading = hit.line.leading
        url = links.document(leading.doc_id)
        shape["line"] = {**said["line"], "leading": {**said["line"]["leading"], "url": url}}
    if cut == "plone":
        shape |= {"cut_title": box_title(hit.document), "cut_summary": box_summary(hit.document)}
    return shape


def _image_url(
    hit: Hit, page: int | None, file: str | None, results: Results, links: Links
) -> str | None:
    """Return where the page of a hit's snippet is to be had as a picture; None where it is not."""
    if page is None or not is_drawable(file):
        return None
    query = results.suggestion or results.query
    is_half_typed = results.completions is not None and query[-1:].isalnum()
    return links.page(hit.doc_id, page, f"{query}*" if is_half_typed else query)


def brief(document: Document, links: Links) -> dict[str, Any]:
    """Return what another document's entry says of one: enough to name it and to go there."""
    return {
        "doc_id": document.doc_id,
        "title": title_of(document),
        "number": document.number,
        "issued": document.issued.isoformat() if document.issued else document.issued_text,
        "date": best_day(document),
        "status": document.status,
        "url": links.document(document.doc_id),
    }


def document_shape(index: Index, doc_id: str, links: Links) -> dict[str, Any]:
    """Return the JSON shape of a document: its record, and what belongs to it.

    Raises:
        DocumentNotFoundError: `document-not-found`.
    """
    document = index.get(doc_id)
    versions = index.lineage(doc_id)
    known = {version.doc_id: version for version in versions}
    return {
        "format": 1,
        "doc_id": doc_id,
        "title": title_of(document),
        "url": links.document(doc_id),
        "pdf_url": links.file(doc_id) if document.file else None,
        "breadcrumb": breadcrumb(document),
        "document": document.to_dict(),
        "supersedes": [_mention(item, known, links) for item in document.supersedes],
        "superseded_by": [_mention(item, known, links) for item in document.superseded_by],
        "related": [
            {
                **brief(other, links),
                "is_link": other.is_link,
                "relevance": other.relevance,
            }
            for other in index.related(doc_id)
        ],
        "timeline": [brief(version, links) for version in versions],
        "citations": _citations_shape(index, doc_id, links),
        "generation": index.fingerprint,
    }


def _citations_shape(index: Index, doc_id: str, links: Links) -> dict[str, Any]:
    """Return what a document refers to and who refers to it, with addresses."""
    shape = index.citations(doc_id).to_dict()
    for own in (*shape["cites"], *shape["cited_by"]):
        own["url"] = links.document(own["doc_id"]) if own["doc_id"] else None
    return shape


def _mention(reference: Reference, known: dict[str, Document], links: Links) -> dict[str, Any]:
    """Return a reference as it was written, and the document that it means, if one is known."""
    document = known.get(reference.doc_id or "")
    return {
        "text": reference.text,
        **(brief(document, links) if document else {"doc_id": None, "url": None}),
    }
