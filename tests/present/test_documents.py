"""What every face tells people of a document, in the same words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from present.samples import NEW, OLD
from support import opened

from droindex import Document, Index, Reference
from droindex.model import FileStatus
from droindex.present import documents as present


def test_a_document_without_a_title_is_called_by_its_id() -> None:
    assert present.title_of(Document(doc_id="a/b", title=" \n ")) == "a/b"
    assert present.title_of(Document(doc_id="a/b", title="One\nline")) == "One line"


def test_a_day_is_a_date_or_what_was_written() -> None:
    assert present.day(NEW, "issued") == "2008-09-29"
    assert present.day(Document(doc_id="a", issued_text="See 29, 2008"), "issued") == "See 29, 2008"
    assert present.day(Document(doc_id="a"), "issued") == ""


def test_of_a_month_no_day_is_shown() -> None:
    month = Document(doc_id="a", issued=date(2020, 10, 1), issued_text="October 2020")
    assert present.day(month, "issued") == present.list_day(month) == "2020-10"
    first = Document(doc_id="a", issued=date(2020, 10, 1), issued_text="October 1, 2020")
    assert present.day(first, "issued") == present.best_day(first) == "2020-10-01"


def test_a_breadcrumb_leads_to_the_title() -> None:
    assert present.breadcrumb(NEW) == ["Home", "Documents", "Current", "New ratios"]
    loose = Document(doc_id="a", title="Loose", collection="memos")
    assert present.breadcrumb(loose) == ["Home", "Memos", "Loose"]


def test_references_are_cited_as_far_as_the_library_has_them(index: Index) -> None:
    found = dict(present.document_references(index.get("old")))
    assert list(found) == ["superseded by", "related"]
    lines = [present.reference_line(index, one) for group in found.values() for one in group]
    assert lines[0] == "2008-09-29 New ratios (new)"
    assert lines[1:] == [
        "Jun 09, 2006 Monthly reports (not in this library)",
        "Gone (not in this library)",
    ]


def test_of_a_reference_that_is_open_those_are_told_that_are_likely(tmp_path: Path) -> None:
    owner = Document(doc_id="owner", title="Meals", related=(Reference("7-2"),))
    others = [NEW, Document(doc_id="other", title="Ratios of others", number="7-2")]
    for index in opened(tmp_path, (owner, *others)):
        (reference,) = index.get("owner").related
        assert present.reference_line(index, reference) == (
            "7-2 (likely: 2008-09-29 New ratios (new); or Ratios of others (other))"
        )


def test_a_remark_warns_of_current_documents_that_were_replaced() -> None:
    assert present.document_remark(OLD)
    assert not present.document_remark(NEW)


def test_fields_say_where_values_were_read() -> None:
    document = Document(
        doc_id="scan",
        title="Read",
        issued=date(2004, 1, 2),
        issued_text="2 Jan 2004",
        number="7",
        label="LES",
        file="scan.pdf",
        media_type="application/pdf",
        size_bytes=2048,
        page_count=1,
        file_status=FileStatus.NEEDS_OCR,
        needs_ocr_pages=(1, 3),
        sources={"title": "filename", "issued": "text", "number": "properties"},
        confidence={"issued": 0.8},
    )
    fields = dict(present.document_fields(document))
    assert fields["title"] == "Read (from the file name)"
    assert fields["issued"] == "2004-01-02 (written 2 Jan 2004) (read from the text, 80% sure)"
    assert fields["number"] == "7 (from the file's properties)"
    assert fields["label"] == "LES"
    assert fields["file"] == "scan.pdf (application/pdf, 2 kB, 1 page)"
    assert fields["read"] == "needs_ocr"
    assert fields["needs OCR"] == "pages 1, 3"
    assert fields["type"] == ""


def test_lists_by_date_show_what_a_document_is() -> None:
    assert present.document_facts(NEW) == ["7-2", "Directive", "new"]


def test_a_list_by_date_says_where_there_is_none() -> None:
    assert present.list_day(NEW) == "2008-09-29"
    assert present.list_day(Document(doc_id="a", issued_text="See 29, 2008")) == "no date"


def test_the_best_date_is_told_with_its_kind_where_it_is_none_of_issue() -> None:
    revised = Document(doc_id="a", title="Memo", revised=date(2019, 11, 12))
    assert present.list_day(revised) == "2019-11-12"
    assert present.best_day(revised) == "revised 2019-11-12"
    assert present.document_facts(revised) == ["revised", "a"]
    assert present.citation(revised) == "revised 2019-11-12 Memo (a)"
    assert present.best_day(NEW) == "2008-09-29"
    assert present.best_day(Document(doc_id="a", issued_text="See 29, 2008")) == "See 29, 2008"
    assert revised.cite() == "Memo (revised November 12, 2019)."
    assert "note = {revised 2019-11-12}" in revised.cite(style="bibtex")
