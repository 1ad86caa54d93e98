"""Dates in figures read from texts: settled by the document, by its corpus, or left as text."""

from __future__ import annotations

from collections import Counter
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from droindex.extract.protocol import Extraction, FileFacts
from droindex.metadata.infer.date_order import decided_order, read_order, settle_dates
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
    assert decided_order(Counter({"month-first": 2})) is MONTH
    assert decided_order(Counter({"day-first": 20, "month-first": 1})) is DAY
    assert decided_order(Counter({"day-first": 1, "month-first": 1})) is None
    assert decided_order(Counter({"day-first": 0})) is None
    assert decided_order(Counter()) is None


FIGURES = {
    DAY: (
        "{d:02}/{m:02}/{y}",
        "{d}/{m}/{y}",
        "{d:02}.{m:02}.{y}",
        "{d:02}-{m:02}-{y}",
        "{d}-{m:02}-{y}",
        "{d}/{m}/{s:02}",
    ),
    MONTH: (
        "{m:02}/{d:02}/{y}",
        "{m}/{d}/{y}",
        "{m:02}-{d:02}-{y}",
        "{m}-{d:02}-{y}",
        "{m}/{d}/{s:02}",
    ),
}
LABELS = {
    "issued": ("Issue Date", "Date Issued", "Date"),
    "effective": ("Effective Date", "Effective"),
    "revised": ("Revision Date", "Last Updated"),
    "expires": ("Expiration Date",),
}
DATES = st.dates(date(1990, 1, 1), date(2030, 1, 1))


def written(day: date, form: str) -> str:
    return form.format(d=day.day, m=day.month, y=day.year, s=day.year % 100)


@settings(max_examples=300, deadline=None)
@given(
    order=st.sampled_from([DAY, MONTH]),
    stated=st.dictionaries(st.sampled_from([*LABELS]), DATES, min_size=1),
    is_told=st.booleans(),
    data=st.data(),
)
def test_no_date_of_a_text_is_wrong_and_not_undecided(
    *, order: DateOrder, stated: dict[str, date], is_told: bool, data: st.DataObject
) -> None:
    forms = st.sampled_from(FIGURES[order])
    lines = ["Policy Number: 7-1", "Subject: Towing of Vehicles"]
    for name, day in stated.items():
        label = data.draw(st.sampled_from(LABELS[name]))
        lines.append(f"{label}: {written(day, data.draw(forms))}")
    rescinded = data.draw(DATES)
    lines += [f"Rescinds: 6-9, issued {written(rescinded, data.draw(forms))}", "", "1. Purpose"]
    lines += [f"It was reviewed on {written(data.draw(DATES), data.draw(forms))}, and is kept."]
    chosen = choose(infer(extraction("\n".join(lines)), "a.pdf"))
    own = chosen.get("date_order")
    assert own is None or own.value == order
    settled, undecided = settle_dates(chosen, order if is_told else own and DateOrder(own.value))
    for name, day in stated.items():
        if name in settled:
            assert settled[name].value == day
        else:
            assert name in undecided
            assert day.day <= 12
    for reference in settled["supersedes"].value if "supersedes" in settled else ():
        assert reference.issued in {None, rescinded}
