"""Two documents that stand for a library, as people are told of it."""

from __future__ import annotations

from datetime import date

from droindex import Document, Page, Reference

__all__ = ["NEW", "OLD"]

OLD = Document(
    doc_id="old",
    title="Escort ratios",
    status="Current",
    issued=date(2001, 5, 1),
    superseded_by=(Reference("New ratios", doc_id="new"),),
    related=(Reference("Jun 09, 2006 Monthly reports"), Reference("Gone", doc_id="gone")),
    pages=(Page(1, "Two officers escort each alien."),),
)
NEW = Document(
    doc_id="new",
    title="New ratios",
    number="7-2",
    doc_type="Directive",
    category="Enforcement",
    status="Current",
    issued=date(2008, 9, 29),
    pages=(Page(1, "Three officers escort."), Page(2, "A ratio of three.")),
)
