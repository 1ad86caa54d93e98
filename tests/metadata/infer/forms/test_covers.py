"""Cover sheets of archives, read as the readers of PDF give them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.extract.protocol import Extraction
from droindex.metadata.infer.forms.covers import part_cover, read_successor
from droindex.metadata.infer.head import read_head
from droindex.metadata.infer.inference import choose, infer
from droindex.model import FileStatus
from droindex.pages import Page

BESIDE = (  # each label before its value, without a colon
    "Date updated: June 7, 2021\nWithdrawn HARBOUR Technical Series Publication\nWarning Notice\n"
    "The attached publication has been withdrawn (archived), and is provided for history.\n"
    "It may have been superseded by another publication (indicated below).\n"
    "Withdrawn Publication\nSeries/Number HARBOUR Special Publication 900-1\n"
    "Title Keys of Cells\nPublication Date(s) May 2019\nWithdrawal Date June 7, 2021\n"
    "Withdrawal Note SP 900-1 is superseded in its entirety by the publication of SP 900-1r1\n"
    "Superseding Publication(s) (if applicable)\n"
    "The attached publication has been superseded by the following publication(s):\n"
    "Series/Number HARBOUR Special Publication 900-1 Revision 1\nTitle Keys of Cells and Gates\n"
    "Author(s) Alma Berg; Tom Lind\nPublication Date(s) June 6, 2021\n"
    "URL/DOI https://example.org/900-1r1\nAdditional Information (if applicable)\n"
    "Contact Harbour Office\n"
)
BEHIND = (  # all labels first, then all values
    "Archived HARBOUR Technical Series Publication\n"
    "The attached publication has been archived (withdrawn), and is provided for history.\n"
    "Archived Publication\nSeries/Number:\nTitle:\nPublication Date(s):\nWithdrawal Date:\n"
    "Withdrawal Note:\nSuperseding Publication(s)\nSeries/Number:\nTitle:\nAuthor(s):\n"
    "Publication Date(s):\nURL/DOI:\nAdditional Information (if applicable)\nContact:\n"
    "announcement (link):\nHARBOUR Special Publication 900-1\nKeys of\nCells\nMay 2019\n"
    "June 7, 2021\nSP 900-1 is superseded by SP 900-1 Revision 1 (June 2021).\n"
    "HARBOUR Special Publication 900-1 Revision 1\nKeys of Cells\nand Gates\n"
    "Alma Berg; Tom Lind\nJune 2021\nhttps://example.org/900-1r1\nN/A\n"
)
OWN = "Special Publication 900-1\nKeys of Cells\nAlma Berg\nMay 2019\n"


def read(*pages: str) -> dict[str, Any]:
    """Return what is read of a paper."""
    numbered = tuple(Page(number, text) for number, text in enumerate(pages, start=1))
    winners = choose(infer(Extraction(FileStatus.OK, pages=numbered), "f.pdf"))
    return {name: item.value for name, item in winners.items()}


@pytest.mark.parametrize("cover", [BESIDE, BEHIND])
def test_a_cover_says_what_the_paper_is_and_what_came_after_it(cover: str) -> None:
    got = read(cover, OWN)
    assert got["title"] == "Keys of Cells"
    assert got["number"] == "SP 900-1"
    assert got["issued"] == date(2019, 5, 1)
    assert got["issued_text"] == "May 2019"
    assert got["status"] == "Archived"
    assert "supersedes" not in got
    (successor,) = got["superseded_by"]
    assert successor.number == "SP 900-1 Revision 1"
    assert successor.title == "Keys of Cells and Gates"


def test_a_month_is_no_day_that_a_successor_could_be_known_by() -> None:
    (beside,), (behind,) = (read(cover, OWN)["superseded_by"] for cover in (BESIDE, BEHIND))
    assert beside.issued == date(2021, 6, 6)
    assert behind.issued is None


def test_a_paper_without_such_a_cover_keeps_its_head() -> None:
    reading = Extraction(FileStatus.OK, pages=(Page(1, OWN),))
    head = read_head(reading)
    assert part_cover(head, reading) == (head, ())
    assert read_successor(()) == ()


@given(st.lists(st.sampled_from([*BESIDE.splitlines(), *BEHIND.splitlines()]), max_size=40))
def test_any_order_of_its_lines_is_read(lines: list[str]) -> None:
    reading = Extraction(FileStatus.OK, pages=(Page(1, "\n".join(lines)),))
    head, successor = part_cover(read_head(reading), reading)
    assert head.running == 0
    assert len(read_successor(successor)) <= 1
