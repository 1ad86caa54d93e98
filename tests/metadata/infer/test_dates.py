"""The dates of a head, with their kinds."""

from __future__ import annotations

from datetime import date

import pytest

from droindex.extract.protocol import Extraction, FileFacts
from droindex.metadata.infer.inference import choose, infer
from droindex.model import Document, FileStatus, Page

BODY = "1. Purpose\nThis order tells officers what they shall do with property they find.\n"


def read(head: str) -> dict[str, object]:
    page = Page(1, f"Policy Number: 7-1\nSubject: Towing\n{head}\n{BODY}")
    found = choose(infer(Extraction(FileStatus.OK, "", (page,), FileFacts()), "f.pdf"))
    return {name: item.value for name, item in found.items()}


@pytest.mark.parametrize(
    ("head", "day", "written"),
    [
        ("Revision Date: November 12, 2019", date(2019, 11, 12), "November 12, 2019"),
        ("Date of Last Revision: OCTOBER 3, 2017", date(2017, 10, 3), "OCTOBER 3, 2017"),
        ("Amended Date:\nJune 15, 2020", date(2020, 6, 15), "June 15, 2020"),
        ("Revised Date: 03-02-17 Rescinds: 95-0025", date(2017, 3, 2), "03-02-17"),
        ("REVISION DATES\n06/25/99, 07/07/01,\n01/10/20, 12/20/19", date(2020, 1, 10), "01/10/20"),
        ("Rev: 11/18/11 Auth:", date(2011, 11, 18), "11/18/11"),
    ],
)
def test_the_last_revision_is_read(head: str, day: date, written: str) -> None:
    found = read(head)
    assert (found["revised"], found["revised_text"]) == (day, written)
    assert "issued" not in found


@pytest.mark.parametrize(
    "head",
    [
        "Review Date: November 12, 2019",
        "Next Review: November 12, 2019",
        "Printed on: November 12, 2019",
        "Revision Date:",
        "Revised: see the list below",
    ],
)
def test_reviews_and_prints_are_no_revisions(head: str) -> None:
    assert "revised" not in read(head)


def test_the_best_date_is_that_of_issue_then_of_effect_then_of_revision() -> None:
    issued, effective, revised = date(2004, 1, 1), date(2005, 1, 1), date(2006, 1, 1)
    whole = Document(doc_id="a", issued=issued, effective=effective, revised=revised)
    assert whole.best_date == (issued, "issued")
    assert Document(doc_id="a", effective=effective, revised=revised).best_date == (
        effective,
        "effective",
    )
    assert Document(doc_id="a", revised=revised).best_date == (revised, "revised")
    assert Document(doc_id="a", expires=revised).best_date is None
