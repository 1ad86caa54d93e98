"""Dates in figures read from texts: settled by the document, by its corpus, or left as text."""

from __future__ import annotations

from datetime import date

from droindex.extract.protocol import Extraction, FileFacts
from droindex.metadata.infer.date_order import corpus_order, read_order, settle_dates
from droindex.metadata.infer.inference import choose, infer
from droindex.model import DateOrder, FileStatus
from droindex.pages import Page

DAY, MONTH = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST
HEAD = "Policy Number: 7-1\nSubject: Towing of Vehicles\nIssue Date: 03/02/2006\n"


def extraction(text: str) -> Extraction:
    return Extraction(FileStatus.OK, "", (Page(1, text),), FileFacts(page_count=1))


def test_a_document_decides_by_its_other_dates() -> None:
    assert read_order(extraction("Reviewed 25/12/2016 and 03/02/2006")) is DAY
    assert read_order(extraction("Reviewed 12/25/2016 and 03/02/2006")) is MONTH
    assert read_order(extraction("Reviewed 03/02/2006, see CALEA 4.1.13")) is None
    running = FileFacts(page_count=1, running_lines=("Rev: 11/18/2011",))
    assert read_order(Extraction(FileStatus.OK, "", (Page(1, HEAD),), running)) is MONTH


def test_a_document_that_names_its_months_writes_figures_in_the_same_order() -> None:
    assert read_order(extraction("February 3, 2006; 03/02/2006")) is MONTH
    assert read_order(extraction("3 February 2006; 03/02/2006")) is DAY
    assert read_order(extraction("3 February 2006; 25/12/2006; March 3, 2006")) is DAY
    assert read_order(extraction("3 February 2006; March 3, 2006; 03/02/2006")) is None
    assert read_order(extraction("3 February 2006")) is None  # nothing to decide


def test_an_order_settles_the_date_and_nothing_leaves_it_a_text() -> None:
    chosen = choose(infer(extraction(HEAD), "a.pdf"))
    for order, day in ((DAY, date(2006, 2, 3)), (MONTH, date(2006, 3, 2))):
        settled, undecided = settle_dates(chosen, order)
        assert settled["issued"].value == day
        assert not undecided
    settled, undecided = settle_dates(chosen, None)
    assert "issued" not in settled
    assert settled["issued_text"].value == "03/02/2006"
    assert undecided == ("issued",)


def test_the_date_of_a_reference_is_settled_too() -> None:
    chosen = choose(infer(extraction(HEAD + "Rescinds: 7-1, issued 04/05/2001\n"), "a.pdf"))
    assert settle_dates(chosen, DAY)[0]["supersedes"].value[0].issued == date(2001, 5, 4)
    assert settle_dates(chosen, MONTH)[0]["supersedes"].value[0].issued == date(2001, 4, 5)
    assert settle_dates(chosen, None)[0]["supersedes"].value[0].issued is None


def test_a_corpus_decides_where_nearly_all_agree() -> None:
    us = infer(extraction("Reviewed 12/25/2016"), "a.pdf")
    uk = infer(extraction("Reviewed 25/12/2016"), "b.pdf")
    silent = infer(extraction(HEAD), "c.pdf")
    assert corpus_order([us, us, silent]) is MONTH
    assert corpus_order([*[uk] * 20, us]) is DAY
    assert corpus_order([us, uk]) is None
    assert corpus_order([silent]) is None
